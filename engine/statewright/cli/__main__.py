"""The entry point of `statewright` and `python -m statewright.cli`. Explains what to install if click is
missing.
"""

from __future__ import annotations

import sys

from statewright.cli.shared.exit_codes import ExitCode


def run() -> None:
    """Run the command line."""
    try:
        _run()
    except KeyboardInterrupt:  # while modules are imported; later `main` handles it
        sys.exit(ExitCode.INTERRUPTED)


def _run() -> None:
    try:
        from statewright.cli.main import statewright
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit(_without_click())
    statewright(prog_name="statewright")


def _without_click() -> int:
    sys.stderr.write("Error: the command line needs click; run `pip install 'statewright[cli]'`\n")
    return ExitCode.USAGE


if __name__ == "__main__":
    run()
