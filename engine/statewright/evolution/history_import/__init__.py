"""History from elsewhere into the event store: parse lines, fold streams, build commits, append.

Reads and folds without a store (`fold_streams`), so that everything is known to fit before anything is
written (`append_stream`). Prints nothing.
"""

from __future__ import annotations

from statewright.evolution.history_import.append import ImportStopped, append_stream
from statewright.evolution.history_import.lines import ImportFault
from statewright.evolution.history_import.streams import FoldedStream, fold_streams

__all__ = ["FoldedStream", "ImportFault", "ImportStopped", "append_stream", "fold_streams"]
