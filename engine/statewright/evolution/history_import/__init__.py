"""Imports events of another system into the event store: parses lines, folds streams, appends commits.

`fold_streams` needs no store, so a whole file can be checked before `append_stream` writes anything.
"""

from __future__ import annotations

from statewright.evolution.history_import.append import ImportStopped, append_stream
from statewright.evolution.history_import.lines import ImportFault
from statewright.evolution.history_import.streams import FoldedStream, fold_streams

__all__ = ["FoldedStream", "ImportFault", "ImportStopped", "append_stream", "fold_streams"]
