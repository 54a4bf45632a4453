"""A comparison as a Markdown comment for reviewers: breaks with witnesses, changed diagrams, safe changes.

Pure text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from statewright.cli.compat.result import ComparisonResult
from statewright.cli.shared.verdict_text import (
    answer_text,
    events_text,
    remedy_lines,
    request_text,
    state_text,
    verdict_tags,
)
from statewright.diagrams.chart import Chart
from statewright.diagrams.choices import Detail
from statewright.diagrams.comparing import compared
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.plan import planned
from statewright.evolution.compat import ChangeVerdict, Consequence
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness
from statewright.machine.messages import AggregateState
from statewright.reports.markdown import (
    bounded,
    code,
    details,
    mermaid_block,
    preformatted,
    prose,
    table,
    tables,
)
from statewright.wording import plural

OPEN_MAX = 3  # the worst verdicts; the others are collapsed
DIAGRAM_LENGTH_MAX = 20_000  # characters; larger diagrams are drawn with less detail

_SIGNS = {
    Consequence.REPLAY: "🔴",
    Consequence.UPCASTER: "🔴",
    Consequence.COMMAND: "🟠",
    Consequence.SAFE: "🟢",
}


def markdown_comment(result: ComparisonResult) -> Iterator[str]:
    """The comment, worst verdicts first. Verdicts beyond the size limit are only counted."""
    return bounded(_blocks(result), remedy="<code>statewright compat</code> shows everything.")


def _blocks(result: ComparisonResult) -> Iterator[str]:
    yield f"### statewright compat: {_counts(result)}"
    yield "\n".join(f"- {sentence}" for sentence in _sentences(result))
    breaks = [one for one in result.verdicts if one.kind.consequence is not Consequence.SAFE]
    for number, verdict in enumerate(breaks):
        yield _verdict_block(result, verdict, is_open=number < OPEN_MAX)
    for name in result.reports:
        yield from _picture(result, name)
    safe = [_safe_row(one) for one in result.verdicts if one.kind.consequence is Consequence.SAFE]
    for part in tables(("machine", "element", "change", "rule", "proof"), safe):
        yield details(plural(len(safe), "safe change"), part)


def _counts(result: ComparisonResult) -> str:
    kinds = Counter(verdict.kind.consequence for verdict in result.verdicts)
    counts = (f"{_SIGNS[kind]} {kind.value}: {kinds[kind]}" for kind in Consequence if kinds[kind])
    return ", ".join(counts) or "🟢 no change in behaviour"


def _sentences(result: ComparisonResult) -> Iterator[str]:
    machines = plural(len(result.reports), "machine")
    sequences = plural(sum(report.sequences for report in result.reports.values()), "sequence")
    yield f"{machines} compared with {code(result.called)}, {sequences} tried"
    if result.verdicts:
        yield ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in result.decided.items())
    if undecided := sum(not verdict.certain for verdict in result.verdicts):
        yield f"**not shown: {undecided:,}** (an element changed, but no effect was found)"
    for name, report in result.reports.items():
        if report.untried:
            fields = ", ".join(map(code, report.untried))
            yield f"machine {code(name)}: **not tried** because no fitting value was found: {fields}"
    if accepted := len(result.outcome.accepted):
        yield f"accepted: {accepted:,}"
    for one in result.outcome.expired:
        place = f"{one.kind.id} at {one.location}"
        yield f"the acceptance of {code(place)} expired on {one.expires}"


def _verdict_block(result: ComparisonResult, verdict: ChangeVerdict, *, is_open: bool) -> str:
    acceptance = result.acceptance(verdict)
    parts = [_places(verdict), *_witness(verdict)]
    parts += (_remedy(name, text) for name, text in remedy_lines(verdict, acceptance))
    accepted = ""
    if acceptance is not None:
        accepted = " (accepted)"
        parts.append(f"accepted until {acceptance.expires}: {prose(acceptance.reason)}")
    sign = _SIGNS[verdict.kind.consequence]
    message = prose(verdict.message)
    summary = f"{sign} <b>{code(verdict.machine)}</b> {message} [{verdict_tags(verdict)}]{accepted}"
    return details(summary, "\n\n".join(parts), is_open=is_open and acceptance is None)


def _places(verdict: ChangeVerdict) -> str:
    new = f" at {code(str(verdict.new))}" if verdict.new else ""
    old = f", was at {code(str(verdict.old))}" if verdict.old else ""
    return f"{code(verdict.location)}{new}{old}"


def _witness(verdict: ChangeVerdict) -> Iterator[str]:
    """The witness as a table of before and after."""
    match verdict.witness:
        case FoldWitness(events, old, AggregateState() as new):
            before, after = _apart(old, new), _apart(new, old)
            yield table(("stored events", "before", "after"), [_cells(events_text(events), before, after)])
        case FoldWitness(events, old, str(reason)):
            cells = _cells(events_text(events), state_text(old), f"does not fold: {reason}")
            yield table(("stored events", "before", "after"), [cells])
        case DecisionWitness(events, state, request, before, after):
            yield f"in state {code(state_text(state))}, {_history(events_text(events))}:"
            cells = _cells(request_text(request), answer_text(before), answer_text(after))
            yield table(("command", "before", "after"), [cells])
        case None if verdict.searched is not None:
            yield f"no effect found in {plural(verdict.searched, 'sequence')}: **not shown**"


def _history(events: str) -> str:
    return f"after {code(events)}" if events else "before any event"


def _cells(*texts: str) -> tuple[str, ...]:
    return tuple(map(code, texts))


def _apart(state: AggregateState, other: AggregateState) -> str:
    """The state, with only the data that differs from the other state."""
    differing = {
        name: value
        for name, value in state.data.items()
        if name not in other.data or other.data[name] != value or type(other.data[name]) is not type(value)
    }
    return state_text(AggregateState(state.leaf, differing, state.version), order=sorted(differing))


def _remedy(name: str, text: str) -> str:
    return f"{name}:\n{preformatted(text.splitlines())}" if name != "remedy" else f"remedy: {prose(text)}"


def _picture(result: ComparisonResult, name: str) -> Iterator[str]:
    """The diagram of the changes, if both versions have the machine and their diagrams differ."""
    old, new = result.before.get(name), result.after.get(name)
    if old is None or new is None:
        return
    chart = compared(old.definition, new.definition, called=result.called)
    marks = [*(box.mark for box in chart.boxes.values()), *(step.mark for step in chart.steps)]
    if any(mark is not None for mark in marks):
        yield details(f"Changes in the diagram of {code(name)}", _diagram(chart))


def _diagram(chart: Chart) -> str:
    """The most detailed diagram that fits."""
    for detail in (Detail.ALL, Detail.EVENTS, Detail.STATES):
        text = mermaid(planned(chart, detail))
        if len(text) <= DIAGRAM_LENGTH_MAX:
            return mermaid_block(text)
    return "The diagram is too large for a comment; draw it with <code>statewright diagram --against</code>."


def _safe_row(verdict: ChangeVerdict) -> tuple[str, ...]:
    return (
        *_cells(verdict.machine, verdict.location),
        prose(verdict.message),
        code(verdict.kind.id),
        prose(verdict.proof or ""),
    )
