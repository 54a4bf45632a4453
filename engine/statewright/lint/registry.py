"""The registry of rules: every code once, sorted by code.

It is the only list of rules. A rule belongs to it if it is defined in one of the modules below or in
`builtin_codes`.
"""

from __future__ import annotations

from functools import cache

from statewright.lint.builtin_codes import BUILTIN_CODES
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
    sources,
    state_literals,
    text,
)

_MODULES = (
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
    sources,
    state_literals,
    text,
)


@cache
def rules() -> tuple[Rule, ...]:
    """All of them, sorted by code."""
    defined = (value for module in _MODULES for value in vars(module).values() if isinstance(value, Rule))
    return tuple(sorted((*BUILTIN_CODES, *defined), key=lambda rule: rule.code.id))


def find_rule(name: str) -> Rule | None:
    """The rule with this code or slug, in any case; None if there is no such rule."""
    wanted = name.casefold()
    return next((rule for rule in rules() if wanted in (rule.code.id.casefold(), rule.slug)), None)
