"""Rules about events: whether they are emitted, set data, and keep the data that they set."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.cel import Fit, fits
from statewright.language.model import Accepts, EventSpec, Retired
from statewright.lint.context import LintContext, named, reads
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.EVENT_NOT_APPLIED,
    why="The event carries a field with the same name as a data field, but does not set it. An entry under "
    "`set` is easy to forget, and data that no event sets cannot be recovered by replay.",
)
def events_not_applied(context: LintContext) -> Iterator[Diagnostic]:
    """Ignores fields that a setter reads, or that every branch copies from the data."""
    emissions = context.emissions()
    for event in (context.definition.events or {}).values():
        copied = {
            name
            for name in event.payload.fields
            if all(
                name in emission.overrides and emission.overrides[name].canonical == f"data.{name}"
                for emission in emissions.get(event.name, ())
            )
        }
        forgotten = [name for name in _settable(context, event) if name not in copied]
        if forgotten:
            fields = (
                "the data fields with these names" if len(forgotten) > 1 else "the data field with that name"
            )
            message = f'event "{event.name}" carries {named(forgotten)} but does not set {fields}'
            yield Diagnostic(("events", event.name), message, key=True, about=tuple(forgotten))


@rule(
    Code.EVENT_NEVER_EMITTED,
    why="No branch emits the event. If stored streams contain it, describe its moves with `retired`; "
    "otherwise remove it.",
    needs={Basis.BRANCHES},
)
def events_never_emitted(context: LintContext) -> Iterator[Diagnostic]:
    emitted = context.emissions()
    for event in (context.definition.events or {}).values():
        if event.name not in emitted and not event.retired and not context.damage.mentions(event.name):
            message = (
                f'no branch emits event "{event.name}"; remove it, or add `retired` if streams contain it'
            )
            yield Diagnostic(("events", event.name), message, key=True)


@rule(
    Code.LOST_SETTER,
    why="Events of one branch are applied in order, and a later event overwrites the value before anything "
    "reads it.",
)
def lost_setters(context: LintContext) -> Iterator[Diagnostic]:
    """Ignores events that set the same value, and a first event that is also emitted on its own."""
    events, together = context.definition.events or {}, _emitted_together(context)
    for _, branch in context.branches():
        emitted = [events[emission.event] for emission in branch.emits if emission.event in events]
        for place, event in enumerate(emitted):
            for name in event.set:
                overwriting = _overwriting(name, emitted[place + 1 :])
                if overwriting is None or event.set[name] == overwriting.set[name]:
                    continue
                if all(overwriting.name in names for names in together[event.name]):
                    message = (
                        f'event "{overwriting.name}" overwrites data field "{name}", which event '
                        f'"{event.name}" has just set'
                    )
                    about = (overwriting.name, name, event.name)
                    yield Diagnostic((*branch.path, "emit"), message, about=about)


@rule(
    Code.EVENT_AFTER_THE_END,
    why="A final state accepts no commands, so no stream can contain an event after it. The `retired` "
    "entry names the wrong state, or the state was not final in the past.",
    needs={Basis.MOVES},
)
def events_after_the_end(context: LintContext) -> Iterator[Diagnostic]:
    for event, row in _retired(context):
        if context.definition.states[row.source].final:
            message = f'state "{row.source}" is final, so event "{event.name}" cannot follow it'
            yield Diagnostic((*row.path, "from"), message)


@rule(
    Code.RETIRED_MOVE_STILL_MADE,
    why="Branches still make the move of this `retired` entry from every state that it names. Such "
    "entries are only for moves that no branch makes any longer.",
    needs={Basis.MOVES},
)
def retired_moves_still_made(context: LintContext) -> Iterator[Diagnostic]:
    rows, lineage = context.table.rows, context.definition.lineage
    for event, row in _retired(context):
        leaves = [leaf for leaf in rows if row.source in lineage(leaf)]
        if leaves and all(event.name in _emitted(rows[leaf]) for leaf in leaves):
            message = f'branches still emit event "{event.name}" from state "{row.source}"; remove this entry'
            yield Diagnostic(row.path, message, about=(row.source,))


def _settable(context: LintContext, event: EventSpec) -> Iterator[str]:
    """Fields that fit the data field of the same name and that no setter of the event reads."""
    for name, field in event.payload.fields.items():
        data = context.definition.data.get(name)
        if data is None or name in event.set or fits(field.type, data.type) is Fit.NEVER:
            continue
        if not any(reads(setter, "event", name) for setter in event.set.values()):
            yield name


def _emitted_together(context: LintContext) -> dict[str, list[set[str]]]:
    """For each event, the sets of events that branches emit with it; each set includes the event."""
    together: dict[str, list[set[str]]] = {}
    for _, branch in context.branches():
        names = {emission.event for emission in branch.emits}
        for name in names:
            together.setdefault(name, []).append(names)
    return together


def _overwriting(name: str, later: list[EventSpec]) -> EventSpec | None:
    """The first later event that sets the data field, unless an event before it reads the field."""
    for event in later:
        if any(reads(setter, "data", name) for setter in event.set.values()):
            return None
        if name in event.set:
            return event
    return None


def _retired(context: LintContext) -> Iterator[tuple[EventSpec, Retired]]:
    for event in (context.definition.events or {}).values():
        for row in event.retired:
            yield event, row


def _emitted(accepts: Accepts) -> set[str]:
    return {one.event for branches in accepts.values() for branch in branches for one in branch.emits}
