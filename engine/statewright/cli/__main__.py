"""The entry point: `statewright` and `python -m statewright.cli`. Says what to install where click is
missing.
"""

from __future__ import annotations

import sys


def run() -> None:
    """What the `statewright` script calls."""
    try:
        from statewright.cli.main import statewright
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit(_without_click())
    statewright(prog_name="statewright")


def _without_click() -> int:
    sys.stderr.write("Error: the command line needs its extra: pip install 'statewright[cli]'\n")
    return 2


if __name__ == "__main__":
    run()
