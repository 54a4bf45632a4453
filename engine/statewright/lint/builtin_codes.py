"""Documents the codes that no rule function reports.

Their findings are made while a definition is read and flattened, from its comments, or across files.
"""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import Rule

BUILTIN_CODES = (
    Rule(
        Code.SYNTAX,
        why="The text is neither YAML nor JSON, or not UTF-8, so nothing can be said about what it means.",
    ),
    Rule(
        Code.DUPLICATE_KEY,
        why="YAML and JSON readers silently keep one of two entries with the same key, mostly the last.",
    ),
    Rule(
        Code.YAML_FEATURE,
        why="Anchors, aliases, merge keys, tags and several documents make a file mean what is not written "
        "in it, and can make it grow without bound. JSON has none of them.",
    ),
    Rule(
        Code.SHAPE,
        why="A key is missing, or its value is not what the schema of definitions asks for.",
    ),
    Rule(
        Code.UNKNOWN_KEY,
        why="A key that nobody knows would have no effect. The nearest known one is offered.",
    ),
    Rule(
        Code.UNUSED_IGNORE,
        why="A comment that ignores nothing, gives no reason or cannot be read outlives its cause and may "
        "one day hide a mistake. The form is `# statewright: ignore[CODE] reason`.",
        fix="Remove the codes that nothing needs, and with the last of them the comment. One that gives no "
        "reason or cannot be read stays.",
    ),
    Rule(
        Code.LIMIT,
        why="A file has at most 256 KiB, 64 levels and 20,000 values, and its numbers fit in 64 bits, so "
        "that no file takes more than a second to read.",
    ),
    Rule(
        Code.MACHINE_TWICE,
        why="Streams belong to a machine by its name. Two files with one name cannot be loaded or published "
        "together, and which of them an aggregate would follow is chance.",
    ),
    Rule(
        Code.UNKNOWN_STATE,
        why="The name of the state means none of those that can be seen from there.",
    ),
    Rule(
        Code.FINAL_STATE,
        why="A final state is the end: what it would accept could never be sent.",
    ),
    Rule(
        Code.INITIAL,
        why="A composite state is entered through its first child, which `initial` names. A state without "
        "children has none.",
    ),
    Rule(
        Code.DUPLICATE_BRANCH,
        why="Branches are tried in order, so of two with the same guard and roles only the first is ever "
        "taken.",
    ),
    Rule(
        Code.UNREACHABLE_BRANCH,
        why="A branch before it has no guard, or the same one, and is open to the same or more roles.",
    ),
    Rule(
        Code.REPLAY_RULE,
        why="A stored event must say where it led without any guard being asked again. So from each state "
        "all branches that emit the event lead to the same state, and replay is a function.",
    ),
    Rule(
        Code.UNKNOWN_EVENT,
        why="Where `events` are listed, only those can be emitted. A slip would store a fact that nothing "
        "applies.",
    ),
    Rule(
        Code.UNKNOWN_FIELD,
        why="`set`, `with` or `optional` names a field that is not declared there.",
    ),
    Rule(
        Code.RENAME,
        why="An old name leads stored events to one state, event or field. It must be free today, and old "
        "for only one of them.",
    ),
    Rule(
        Code.UNKNOWN_COMMAND,
        why="Where `commands` are listed, only those can come in. A slip would accept what nobody can send.",
    ),
    Rule(
        Code.EXPRESSION_SYNTAX,
        why="The text is no expression of CEL, or uses a part of it that is left out here.",
    ),
    Rule(
        Code.EXPRESSION_TYPE,
        why="An unknown field, an operator between types that do not meet, a value that may be null or "
        "absent where it is used: found here, before it refuses a command at night.",
    ),
    Rule(
        Code.RESERVED_CODE,
        why="The engine refuses with codes of its own. An author's refusal under one of them could not be "
        "told from the engine's.",
    ),
    Rule(
        Code.FIELD_SOURCE,
        why="A required field of the event comes from the command's field of the same name, or from `with`. "
        "Here neither has a value that fits.",
    ),
    Rule(
        Code.TIMEOUT,
        why="When the time is over the timer sends the command without payload and without roles. Every "
        "state that the timeout is for must accept it so.",
    ),
    Rule(
        Code.BRANCH_KEYS,
        why="A branch either refuses or has an outcome, and one that stores nothing cannot lead anywhere: "
        "no event would say so.",
    ),
    Rule(
        Code.PAYLOAD_SCHEMA,
        why="The schema of a field contradicts itself, or uses a keyword that says nothing about its type.",
    ),
    Rule(
        Code.DEFAULT,
        why="Data fields begin with their default, so each needs one, and a default must fit its own schema.",
    ),
    Rule(
        Code.INVARIANT,
        why="A new aggregate breaks the invariant already, so no command could ever be accepted.",
    ),
    Rule(
        Code.UPCAST,
        why="Stored events of every older version come to today's through a chain of upcasts, one from each "
        "version to the next. Here one is missing, or leads beyond.",
    ),
)
