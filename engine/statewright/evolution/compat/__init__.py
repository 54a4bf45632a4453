"""Compatibility: what a new version of a machine changes for stored streams and for senders of commands.

Judges behaviour and not text, and shows each break by a stream or a command that the real engine folds or
answers differently. Pure: no files, no clock.
"""

from __future__ import annotations

from statewright.evolution.compat.change_kinds import ChangeKind, Consequence
from statewright.evolution.compat.comparing import compare
from statewright.evolution.compat.verdicts import ChangeVerdict, CompatReport

__all__ = ["ChangeKind", "ChangeVerdict", "CompatReport", "Consequence", "compare"]
