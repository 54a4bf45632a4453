"""The `publish` command: definitions are checked, shown beside the live ones, then made live.

Nothing is written before everything is known to be good.
"""

from __future__ import annotations

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.options import destination_option, format_option
from statewright.cli.shared.output import Format
from statewright.cli.shared.report_outputs import Output
from statewright.errors import DefinitionError
from statewright.registry.location import S3Place


@click.command("publish")
@click.argument("paths", metavar="[FILE…]", nargs=-1, type=click.Path(allow_dash=True))
@destination_option
@click.option("--from-prefix", is_flag=True, help="Publish the definition files that lie there already.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--allow-rollback", is_flag=True, help="Let an earlier version of a machine be the live one.")
@format_option("json: one object per machine and line.")
def command(
    paths: tuple[str, ...],
    *,
    to: S3Place,
    from_prefix: bool,
    dry_run: bool,
    allow_rollback: bool,
    format: Format,
) -> ExitCode:
    """Check definitions and make them the live ones in S3.

    FILE may be a folder. A definition whose behaviour differs under an unchanged version number is refused.
    """
    if bool(paths) == from_prefix:
        raise click.UsageError("either FILE… or --from-prefix says what to publish")
    from statewright.cli.publish.publication import (
        are_distinct,
        files_laid_by_hand,
        print_summary,
        show_steps,
    )
    from statewright.cli.shared.event_store import ATTEMPTS_MAX
    from statewright.cli.shared.findings import show_checked, show_definition_error
    from statewright.cli.shared.input_files import read_files
    from statewright.registry.bucket import Bucket
    from statewright.registry.publishing import candidate_of, publish
    from statewright.registry.s3 import s3_client

    bucket = Bucket(s3_client(attempts=ATTEMPTS_MAX), to)
    files = list(files_laid_by_hand(bucket) if from_prefix else read_files(paths))
    clean = show_checked(files, format=format)
    if any(file.content is None for file in files):
        return ExitCode.USAGE
    if not clean:
        return ExitCode.FINDINGS
    try:
        candidates = [candidate_of(file.content, file.name) for file in files if file.content is not None]
    except DefinitionError as error:
        return show_definition_error(error, outputs=(Output(format),))
    if not are_distinct(candidates):
        return ExitCode.FINDINGS
    publication = publish(bucket, candidates, allow_rollback=allow_rollback, dry_run=dry_run)
    show_steps(bucket, publication, format)
    return print_summary(publication, to, dry_run=dry_run)
