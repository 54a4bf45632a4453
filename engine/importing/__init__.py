"""History from elsewhere into the event store: lines to streams, these to commits, those through the port.

Reads and folds without a store (`read_histories`), so that everything is known to fit before anything is
written (`write_history`). Prints nothing. The `import` command calls it.
"""

from __future__ import annotations

from engine.importing.folding import History, read_histories
from engine.importing.lines import Fault
from engine.importing.writing import ImportStopped, write_history

__all__ = ["Fault", "History", "ImportStopped", "read_histories", "write_history"]
