"""Verification: fold every stored stream under a candidate definition before publishing it.

Reads a SQLite file, a table or an export of a table, and writes no events.
"""

from __future__ import annotations

from statewright.evolution.verify.report import VerificationReport
from statewright.evolution.verify.results import FaultCause, StreamFault, StreamResult
from statewright.evolution.verify.streams import Definitions, verify_stream

__all__ = ["Definitions", "FaultCause", "StreamFault", "StreamResult", "VerificationReport", "verify_stream"]
