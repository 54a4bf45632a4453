"""Compares two versions of definitions and prints the verdicts; unaccepted breaks give exit code 1.

`statewright.evolution.compat` decides which changes break something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from statewright.cli.compat.result import ComparisonResult
from statewright.cli.shared.acceptances import expiry_text
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import show_definition_error
from statewright.cli.shared.input_files import File, read_files
from statewright.cli.shared.old_versions import old_files, without_errors
from statewright.cli.shared.output import print_message
from statewright.cli.shared.report_outputs import Output, keep_apart, write_output
from statewright.cli.shared.scenario_histories import scenario_histories
from statewright.cli.shared.stored_histories import stored_histories
from statewright.clock import utc_now
from statewright.errors import DefinitionError, SourceUnavailable
from statewright.evolution.compat import ChangeVerdict, Consequence, compare
from statewright.evolution.compat.acceptance import apply_acceptances, read_acceptances
from statewright.evolution.compat.verdicts import sort_verdicts
from statewright.language import load_definition
from statewright.language.source.files import definition_files
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.messages import Event
from statewright.stores.location import StoreLocation
from statewright.wording import plural

_FAILING = {
    "replay": {Consequence.REPLAY, Consequence.UPCASTER},
    "command": {Consequence.REPLAY, Consequence.UPCASTER, Consequence.COMMAND},
    "undecided": {Consequence.REPLAY, Consequence.UPCASTER, Consequence.COMMAND},
    "any": {Consequence.REPLAY, Consequence.UPCASTER, Consequence.COMMAND},
}


def compare_definitions(
    old: str,
    new: Sequence[str],
    *,
    accepted: Path,
    fail_on: str,
    events: StoreLocation | None,
    outputs: Sequence[Output],
) -> ExitCode:
    """Report every verdict, silent ones first. A file that does not compile is reported with its findings.

    A folder may be empty; its former machines are then removed. `events`: a store of the old version's
    streams.
    """
    filled = [path for path in new if not (Path(path).is_dir() and not definition_files(Path(path)))]
    files = list(read_files(filled))
    keep_apart(outputs, [*(file.name for file in files), accepted])
    if any(file.content is None for file in files):
        return ExitCode.USAGE
    try:
        after = _machines(files)
        acceptances = read_acceptances(accepted.read_bytes(), str(accepted)) if accepted.exists() else ()
    except DefinitionError as error:
        return show_definition_error(error, outputs=outputs)
    with without_errors(old, outputs=outputs):
        before = _machines(old_files(old, new, after.keys()), published=True)
    keep_apart(outputs, [machine.definition.document.file for machine in before.values()])
    reports = {
        name: compare(
            before.get(name),
            after.get(name),
            histories=_histories(before.get(name), after.get(name), events),
        )
        for name in sorted({*before, *after})
    }
    verdicts = sort_verdicts(verdict for report in reports.values() for verdict in report.verdicts)
    outcome = apply_acceptances(verdicts, acceptances, today=date.fromisoformat(utc_now()[:10]))
    failing = [one for one in verdicts if one.key not in outcome.accepted and _fails(one, fail_on)]
    result = ComparisonResult(tuple(verdicts), tuple(failing), reports, outcome, before, after, called=old)
    for output in outputs:
        write_output(output, _printed(output.format, result))
    _print_messages(result)
    return ExitCode.FINDINGS if failing else ExitCode.CLEAN


def _histories(
    old: Machine | None, new: Machine | None, events: StoreLocation | None
) -> list[tuple[Event, ...]]:
    """Events of the old version: from the scenarios of both versions, and from a sample of stored streams."""
    if old is None or new is None:
        return []
    files = (machine.definition.document.file for machine in (old, new))
    stored = (history.last.history for history in stored_histories(events, old))
    return [*scenario_histories(old, files), *stored]


def _machines(files: Iterable[File], *, published: bool = False) -> dict[str, Machine]:
    machines: dict[str, Machine] = {}
    for file in files:
        machine = compile_machine(load_definition(file.content or b"", file.name, published=published))
        if machine.name in machines:
            first = machines[machine.name].definition.document.file
            raise SourceUnavailable(f'"{first}" and "{file.name}" both declare machine "{machine.name}"')
        machines[machine.name] = machine
    return machines


def _fails(verdict: ChangeVerdict, fail_on: str) -> bool:
    """Whether the verdict fails the command. Replay verdicts fail even if they were not shown."""
    unsure = not verdict.certain and verdict.kind.consequence is Consequence.COMMAND
    return verdict.kind.consequence in _FAILING[fail_on] and (not unsure or fail_on in ("undecided", "any"))


def _printed(format: str, result: ComparisonResult) -> Iterator[str]:
    """Import the printers late, because most runs need only a few of them."""
    from statewright.cli.compat.formats import PRINTERS

    return PRINTERS[format](result)


def _print_messages(result: ComparisonResult) -> None:
    reports, outcome = result.reports, result.outcome
    for one in outcome.expired:
        print_message(expiry_text(one))
    for one in outcome.unused:
        print_message(
            f"{one.place}: the acceptance of {one.kind.id} at {one.location} matches no break; remove it"
        )
    for name, report in reports.items():
        if report.untried:
            fields = ", ".join(report.untried)
            print_message(
                f'machine "{name}": found no value to try for {fields}; add `examples` to its schema'
            )
    decided = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in result.decided.items())
    kinds = Counter(verdict.kind.consequence for verdict in result.verdicts)
    counts = ", ".join(f"{kind.value}: {kinds[kind]:,}" for kind in Consequence if kinds[kind])
    accepted = f", accepted: {len(outcome.accepted):,}" if outcome.accepted else ""
    sequences = plural(sum(report.sequences for report in reports.values()), "sequence")
    machines = plural(len(reports), "machine")
    summary = f"{counts}{accepted} ({decided})" if counts else "no change in behaviour"
    print_message(f"{machines} compared, {sequences} tried: {summary}")
