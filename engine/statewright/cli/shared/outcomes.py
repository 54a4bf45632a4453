"""Shows the outcomes of commands as lines, as a table, as JSON or as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from statewright.aws.sqs import EventResult
from statewright.cli.shared.output import Colour, table
from statewright.escaping import printable
from statewright.machine.messages import Rejected
from statewright.reports.json_text import indented_json, json_text
from statewright.runtime.results import MessageResult
from statewright.wording import plural

SUCCESSES = frozenset({"ACCEPTED", "DUPLICATE"})
MESSAGE_ID_SHOWN = 8  # enough to find a message from the answer in the table


def outcome_documents(results: Iterable[MessageResult]) -> Iterator[str]:
    """One JSON object per message, with the keys of the handler's log lines."""
    for result in results:
        command = result.command
        document: dict[str, object] = {
            "message_id": result.message.message_id,
            "command_id": command.id if command else None,
            "machine": command.machine if command else None,
            "aggregate_id": command.aggregate_id if command else None,
            "command": command.name if command else None,
            "code": result.code,
            "reason": result.reason,
            "disposition": result.disposition.value,
            "version": result.version,
        }
        if isinstance(result.outcome, Rejected):
            document |= {"leaf": result.outcome.leaf, "accepts_now": result.outcome.accepts_now}
        yield json_text(document)


def outcome_lines(results: Iterable[MessageResult], file: str, *, verbose: bool) -> Iterator[str]:
    """`file:line: aggregate command: CODE: reason`, for messages whose ids are line numbers.

    Successes are included only with `verbose`. The reason omits the notes about the queue.
    """
    for result in results:
        if verbose or result.code not in SUCCESSES:
            why = printable(replace(result, note="").reason)
            what = f"{_aggregate(result)} {result.command.name}" if result.command else ""
            parts = (f"{file}:{result.message.message_id}", what, _coloured(result.code), why)
            yield ": ".join(part for part in parts if part)


def event_result_lines(handled: EventResult) -> Iterator[str]:
    """A table of the messages, then the answer to SQS."""
    rows = [
        (
            result.message.message_id[:MESSAGE_ID_SHOWN],
            _aggregate(result) or "-",
            result.command.name if result.command else "-",
            _coloured(result.code),
            result.disposition.value,
            printable(result.reason),
        )
        for result in handled.batch.results
    ]
    header = ("MESSAGE", "AGGREGATE", "COMMAND", "OUTCOME", "ON THE QUEUE", "WHY")
    yield from table(header, rows, prose=True)
    yield ""
    yield from indented_json(handled.response)


def outcome_counts(codes: Counter[str]) -> Iterator[str]:
    """The number of commands per outcome, successes first."""
    for code in sorted(codes, key=lambda code: (code not in SUCCESSES, code)):
        yield f"{codes[code]:>13,}  {_coloured(code)}"
    total, noun = plural(codes.total(), "command").split()
    yield f"{total:>13}  {noun}"


def _aggregate(result: MessageResult) -> str:
    return f"{result.command.machine}/{result.command.aggregate_id}" if result.command else ""


def _coloured(code: str) -> str:
    return click.style(code, fg=Colour.GREEN if code in SUCCESSES else Colour.RED)
