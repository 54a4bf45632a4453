"""Every kind of change that a comparison tells apart, and what it means for what exists already."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum


class Consequence(StrEnum):
    """From the worst to the best."""

    REPLAY = "breaks replay"
    UPCASTER = "needs an upcaster"
    COMMAND = "breaks senders"
    SAFE = "safe"


class ChangeKind(Enum):
    """Its id is stable and never reused: acceptances name it."""

    MACHINE_ADDED = ("CP01", Consequence.SAFE, "a machine is added")
    STATE_ADDED = ("CP02", Consequence.SAFE, "a state is added, no stored stream stands in it")
    COMMAND_ADDED = ("CP03", Consequence.SAFE, "a command is added")
    EVENT_ADDED = ("CP04", Consequence.SAFE, "an event or a move of one is added, no stored stream holds it")
    FIELD_ADDED = ("CP05", Consequence.SAFE, "an optional field of an event is added")
    PAYLOAD_LOOSENED = ("CP06", Consequence.SAFE, "a payload admits more than before")
    RENAMED = ("CP07", Consequence.SAFE, "a name is changed and its old one declared")
    VERSION_RAISED = ("CP08", Consequence.SAFE, "an event's version is raised, with an unbroken chain")
    FIELD_UNREAD = ("CP28", Consequence.SAFE, "a field of an event is dropped that nothing read")
    DATA_CHANGED = ("CP09", Consequence.SAFE, "a data field is added or dropped, or admits more")

    MACHINE_REMOVED = ("CP10", Consequence.REPLAY, "a machine is gone, its streams have no definition")
    INITIAL_CHANGED = ("CP11", Consequence.REPLAY, "every stream begins in another state")
    START_CHANGED = ("CP12", Consequence.REPLAY, "every stream begins with another value")
    MOVE_CHANGED = ("CP13", Consequence.REPLAY, "a stored event leads to another state")
    MOVE_REMOVED = ("CP14", Consequence.REPLAY, "a stored event leads nowhere from a state")
    EVENT_REMOVED = ("CP15", Consequence.REPLAY, "a stored event is no longer known")
    STATE_REMOVED = ("CP16", Consequence.REPLAY, "a state is gone in which streams stand or stood")
    SET_CHANGED = ("CP17", Consequence.REPLAY, "a stored event sets other data, or may fail to")
    STATE_RENAMED = ("CP18", Consequence.REPLAY, "a state has another name, and the old one is not declared")
    RENAME_DROPPED = ("CP19", Consequence.REPLAY, "an old name that streams hold is no longer declared")
    UPCASTER_CHANGED = ("CP20", Consequence.REPLAY, "an upcaster that was released is edited")
    UPCAST_FAILS = (
        "CP21",
        Consequence.REPLAY,
        "a stored version of an event may not come to the new one",
    )
    VERSION_KEPT = ("CP22", Consequence.REPLAY, "replay changes and the machine's version is not raised")

    EVENT_RENAMED = (
        "CP23",
        Consequence.UPCASTER,
        "an event has another name, and the old one is not declared",
    )
    FIELD_REQUIRED = ("CP24", Consequence.UPCASTER, "stored events lack a field that is required now")
    FIELD_NARROWED = ("CP25", Consequence.UPCASTER, "stored values of an event's field may not fit any more")
    VALUE_REMOVED = ("CP26", Consequence.UPCASTER, "stored events may hold a value that was taken away")
    FIELD_REMOVED = ("CP27", Consequence.UPCASTER, "a field that stored events hold is no longer read")

    COMMAND_REMOVED = ("CP30", Consequence.COMMAND, "a command is no longer known")
    COMMAND_RENAMED = ("CP31", Consequence.COMMAND, "a command has another name")
    PAYLOAD_NARROWED = ("CP32", Consequence.COMMAND, "a payload that was good is invalid")
    TIGHTENED = ("CP33", Consequence.COMMAND, "a command is refused that was accepted")
    LOOSENED = ("CP34", Consequence.COMMAND, "a command is accepted that was refused")
    NOT_ACCEPTED = ("CP35", Consequence.COMMAND, "a state no longer lists a command")
    OTHER_EVENTS = ("CP36", Consequence.COMMAND, "a command stores other events")
    OTHER_REFUSAL = ("CP37", Consequence.COMMAND, "a refusal has another code or another fate")
    ROLES_TIGHTENED = ("CP38", Consequence.COMMAND, "an actor is refused who was admitted")
    FINAL = ("CP39", Consequence.COMMAND, "a state is final now")
    INVARIANT_TIGHTENED = ("CP40", Consequence.COMMAND, "data are forbidden that were allowed")
    TIMEOUT_CHANGED = ("CP41", Consequence.COMMAND, "a timeout is due at another time, or another one")
    DEFAULT_CHANGED = ("CP42", Consequence.COMMAND, "a command without a field means another value")

    # What no rule above speaks of: nothing that differs goes unsaid.
    REPLAY_NOT_SHOWN = ("CP43", Consequence.REPLAY, "replay depends on an element that differs")
    DECISION_NOT_SHOWN = ("CP44", Consequence.COMMAND, "decisions depend on an element that differs")

    def __init__(self, id: str, consequence: Consequence, meaning: str) -> None:
        self.id = id
        self.consequence = consequence
        self.meaning = meaning


# Why a change is safe, by the names under which the guide explains each proof.
PROOFS: Mapping[ChangeKind, str] = {
    ChangeKind.MACHINE_ADDED: "never stored",
    ChangeKind.STATE_ADDED: "never stored",
    ChangeKind.COMMAND_ADDED: "never sent",
    ChangeKind.EVENT_ADDED: "never stored",
    ChangeKind.FIELD_ADDED: "never stored",
    ChangeKind.PAYLOAD_LOOSENED: "contained",
    ChangeKind.RENAMED: "declared name",
    ChangeKind.VERSION_RAISED: "unbroken chain",
    ChangeKind.FIELD_UNREAD: "unread",
    ChangeKind.DATA_CHANGED: "folded anew",
}
