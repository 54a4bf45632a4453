"""What a new version answers to commands that were sent before: other events, other refusals, other limits.

The search supplies commands that are answered differently, and each verdict shows one. What only the texts
tell is in `branches` and `limits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from statewright.analysis.requests import CommandRequest
from statewright.canonical import canonical_json
from statewright.evolution.compat.branches import lists_of
from statewright.evolution.compat.case import Case
from statewright.evolution.compat.remedies import KEEP_VALID, payload_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.searching import EXTREMES, Answer
from statewright.evolution.compat.verdicts import Verdict
from statewright.evolution.compat.witness import DecisionWitness, decision_witness
from statewright.language.model import ENGINE_CODES, Branch
from statewright.language.source.document import Path
from statewright.machine.messages import Accepted, Invalid, RefusalKind, Rejected
from statewright.machine.messages import Verdict as Answered


def answer_verdicts(case: Case) -> Iterator[Verdict]:
    """One per rule and element: the shortest way to it stands for all others."""
    shown: dict[tuple[Rule, Path], Verdict] = {}
    for answer in case.found.answers:
        rule = _rule(case, answer)
        path = _path(case, answer, rule)
        if (rule, path) not in shown:
            shown[rule, path] = _shown(case, answer, rule, path)
    paths = Counter(path for _, path in shown)
    yield from (one for (_, path), one in shown.items() if paths[path] == 1 or not _is_by_the_way(one))


def _is_by_the_way(verdict: Verdict) -> bool:
    """What follows from what else is said of the same list: another of the engine's codes, or an overflow."""
    match verdict.witness:
        case DecisionWitness(request=request, new=Rejected(code="EXPRESSION_ERROR")):
            return any(value in EXTREMES for value in request.data.values())
        case DecisionWitness(old=Rejected(code=before), new=Rejected(code=after)):
            return verdict.rule is Rule.OTHER_REFUSAL and {before, after} <= ENGINE_CODES
        case _:
            return False


def _rule(case: Case, answer: Answer) -> Rule:
    match answer.old, answer.new:
        case _, Invalid(unknown=True):
            renamed = answer.request.command in case.pair.guessed_commands
            return Rule.COMMAND_RENAMED if renamed else Rule.COMMAND_REMOVED
        case _, Invalid():
            return Rule.PAYLOAD_NARROWED
        case Accepted(), Accepted():
            return Rule.OTHER_EVENTS
        case _, Accepted():
            return Rule.LOOSENED
        case _, Rejected(code="FINAL_STATE"):
            return Rule.FINAL
        case _, Rejected(code="NOT_ACCEPTED"):
            return Rule.NOT_ACCEPTED
        case _, Rejected(code="NOT_AUTHORIZED"):
            return Rule.ROLES_TIGHTENED
        case Rejected(), _:
            return Rule.OTHER_REFUSAL
        case _, Rejected(code="INVARIANT_VIOLATED"):
            return Rule.INVARIANT_TIGHTENED
        case _:
            return Rule.TIGHTENED


def _path(case: Case, answer: Answer, rule: Rule) -> Path:
    """The element that a verdict of this rule is about."""
    command, new = answer.request.command, answer.new
    match rule:
        case Rule.COMMAND_REMOVED | Rule.COMMAND_RENAMED:
            return ("commands", command)
        case Rule.PAYLOAD_NARROWED if isinstance(new, Invalid):
            return _blamed_field(case, answer.request, new)
        case Rule.INVARIANT_TIGHTENED if isinstance(new, Rejected):
            return _forbidden(new)
        case Rule.FINAL:
            leaf = case.pair.states[answer.spot.old.leaf]
            return case.pair.new.definition.states[leaf].path
        case _:
            return _accepting(case, answer)


def _blamed_field(case: Case, request: CommandRequest, invalid: Invalid) -> Path:
    """A field under its name of today; the refusal is about the name that was sent."""
    old = (case.pair.old.definition.commands or {}).get(request.command)
    former = [today for name, today in (old.fields_renamed if old else {}).items() if name in request.data]
    path = ("commands", request.command, "payload")
    return (*path, *(former or invalid.path[1:2]))


def _forbidden(rejected: Rejected) -> Path:
    """The declared element that does not fit: a field of the data, an event's payload, or the invariants."""
    match rejected.kind:
        case RefusalKind.DATA:
            return rejected.path[:2]
        case RefusalKind.EVENT_PAYLOAD:
            return rejected.path[:3]
        case _:
            return rejected.path[:1]


def _accepting(case: Case, answer: Answer) -> Path:
    """Where the state lists the command: in the new version, else in the old one."""
    old, new = lists_of(case, answer.spot.old.leaf, answer.request.command)
    listed = new or old
    return listed[0].list_path if listed else ("commands", answer.request.command)


def _shown(case: Case, answer: Answer, rule: Rule, path: Path) -> Verdict:
    pair = case.pair
    leaf, command = answer.spot.old.leaf, answer.request.command
    old_list, new_list = lists_of(case, leaf, command)
    old, new = path, path
    if rule not in _OF_ELEMENTS:
        old = _judged(old_list, answer.old) or pair.old.definition.states[leaf].path
        new = _judged(new_list, answer.new) or pair.new.definition.states[pair.states[leaf]].path
    witness = decision_witness(pair, answer.spot.events, answer.request, new_state=answer.spot.new)
    message = f'"{command}" in "{leaf}" {_comes_to(answer.new)}, it {_came_to(answer.old)}'
    if _types(answer.old) == _types(answer.new) != ():
        message = f'"{command}" in "{leaf}" stores {_payloads(answer.new)}, it stored {_payloads(answer.old)}'
    yaml = payload_yaml(pair, command, path[-1]) if rule is Rule.PAYLOAD_NARROWED else None
    return case.verdict(
        rule,
        message,
        old=old,
        new=new,
        at=path,
        witness=witness,
        remedy=_remedy(case, answer, rule),
        yaml=yaml,
    )


# Their verdicts are about a declared element, the others about the branch that was chosen.
_OF_ELEMENTS = frozenset(
    {
        Rule.COMMAND_REMOVED,
        Rule.COMMAND_RENAMED,
        Rule.PAYLOAD_NARROWED,
        Rule.INVARIANT_TIGHTENED,
        Rule.FINAL,
    }
)


def _judged(branches: tuple[Branch, ...], verdict: Answered) -> Path | None:
    """The branch that was looked at last, or the first one."""
    trace = () if isinstance(verdict, Invalid) else verdict.trace
    if not branches:
        return None
    return branches[trace[-1].branch - 1 if trace else 0].path


def _types(verdict: Answered) -> tuple[str, ...]:
    return tuple(event.type for event in verdict.events) if isinstance(verdict, Accepted) else ()


def _payloads(verdict: Answered) -> str:
    events = verdict.events if isinstance(verdict, Accepted) else ()
    return ", ".join(f"{event.type} {canonical_json(event.data)}" for event in events)


def _comes_to(verdict: Answered) -> str:
    match verdict:
        case Accepted(events=()):
            return "is accepted and stores nothing"
        case Accepted(events=events):
            return f"stores {', '.join(event.type for event in events)}"
        case Rejected(code=code):
            return f"is refused with {code}"
        case Invalid(reason=reason):
            return f"is invalid: {reason}"


def _came_to(verdict: Answered) -> str:
    text = _comes_to(verdict)
    return text.replace("stores", "stored") if text.startswith("stores") else text.replace("is ", "was ", 1)


def _remedy(case: Case, answer: Answer, rule: Rule) -> str | None:
    command = answer.request.command
    match rule:
        case Rule.COMMAND_REMOVED:
            return (
                f'keep "{command}" until no queue holds one: at most 14 days, and those of its dead letters'
            )
        case Rule.COMMAND_RENAMED:
            heir = case.pair.guessed_commands[command]
            return f'keep "{command}" beside "{heir}", with the same branches, until no queue holds one'
        case Rule.PAYLOAD_NARROWED:
            return KEEP_VALID
        case Rule.NOT_ACCEPTED:
            return f'list "{command}" with a `reject` and a code of your own, so that senders learn why'
        case Rule.OTHER_EVENTS:
            return "let consumers learn the new events before this version is published"
        case _:
            return None
