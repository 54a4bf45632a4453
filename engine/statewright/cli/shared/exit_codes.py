"""What the exit status of the command line means to a script."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    CLEAN = 0
    FINDINGS = 1  # or refusals: the command did its work and the news is not good
    USAGE = 2  # or environment: the command could not do its work
    FAULT = 3  # of this program
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
