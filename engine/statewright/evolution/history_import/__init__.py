"""History from elsewhere into the event store: lines to streams, these to commits, those through the port.

Reads and folds without a store (`read_histories`), so that everything is known to fit before anything is
written (`write_history`). Prints nothing.
"""

from __future__ import annotations

from statewright.evolution.history_import.folding import History, read_histories
from statewright.evolution.history_import.lines import Fault
from statewright.evolution.history_import.writing import ImportStopped, write_history

__all__ = ["Fault", "History", "ImportStopped", "read_histories", "write_history"]
