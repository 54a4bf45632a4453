"""Rules about descriptions and editor support. They are advice, with one finding per file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from statewright.diagnostics import Code
from statewright.language.model import Notes
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

_LINES_MIN = 50  # shorter files fit on a screen and need less help
_DOCUMENTED_SHARE = 0.5  # more than that
_SHOWN_MAX = 5
_MODELINE = re.compile(r"#\s*(yaml-language-server:\s*\$schema=|\$schema:)")


@rule(
    Code.NO_MODELINE,
    why="The first line does not name the schema. With it, editors complete keys, show their descriptions "
    "and mark mistakes while you type. Reported for YAML files of more than 50 lines.",
    fix="Add the line `# yaml-language-server: $schema=…` at the top.",
    needs=(),
)
def no_modeline(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    if document.source.is_json or "$schema" in document.value or len(document.lines) <= _LINES_MIN:
        return
    if not any(map(_MODELINE.match, document.lines)):
        message = "no schema for editors; add `# yaml-language-server: $schema=…` as the first line"
        yield Diagnostic((), message)


@rule(
    Code.UNDOCUMENTED,
    why="Most commands, events or states have a description, but these do not. They were probably added "
    "later. Reported only if more than half of a kind have one.",
    needs={Basis.KEYS},
)
def undocumented(context: LintContext) -> Iterator[Diagnostic]:
    definition = context.definition
    kinds: dict[str, dict[str, Notes]] = {
        "commands": {name: command.notes for name, command in (definition.commands or {}).items()},
        "events": {name: event.notes for name, event in (definition.events or {}).items()},
        "states": {name: state.notes for name, state in definition.states.items()},
    }
    missing = {kind: bare for kind, names in kinds.items() if (bare := _forgotten(names))}
    shares = [
        f"{len(bare):,} of {len(kinds[kind]):,} {kind} ({_shortened(bare)})" for kind, bare in missing.items()
    ]
    if missing:
        message, names = f"missing descriptions: {', '.join(shares)}", tuple(chain(*missing.values()))
        yield Diagnostic((next(iter(missing)),), message, key=True, about=names)


def _forgotten(names: dict[str, Notes]) -> list[str]:
    """The names without a description, if more than half of all names have one."""
    bare = [name for name, notes in names.items() if notes.description is None]
    return bare if len(names) - len(bare) > len(names) * _DOCUMENTED_SHARE else []


def _shortened(names: list[str]) -> str:
    return named(names[:_SHOWN_MAX]) + (", …" if len(names) > _SHOWN_MAX else "")
