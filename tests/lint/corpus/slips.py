"""Slips: one word, sign or line of a correct definition is wrong.

Each row has the name of the slip, the expected code, a pattern for the place, and the replacement.
"""

from __future__ import annotations

from statewright.diagnostics import Code
from tests.lint.corpus.planting import misspelt, slip

_BRANCH_ASKEW = (
    *(Code.UNKNOWN_EVENT, Code.FIELD_SOURCE, Code.REPLAY_RULE, Code.BRANCH_KEYS),
    *(Code.UNREACHABLE_BRANCH, Code.DUPLICATE_BRANCH),
)

_TEXT = (
    slip("tab as indentation", Code.SYNTAX, r"^(  )[a-z]\w+:", "\t"),
    slip("bracket lost at the end of a line", Code.SYNTAX, r"^ +\w.*\{.*(\})$", ""),
    slip(
        "expression that begins with a quote",
        Code.SYNTAX,
        r'- \{guard: (command\.(\w+) == ("\w+")),',
        r"\3 == command.\2",
    ),
    slip("comma lost", Code.SYNTAX, r'^ .*(, )"\w+": ', " "),
    slip("line pasted twice", Code.DUPLICATE_KEY, r"^(  \w+: \{.*\}\n)", r"\1\1", below=1),
    slip(
        "key given twice in brackets", Code.DUPLICATE_KEY, r"<target>@(?P<here>)(?=[,}])", r', "target": "\1"'
    ),
    slip("country of Norway", Code.YAML_1_1, r"enum: \[[a-z_, ]+()\]", ", no", also=[Code.GUARD_GAP]),
    slip("version with a leading zero", Code.YAML_1_1, r"^version: ()\d$", "01"),
    slip("opening hours in meta", Code.YAML_1_1, r"^(initial: )", r"meta: {opens: 9:30}\n\1"),
    slip("anchor for reuse", Code.YAML_FEATURE, r"^  \w+: ()\{type:", "&field "),
    slip("negation without quotes", Code.YAML_FEATURE, r"<guard>()\w+\.\w+,", "!"),
    slip(
        "two machines in one file",
        Code.YAML_FEATURE,
        r"(?<!\})\n()\Z",
        "---\nmachine: another\ninitial: idle\n",
    ),
)

_SHAPE = (
    slip("type in the words of another language", Code.SHAPE, r"<type>~(string|integer|number)\b", "int32"),
    slip("misspelt type", Code.SHAPE, r"\w: ~(string|integer)~[,}]", misspelt),
    slip("yes for true", Code.SHAPE, r"final: (true)", "yes"),
    slip(
        "one role without its list",
        Code.SHAPE,
        r'<roles>(\[("?\w+"?)\])',
        r"\2",
        also=[Code.DUPLICATE_BRANCH],
    ),
    slip("version as text", Code.SHAPE, r"^ *<version>(\d+)", r'"\1"', also=[Code.UPCAST]),
    slip("timeout in seconds", Code.SHAPE, r"<after>(~P\w+~)", "86400"),
    slip("refusal code with blanks", Code.SHAPE, r"<reject>@", "NOT POSSIBLE", also=[Code.NAMING]),
    slip(
        "misspelt key of a branch",
        Code.UNKNOWN_KEY,
        r"[{ ]~(emit|target|guard|reject|message)~: ",
        misspelt,
        also=_BRANCH_ASKEW,
    ),
    slip(
        "misspelt key of a state",
        Code.UNKNOWN_KEY,
        r"[{ ]~(accepts|final|timeout)~:",
        misspelt,
        also=[Code.TIMEOUT],
    ),
    slip(
        "misspelt key of the file",
        Code.UNKNOWN_KEY,
        r"^(?:  )?~(invariants|events|commands|states)~:",
        misspelt,
        also=[Code.SHAPE, Code.UNKNOWN_STATE],
    ),
    slip(
        "ignore that outlived its cause",
        Code.UNUSED_IGNORE,
        r"^  \w+: \{.*\}()$",
        "  # statewright: ignore[SW103] still in use",
    ),
    slip(
        "ignore without a reason", Code.UNUSED_IGNORE, r"^  \w+: \{.*\}()$", "  # statewright: ignore[SW312]"
    ),
    slip("bound beyond 64 bits", Code.LIMIT, r"m(?:ax|in)imum~: (\d+)", "99999999999999999999"),
)

_STATES = (
    slip("misspelt target", Code.UNKNOWN_STATE, r"<target>@", misspelt),
    slip("misspelt first state", Code.UNKNOWN_STATE, r"^ *<initial>@", misspelt),
    slip("target in the words of people", Code.UNKNOWN_STATE, r"<target>@", "finished"),
    slip("end without final", Code.DEAD_END, r"^ +~\w+~: \{(~final~: true)", ""),
    slip(
        "end made first",
        Code.INITIAL_IS_FINAL,
        r"^initial: (\w+)(?=(?:.*\n)*  (\w+): \{final: true\})",
        r"\2",
        also=[Code.UNREACHABLE_STATE],
    ),
    slip("first state of a composite forgotten", Code.INITIAL, r"^(    initial: \w+\n)", "", below=-1),
    slip(
        "way out that leads back",
        Code.TRAP_STATE,
        r"^ +~(\w+)~: \{~accepts~: \{~(?:Repair|Release)~: (?:\{~emit~: ~\w+~, ~target~: )?~(?P<here>\w+)",
        r"\1",
    ),
    slip(
        "old name that is still in use",
        Code.RENAME,
        r"^initial: (\w+)\n(?:.*\n)*?.*final: true(?P<here>)(?=[,}])",
        r", renamed_from: [\1]",
    ),
)

_COMMANDS = (
    slip(
        "misspelt command",
        Code.UNKNOWN_COMMAND,
        r"^ {6}(?:  )*\"?([A-Z]\w+)\"?:(?: \{| \[|$)",
        misspelt,
        within="states",
        also=[Code.TIMEOUT],
    ),
    slip("duration in plain words", Code.TIMEOUT, r"<after>(~P\w+~)", '"3 days"'),
    slip("duration in hours", Code.TIMEOUT, r"<after>(~P\w+~)", '"24h"'),
    slip("misspelt command of a timeout", Code.TIMEOUT, r"<after>[^}]*<command>@", misspelt),
    slip("engine's code as one's own", Code.RESERVED_CODE, r"<reject>@", "NOT_ACCEPTED"),
    slip(
        "refusal with a target",
        Code.BRANCH_KEYS,
        r"<target>@.*\n(?:.*\n)*?.*<reject>@(?P<here>)(?=[,}])",
        r', "target": "\1"',
        also=[Code.UNKNOWN_STATE],
    ),
    slip("nothing stored and yet moved", Code.BRANCH_KEYS, r"<emit>(~\w+~), ~target", "[]"),
    slip(
        "shouting role",
        Code.CASE_CLASH,
        r"<roles>\[([a-z])(\w+).*\n(?:.*\n)*?.*<roles>\[(?:\w+, )?(?P<here>\1)\2\b",
        lambda letter, _: letter.upper(),
        also=[Code.ROLES_APART, Code.MISSPELT_ROLE],
    ),
)

_EVENTS = (
    slip("misspelt event", Code.UNKNOWN_EVENT, r"<emit>@", misspelt, also=[Code.EVENT_NEVER_EMITTED]),
    slip(
        "event named like its command",
        Code.UNKNOWN_EVENT,
        r"^ {6}(?:  )*([A-Z]\w+):.*<emit>(?P<here>\w+)",
        r"\1",
    ),
    slip(
        "setter forgotten",
        Code.EVENT_NOT_APPLIED,
        r"(, set: \{(\w+): event\.\2\})",
        "",
        also=[Code.DATA_NEVER_SET, Code.DATA_UNUSED],
    ),
    slip("field set to itself", Code.SETTER_WITHOUT_EFFECT, r"(\w+)~: ~(?P<here>event)\.\1\b", "data"),
    slip("misspelt field of the data", Code.UNKNOWN_FIELD, r"<set>\{@: ", misspelt),
    slip("misspelt field under with", Code.UNKNOWN_FIELD, r"<with>\{@: ", misspelt, also=[Code.FIELD_SOURCE]),
    slip(
        "version raised without an upcast", Code.UPCAST, r"^    version: (\d)\n.*\n    upcast:$", "7", below=2
    ),
    slip("upcast forgotten", Code.UPCAST, r"^    upcast:\n(      1: .*\n)(?=      2)", "", below=-1),
)

_EXPRESSIONS = (
    slip("and in words", Code.EXPRESSION_SYNTAX, r"<guard>.*?(&&)", "and"),
    slip("single equals sign", Code.EXPRESSION_SYNTAX, r"<guard>[^,]*?(==)", "="),
    slip("unequal in another language", Code.EXPRESSION_SYNTAX, r"<guard>[^,]*?(!=)", "<>"),
    slip("otherwise forgotten", Code.EXPRESSION_SYNTAX, r" \? .*?( : (?:null|'\w+'))", ""),
    slip("bracket never closed", Code.EXPRESSION_SYNTAX, r"<guard>~()(?:command|data)\.\w+ [<>]", "("),
    slip(
        "misspelt field in a guard",
        Code.EXPRESSION_TYPE,
        r"<guard>[^,]*?(?:data|command)\.(\w{3,})",
        misspelt,
    ),
    slip("misspelt field in a setter", Code.EXPRESSION_TYPE, r"<set>.*?: \"?event\.(\w{3,})", misspelt),
    slip("field without its root", Code.EXPRESSION_TYPE, r"<guard>[^,]*?((?:command|data)\.)\w+ [<>=]", ""),
    slip("double beside an integer", Code.EXPRESSION_TYPE, r"<guard>[^,]*?[<>]=? [1-9]\d*()(?=[,\"])", ".0"),
    slip("text beside an integer", Code.EXPRESSION_TYPE, r"<guard>~data\.\w+ [<>]=? (\d+)[,\"]", "'3'"),
    slip("null not thought of", Code.EXPRESSION_TYPE, r"(data\.\w+ != null \? (data\.\w+) : '\w+')", r"\2"),
    slip("absence not thought of", Code.EXPRESSION_TYPE, r"(has\(\w+\.\w+\) && )", ""),
    slip(
        "guard that is a number", Code.EXPRESSION_TYPE, r"<guard>~(?:command|data)\.\w+( [<>]=? \d+)[,\"]", ""
    ),
    slip("command in a setter", Code.EXPRESSION_TYPE, r"<set>.*?: ~(event)\.\w+[},\"]", "command"),
    slip(
        "text that no enum has",
        Code.GUARD_NEVER_HOLDS,
        r"<guard>~(?:command|data)\.\w+ == \\?\"(\w{3,})",
        misspelt,
    ),
    slip("source of a field forgotten", Code.FIELD_SOURCE, r"(, ~with~: \{[^}]*\})", ""),
    slip("strict beginning of an invariant", Code.INVARIANT, r"<check>~data\.\w+ (>=) 0", ">"),
)

_FIELDS = (
    slip(
        "bounds the wrong way round",
        Code.PAYLOAD_SCHEMA,
        r"<minimum>([1-9]\d*), <maximum>(?:\d+)",
        "2000000000",
    ),
    slip("length of a number", Code.PAYLOAD_SCHEMA, r"<type>~integer~(?P<here>), ", ', "maxLength": 9'),
    slip("bound of a text", Code.PAYLOAD_SCHEMA, r"<type>~string~, (~maxLength~): ", '"maximum"'),
    slip("default forgotten", Code.DEFAULT, r"<type>[^}]*?(, ~default~: [^,}]+)\}", "", within="data"),
    slip("default in quotes", Code.DEFAULT, r"<default>(\d+)", r'"\1"', within="data"),
    slip(
        "length without a bound",
        Code.UNBOUNDED_PAYLOAD,
        r"<type>~string~(, ~maxLength~: \d+)\}",
        "",
        within="commands",
    ),
    slip(
        "list without a bound",
        Code.UNBOUNDED_PAYLOAD,
        r"\}(, (?:minItems: \d+, )?maxItems: \d+)\}",
        "",
        within="commands",
    ),
    slip("personal data unmarked", Code.UNMARKED_PERSONAL_DATA, r"(, x-pii: true)", ""),
)

_NAMES = (
    slip("editors left alone", Code.NO_MODELINE, r"\A(# yaml-language-server.*\n)(?=(?:.*\n){51})", ""),
    slip("code in the style of a class", Code.NAMING, r"<reject>@", "NotPossible"),
)

SLIPS = (*_TEXT, *_SHAPE, *_STATES, *_COMMANDS, *_EVENTS, *_EXPRESSIONS, *_FIELDS, *_NAMES)
