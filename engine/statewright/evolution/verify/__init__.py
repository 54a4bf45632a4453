"""Verification: every stored stream folded under a candidate definition, before that one is published.

Reads a file, a table or an export of one, and writes no events. What a stream comes to is decided in
`folding`, a pure function; the rest reads, counts and remembers.
"""

from __future__ import annotations

from statewright.evolution.verify.report import VerificationReport
from statewright.evolution.verify.results import FaultCause, StreamFault, StreamResult
from statewright.evolution.verify.streams import Definitions, verify_stream

__all__ = ["Definitions", "FaultCause", "StreamFault", "StreamResult", "VerificationReport", "verify_stream"]
