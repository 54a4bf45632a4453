"""Statewright: YAML state machines as event-sourced aggregates. The names below are the public interface.

docs/reference/api.md shows how to use them. Each name is imported on first use, which keeps
`import statewright` fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statewright.errors import (
        CorruptStream,
        DefinitionError,
        EvaluationError,
        ReplayError,
        SettingsError,
        SourceUnavailable,
        StatewrightError,
        StoreError,
        StoreMisconfigured,
        StoreUnavailable,
    )
    from statewright.language import Definition, load_definition
    from statewright.machine.compiled import Machine, compile_machine
    from statewright.machine.decide import decide
    from statewright.machine.evolve import evolve, replay
    from statewright.machine.messages import (
        Accepted,
        Actor,
        AggregateState,
        BranchResult,
        BranchTrace,
        Command,
        Duplicate,
        Event,
        Invalid,
        InvalidKind,
        RefusalKind,
        Rejected,
    )
    from statewright.registry.location import S3Place, open_definitions
    from statewright.registry.port import DefinitionSource
    from statewright.runtime.application import Application
    from statewright.runtime.envelope import new_command, read_command
    from statewright.runtime.replay import DefinitionBehind
    from statewright.runtime.results import Failure, FailureKind, MessageResult, OnRefusal
    from statewright.runtime.streams import read_aggregate
    from statewright.stores.location import DynamoTable, SqliteFile, open_store
    from statewright.stores.memory import MemoryStore
    from statewright.stores.port import EventStore, Store

__version__ = "0.1.0"

__all__ = [
    "Accepted",
    "Actor",
    "AggregateState",
    "Application",
    "BranchResult",
    "BranchTrace",
    "Command",
    "CorruptStream",
    "Definition",
    "DefinitionBehind",
    "DefinitionError",
    "DefinitionSource",
    "Duplicate",
    "DynamoTable",
    "EvaluationError",
    "Event",
    "EventStore",
    "Failure",
    "FailureKind",
    "Invalid",
    "InvalidKind",
    "Machine",
    "MemoryStore",
    "MessageResult",
    "OnRefusal",
    "RefusalKind",
    "Rejected",
    "ReplayError",
    "S3Place",
    "SettingsError",
    "SourceUnavailable",
    "SqliteFile",
    "StatewrightError",
    "Store",
    "StoreError",
    "StoreMisconfigured",
    "StoreUnavailable",
    "compile_machine",
    "decide",
    "evolve",
    "load_definition",
    "new_command",
    "open_definitions",
    "open_store",
    "read_aggregate",
    "read_command",
    "replay",
]

_NAMES = {
    "statewright.errors": (
        "CorruptStream",
        "DefinitionError",
        "EvaluationError",
        "ReplayError",
        "SettingsError",
        "SourceUnavailable",
        "StatewrightError",
        "StoreError",
        "StoreMisconfigured",
        "StoreUnavailable",
    ),
    "statewright.language": (
        "Definition",
        "load_definition",
    ),
    "statewright.machine.compiled": (
        "Machine",
        "compile_machine",
    ),
    "statewright.machine.decide": ("decide",),
    "statewright.machine.evolve": (
        "evolve",
        "replay",
    ),
    "statewright.machine.messages": (
        "Accepted",
        "Actor",
        "AggregateState",
        "BranchResult",
        "BranchTrace",
        "Command",
        "Duplicate",
        "Event",
        "Invalid",
        "InvalidKind",
        "RefusalKind",
        "Rejected",
    ),
    "statewright.registry.location": (
        "S3Place",
        "open_definitions",
    ),
    "statewright.registry.port": ("DefinitionSource",),
    "statewright.runtime.application": ("Application",),
    "statewright.runtime.envelope": (
        "new_command",
        "read_command",
    ),
    "statewright.runtime.replay": ("DefinitionBehind",),
    "statewright.runtime.results": (
        "Failure",
        "FailureKind",
        "MessageResult",
        "OnRefusal",
    ),
    "statewright.runtime.streams": ("read_aggregate",),
    "statewright.stores.location": (
        "DynamoTable",
        "SqliteFile",
        "open_store",
    ),
    "statewright.stores.memory": ("MemoryStore",),
    "statewright.stores.port": (
        "EventStore",
        "Store",
    ),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
