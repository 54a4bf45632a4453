"""Options that several commands share: their names, what they accept, and the value that a body receives.

Reads and opens nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from statewright.cli.shared.output import Format
from statewright.clock import utc_now
from statewright.errors import EvaluationError
from statewright.registry.location import DefinitionLocation, S3Place
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation
from statewright.strict_json import Malformed, read_json

EXISTING_INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True)

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def files_argument(kind: click.Path) -> Callable[[Decorated], Decorated]:
    """`[FILE…]` as the argument `paths`; without any it is `definitions_folder`."""

    def named(context: click.Context, argument: click.Parameter, paths: tuple[Any, ...]) -> tuple[Any, ...]:
        return paths or (kind(definitions_folder(), argument, context),)

    return click.argument("paths", metavar="[FILE…]", nargs=-1, type=kind, callback=named)


def definitions_folder() -> str:
    """Where every command looks for definitions unless it is told: `config`, else the current folder."""
    return "config" if Path("config").is_dir() else "."


def format_option(
    meaning: str, formats: Sequence[str] = (Format.TEXT, Format.JSON)
) -> Callable[[Decorated], Decorated]:
    """`--format`, by default the first of `formats`."""
    choice = click.Choice(formats, case_sensitive=False)
    return click.option("--format", "-f", type=choice, default=formats[0], help=meaning)


def against_option(meaning: str = "") -> Callable[[Decorated], Decorated]:
    """`--against`, where an old version is read; see `shared.old_versions`."""
    places = (
        "git:REF, s3://bucket/prefix, a folder or a file; or published, which is what is live where "
        "S3_BUCKET_NAME and S3_CONFIG_PREFIX say, else the commit at which HEAD left the default branch."
    )
    return click.option("--against", metavar="WHERE", help=f"{meaning}{places}")


def events_option(*, create: bool, without: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--db` or `--table`, one of them, as the argument `events`.

    `create`: the file may be missing. `without`: what the help says of neither; "" requires one of them.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "--db",
            type=click.Path(path_type=Path, dir_okay=False, exists=not create),
            help=f"SQLite file of the events{without and f'; {without}'}.",
        )
        @click.option("--table", metavar="NAME", help="DynamoDB table of the events.")
        @wraps(command)
        def chosen(*arguments: Any, db: Path | None, table: str | None, **options: Any) -> Any:
            if db and table:
                raise click.UsageError("--db and --table: only one of them can hold the events")
            if not (db or table or without):
                raise click.UsageError("one of --db FILE and --table NAME says where the events are")
            location = DynamoTable(table) if table else SqliteFile(db) if db else None
            return command(*arguments, events=location, **options)

        return chosen

    return decorate


def from_store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--from-store` with `--db` or `--table`, as the argument `events`; None without it."""

    @click.option("--from-store", is_flag=True, help="Search also from a sample of the stored streams.")
    @events_option(create=False, without="with --from-store")
    @wraps(command)
    def chosen(*arguments: Any, from_store: bool, events: StoreLocation | None, **options: Any) -> Any:
        if from_store and events is None:
            raise click.UsageError(
                "--from-store needs --db FILE or --table NAME, which says where the events are"
            )
        if events is not None and not from_store:
            raise click.UsageError("--db and --table go with --from-store")
        return command(*arguments, events=events, **options)

    return chosen


def actor_options(command: Decorated) -> Decorated:
    with_roles = click.option("--role", "roles", multiple=True, help="A role of the sender; may be repeated.")
    with_id = click.option("--actor", "actor_id", default="", help="Id of the sender.")
    return with_id(with_roles(command))


def json_value(_context: click.Context, _parameter: click.Parameter, text: str) -> Any:
    """Any value, read as strictly as a message. Raises BadParameter with the place of the fault."""
    try:
        return read_json(text)
    except Malformed as error:
        raise click.BadParameter(str(error) if error.place else error.reason) from error


def json_object(context: click.Context, parameter: click.Parameter, text: str) -> dict[str, Any]:
    """An object, as every payload is one."""
    value = json_value(context, parameter, text)
    if not isinstance(value, dict):
        raise click.BadParameter("must be an object")
    return value


def _definitions(_context: click.Context, _option: click.Parameter, value: str) -> DefinitionLocation:
    return _place(value) if value.startswith("s3://") else Path(value)


def _destination(_context: click.Context, _option: click.Parameter, value: str | None) -> S3Place:
    if value is None:
        raise click.UsageError("one of --to s3://BUCKET/PREFIX and S3_BUCKET_NAME says where to")
    return _place(value)


def handler_place() -> str | None:
    """Where the environment says that the handler reads definitions."""
    bucket = os.environ.get("S3_BUCKET_NAME")
    return f"s3://{bucket}/{os.environ.get('S3_CONFIG_PREFIX', '')}" if bucket else None


def _place(text: str) -> S3Place:
    try:
        return S3Place.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _timestamp(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from statewright.language.cel import Timestamp

    try:
        return str(Timestamp.parse(value))
    except EvaluationError as error:
        raise click.BadParameter(str(error)) from error


definitions_option = click.option(
    "--definitions",
    callback=_definitions,
    metavar="PLACE",
    default=definitions_folder,
    help="Folder of the *.machine.yaml files, by default config, else the current one; or s3://bucket/prefix.",
)
destination_option = click.option(
    "--to",
    default=handler_place,
    callback=_destination,
    metavar="s3://BUCKET/PREFIX",
    help="Where the handler reads them; by default S3_BUCKET_NAME and S3_CONFIG_PREFIX say it.",
)
accepted_option = click.option(
    "--accepted",
    type=click.Path(path_type=Path, dir_okay=False),
    default="compat.accepted.yaml",
    show_default=True,
    help="Breaks that were accepted, each with its reason and last day; may be missing.",
)
now_option = click.option(
    "--now",
    default=utc_now,
    callback=_timestamp,
    metavar="TIME",
    help="The time to decide at, RFC 3339 in UTC; the clock's by default.",
)
