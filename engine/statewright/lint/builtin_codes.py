"""Documents the codes that no rule function reports.

Their findings are made while a definition is read and flattened, from its comments, or across files.
"""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import Rule

_REASONS = {
    Code.SYNTAX: "The text is neither YAML nor JSON, or not UTF-8, so nothing can be said about what it "
    "means.",
    Code.DUPLICATE_KEY: "YAML and JSON readers silently keep one of two entries with the same key, mostly "
    "the last.",
    Code.YAML_FEATURE: "Anchors, aliases, merge keys, tags and several documents make a file mean what is "
    "not written in it, and can make it grow without bound. JSON has none of them.",
    Code.SHAPE: "A key is missing, or its value is not what the schema of definitions asks for.",
    Code.UNKNOWN_KEY: "A key that nobody knows would have no effect. The nearest known one is offered.",
    Code.LIMIT: "A file has at most 256 KiB, 64 levels and 20,000 values, and its numbers fit in 64 bits, so "
    "that no file takes more than a second to read.",
    Code.MACHINE_TWICE: "Streams belong to a machine by its name. Two files with one name cannot be loaded "
    "or published together, and which of them an aggregate would follow is chance.",
    Code.UNKNOWN_STATE: "The name of the state means none of those that can be seen from there.",
    Code.FINAL_STATE: "A final state is the end: what it would accept could never be sent.",
    Code.INITIAL: "A composite state is entered through its first child, which `initial` names. A state "
    "without children has none.",
    Code.DUPLICATE_BRANCH: "Branches are tried in order, so of two with the same guard and roles only the "
    "first is ever taken.",
    Code.UNREACHABLE_BRANCH: "A branch before it has no guard, or the same one, and is open to the same or "
    "more roles.",
    Code.REPLAY_RULE: "A stored event must say where it led without any guard being asked again. So from "
    "each state all branches that emit the event lead to the same state, and replay is a function.",
    Code.UNKNOWN_EVENT: "Where `events` are listed, only those can be emitted. A slip would store a fact "
    "that nothing applies.",
    Code.UNKNOWN_FIELD: "`set`, `with` or `optional` names a field that is not declared there.",
    Code.RENAME: "An old name leads stored events to one state, event or field. It must be free today, and "
    "old for only one of them.",
    Code.UNKNOWN_COMMAND: "Where `commands` are listed, only those can come in. A slip would accept what "
    "nobody can send.",
    Code.EXPRESSION_SYNTAX: "The text is no expression of CEL, or uses a part of it that is left out here.",
    Code.EXPRESSION_TYPE: "An unknown field, an operator between types that do not meet, a value that may be "
    "null or absent where it is used: found here, before it refuses a command at night.",
    Code.CONSTANT_OUTSIDE_SCHEMA: "A constant is assigned to a field whose schema excludes it, so what "
    "assigns it is always refused. Constants inside of lists and maps are found in their own place.",
    Code.RESERVED_CODE: "The engine refuses with codes of its own. An author's refusal under one of them "
    "could not be told from the engine's.",
    Code.FIELD_SOURCE: "A required field of the event comes from the command's field of the same name, or "
    "from `with`. Here neither has a value that fits.",
    Code.TIMEOUT: "When the time is over the timer sends the command without payload and without roles. "
    "Every state that the timeout is for must accept it so.",
    Code.BRANCH_KEYS: "A branch either refuses or has an outcome, and one that stores nothing cannot lead "
    "anywhere: no event would say so.",
    Code.PAYLOAD_SCHEMA: "The schema of a field contradicts itself, or uses a keyword that says nothing "
    "about its type.",
    Code.DEFAULT: "Data fields begin with their default, so each needs one, and a default must fit its own "
    "schema.",
    Code.INVARIANT: "A new aggregate breaks the invariant already, so no command could ever be accepted.",
    Code.UPCAST: "Stored events of every older version come to today's through a chain of upcasts, one from "
    "each version to the next. Here one is missing, or leads beyond.",
}

BUILTIN_CODES = (
    *(Rule(code, why) for code, why in _REASONS.items()),
    Rule(
        Code.UNUSED_IGNORE,
        why="A comment that ignores nothing, gives no reason or cannot be read outlives its cause and may "
        "one day hide a mistake. The form is `# statewright: ignore[CODE] reason`.",
        fix="Remove the codes that nothing needs, and with the last of them the comment. One that gives no "
        "reason or cannot be read stays.",
    ),
)
