"""Rules about the roles that can send a command and use its branches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from statewright.diagnostics import Code, nearest
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

_LIKENESS_MIN = 0.85  # matches "custmer" and "customer", but not "seller" and "buyer"


@rule(
    Code.ROLES_APART,
    why="The branch is for roles that are not allowed to send the command. Only an actor who also has one of "
    "the allowed roles can use it.",
    needs={Basis.KEYS},
)
def roles_apart(context: LintContext) -> Iterator[Diagnostic]:
    commands = context.definition.commands or {}
    for name, branch in context.branches():
        senders = commands[name].roles if name in commands else ()
        if branch.roles and senders and set(branch.roles).isdisjoint(senders):
            required = f'command "{name}", which requires {named(list(senders))}'
            message = f"{named(list(branch.roles))} cannot send {required}"
            yield Diagnostic((*branch.path, "roles"), message, about=branch.roles)


@rule(
    Code.MISSPELT_ROLE,
    why="A role that is used once is very similar to one that is used several times. Roles are not declared, "
    "so a typo creates a new role that no actor has.",
    needs={Basis.KEYS},
)
def misspelt_roles(context: LintContext) -> Iterator[Diagnostic]:
    uses = list(_uses(context))
    counts = Counter(role for role, _ in uses)
    frequent = [role for role, count in counts.items() if count > 1]
    for role, path in uses:
        other = nearest(role, frequent) if counts[role] == 1 else None
        if other is not None and _is_almost(role, other) and not context.damage.mentions(role):
            yield Diagnostic(path, f'role "{role}" is used only here; did you mean "{other}"?')


def _is_almost(role: str, other: str) -> bool:
    swapped = sorted(role) == sorted(other)
    return swapped or SequenceMatcher(None, role, other).ratio() >= _LIKENESS_MIN


def _uses(context: LintContext) -> Iterator[tuple[str, DocumentPath]]:
    """Every mention of a role, with its place."""
    for command in (context.definition.commands or {}).values():
        for number, role in enumerate(command.roles):
            yield role, ("commands", command.name, "roles", number)
    for _, branch in context.branches():
        for number, role in enumerate(branch.roles):
            yield role, (*branch.path, "roles", number)
