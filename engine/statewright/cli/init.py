"""The `init` command: write a machine, its scenarios and the files around them. All of them pass every check.

Existing files are never overwritten. If the machine or the stack's template exists, nothing is written.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import click

from statewright import __version__
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.output import print_lines, print_message
from statewright.cli.templates import template_text

CONFIG = Path("config")
_NEXT_STEPS = ("statewright check config", "statewright test", "pre-commit install")


@click.command(
    "init",
    cls=Command,
    epilog=examples("statewright init parcel", "statewright init parcel --into shop --deploy"),
)
@click.argument("name", required=False)
@click.option("--deploy", is_flag=True, help="Also write the files that AWS SAM needs to deploy a stack.")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Write into this folder (default: the current one); it is created if missing.",
)
def command(name: str | None, *, deploy: bool, into: Path) -> ExitCode:
    """Write a first machine to change into your own.

    Writes a definition and its scenarios. Adds schemas for editors, a pre-commit configuration and a GitHub
    workflow, unless they exist. --deploy adds a SAM template, its options and the function's
    requirements; without NAME, it writes only those. Existing files are not overwritten.
    """
    from statewright.cli.shared import deployment_files

    if name is None and not deploy:
        raise click.UsageError("missing argument NAME")
    texts: dict[Path, str] = {}
    steps = [] if into == Path() else [f"cd {shlex.quote(str(into))}"]
    if name is not None:
        _require_name(name)
        _require_new(name, into / CONFIG)
        texts |= _machine_files(name) | _project_files()
        steps += _NEXT_STEPS
    if deploy:
        deployment_files.require_no_template(into)
        texts |= deployment_files.deployment_files(into)
        steps += deployment_files.NEXT_STEPS
    _require_folders(into, texts)
    print_lines(_write(into, texts))
    print_message("", "next:")
    for step in steps:
        print_message(f"  {step}")
    return ExitCode.CLEAN


def _require_name(name: str) -> None:
    """Raise UsageError unless the machine's schema accepts the name."""
    from statewright.json_schemas import load_schema

    rule = load_schema("machine")["definitions"]["name"]
    if not re.search(rule["pattern"], name):
        raise click.UsageError(f'"{name}" is not {rule["title"]}')


def _require_new(name: str, folder: Path) -> None:
    """Raise UsageError if a definition or scenarios with this name exist, in YAML or in JSON."""
    from statewright.language.source.files import FILE_NAMES

    machines = [pattern.replace("*", name) for pattern in FILE_NAMES]
    for file in [*machines, *(machine.replace(".machine.", ".scenarios.") for machine in machines)]:
        path = folder / file
        if path.exists():
            raise click.UsageError(f"{path.as_posix()} exists and is not overwritten; choose another name")


def _require_folders(into: Path, paths: Iterable[Path]) -> None:
    """Raise UsageError if a file is in the place of a folder."""
    for folder in chain.from_iterable((into / path).parents for path in paths):
        if os.path.lexists(folder) and not folder.is_dir():
            remedy = "move the file, or choose another --into"
            raise click.UsageError(f"{folder.as_posix()} is not a folder; {remedy}")


def _machine_files(name: str) -> dict[Path, str]:
    """The files of one machine."""
    import yaml

    written = name if yaml.safe_load(name) == name else f'"{name}"'  # a machine may be named true or no
    return {
        CONFIG / f"{name}.machine.yaml": template_text("machine.yaml").replace("NAME", written),
        CONFIG / f"{name}.scenarios.yaml": template_text("scenarios.yaml").replace("NAME", written),
    }


def _project_files() -> dict[Path, str]:
    """The files that all machines of a project share."""
    from statewright.cli.shared.editor_schema import editor_schema

    return {
        Path("schemas/machine.schema.json"): editor_schema("machine"),
        Path("schemas/scenarios.schema.json"): editor_schema("scenarios"),
        Path(".pre-commit-config.yaml"): template_text("pre-commit.yaml"),
        Path(".github/workflows/statewright.yaml"): template_text("workflow.yaml").replace(
            "VERSION", __version__
        ),
    }


def _write(into: Path, texts: Mapping[Path, str]) -> Iterator[str]:
    """Write the missing files. Yields a line for each file."""
    for path, text in texts.items():
        place = into / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            yield f"kept {place.as_posix()}, which already exists"
        else:
            yield f"wrote {place.as_posix()}"
