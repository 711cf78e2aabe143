"""Run the command line as `python -m mezzotint`."""

from mezzotint.cli import main

main()
