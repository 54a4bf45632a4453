"""Reads timeouts, with durations in ISO 8601, and checks that their commands can be sent by a timer."""

from __future__ import annotations

import re

from statewright.diagnostics import Code, hint
from statewright.language.draft import Draft, mapping, text
from statewright.language.model import Definition, Timeout
from statewright.language.source.document import DocumentPath

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def duration_seconds(written: str) -> int | None:
    """Convert an ISO 8601 duration such as PT24H or P1DT12H to seconds; None if it is invalid or zero."""
    match = _DURATION.fullmatch(written)
    if match is None:
        return None
    return sum(int(count) * _SECONDS[unit] for unit, count in match.groupdict().items() if count) or None


def read_timeout(draft: Draft, written: object, path: DocumentPath) -> Timeout | None:
    """Return the timeout of a state, or None if it is missing or invalid."""
    fields = mapping(written)
    after, command = text(fields.get("after")), text(fields.get("command"))
    if after is None or command is None:
        return None
    seconds = duration_seconds(after)
    if seconds is None:
        message = f'"{after}" is not an ISO 8601 duration; expected one such as "PT24H", "P1D" or "P2W"'
        draft.report(Code.TIMEOUT, (*path, "after"), message)
        return None
    return Timeout(seconds, command, path)


def check_timeouts(draft: Draft, definition: Definition) -> None:
    """Check that every leaf of the state accepts the command without required fields and without roles."""
    for state in definition.states.values():
        if state.timeout is not None:
            _check_acceptance(draft, definition, state.name, state.timeout)
            _check_payload(draft, state.timeout)


def _check_acceptance(draft: Draft, definition: Definition, state: str, timeout: Timeout) -> None:
    path = (*timeout.path, "command")
    for leaf in definition.leaves:
        if definition.states[leaf].final or state not in definition.lineage(leaf):
            continue
        accepts = definition.accepts_of(leaf)
        branches = accepts.get(timeout.command)
        if branches is None:
            known = hint(timeout.command, list(accepts))
            message = f'state "{leaf}" does not accept the timeout command "{timeout.command}"{known}'
            draft.report(Code.TIMEOUT, path, message)
            return
        if any(branch.roles for branch in branches):
            message = (
                f'command "{timeout.command}" requires roles in state "{leaf}", but timers have no roles'
            )
            draft.report(Code.TIMEOUT, path, message)
            return


def _check_payload(draft: Draft, timeout: Timeout) -> None:
    path = (*timeout.path, "command")
    spec = (draft.commands or {}).get(timeout.command)
    if spec is None:
        return
    if spec.roles:
        draft.report(
            Code.TIMEOUT, path, f'command "{timeout.command}" requires roles, but timers have no roles'
        )
    required = [f'"{name}"' for name, field in spec.payload.fields.items() if not field.optional]
    if required:
        message = f'command "{timeout.command}" requires {", ".join(required)}, but timers send no payload'
        draft.report(Code.TIMEOUT, path, message)
