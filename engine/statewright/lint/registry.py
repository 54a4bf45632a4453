"""The registry: every rule once, in the order of the codes.

Nothing else lists rules: docs/rules.md, `statewright rules`, the metadata of reports and the tests all come
from here.
"""

from __future__ import annotations

from functools import cache
from itertools import chain

from statewright.lint.builtin_codes import branches, expressions, fields, files, states
from statewright.lint.rule import Rule
from statewright.lint.rules import (
    commands,
    data,
    documentation,
    events,
    gaps,
    graph,
    guards,
    names,
    payloads,
    roles,
    sizes,
    text,
    wording,
)

_FAMILIES = (
    *(files, states, branches, expressions, fields),
    *(text, graph, events, commands, guards, gaps, roles),
    *(payloads, sizes, data, names, wording, documentation),
)


@cache
def rules() -> tuple[Rule, ...]:
    """All of them, sorted by code."""
    return tuple(sorted(chain.from_iterable(family.RULES for family in _FAMILIES), key=_id))


def rule_called(name: str) -> Rule | None:
    """The rule with this code or slug, in any case; None where there is none."""
    wanted = name.casefold()
    return next((rule for rule in rules() if wanted in (rule.code.id.casefold(), rule.slug)), None)


def _id(rule: Rule) -> str:
    return rule.code.id
