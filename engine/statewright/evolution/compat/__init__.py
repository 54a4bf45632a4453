"""Compatibility: how a new version of a machine affects stored streams and senders of commands.

Compares behaviour rather than text, and demonstrates each break with a stream or a command that the two
versions handle differently. Pure: no files, no clock.
"""

from __future__ import annotations

from statewright.evolution.compat.change_kinds import ChangeKind, Consequence
from statewright.evolution.compat.comparing import compare
from statewright.evolution.compat.verdicts import ChangeVerdict, CompatReport

__all__ = ["ChangeKind", "ChangeVerdict", "CompatReport", "Consequence", "compare"]
