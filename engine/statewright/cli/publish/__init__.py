"""The `publish` command: check, test and compare definitions, then make them live.

Nothing is written unless every problem is fixed or accepted.
"""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import accepted_option, destination_option, events_option, format_option
from statewright.cli.shared.output import Format
from statewright.registry.location import S3Place
from statewright.stores.location import StoreLocation


@click.command(
    "publish",
    cls=Command,
    epilog=examples(
        "statewright publish config/ --to s3://my-bucket/definitions --dry-run",
        "statewright publish config/ --table events",
    ),
)
@click.argument("paths", metavar="[FILE…]", nargs=-1, type=click.Path(allow_dash=True))
@destination_option
@click.option(
    "--from-prefix", is_flag=True, help="Publish definition files already uploaded under the prefix."
)
@click.option("--dry-run", is_flag=True, help="Check and report everything, but write nothing.")
@click.option("--allow-rollback", is_flag=True, help="Allow a lower version than the live one.")
@accepted_option
@click.option(
    "--accept-breaks", "reason", metavar="REASON", help="Accept all other breaks; REASON is recorded."
)
@events_option(create=False, without="default: stored streams are not verified")
@format_option("Print text, or JSON with one machine per line.")
def command(
    paths: tuple[str, ...],
    *,
    to: S3Place,
    from_prefix: bool,
    dry_run: bool,
    allow_rollback: bool,
    accepted: Path,
    reason: str | None,
    events: StoreLocation | None,
    format: Format,
) -> ExitCode:
    """Check definitions and publish them to S3.

    FILE may be a folder. Each definition is checked, its scenarios are run, and it is compared with every
    published version of its machine. With --table or --db, stored streams are verified as well. If anything
    fails, or a break is not accepted, nothing is written and the exit code is 1.
    """
    if bool(paths) == from_prefix:
        raise click.UsageError("give either FILE… or --from-prefix")
    if reason is not None and not reason.strip():
        raise click.UsageError("--accept-breaks needs a reason")
    from statewright.cli.publish.gate import Gate
    from statewright.cli.publish.publication import publish_candidates
    from statewright.cli.publish.submissions import submissions_of
    from statewright.cli.publish.uploaded_files import uploaded_files
    from statewright.cli.shared.acceptances import listed_reasons
    from statewright.cli.shared.event_store import ATTEMPTS_MAX
    from statewright.cli.shared.input_files import read_files
    from statewright.registry.bucket import Bucket
    from statewright.registry.s3 import s3_client

    bucket = Bucket(s3_client(attempts=ATTEMPTS_MAX), to)
    files = list(uploaded_files(bucket) if from_prefix else read_files(paths))
    submissions, best = submissions_of(files, format=format)
    if not submissions:
        return best
    by_name = {one.candidate.machine.name: one for one in submissions}
    gate = Gate(bucket, by_name, listed_reasons(accepted), reason, allow_rollback, events)
    sound = best is ExitCode.CLEAN
    ending = publish_candidates(gate, sound=sound, format=format, dry_run=dry_run)
    return ending if sound else best
