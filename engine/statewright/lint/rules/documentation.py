"""Rules about what a file tells its readers and their editors: advice, and one finding per file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from statewright.diagnostics import Code
from statewright.language.model import Notes
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

_LINES_MIN = 50  # what fits on a screen is written without an editor's help
_DOCUMENTED_SHARE = 0.5  # more than that
_SHOWN_MAX = 5
_MODELINE = re.compile(r"#\s*(yaml-language-server:\s*\$schema=|\$schema:)")


@rule(
    Code.NO_MODELINE,
    why="With the schema's place in the first line, editors complete keys, show what they mean and mark "
    "mistakes while you type. Asked for in YAML files of more than 50 lines.",
    fix="Add the line `# yaml-language-server: $schema=…` at the top.",
    needs=(),
)
def no_modeline(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    if document.source.is_json or "$schema" in document.value or len(document.lines) <= _LINES_MIN:
        return
    if not any(map(_MODELINE.match, document.lines)):
        message = "editors do not know the schema, begin with `# yaml-language-server: $schema=…`"
        yield Diagnostic((), message)


@rule(
    Code.UNDOCUMENTED,
    why="Most names of one kind have a description and some have none: they were added later and forgotten. "
    "Said only where more than half of the kind is described.",
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
    told = [
        f"{len(bare)} of {len(kinds[kind])} {kind} ({_shortened(bare)})" for kind, bare in missing.items()
    ]
    if told:
        message, names = f"without a description: {', '.join(told)}", tuple(chain(*missing.values()))
        yield Diagnostic((next(iter(missing)),), message, key=True, about=names)


def _forgotten(names: dict[str, Notes]) -> list[str]:
    """Those without a description, where the author wrote one for more than half of them."""
    bare = [name for name, notes in names.items() if notes.description is None]
    return bare if len(names) - len(bare) > len(names) * _DOCUMENTED_SHARE else []


def _shortened(names: list[str]) -> str:
    return named(names[:_SHOWN_MAX]) + (", …" if len(names) > _SHOWN_MAX else "")
