"""Formats a scenario result as plain lines, for terminals, reports and pytest."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.requests import CommandRequest, RequestDecision
from statewright.canonical import canonical_json
from statewright.language.cel import to_json
from statewright.language.source.document import Document
from statewright.machine.messages import BranchTrace, Invalid
from statewright.scenarios.judging import Mismatch
from statewright.scenarios.running import ScenarioResult


def headline(document: Document, result: ScenarioResult) -> str:
    """`file:line:col: name`, at the impossible step if the scenario is broken."""
    path = result.broken.path if result.broken else result.scenario.path
    position = document.position(path)
    return f"{document.file}:{position.line}:{position.column}: {result.scenario.name}"


def explanation(result: ScenarioResult) -> Iterator[str]:
    """Explain a failure: the expected and actual values, and the evaluation of each branch."""
    if result.broken is not None:
        yield result.broken.reason
    if result.decision is not None:
        yield request_line(result.decision)
        yield from _comparison(result.mismatches)
        yield from _judgement(result.decision)


def request_line(decision: RequestDecision) -> str:
    """The command with its roles and the state in which it arrives."""
    request, state = decision.request, decision.state
    data = f" {canonical_json(request.data)}" if request.data else ""
    return f"when {request.command}{data}{sender(request)} in {state.leaf} at version {state.version}"


def sender(request: CommandRequest) -> str:
    """The actor's roles as a suffix, or ""."""
    return f" by {', '.join(request.actor.roles)}" if request.actor.roles else ""


def _comparison(mismatches: tuple[Mismatch, ...]) -> Iterator[str]:
    width = max((len(mismatch.what) for mismatch in mismatches), default=0)
    for mismatch in mismatches:
        yield f"  {mismatch.what:{width}}  expected  {mismatch.expected}"
        yield f"  {'':{width}}  got       {mismatch.got}"


def _judgement(decision: RequestDecision) -> Iterator[str]:
    trace = () if isinstance(decision.verdict, Invalid) else decision.verdict.trace
    for branch in trace:
        yield f"  branch {branch.branch}: {branch.result_text}"
        yield from _guard(branch)


def _guard(branch: BranchTrace) -> Iterator[str]:
    if branch.guard is not None:
        yield f"    guard  {branch.guard}"
        saw = ", ".join(f"{name} = {canonical_json(to_json(value))}" for name, value in branch.saw.items())
        yield f"    saw    {saw or 'nothing'}"
