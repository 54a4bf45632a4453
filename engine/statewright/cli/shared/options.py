"""Options that several commands share. Parses their values and opens nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from statewright.cli.shared.help import OneOf
from statewright.cli.shared.output import Format
from statewright.clock import utc_now
from statewright.errors import EvaluationError
from statewright.registry.location import DefinitionLocation, S3Place
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation
from statewright.strict_json import Malformed, read_json

EXISTING_INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True)

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def files_argument(kind: click.Path) -> Callable[[Decorated], Decorated]:
    """`[FILE…]` as the argument `paths`, by default `definitions_folder()`."""

    def named(context: click.Context, argument: click.Parameter, paths: tuple[Any, ...]) -> tuple[Any, ...]:
        return paths or (kind(definitions_folder(), argument, context),)

    return click.argument("paths", metavar="[FILE…]", nargs=-1, type=kind, callback=named)


def definitions_folder() -> str:
    """The default folder of definitions: `config` if it exists, else the current folder."""
    return "config" if Path("config").is_dir() else "."


def format_option(
    meaning: str, formats: Sequence[str] = (Format.TEXT, Format.JSON)
) -> Callable[[Decorated], Decorated]:
    """`--format`, by default the first of `formats`. `meaning`: the help."""
    choice, metavar = OneOf(formats, case_sensitive=False), "FORMAT" if len(formats) > 2 else None
    return click.option("--format", "-f", type=choice, default=formats[0], metavar=metavar, help=meaning)


def against_option(meaning: str) -> Callable[[Decorated], Decorated]:
    """`--against`, the place of an old version; see `shared.old_versions`. `meaning`: its purpose."""
    places = (
        "git:REF, s3://BUCKET/PREFIX, a folder, a file, or published: the live definitions at S3_BUCKET_NAME "
        "and S3_CONFIG_PREFIX if those are set, else the commit where HEAD left the default branch."
    )
    return click.option("--against", metavar="WHERE", help=f"{meaning} {places}")


def events_option(
    *, create: bool, without: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--db` or `--table` as the argument `events`.

    `create`: the file may be missing. `without`: a note for the help; None requires one of the options.
    """
    use = f"{'Store events in' if create else 'Read events from'} this"
    note = f" ({without})" if without else ""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "--db",
            type=click.Path(path_type=Path, dir_okay=False, exists=not create),
            help=f"{use} SQLite file{note}.",
        )
        @click.option("--table", metavar="NAME", help=f"{use} DynamoDB table instead.")
        @wraps(command)
        def chosen(*arguments: Any, db: Path | None, table: str | None, **options: Any) -> Any:
            if db and table:
                raise click.UsageError("--db and --table cannot be combined; choose one")
            if not (db or table) and without is None:
                raise click.UsageError("missing option: --db FILE or --table NAME")
            location = DynamoTable(table) if table else SqliteFile(db) if db else None
            return command(*arguments, events=location, **options)

        return chosen

    return decorate


def from_store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--from-store` with `--db` or `--table`, as the argument `events`; None without it."""

    @click.option(
        "--from-store", is_flag=True, help="Also search from a sample of the streams in --db or --table."
    )
    @events_option(create=False, without="")
    @wraps(command)
    def chosen(*arguments: Any, from_store: bool, events: StoreLocation | None, **options: Any) -> Any:
        if from_store and events is None:
            raise click.UsageError("--from-store requires --db FILE or --table NAME")
        if events is not None and not from_store:
            raise click.UsageError("--db and --table require --from-store")
        return command(*arguments, events=events, **options)

    return chosen


def actor_options(command: Decorated) -> Decorated:
    with_roles = click.option(
        "--role", "roles", multiple=True, metavar="ROLE", help="Give the sender this role (repeatable)."
    )
    with_id = click.option("--actor", "actor_id", default="", metavar="ID", help="Set the id of the sender.")
    return with_id(with_roles(command))


def json_value(_context: click.Context, _parameter: click.Parameter, text: str) -> Any:
    """Parse any JSON value, as strictly as a message. Raises BadParameter with the position of the error."""
    try:
        return read_json(text)
    except Malformed as error:
        raise click.BadParameter(str(error) if error.place else error.reason) from error


def json_object(context: click.Context, parameter: click.Parameter, text: str) -> dict[str, Any]:
    """Parse a JSON object, such as a payload."""
    value = json_value(context, parameter, text)
    if not isinstance(value, dict):
        raise click.BadParameter("must be an object")
    return value


def _definitions(_context: click.Context, _option: click.Parameter, value: str) -> DefinitionLocation:
    return _place(value) if value.startswith("s3://") else Path(value)


def _destination(_context: click.Context, _option: click.Parameter, value: str | None) -> S3Place:
    if value is None:
        raise click.UsageError("missing --to s3://BUCKET/PREFIX (S3_BUCKET_NAME is not set)")
    return _place(value)


def handler_place() -> str | None:
    """The place where the handler reads definitions, from the environment."""
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
    help="Read definitions from this folder or s3://BUCKET/PREFIX (default: config, or the current folder).",
)
destination_option = click.option(
    "--to",
    default=handler_place,
    callback=_destination,
    metavar="s3://BUCKET/PREFIX",
    help="Publish to this place (default: from S3_BUCKET_NAME and S3_CONFIG_PREFIX).",
)
accepted_option = click.option(
    "--accepted",
    type=click.Path(path_type=Path, dir_okay=False),
    default="compat.accepted.yaml",
    show_default=True,
    help="Read the accepted breaks from this file, if it exists.",
)
now_option = click.option(
    "--now",
    default=utc_now,
    callback=_timestamp,
    metavar="TIME",
    help="Set the time of the decision, RFC 3339 in UTC (default: the current time).",
)
