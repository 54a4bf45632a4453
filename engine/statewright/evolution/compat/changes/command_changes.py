"""Verdicts on commands that the versions answer differently: with other events, refusals or limits.

The search supplies the commands, and each verdict shows one as its witness.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from statewright.analysis.requests import CommandRequest
from statewright.canonical import canonical_json
from statewright.evolution.compat.attribution import causes
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.branch_changes import lists_of
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.remedies import KEEP_VALID, keep_command, payload_yaml
from statewright.evolution.compat.searching import EXTREMES, Answer
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.evolution.compat.witness import decision_witness
from statewright.language.model import ENGINE_CODES, Branch
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import Accepted, Event, Invalid, RefusalKind, Rejected, Verdict


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer with its kind and path. `elements`: the changed elements that cause it; empty if unknown."""

    answer: Answer
    kind: ChangeKind
    path: DocumentPath
    elements: tuple[DocumentPath, ...]


def command_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """One verdict per kind and element, with the shortest witness."""
    shown: dict[tuple[ChangeKind, DocumentPath, tuple[DocumentPath, ...]], _Shown] = {}
    for answer in comparison.found.answers:
        kind = _kind(comparison, answer)
        one = _Shown(answer, kind, _path(comparison, answer, kind), causes(comparison, answer))
        shown.setdefault((kind, one.path, one.elements), one)
    known: dict[DocumentPath, set[DocumentPath]] = defaultdict(set)
    lists = Counter(one.path for one in shown.values())
    for one in shown.values():
        if not _is_side_effect(one.answer):
            known[one.path].update(one.elements)
    for one in shown.values():
        if lists[one.path] == 1 or not _is_repeated(comparison, one, known[one.path]):
            yield _verdict(comparison, one)


def _is_repeated(comparison: Comparison, one: _Shown, known: set[DocumentPath]) -> bool:
    """Whether other verdicts already cover this answer. Changed events always have their own verdicts."""
    if _is_side_effect(one.answer):
        return all(element in known or element[0] == "events" for element in one.elements)
    return not one.elements and (one.kind, dotted(one.path)) in comparison.located


def _is_side_effect(answer: Answer) -> bool:
    """Whether the answer only follows from another change: a different engine code, or an overflow."""
    match answer.old, answer.new:
        case _, Rejected(code="EXPRESSION_ERROR"):
            return any(value in EXTREMES for value in answer.request.data.values())
        case Rejected(code=before), Rejected(code=after):
            return {before, after} <= ENGINE_CODES and _is_other_refusal(answer.new)
        case _:
            return False


def _is_other_refusal(new: Rejected) -> bool:
    return new.code not in ("FINAL_STATE", "NOT_ACCEPTED", "NOT_AUTHORIZED")


def _kind(comparison: Comparison, answer: Answer) -> ChangeKind:
    match answer.old, answer.new:
        case _, Invalid(unknown=True):
            renamed = answer.request.command in comparison.pair.guessed_commands
            return ChangeKind.COMMAND_RENAMED if renamed else ChangeKind.COMMAND_REMOVED
        case _, Invalid():
            return ChangeKind.PAYLOAD_NARROWED
        case Accepted(), Accepted():
            return ChangeKind.OTHER_EVENTS
        case _, Accepted():
            return ChangeKind.LOOSENED
        case _, Rejected(code="FINAL_STATE"):
            return ChangeKind.FINAL
        case _, Rejected(code="NOT_ACCEPTED"):
            return ChangeKind.NOT_ACCEPTED
        case _, Rejected(code="NOT_AUTHORIZED"):
            return ChangeKind.ROLES_TIGHTENED
        case Rejected(), _:
            return ChangeKind.OTHER_REFUSAL
        case _, Rejected(code="INVARIANT_VIOLATED"):
            return ChangeKind.INVARIANT_TIGHTENED
        case _:
            return ChangeKind.TIGHTENED


def _path(comparison: Comparison, answer: Answer, kind: ChangeKind) -> DocumentPath:
    """The location of a verdict of this kind."""
    command, new = answer.request.command, answer.new
    match kind:
        case ChangeKind.COMMAND_REMOVED | ChangeKind.COMMAND_RENAMED:
            return ("commands", command)
        case ChangeKind.PAYLOAD_NARROWED if isinstance(new, Invalid):
            return _blamed_field(comparison, answer.request, new)
        case ChangeKind.INVARIANT_TIGHTENED if isinstance(new, Rejected):
            return _forbidden(new)
        case ChangeKind.FINAL:
            leaf = comparison.pair.states[answer.spot.old.leaf]
            return comparison.pair.new.definition.states[leaf].path
        case _:
            return _accepting(comparison, answer)


def _blamed_field(comparison: Comparison, request: CommandRequest, invalid: Invalid) -> DocumentPath:
    """The field under its current name; the refusal names the field as it was sent."""
    old = (comparison.pair.old.definition.commands or {}).get(request.command)
    former = [now for name, now in (old.fields_renamed if old else {}).items() if name in request.data]
    path = ("commands", request.command, "payload")
    return (*path, *(former or invalid.path[1:2]))


def _forbidden(rejected: Rejected) -> DocumentPath:
    """The declared element that refuses: a data field, an event payload field, or the invariants."""
    match rejected.kind:
        case RefusalKind.DATA:
            return rejected.path[:2]
        case RefusalKind.EVENT_PAYLOAD:
            return rejected.path[:3]
        case _:
            return rejected.path[:1]


def _accepting(comparison: Comparison, answer: Answer) -> DocumentPath:
    """The place where the state lists the command, in the new version or else in the old one."""
    old, new = lists_of(comparison, answer.spot.old.leaf, answer.request.command)
    listed = new or old
    return listed[0].list_path if listed else ("commands", answer.request.command)


def _verdict(comparison: Comparison, shown: _Shown) -> ChangeVerdict:
    pair, answer, kind, path = comparison.pair, shown.answer, shown.kind, shown.path
    leaf, command = answer.spot.old.leaf, answer.request.command
    old_list, new_list = lists_of(comparison, leaf, command)
    old, new = path, path
    if kind not in _OF_ELEMENTS:
        old = _judged(old_list, answer.old) or pair.old.definition.states[leaf].path
        new = _judged(new_list, answer.new) or pair.new.definition.states[pair.states[leaf]].path
    return comparison.verdict(
        kind,
        f'"{command}" in "{leaf}" {_outcomes(answer.old, answer.new)}',
        old,
        new,
        at=path,
        element=_place_of_element(comparison, shown),
        settles=shown.elements,
        witness=decision_witness(pair, answer.spot.events, answer.request, new_state=answer.spot.new),
        remedy=_remedy(comparison, answer, kind),
        yaml=payload_yaml(pair, command, path[-1]) if kind is ChangeKind.PAYLOAD_NARROWED else None,
    )


def _place_of_element(comparison: Comparison, shown: _Shown) -> DocumentPath | None:
    """The path of the first element. An invariant has no name, so its index identifies it."""
    element = next(iter(shown.elements), None)
    if element is None or element[0] != "invariants":
        return element
    difference = comparison.differences.elements[element]
    return difference.new or difference.old


# Verdicts of these kinds point to a declared element, the others to the chosen branch.
_OF_ELEMENTS = frozenset(
    {
        ChangeKind.COMMAND_REMOVED,
        ChangeKind.COMMAND_RENAMED,
        ChangeKind.PAYLOAD_NARROWED,
        ChangeKind.INVARIANT_TIGHTENED,
        ChangeKind.FINAL,
    }
)


def _judged(branches: tuple[Branch, ...], verdict: Verdict) -> DocumentPath | None:
    """The path of the branch that was tried last, or else of the first branch."""
    trace = () if isinstance(verdict, Invalid) else verdict.trace
    if not branches:
        return None
    return branches[trace[-1].branch - 1 if trace else 0].path


def _outcomes(old: Verdict, new: Verdict) -> str:
    """Both outcomes as a phrase; payloads only where the types of the events are equal."""
    was = f"refused with {old.code}" if isinstance(old, Rejected) else "accepted"
    match old, new:
        case Accepted(events=before), Accepted(events=after):
            quoted = [one.type for one in before] == [one.type for one in after]
            return f"now emits {_emitted(after, quoted=quoted)} (was {_emitted(before, quoted=quoted)})"
        case Rejected(), Rejected() if old.code == new.code:
            fate, fate_before = (one.on_refusal or "the default of the code" for one in (new, old))
            return f"is refused with {new.code} and `on_refusal` is now {fate} (was {fate_before})"
        case Rejected(), Rejected():
            return f"is now refused with {new.code} (was {old.code})"
        case _, Accepted(events=events):
            return f"is now accepted and emits {_emitted(events)} (was {was})"
        case _, Rejected(code=code):
            return f"is now refused with {code} (was {was})"
        case _, Invalid(reason=reason):
            return f"is now invalid (was {was}): {reason}"


def _emitted(events: Sequence[Event], *, quoted: bool = False) -> str:
    texts = (f"{one.type} {canonical_json(one.data)}" if quoted else one.type for one in events)
    return ", ".join(texts) or "nothing"


def _remedy(comparison: Comparison, answer: Answer, kind: ChangeKind) -> str | None:
    command = answer.request.command
    match kind:
        case ChangeKind.COMMAND_REMOVED:
            return keep_command(command)
        case ChangeKind.COMMAND_RENAMED:
            heir = comparison.pair.guessed_commands[command]
            branches = f'alongside "{heir}" with the same branches'
            return f'keep "{command}" {branches} until no queue can still contain it'
        case ChangeKind.PAYLOAD_NARROWED:
            return KEEP_VALID
        case ChangeKind.NOT_ACCEPTED:
            return f'list "{command}" with `reject` and your own code so that senders learn the reason'
        case ChangeKind.OTHER_EVENTS:
            return "update consumers for the new events before publishing this version"
        case _:
            return None
