"""The rule about values that are copied to a field whose schema allows none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from statewright.analysis.disjoint import are_disjoint
from statewright.diagnostics import Code
from statewright.language.cel import Expression
from statewright.language.schema.payloads import Field
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

Fields = Mapping[str, Field]


@rule(
    Code.SOURCE_NEVER_FITS,
    why="The field gets the value of another field, but the two schemas have no value in common. Every "
    "command that provides a value is refused.",
    needs={Basis.SOURCES, Basis.SCHEMAS},
)
def sources_that_never_fit(context: LintContext) -> Iterator[Diagnostic]:
    """Copies by name, and expressions that consist only of the name of a field."""
    definition = context.definition
    events = definition.events or {}
    for command, branch in context.branches():
        spec = (definition.commands or {}).get(command)
        sources = {"command": spec.payload.fields if spec else {}, "data": definition.data}
        for number, emission in enumerate(branch.emits):
            targets = events[emission.event].payload.fields if emission.event in events else {}
            for name in emission.copied or ():
                message = f'no value of "command.{name}" fits field "{name}" of event "{emission.event}"'
                if _never_fits(f"command.{name}", name, sources, targets):
                    message = f"{message}; set it under `with`"
                    yield Diagnostic(branch.path, message, about=(name, emission.event))
            for name, value in emission.overrides.items():
                if _never_fits(value.canonical, name, sources, targets):
                    yield _copy_problem(context.override_path(branch, number, name), name, value)
    for event in events.values():
        sources = {"event": event.payload.fields, "data": definition.data}
        for name, value in event.set.items():
            if _never_fits(value.canonical, name, sources, definition.data):
                yield _copy_problem(("events", event.name, "set", name), name, value)


def _never_fits(source: str, target: str, sources: Mapping[str, Fields], targets: Fields) -> bool:
    """`source`: an expression such as `command.amount`. Anything but a plain field may fit."""
    root, _, name = source.partition(".")
    given, wanted = sources.get(root, {}).get(name), targets.get(target)
    return given is not None and wanted is not None and are_disjoint(given.schema, wanted.schema)


def _copy_problem(path: DocumentPath, name: str, value: Expression) -> Diagnostic:
    return Diagnostic(path, f'no value of "{value.canonical}" fits field "{name}"', about=(name,))
