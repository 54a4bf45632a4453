"""Rules about data fields and types: whether they are set, read and used."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.cel import Expression
from statewright.language.draft import mapping, text
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.DATA_UNUSED,
    why="No event sets the field and no expression reads it. It only makes every snapshot larger.",
    needs={Basis.SOURCES},
)
def data_unused(context: LintContext) -> Iterator[Diagnostic]:
    read = _read(context)
    for name in _never_set(context):
        if name not in read:
            yield Diagnostic(("data", name), f'data field "{name}" is never set and never read', key=True)


@rule(
    Code.DATA_NEVER_SET,
    why="Expressions read the field, but no event sets it, so it always has its default. If it is a "
    "constant, write the value where it is used or declare the field with `const`. Otherwise a `set` is "
    "missing.",
    needs={Basis.SOURCES},
)
def data_never_set(context: LintContext) -> Iterator[Diagnostic]:
    """Only in definitions that declare commands or events; a first sketch has neither."""
    if context.definition.events is None and context.definition.commands is None:
        return
    read = _read(context)
    for name in _never_set(context):
        if name in read and "const" not in context.definition.data[name].schema:
            yield Diagnostic(("data", name), f'data field "{name}" is read, but no event sets it', key=True)


@rule(
    Code.SETTER_WITHOUT_EFFECT,
    why="The event sets the field to the value that it already has. The line is a leftover, or it should "
    "read from `event.`.",
    needs=(),
)
def setters_without_effect(context: LintContext) -> Iterator[Diagnostic]:
    for event in (context.definition.events or {}).values():
        for name, setter in event.set.items():
            if setter.canonical == f"data.{name}":
                event_field = f'; did you mean "event.{name}"?' if name in event.payload.fields else ""
                message = f'data field "{name}" is set to itself{event_field}'
                yield Diagnostic(("events", event.name, "set", name), message, about=(name,))


@rule(
    Code.TYPE_UNUSED,
    why="No `$ref` refers to the type. Remove the type, or refer to it where it was meant to be used.",
    needs=(),
)
def types_unused(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    places = [path for path in document.values_at if path[-1:] == ("$ref",)]
    references = [(path, text(document.at(path))) for path in places]
    referred = {reference for path, reference in references if not _is_within_itself(path, reference)}
    for name in mapping(document.value.get("types")):
        if f"#/types/{name}" not in referred and not context.damage.mentions(name):
            yield Diagnostic(("types", name), f"type {named([name])} is never used in a `$ref`", key=True)


def _never_set(context: LintContext) -> list[str]:
    events = (context.definition.events or {}).values()
    setters = {name for event in events for name in event.set}
    names = (name for name in context.definition.data if name not in setters)
    return [name for name in names if not context.damage.mentions(name)]


def _read(context: LintContext) -> set[str]:
    """The data fields that expressions read; an expression that uses `data` itself reads all of them."""
    chains = {chain for expression in _all_expressions(context) for chain in expression.references}
    if ("data",) in chains:
        return set(context.definition.data)
    return {chain[1] for chain in chains if chain[0] == "data"}


def _all_expressions(context: LintContext) -> Iterator[Expression]:
    for _, branch in context.branches():
        yield from branch.expressions
    for event in (context.definition.events or {}).values():
        yield from event.set.values()
    for invariant in context.definition.invariants:
        yield invariant.check


def _is_within_itself(path: DocumentPath, reference: object) -> bool:
    return path[0] == "types" and reference == f"#/types/{path[1]}"
