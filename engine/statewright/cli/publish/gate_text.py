"""Formats the review of a publication: failed scenarios, breaks, and faults of streams. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import click

from statewright.cli.publish.breaks import Break, BreakRule, key_of
from statewright.cli.publish.gate import GateReport
from statewright.cli.publish.submissions import Submission
from statewright.cli.shared.output import GAP, Colour, labelled
from statewright.cli.shared.verdict_text import verdict_details, verdict_document, verdict_headline
from statewright.cli.shared.verification_text import verification_lines, verification_summary
from statewright.escaping import printable
from statewright.evolution.compat import Consequence
from statewright.evolution.compat.history import HistoryVerdict
from statewright.evolution.verify import VerificationReport
from statewright.scenarios.text import explanation, headline
from statewright.wording import plural


def gate_lines(submissions: Iterable[Submission], report: GateReport) -> Iterator[str]:
    """Lines for people; none if there are no problems."""
    lines = [*_failure_lines(submissions), *_verdict_lines(report), *_other_lines(report)]
    yield from ("", *lines) if lines else ()


def gate_document(submission: Submission, report: GateReport) -> dict[str, Any]:
    """The JSON document of one machine. `streams` is null if no store was named."""
    name = submission.candidate.machine.name
    breaks = {one.key: one for one in report.breaks if one.machine == name}
    return {
        "scenarios": {
            "run": len(submission.scenarios),
            "failed": [printable(headline(*failure)) for failure in submission.failures],
        },
        "compared": list(report.compared.get(name, ())),
        "verdicts": [
            _verdict(found, breaks.get(key_of(found.verdict)))
            for found in report.verdicts
            if found.verdict.machine == name
        ],
        "breaks": [
            {
                "rule": one.rule,
                "location": one.location,
                "versions": list(one.versions),
                "accepted": _acceptance(one),
            }
            for one in breaks.values()
        ],
        "streams": report.streams and _streams(name, report.streams),
    }


def gate_summary(submissions: Collection[Submission], report: GateReport) -> str:
    """One line that counts scenarios, comparisons, streams and accepted breaks."""
    parts = [_scenarios(submissions)]
    if report.compared:
        parts.append(_comparisons(report))
    if report.streams is not None:
        parts.append(verification_summary(report.streams, against=True))
    if accepted := len(report.breaks) - len(report.open_breaks):
        parts.append(f"accepted: {accepted:,}")
    return "; ".join(parts)


def _scenarios(submissions: Collection[Submission]) -> str:
    total = sum(len(one.scenarios) for one in submissions)
    failed = sum(len(one.failures) for one in submissions)
    without = sorted(one.candidate.machine.name for one in submissions if not one.scenarios)
    if not total:
        return "no scenarios"
    text = f"{plural(total, 'scenario')}: {f'{failed:,} failed' if failed else 'all passed'}"
    return f"{text} (none of {', '.join(without)})" if without else text


def _comparisons(report: GateReport) -> str:
    versions = sum(map(len, report.compared.values()))
    kinds = Counter(one.verdict.kind.consequence for one in report.verdicts if one.is_break)
    counts = [f"{kind.value}: {kinds[kind]:,}" for kind in Consequence if kinds[kind]]
    if unshown := sum(not one.verdict.certain and not one.is_break for one in report.verdicts):
        counts.append(f"not shown for senders: {unshown:,}")
    if report.unreadable:
        counts.append(f"not comparable: {len(report.unreadable):,}")
    return f"compared with {plural(versions, 'published version')}: {', '.join(counts) or 'no break'}"


def _failure_lines(submissions: Iterable[Submission]) -> Iterator[str]:
    for submission in submissions:
        for document, result in submission.failures:
            yield click.style(printable(headline(document, result)), fg=Colour.RED)
            yield from (f"{GAP}{printable(line)}" for line in explanation(result))


def _verdict_lines(report: GateReport) -> Iterator[str]:
    """The lines of all verdicts that are not safe."""
    breaks = {one.key: one for one in report.breaks}
    for found in report.verdicts:
        if found.verdict.kind.consequence is not Consequence.SAFE:
            yield verdict_headline(found.verdict)
            accepted = _acceptance_text(breaks.get(key_of(found.verdict)))
            details = dict(verdict_details(found.verdict, None)) | {"versions": _listed(found.versions)}
            if accepted is not None:
                details.pop("accept", None)
                details["accepted"] = accepted
            yield from (f"{GAP}{line}" for line in labelled(details))


def _other_lines(report: GateReport) -> Iterator[str]:
    for (machine, version), reason in report.unreadable.items():
        text = f"{machine}: version {version} cannot be compared, so its streams may break: {reason}"
        yield click.style(printable(text), fg=Colour.RED)
    if report.streams is not None:
        yield from verification_lines(report.streams)
    for one in report.breaks:
        accepted = _acceptance_text(one)
        if one.rule in set(BreakRule) and accepted is not None:
            yield from (f"{GAP}{line}" for line in labelled({"accepted": accepted}))


def _acceptance_text(one: Break | None) -> str | None:
    if one is None or one.reason is None:
        return None
    return printable(one.reason) + ("" if one.since is None else f" (with version {one.since})")


def _verdict(found: HistoryVerdict, one: Break | None) -> dict[str, object]:
    document = verdict_document(found.verdict, None)
    accepted = _acceptance(one)
    accept = None if accepted else document["accept"]
    return {**document, "accept": accept, "versions": list(found.versions), "accepted": accepted}


def _acceptance(one: Break | None) -> dict[str, object] | None:
    """The acceptance for JSON. `since`: the version for which it was accepted; null for this one."""
    return None if one is None or one.reason is None else {"reason": one.reason, "since": one.since}


def _streams(machine: str, report: VerificationReport) -> dict[str, Any]:
    document = report.document()
    return {
        part: [row for row in document[part] if row["machine"] == machine] for part in ("states", "faults")
    }


def _listed(versions: Sequence[int]) -> str:
    """
    >>> _listed((1, 2, 3, 5))
    '1-3, 5'
    """
    runs: list[list[int]] = []
    for version in versions:
        if runs and version == runs[-1][-1] + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
