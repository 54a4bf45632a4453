"""Documentation for the codes that no rule function reports.

Their findings come from reading and flattening a definition, from its comments, or from comparing files.
"""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import Rule

_REASONS = {
    Code.SYNTAX: "The file is neither valid YAML nor valid JSON, or it is not UTF-8. No other rule can check "
    "it.",
    Code.DUPLICATE_KEY: "Most YAML and JSON parsers silently keep only one of two entries with the same key, "
    "usually the last one.",
    Code.YAML_FEATURE: "Anchors, aliases, merge keys, tags and multiple documents are not supported. They "
    "make definitions hard to read, can expand a small file into a huge one, and have no equivalent in "
    "JSON.",
    Code.SHAPE: "A required key is missing, or a value does not match the schema for definitions.",
    Code.UNKNOWN_KEY: "An unknown key would have no effect, so a typo could silently drop a guard or a "
    "timeout.",
    Code.LIMIT: "A file can have at most 256 KiB, 64 levels of nesting and 20,000 values, and its numbers "
    "must fit in 64 bits. Within these limits every file can be read in less than a second.",
    Code.MACHINE_TWICE: "Two files define the same machine. They cannot be loaded or published together, "
    "because streams are stored under the name of their machine.",
    Code.UNKNOWN_STATE: "The name does not match any state that is visible at this place.",
    Code.FINAL_STATE: "A final state ends the life of an aggregate, so it cannot accept commands, have a "
    "timeout or contain other states.",
    Code.INITIAL: "A composite state needs `initial`, the child that is entered first. A state without "
    "children cannot have one.",
    Code.DUPLICATE_BRANCH: "Two branches have the same guard and roles. Branches are tried in order, so the "
    "second one is never used.",
    Code.UNREACHABLE_BRANCH: "An earlier branch without a guard, or with the same guard, takes every command "
    "that this branch could take.",
    Code.REPLAY_RULE: "Replay does not evaluate guards, so a stored event must determine the next state on "
    "its own. All branches of a state that emit the same event must have the same target.",
    Code.UNKNOWN_EVENT: "If a definition declares `events`, only those can be emitted. A misspelled name "
    "would store an event that changes no data.",
    Code.UNKNOWN_FIELD: "`set`, `with` or `optional` names a field that is not declared.",
    Code.RENAME: "`renamed_from` must map each old name to one state, event or field. An old name must not "
    "be in use now or be the old name of anything else.",
    Code.UNKNOWN_COMMAND: "If a definition declares `commands`, only those can be sent. A branch for another "
    "name could never be used.",
    Code.EXPRESSION_SYNTAX: "The text is not a valid CEL expression, or it uses a part of CEL that is not "
    "supported.",
    Code.EXPRESSION_TYPE: "The expression uses an unknown field, combines types that do not match, or uses a "
    "value that may be null or absent. At run time such an expression would refuse the command.",
    Code.CONSTANT_OUTSIDE_SCHEMA: "The schema of the field does not allow this constant, so every command "
    "that assigns it is refused. Constants inside lists and maps are checked too.",
    Code.RESERVED_CODE: "The engine uses this code for its own refusals. Callers could not distinguish "
    "your refusal from the engine's.",
    Code.FIELD_SOURCE: "A required field of an event has no value. It must come from the command field of "
    "the same name or from `with`, with a type that matches.",
    Code.TIMEOUT: "The timeout cannot fire. A timer sends its command without a payload and without roles, "
    "and every state that the timeout covers must accept it in this form.",
    Code.BRANCH_KEYS: "A branch either refuses a command or emits events. Without an event it cannot change "
    "the state, because nothing would be stored.",
    Code.PAYLOAD_SCHEMA: "The schema of a field contradicts itself, or it uses a keyword that does not apply "
    "to the type of the field.",
    Code.DEFAULT: "Every data field needs a default, the value it has in a new aggregate. The default must "
    "match the schema of the field.",
    Code.INVARIANT: "The data of a new aggregate already violates the invariant, which must hold at "
    "all times.",
    Code.UPCAST: "Stored events of older versions are converted step by step, from each version to the next. "
    "One of these steps is missing, or there is a step for a version that does not exist.",
}

BUILTIN_CODES = (
    *(Rule(code, why) for code, why in _REASONS.items()),
    Rule(
        Code.UNUSED_IGNORE,
        why="The comment ignores nothing, has no reason, or does not have the form `# statewright: "
        "ignore[CODE] reason`. An unused ignore can hide a new mistake later.",
        fix="Remove unused codes, and the comment if no code is left. Comments without a reason or in "
        "another form are not changed.",
    ),
)
