"""The exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    CLEAN = 0
    FINDINGS = 1  # or refusals: the command worked, and its result is negative
    USAGE = 2  # or environment: the command could not work
    FAULT = 3  # a bug in this program
    INTERRUPTED = 130  # 128 + SIGINT, as in shells
