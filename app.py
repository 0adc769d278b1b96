"""Open the page: `python app.py` is `cable-qa serve`, with the same options."""

import sys

from qa.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
