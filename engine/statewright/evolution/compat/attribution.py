"""Finds the changed element that gives a command a different outcome, from the traces of both decisions.

An element is named only if no other can be the cause. Otherwise each element gets its own verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statewright.analysis.values import same_value
from statewright.evolution.compat.changes.field_losses import shown_losses
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.differences import BranchDifference
from statewright.evolution.compat.searching import Answer
from statewright.language.schema.payloads import MISSING
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import Accepted, BranchResult, Invalid, RefusalKind, Rejected, Verdict

Elements = tuple[DocumentPath, ...]
_PASSED = frozenset({BranchResult.GUARD_FALSE, BranchResult.ROLE_MISSING})  # the next branch is tried


def causes(comparison: Comparison, answer: Answer) -> Elements:
    """The changed elements that caused this answer."""
    if isinstance(answer.old, Invalid):
        return ()
    if isinstance(answer.new, Invalid):
        return _only(tuple(_of_payload(comparison, answer, answer.new)))
    found = _before_branches(comparison, answer)
    if found is not None:
        return found
    key = answer.spot.old.leaf, answer.request.command
    differing = comparison.differences.branches.get(key, ())
    if any(one.is_list for one in differing):
        return _elements(differing)
    before, after = _results(answer.old), _results(answer.new)
    passed: Elements = ()
    for was, now in comparison.differences.aligned.get(key, ()):
        results = (None if was is None else before.get(was), None if now is None else after.get(now))
        here = [one for one in differing if (one.before, one.after) == (was, now)]
        if was is None or now is None:
            if BranchResult.CHOSEN in results or BranchResult.GUARD_ERROR in results:
                return _elements(here)
        elif _PASSED.issuperset(results):
            if results[0] is not results[1]:
                passed += _elements(_parts(here, "guard", "roles"))
        elif results[0] is not results[1]:
            return _only(_elements(_parts(here, "guard", "roles")) + _defaults(comparison, answer))
        elif results[0] is BranchResult.CHOSEN:
            return _of_outcome(comparison, answer, here)
    # With no branch left, the refusal code depends on whether roles closed one to the sender.
    return _only(passed)


def _of_payload(comparison: Comparison, answer: Answer, invalid: Invalid) -> Iterator[DocumentPath]:
    """The keywords of the invalid field's declaration that refuse its value."""
    pair, command = comparison.pair, answer.request.command
    name = pair.commands.get(command, command)
    old = (pair.old.definition.commands or {}).get(command)
    new = (pair.new.definition.commands or {}).get(name)
    if old is None or new is None:
        return
    for was, field in old.payload.fields.items():
        now = new.fields_renamed.get(was, was)
        field_now = new.payload.fields.get(now)
        if field_now is not None and invalid.path[1:2] in ((was,), (now,)):
            shown = shown_losses(field, field_now, answer.request.data.get(was, MISSING))
            yield from (("commands", name, "payload", now, one) for one in shown)


def _before_branches(comparison: Comparison, answer: Answer) -> Elements | None:
    """Causes that apply before any branch is tried; None if the branches decide."""
    elements = comparison.differences.elements
    final = ("states", comparison.pair.states.get(answer.spot.old.leaf, ""), "final")
    if final in elements:
        return (final,)
    name = comparison.pair.commands.get(answer.request.command, answer.request.command)
    for verdict in (answer.old, answer.new):
        if isinstance(verdict, Rejected) and verdict.kind is RefusalKind.ROLES and len(verdict.path) == 3:
            return _known(comparison, ("commands", name, "roles"))
    return None


def _of_outcome(comparison: Comparison, answer: Answer, here: Sequence[BranchDifference]) -> Elements:
    """Causes where both versions chose corresponding branches."""
    match answer.old, answer.new:
        case Accepted(), Accepted():
            return _of_events(comparison, answer, here)
        case (Rejected(kind=RefusalKind.BRANCH), _) | (_, Rejected(kind=RefusalKind.BRANCH)):
            return _elements(_parts(here, "reject", "on_refusal", "emit"))
    refusing = _refusing(comparison, answer.old, is_new=False) + _refusing(
        comparison, answer.new, is_new=True
    )
    emitted = [one.element for one in here if one.part[:1] in (("with",), ("emit",))]
    possible = {*refusing, *emitted, *_setters(comparison, answer), *_defaults(comparison, answer)}
    return _only(tuple(possible))


def _of_events(comparison: Comparison, answer: Answer, here: Sequence[BranchDifference]) -> Elements:
    assert isinstance(answer.old, Accepted)
    assert isinstance(answer.new, Accepted)
    old, new = answer.old.events, answer.new.events
    names = [comparison.pair.events.get(event.type) for event in old]
    if names != [event.type for event in new]:
        return _elements(_parts(here, "emit"))
    found: list[DocumentPath] = []
    for number, (before, after) in enumerate(zip(old, new, strict=True)):
        spec = (comparison.pair.new.definition.events or {}).get(after.type)
        renamed = spec.fields_renamed if spec else {}
        for field, value in before.data.items():
            now = renamed.get(field, field)
            if now in after.data and not same_value(value, after.data[now]):
                steps = {("with", now), ("emit", number, "with", now)}
                found += [one.element for one in here if one.part in steps]
    return tuple(found) or _only(_defaults(comparison, answer))


def _refusing(comparison: Comparison, verdict: Verdict, *, is_new: bool) -> Elements:
    """The declared element that refuses in one version, if it changed."""
    if not isinstance(verdict, Rejected):
        return ()
    path, pair = verdict.path, comparison.pair
    match verdict.kind, path:
        case RefusalKind.DATA, (_, str(name), *_):
            return _known(comparison, ("data", name if is_new else pair.data.get(name, name)))
        case RefusalKind.EVENT_PAYLOAD, (_, str(event), _, field, *_):
            now = event if is_new else pair.events.get(event, event)
            return _known(comparison, ("events", now, "payload", field))
        case RefusalKind.INVARIANT, _:
            differing = comparison.differences.elements.values()
            return tuple(one.element for one in differing if (one.new if is_new else one.old) == path)
        case _:
            return ()


def _setters(comparison: Comparison, answer: Answer) -> Elements:
    """The changed setters of events that the command may emit."""
    leaf, command = answer.spot.old.leaf, answer.request.command
    old = comparison.pair.old.rows[leaf].get(command, ())
    events = {comparison.pair.events.get(one.event) for branch in old for one in branch.emits}
    elements = comparison.differences.elements
    return tuple(one for one in elements if one[0] == "events" and one[1] in events and one[2:3] == ("set",))


def _defaults(comparison: Comparison, answer: Answer) -> Elements:
    """The changed defaults of fields that the message lacks."""
    name = comparison.pair.commands.get(answer.request.command, answer.request.command)
    place = ("commands", name, "payload")
    return tuple(
        element
        for element in comparison.differences.elements
        if element[:3] == place and element[4:] == ("default",) and element[3] not in answer.request.data
    )


def _known(comparison: Comparison, element: DocumentPath) -> Elements:
    return (element,) if element in comparison.differences.elements else ()


def _parts(here: Sequence[BranchDifference], *names: str) -> list[BranchDifference]:
    return [one for one in here if one.part[:1] and one.part[0] in names and len(one.part) == 1]


def _elements(found: Sequence[BranchDifference]) -> Elements:
    return tuple(one.element for one in found)


def _only(found: Elements) -> Elements:
    return found if len(found) == 1 else ()


def _results(verdict: Verdict) -> dict[int, BranchResult]:
    trace = () if isinstance(verdict, Invalid) else verdict.trace
    return {one.branch - 1: one.result for one in trace}
