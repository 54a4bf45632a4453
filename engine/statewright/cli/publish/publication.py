"""Plans a publication, shows the review, and then makes all candidates live or writes nothing.

The rules of publishing are in `statewright.registry.publishing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from statewright.cli.publish.gate import Gate, GateReport
from statewright.cli.publish.gate_text import gate_document, gate_lines, gate_summary
from statewright.cli.publish.report import step_documents, step_lines
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format, print_lines, print_message
from statewright.cli.shared.progress import status_line
from statewright.errors import SourceUnavailable
from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.manifest import Releases
from statewright.registry.published import read_text
from statewright.registry.publishing import (
    Approval,
    Change,
    Publication,
    PublicationPlan,
    PublishStep,
    publish,
)
from statewright.wording import plural


@dataclass(slots=True)
class Review:
    """Reviews a plan and shows the result. `sound`: whether the files themselves have no problems."""

    gate: Gate
    format: Format
    sound: bool
    report: GateReport = field(default_factory=GateReport)
    _reviewed: tuple[Releases | None, ...] | None = None

    def __call__(self, plan: PublicationPlan) -> Approval | None:
        """Review the plan. After a lost race, review it again only if one of these machines was published."""
        released = tuple(plan.manifest.machines.get(one.candidate.machine.name) for one in plan.steps)
        if released != self._reviewed:
            with status_line() as show_status:
                self.report = self.gate.review(plan, show_status)
            self._reviewed = released
            self._show(plan.steps)
        if not self.sound or self.report.open_breaks:
            return None
        published = {one.candidate.machine.name: one.candidate.published for one in plan.steps}
        return Approval(tuple(one.record(published[one.machine]) for one in self.report.breaks))

    def _show(self, steps: Sequence[PublishStep]) -> None:
        live_texts = dict(_live_texts(self.gate.bucket, steps))
        submissions = self.gate.submissions
        if self.format is Format.JSON:
            gates = {name: gate_document(one, self.report) for name, one in submissions.items()}
            print_lines(step_documents(steps, live_texts, gates))
        else:
            print_lines(step_lines(steps, live_texts))
            print_lines(gate_lines(submissions.values(), self.report))
        print_message(gate_summary(submissions.values(), self.report))


def publish_candidates(gate: Gate, *, sound: bool, format: Format, dry_run: bool) -> ExitCode:
    """Publish all candidates or none. `sound`: as in `Review`. Raises SourceUnavailable."""
    review = Review(gate, format, sound)
    candidates = [one.candidate for one in gate.submissions.values()]
    publication = publish(
        gate.bucket, candidates, allow_rollback=gate.allow_rollback, dry_run=dry_run, review=review
    )
    refusals = [step.refusal for step in publication.steps if step.refusal]
    for refusal in refusals:
        print_message(refusal)
    for step in publication.steps:
        if step.change is Change.ROLLBACK and not step.refusal:
            print_message(_rollback_warning(step))
    if open_breaks := review.report.open_breaks:
        print_message(_remedy(len(open_breaks)))
    if not sound:
        print_message("problems in the files cannot be accepted; fix those shown above")
    if refusals or open_breaks or not sound:
        print_message("nothing was published")
        return ExitCode.FINDINGS
    print_message(_summary(publication, gate.bucket.place, dry_run=dry_run))
    return ExitCode.CLEAN


def _live_texts(bucket: Bucket, steps: Sequence[PublishStep]) -> Iterator[tuple[str, bytes]]:
    for step in steps:
        if step.live is None or step.change is Change.UNCHANGED:
            continue
        name = step.candidate.machine.name
        try:
            yield name, read_text(bucket, name, step.live)
        except SourceUnavailable as error:
            print_message(f"the live version of {name} cannot be compared: {error}")


def _remedy(breaks: int) -> str:
    return (
        f"{plural(breaks, 'break')} not accepted; change the definition, list intended breaks in "
        "compat.accepted.yaml, or pass --accept-breaks REASON"
    )


def _summary(publication: Publication, to: S3Place, *, dry_run: bool) -> str:
    changes = sum(step.change is not Change.UNCHANGED for step in publication.steps)
    if not changes:
        return f"{to} is up to date"
    if dry_run:
        return f"{plural(changes, 'machine')} would be published to {to}; nothing was written"
    return f"{plural(changes, 'machine')} published to {to}, manifest number {publication.number}"


def _rollback_warning(step: PublishStep) -> str:
    name, version = step.candidate.machine.name, step.candidate.machine.version
    live = step.live.version if step.live else version
    return (
        f"{name} goes back from version {live} to {version}, which never folds events stored by version "
        f"{live}, so commands to those streams are delayed; instead, publish the content of version "
        f"{version} under a number above {live}, with the events of version {live}"
    )
