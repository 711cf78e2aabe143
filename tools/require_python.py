"""Stop with one clear line when Python is too old; runs on any Python 3."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Mezzotint needs Python 3.11 or newer, this is %d.%d. Try: make PYTHON=python3.12"
        % sys.version_info[:2]
    )
