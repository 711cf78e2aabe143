"""The command line."""


def main() -> None:
    """Run the command line and exit with 0 (done), 1 (failed) or 2 (the input is wrong)."""
    import os
    import sys

    from mezzotint.cli.app import run

    sys.exit(run(sys.argv[1:], os.environ))
