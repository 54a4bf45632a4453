"""Rewritings of a definition that keep its meaning, so every verdict must be safe."""

from __future__ import annotations

ORIGINAL = """
machine: desk
version: 1
initial: open
types:
  money: {type: integer, minimum: 0, maximum: 900}
data:
  n: {type: integer, default: 0}
  sum: {type: integer, default: 0}
  rate: {type: number, minimum: 0, maximum: 100, default: 1.5}
  names: {type: array, items: {type: string}, default: []}
  on: {type: boolean, default: false}
  kind: {type: string, enum: [small, large], default: small}
  note: {type: [string, "null"], default: null}
commands:
  Put:
    payload:
      fee: {$ref: "#/types/money"}
      name: {type: string, pattern: '^[a-z]+$'}
      extra: {type: integer, default: 5}
    optional: [extra]
    roles: [clerk, owner]
  Go: {}
  Stop:
events:
  PutIn:
    payload: {fee: integer, name: string, extra: integer}
    optional: [extra]
    set: {sum: data.sum + event.fee, names: "data.names + [event.name]", n: data.n + 1}
  Went: {set: {on: "!data.on", n: "data.n + 60 * 60"}}
  Stopped: {version: 2, payload: {why: string}, upcast: {1: {why: "'none'"}}, set: {kind: "'large'"}}
states:
  open:
    accepts:
      Put:
        - {guard: "data.n < 50 && !data.on && command.fee > 2", emit: PutIn}
        - {guard: "data.names.exists(x, x == command.name)", reject: TWICE, on_refusal: drop}
        - {guard: "data.kind in ['small', 'large'] || data.n == 7", reject: NOT_NOW}
        - {reject: NEVER}
      Go:
        - {guard: "size(data.names) >= 3", emit: Went, target: busy}
        - {reject: FEW}
      Stop: {emit: Stopped, with: {why: "'asked'"}, target: done}
  busy:
    initial: first
    timeout: {after: PT2H, command: Stop}
    states:
      first:
        accepts:
          Go: {emit: Went, target: second}
          Stop: {emit: Stopped, with: {why: "'asked'"}, target: done}
      second:
        accepts:
          Stop: {emit: Stopped, with: {why: "'asked'"}, target: done}
  done: {final: true}
invariants:
  - {check: "data.sum <= 100000 || data.n == 0", message: Too rich.}
  - {check: "data.n >= 0", message: Below.}
"""

_STOP = """Stop: {emit: Stopped, with: {why: "'asked'"}, target: done}"""

# The name of each way, and the texts that it replaces.
REWRITINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "operands of a sum swapped": (("data.sum + event.fee", "event.fee + data.sum"),),
    "a counter's operands swapped": (("n: data.n + 1}", "n: 1 + data.n}"),),
    "operands of a conjunction swapped": (("data.n < 50 && !data.on", "!data.on && data.n < 50"),),
    "operands of a disjunction swapped": (
        ("data.sum <= 100000 || data.n == 0", "data.n == 0 || data.sum <= 100000"),
    ),
    "sides of a comparison swapped": (("command.fee > 2", "2 < command.fee"),),
    "the next integer": (("command.fee > 2", "command.fee >= 3"),),
    "a negated comparison": (("data.n < 50", "!(data.n >= 50)"),),
    "a double negation": (("!data.on && command", "!!!data.on && command"),),
    "the law of de Morgan": (("data.n < 50 && !data.on &&", "!(data.n >= 50 || data.on) &&"),),
    "a comparison with false": (("&& !data.on &&", "&& data.on == false &&"),),
    "sides of an equation swapped": (("x == command.name", "command.name == x"),),
    "another macro variable": (("exists(x, x == command.name)", "exists(each, each == command.name)"),),
    "a negated macro": (
        ("data.names.exists(x, x == command.name)", "!data.names.all(x, x != command.name)"),
    ),
    "choices in another order in an expression": (("['small', 'large']", "['large', 'small']"),),
    "equations for a membership": (
        ("data.kind in ['small', 'large']", "data.kind == 'small' || data.kind == 'large'"),
    ),
    "a function for a method": (("size(data.names)", "data.names.size()"),),
    "redundant parentheses": (("data.sum + event.fee", "(data.sum) + (event.fee)"),),
    "white space": (("data.sum + event.fee", '"data.sum   +  event.fee"'),),
    "a constant that is worked out": (("60 * 60", "3600"),),
    "other quotes in an expression": (("with: {why: \"'asked'\"}", "with: {why: '\"asked\"'}"),),
    "an escape in a text": (("upcast: {1: {why: \"'none'\"}}", "upcast: {1: {why: \"'n\\\\u006fne'\"}}"),),
    "a copy by name written out": (
        ("emit: PutIn}", "emit: PutIn, with: {fee: command.fee, name: command.name}}"),
    ),
    "the event in long form": (("emit: PutIn}", "emit: [{event: PutIn}]}"),),
    "one branch as a list": ((_STOP, f"Stop: [{_STOP[6:]}]"),),
    "a type written out": (('{$ref: "#/types/money"}', "{type: integer, minimum: 0, maximum: 900}"),),
    "a type of another name": (("  money: {", "  cents: {"), ("#/types/money", "#/types/cents")),
    "bounds with a fraction": (("minimum: 0, maximum: 900", "minimum: 0.0, maximum: 900.0"),),
    "bounds written otherwise": (
        ("minimum: 0, maximum: 900", "exclusiveMinimum: -1, exclusiveMaximum: 901"),
    ),
    "a length of at least nothing": (("{type: string, pattern", "{type: string, minLength: 0, pattern"),),
    "a list of at least nothing": (
        ("items: {type: string}, default", "items: {type: string}, minItems: 0, default"),
    ),
    "items that may repeat": (
        ("items: {type: string}, default", "items: {type: string}, uniqueItems: false, default"),
    ),
    "choices in another order": (("enum: [small, large]", "enum: [large, small]"),),
    "a description of a field": (
        ("n: {type: integer, default: 0}", "n: {type: integer, description: So many., default: 0}"),
    ),
    "an example and a title": (("pattern: '^[a-z]+$'", "pattern: '^[a-z]+$', examples: [abc], title: Name"),),
    "a default with a fraction": (
        ("  n: {type: integer, default: 0}", "  n: {type: integer, default: 0.0}"),
    ),
    "a whole number as a double": (("maximum: 100, default: 1.5", "maximum: 100.0, default: 1.50"),),
    "the short form of a type": (("payload: {why: string}", "payload: {why: {type: string}}"),),
    "roles in another order": (("roles: [clerk, owner]", "roles: [owner, clerk]"),),
    "optional fields in long form": (("  Go: {}", "  Go: {payload: {}, optional: []}"),),
    "a command without a value": (("  Go: {}", "  Go:"),),
    "a version spelt out": (("  Went: {set", "  Went: {version: 1, set"),),
    "another message of a refusal": (("reject: NEVER", "reject: NEVER, message: Never ever."),),
    "another message of an invariant": (("message: Too rich.", "message: Less is more."),),
    "invariants in another order": (
        ('  - {check: "data.n >= 0", message: Below.}\n', ""),
        ("invariants:\n", 'invariants:\n  - {check: "data.n >= 0", message: Below.}\n'),
    ),
    "a shared list moved to the composite": (
        (f"          {_STOP}\n      second:\n        accepts:\n          {_STOP}\n", "      second: {}\n"),
        ("    initial: first\n", f"    initial: first\n    accepts: {{{_STOP}}}\n"),
    ),
    "a target by its full name": (("target: second", "target: busy.second"),),
    "a duration written otherwise": (("PT2H", "PT120M"),),
    "a state under a declared new name": (
        ("      second:\n", "      last:\n        renamed_from: [second]\n"),
        ("target: second", "target: last"),
    ),
    "an event under a declared new name": (
        ("  Went: {set", "  Gone: {renamed_from: [Went], set"),
        ("emit: Went", "emit: Gone"),
    ),
    "a field of an event under a declared new name": (
        ("payload: {fee: integer, name", "payload: {cost: {type: integer, renamed_from: [fee]}, name"),
        ("data.sum + event.fee", "data.sum + event.cost"),
        ("emit: PutIn}", "emit: PutIn, with: {cost: command.fee}}"),
    ),
    "a data field under a declared new name": (
        ("  sum: {type: integer, default", "  total: {renamed_from: [sum], type: integer, default"),
        ("sum: data.sum + event.fee", "total: data.total + event.fee"),
        ("data.sum <=", "data.total <="),
    ),
    "tags and notes": (
        ("  busy:\n", "  busy:\n    tags: [slow]\n    meta: {team: desk}\n    description: Busy.\n"),
    ),
    "a comment": (("  busy:\n", "  busy: # while it runs\n"),),
    "a raised version of an event that changes nothing": (
        ("upcast: {1: {why: \"'none'\"}}", "upcast: {1: {why: \"'none'\"}, 2: {}}"),
        ("Stopped: {version: 2", "Stopped: {version: 3"),
    ),
    "a state that nothing leads to": (
        ("  done: {final: true}", "  done: {final: true}\n  never: {final: true}"),
    ),
}


def rewritten(name: str) -> str:
    """The text of a second version after this rewriting."""
    text = ORIGINAL.replace("version: 1\n", "version: 2\n", 1)
    for before, after in REWRITINGS[name]:
        assert before in text, before
        text = text.replace(before, after)
    return text
