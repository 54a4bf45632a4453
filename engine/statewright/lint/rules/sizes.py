"""The rule about sizes: the events of a command must fit into one commit.

It computes a lower bound for the size of the largest payload, so every finding is certain.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from json import dumps

from statewright.analysis.schemas import Schema, types_of
from statewright.diagnostics import Code
from statewright.language.model import Definition
from statewright.lint.context import LintContext
from statewright.lint.rule import Diagnostic, rule
from statewright.machine.size_limits import COMMIT_BYTES_MAX


@rule(
    Code.COMMIT_TOO_LARGE,
    why="The events of one command can exceed 350 KiB, the limit for one commit. A command with such a "
    "payload is refused as invalid. Lower the bounds, or store large content elsewhere and keep its address.",
)
def commits_too_large(context: LintContext) -> Iterator[Diagnostic]:
    """One finding per command, at the first branch that can emit too much."""
    sizes_of = cache(partial(_sizes, context.definition))
    reported: set[str] = set()
    for command, branch in context.branches():
        sizes: Counter[str] = Counter()
        for emission in branch.emits:
            sizes.update(sizes_of(command, emission.event, frozenset(emission.overrides)))
        if command not in reported and sizes.total() > COMMIT_BYTES_MAX:
            reported.add(command)
            ((largest, _),) = sizes.most_common(1)
            message = (
                f'the events of command "{command}" can reach {sizes.total():,} bytes, but a commit is '
                f'limited to {COMMIT_BYTES_MAX:,}; lower the bounds of "{largest}"'
            )
            yield Diagnostic(branch.path, message, about=(command,))


def _sizes(definition: Definition, command: str, event: str, overridden: frozenset[str]) -> dict[str, int]:
    """The size by field that both the command and the event allow, without fields that have no bound."""
    sent = definition.commands[command].payload.fields if definition.commands else {}
    copied = {name: field for name, field in sent.items() if name not in overridden}
    stored = definition.events[event].payload.fields if definition.events else copied
    sizes = {
        name: _size([fields[name].schema for fields in (stored, copied) if name in fields]) for name in stored
    }
    return {name: int(size) for name, size in sizes.items() if math.isfinite(size)}


def _size(schemas: Sequence[Schema]) -> float:
    """A lower bound in bytes for the largest JSON value that fits all schemas; infinite without a bound.

    Values with a pattern or unique items count as 0, because their maximum size is hard to compute.
    """
    keywords = set().union(*schemas)
    if keywords & {"pattern", "uniqueItems"}:
        return 0
    if keywords & {"const", "enum"}:
        return min(_longest(schema) for schema in schemas if schema.keys() & {"const", "enum"})
    types = set().union(*map(types_of, schemas))
    if "string" in types:
        return _lowest("maxLength", schemas) + 2
    if "array" in types:
        items = _lowest("maxItems", schemas)
        return items * (_size([schema.get("items", {}) for schema in schemas]) + 1) if items else 2
    if "object" in types:
        return _size_of_mapping([schema["properties"] for schema in schemas if "properties" in schema])
    return 1 if types else math.inf


def _longest(schema: Schema) -> int:
    choices = schema.get("enum", (schema.get("const"),))
    return max(len(dumps(choice, ensure_ascii=False, separators=(",", ":"))) for choice in choices)


def _lowest(bound: str, schemas: Sequence[Schema]) -> float:
    return min(float(schema.get(bound, math.inf)) for schema in schemas)


def _size_of_mapping(declared: Sequence[Mapping[str, Schema]]) -> float:
    if not declared:
        return math.inf
    shared = set(declared[0]).intersection(*declared)
    return sum(len(name) + 4 + _size([properties[name] for properties in declared]) for name in shared)
