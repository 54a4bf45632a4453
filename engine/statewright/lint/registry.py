"""The list of all rules, one per code.

Contains the rules that are defined in the modules below and in `builtin_codes`.
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
    """Return all rules, sorted by code."""
    defined = (value for module in _MODULES for value in vars(module).values() if isinstance(value, Rule))
    return tuple(sorted((*BUILTIN_CODES, *defined), key=lambda rule: rule.code.id))


def find_rule(name: str) -> Rule | None:
    """Return the rule with this code or slug, ignoring case, or None."""
    wanted = name.casefold()
    return next((rule for rule in rules() if wanted in (rule.code.id.casefold(), rule.slug)), None)
