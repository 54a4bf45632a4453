"""Every kind of change that a comparison reports, and its consequence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum


class Consequence(StrEnum):
    """Ordered from worst to best."""

    REPLAY = "breaks replay"
    UPCASTER = "needs an upcaster"
    COMMAND = "breaks senders"
    SAFE = "safe"


class ChangeKind(Enum):
    """Ids are stable and never reused, because acceptances refer to them."""

    MACHINE_ADDED = ("CP01", Consequence.SAFE, "a machine is added")
    STATE_ADDED = ("CP02", Consequence.SAFE, "a state is added; no stored stream is in it")
    COMMAND_ADDED = ("CP03", Consequence.SAFE, "a command is added")
    EVENT_ADDED = (
        "CP04",
        Consequence.SAFE,
        "an event or a transition is added; no stored stream contains it",
    )
    FIELD_ADDED = ("CP05", Consequence.SAFE, "an event gets a new optional field")
    PAYLOAD_LOOSENED = ("CP06", Consequence.SAFE, "a payload accepts more values")
    RENAMED = ("CP07", Consequence.SAFE, "something is renamed and declares its old name")
    VERSION_RAISED = (
        "CP08",
        Consequence.SAFE,
        "an event's version is raised, and its upcasts cover every stored value",
    )
    FIELD_UNREAD = ("CP28", Consequence.SAFE, "an event field that no setter read is removed")
    DATA_CHANGED = ("CP09", Consequence.SAFE, "a data field is added or removed, or accepts more values")

    MACHINE_REMOVED = ("CP10", Consequence.REPLAY, "a machine is removed; its streams have no definition")
    INITIAL_CHANGED = ("CP11", Consequence.REPLAY, "every stream starts in a different state")
    START_CHANGED = ("CP12", Consequence.REPLAY, "every stream starts with a different value")
    MOVE_CHANGED = ("CP13", Consequence.REPLAY, "a stored event moves to a different state")
    MOVE_REMOVED = ("CP14", Consequence.REPLAY, "a stored event no longer has a transition from a state")
    EVENT_REMOVED = ("CP15", Consequence.REPLAY, "a stored event is no longer known")
    STATE_REMOVED = ("CP16", Consequence.REPLAY, "a state is removed that stored streams may have entered")
    SET_CHANGED = ("CP17", Consequence.REPLAY, "a stored event sets different data, or may fail to")
    STATE_RENAMED = ("CP18", Consequence.REPLAY, "a state is renamed without declaring its old name")
    RENAME_DROPPED = (
        "CP19",
        Consequence.REPLAY,
        "a former name that stored streams contain is no longer declared",
    )
    UPCASTER_CHANGED = ("CP20", Consequence.REPLAY, "a released upcast is edited")
    UPCAST_FAILS = ("CP21", Consequence.REPLAY, "a stored event may fail to upcast to the current version")
    VERSION_KEPT = ("CP22", Consequence.REPLAY, "replay changes, but the machine's version is not raised")

    EVENT_RENAMED = ("CP23", Consequence.UPCASTER, "an event is renamed without declaring its old name")
    FIELD_REQUIRED = (
        "CP24",
        Consequence.UPCASTER,
        "an event field is now required, but stored events lack it",
    )
    FIELD_NARROWED = ("CP25", Consequence.UPCASTER, "stored values of an event field may no longer fit")
    VALUE_REMOVED = (
        "CP26",
        Consequence.UPCASTER,
        "stored events may contain a value that is no longer allowed",
    )
    FIELD_REMOVED = ("CP27", Consequence.UPCASTER, "an event field that a setter read is removed")

    COMMAND_REMOVED = ("CP30", Consequence.COMMAND, "a command is removed")
    COMMAND_RENAMED = ("CP31", Consequence.COMMAND, "a command is renamed")
    PAYLOAD_NARROWED = ("CP32", Consequence.COMMAND, "a payload that was valid is now invalid")
    TIGHTENED = ("CP33", Consequence.COMMAND, "a command that was accepted is now refused")
    LOOSENED = ("CP34", Consequence.COMMAND, "a command that was refused is now accepted")
    NOT_ACCEPTED = ("CP35", Consequence.COMMAND, "a state no longer lists a command")
    OTHER_EVENTS = ("CP36", Consequence.COMMAND, "a command emits different events")
    OTHER_REFUSAL = ("CP37", Consequence.COMMAND, "a refusal has a different code or `on_refusal`")
    ROLES_TIGHTENED = ("CP38", Consequence.COMMAND, "an actor who was allowed is now refused")
    FINAL = ("CP39", Consequence.COMMAND, "a state is now final")
    INVARIANT_TIGHTENED = ("CP40", Consequence.COMMAND, "data that was allowed is now refused")
    TIMEOUT_CHANGED = (
        "CP41",
        Consequence.COMMAND,
        "a timeout is due at a different time or sends a different command",
    )
    DEFAULT_CHANGED = ("CP42", Consequence.COMMAND, "a missing command field now means a different value")

    # Changes that no rule above covers, so that every difference is reported.
    REPLAY_NOT_SHOWN = (
        "CP43",
        Consequence.REPLAY,
        "an element that affects replay changed; no effect was shown",
    )
    DECISION_NOT_SHOWN = (
        "CP44",
        Consequence.COMMAND,
        "an element that affects decisions changed; no effect was shown",
    )

    def __init__(self, id: str, consequence: Consequence, meaning: str) -> None:
        self.id = id
        self.consequence = consequence
        self.meaning = meaning


# Why a change is safe. The documentation explains each proof under this name.
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
