"""Verification: every stored stream folded under a candidate definition, before that one is published.

Reads a file, a table or an export of one, and writes no events. What a stream comes to is decided in
`folding`, a pure function; the rest reads, counts and remembers. The command line calls it, and on AWS's
distributed map a Lambda function.
"""

from __future__ import annotations

from engine.verifying.folding import Definitions, verify_stream
from engine.verifying.report import Report
from engine.verifying.verdicts import Cause, Fault, Verdict

__all__ = ["Cause", "Definitions", "Fault", "Report", "Verdict", "verify_stream"]
