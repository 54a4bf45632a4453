"""Verification: every stored stream folded under a candidate definition, before that one is published.

Reads a file, a table or an export of one, and writes no events. What a stream comes to is decided in
`folding`, a pure function; the rest reads, counts and remembers.
"""

from __future__ import annotations

from statewright.evolution.verify.folding import Definitions, verify_stream
from statewright.evolution.verify.report import Report
from statewright.evolution.verify.verdicts import Cause, Fault, Verdict

__all__ = ["Cause", "Definitions", "Fault", "Report", "Verdict", "verify_stream"]
