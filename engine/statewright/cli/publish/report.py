"""Formats a publication: a row per machine, and the differences between live and new definitions. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

import click

from statewright.cli.publish.json_diff import Difference, DifferenceKind, json_diff
from statewright.cli.shared.output import GAP, Colour, padded, shown, table
from statewright.escaping import printable, terminal_columns
from statewright.registry.publishing import Change, PublishStep
from statewright.reports.json_text import json_text

DIFFERENCES_MAX = 30
VALUE_LENGTH_MAX = 70
SHARED_LENGTH_MAX = 20
DIGEST_LENGTH = 12

_MARKS = {
    DifferenceKind.ADDED: ("+", Colour.GREEN),
    DifferenceKind.REMOVED: ("-", Colour.RED),
    DifferenceKind.CHANGED: ("~", Colour.ORANGE),
}
_HEADER = ("MACHINE", "CHANGE", "VERSION", "DIGEST", "REPLAY")


def step_lines(steps: Sequence[PublishStep], live_texts: Mapping[str, bytes]) -> Iterator[str]:
    """Lines for people. `live_texts`: by machine, for live versions that could be read."""
    yield from table(_HEADER, [_row(step) for step in steps])
    for step in steps:
        found = _differences(step, live_texts)
        if found:
            yield ""
            yield click.style(step.candidate.machine.name, bold=True)
            yield from _difference_lines(found)


def step_documents(
    steps: Sequence[PublishStep], live_texts: Mapping[str, bytes], gates: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    """One JSON object per machine. `differences` is null if the live version cannot be read.

    `gates`: further keys for each machine.
    """
    for step in steps:
        published, live = step.candidate.published, step.live
        found = _differences(step, live_texts)
        yield json_text(
            {
                "machine": step.candidate.machine.name,
                "file": printable(step.candidate.file),
                "change": step.change.value,
                "version": published.version,
                "digest": published.digest,
                "behaviour": published.behaviour,
                "live": live
                and {"version": live.version, "digest": live.digest, "behaviour": live.behaviour},
                "refusal": step.refusal,
                "differences": found if found is None else [_document(one) for one in found],
                **gates[step.candidate.machine.name],
            }
        )


def _row(step: PublishStep) -> tuple[str, ...]:
    new, live = step.candidate.published, step.live
    change = click.style("refused", fg=Colour.RED) if step.refusal else step.change.value
    name = step.candidate.machine.name
    if live is None:
        return (name, change, str(new.version), _short(new.digest), "new")
    return (
        name,
        change,
        _arrow(str(live.version), str(new.version)),
        _arrow(_short(live.digest), _short(new.digest)),
        "same" if live.behaviour == new.behaviour else click.style("changes", fg=Colour.ORANGE),
    )


def _differences(step: PublishStep, live_texts: Mapping[str, bytes]) -> list[Difference] | None:
    if step.live is None or step.change is Change.UNCHANGED:
        return []
    live = live_texts.get(step.candidate.machine.name)
    return None if live is None else list(json_diff(json.loads(live), json.loads(step.candidate.text)))


def _difference_lines(found: Sequence[Difference]) -> Iterator[str]:
    listed = found[:DIFFERENCES_MAX]
    paths = [printable(one.path) for one in listed]
    width = max(map(terminal_columns, paths))
    for one, path in zip(listed, paths, strict=True):
        mark, colour = _MARKS[one.kind]
        marked = click.style(f"{mark} {padded(path, width)}", fg=colour)
        yield f"{GAP}{marked}{GAP}{_values(one)}"
    if len(found) > len(listed):
        yield f"{GAP}… and {len(found) - len(listed):,} more"


def _values(one: Difference) -> str:
    match one.kind:
        case DifferenceKind.ADDED:
            return _cut(one.new)
        case DifferenceKind.REMOVED:
            return _cut(one.old)
        case DifferenceKind.CHANGED:
            return " -> ".join(_cut_apart(shown(one.old), shown(one.new)))


def _document(one: Difference) -> dict[str, object]:
    return {"kind": one.kind.value, "path": one.path, "old": one.old, "new": one.new}


def _cut(value: object) -> str:
    return _cut_text(shown(value))


def _cut_text(text: str) -> str:
    return text if len(text) <= VALUE_LENGTH_MAX else f"{text[: VALUE_LENGTH_MAX - 1]}…"


def _cut_apart(old: str, new: str) -> list[str]:
    """Both texts, shortened if one is long, starting shortly before the first difference."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    skipped = shared - SHARED_LENGTH_MAX
    if skipped <= 0 or max(len(old), len(new)) <= VALUE_LENGTH_MAX:
        return [_cut_text(old), _cut_text(new)]
    return [_cut_text(f"…{text[skipped:]}") for text in (old, new)]


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"{old} -> {new}"


def _short(digest: str) -> str:
    return digest[:DIGEST_LENGTH]
