"""Checks many files on all processors: what `statewright.lint` says about each, in the order of the files.

A few files are checked at once in this process, which is faster than starting another.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from statewright.lint import CheckedFile, check_definition

FILES_MIN = 100  # below, starting processes costs more than it saves
_FILES_AT_ONCE = 16


def check_all(files: Sequence[tuple[bytes, str]]) -> list[CheckedFile]:
    """Content and name of each file to what is found in it."""
    processors = os.cpu_count() or 1
    if len(files) < FILES_MIN or processors == 1:
        return [check_definition(content, name) for content, name in files]
    return _check_side_by_side(files, processes=processors)


def _check_side_by_side(files: Sequence[tuple[bytes, str]], *, processes: int) -> list[CheckedFile]:
    """The modules are imported here: a check of one file would wait for them longer than for itself."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Never fork: this process may have threads, those of whoever called it.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interrupts) as pool:
        return list(pool.map(_check, files, chunksize=_FILES_AT_ONCE))


def _check(file: tuple[bytes, str]) -> CheckedFile:
    return check_definition(*file)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that people see, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
