"""Generate docs/reference/command-line.md from the help of the commands.

`python -m tests.docs.command_line` rewrites the page and runs its examples. Like every other page, the
committed page contains their output.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from statewright.cli.main import COMMANDS, statewright
from statewright.cli.shared.exit_codes import ExitCode
from tests.docs.examples import ROOT, executed

PAGE = ROOT / "docs" / "reference" / "command-line.md"
CONTEXT = click.Context(statewright, info_name="statewright", help_option_names=["-h", "--help"])

EXIT_CODES = {
    ExitCode.CLEAN: "success",
    ExitCode.FINDINGS: "done, with a problem to report: a finding, a failed scenario, a refused command",
    ExitCode.USAGE: "not done: wrong usage, a missing file, a service that does not answer",
    ExitCode.FAULT: "a bug in Statewright; `statewright --debug …` prints the traceback",
    ExitCode.INTERRUPTED: "interrupted with Ctrl+C",
}
VARIABLES = {
    "`STATEWRIGHT_DEBUG`": "`1` is the same as `--debug`",
    "`NO_COLOR`": "any value that is not empty turns colours off",
    "`TERM`": "`dumb` turns colours and progress off",
    "`COLUMNS`": "the width that tables fold to, in files and pipes too",
    "`S3_BUCKET_NAME`, `S3_CONFIG_PREFIX`": "where published definitions are, for `publish` "
    "and `--against published`",
    "`AWS_PROFILE`, `AWS_REGION`, …": "read by the AWS SDK when a command uses a table or a bucket",
}
MORE = {
    "check": "[Checking](../howto/checking.md)",
    "compat": "[Compatibility](compatibility.md)",
    "diagram": "[Diagrams and pages](../howto/diagrams.md)",
    "docs": "[Diagrams and pages](../howto/diagrams.md#pages)",
    "eval": "[Expressions](language.md#expressions)",
    "import": "[Importing history](../howto/migrating.md)",
    "init": "[Setting up a project](../howto/editors.md)",
    "publish": "[Publishing definitions](../howto/publishing.md)",
    "rules": "[Rules](rules.md)",
    "run": "[Running machines](../guide/running.md)",
    "test": "[Testing a machine](../guide/testing.md)",
    "verify": "[Verifying stored streams](../howto/verifying.md)",
}
OPEN = '{"id": "c-1", "machine": "door", "aggregate_id": "d-1", "command": "Open"}'
EVENT = (
    '{"stream": "door/d-2", "version": 1, "type": "Open", "data": {}, "time": "2026-11-23T12:00:00.000000Z"}'
)
MACHINE = """\
```yaml config/door.machine.yaml
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
```

```yaml config/door.scenarios.yaml
machine: door
scenarios:
  - name: a closed door opens
    when: {command: Open}
    then: {state: open}
  - name: an open door does not open again
    given: [{event: Open}]
    when: {command: Open}
    then: {refused: NOT_ACCEPTED}
```
"""
EXAMPLES = {
    "check": ("statewright check config/door.machine.yaml",),
    "compat": ("statewright compat config config",),
    "completion": ("statewright completion bash > statewright.bash",),
    "diagram": ("statewright diagram config/door.machine.yaml -f table",),
    "docs": ("statewright docs config --into site 2> notes.txt",),
    "eval": ("statewright eval 'data.price * 3' --data '{\"price\": 14}'",),
    "history": (
        f"echo '{OPEN}' | statewright run - --db events.db",
        "statewright history d-1 --db events.db",
    ),
    "import": (f"echo '{EVENT}' | statewright import - --db events.db",),
    "init": ("statewright init parcel --into parcels",),
    "rules": ("statewright rules SW102",),
    "run": (f"echo '{OPEN}' | statewright run - --db doors.db",),
    "schema": ("statewright schema machine > machine.schema.json",),
    "show": ("statewright show d-1 --db events.db",),
    "test": ("statewright test config",),
    "verify": ("statewright verify config --db events.db",),
    "why": ("statewright why d-1 Close --db events.db",),
}
# Parts of a sentence that are code: commands, options, patterns, addresses, variables and file names.
_CODE = (
    rf"statewright (?:{'|'.join(COMMANDS)}) \S.*",
    r"'[^'\s]+'",
    r"(?<![\w-])--?[a-z][a-z-]*",
    r"(?<= )-(?= )",
    r"\S*\*\S*[\w*]",
    r"(?:s3://|git:)\w+(?:/\w+)*",
    r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[a-z]+_[a-z_]+\b",
    r"\b[\w-]+\.(?:yaml|toml|json)\b",
    r"(?<= )\.(?:yml|json)\b",
    r"(?<=folder )config\b|(?<=default: )config\b",
    r"\bpublished(?=:)|(?<=, or )published(?= )",
    r"\[[\w.]+\]",
)


def page() -> str:
    """Return the page without the output of its examples."""
    return "\n".join(_lines()) + "\n"


def without_output(text: str) -> str:
    """Remove the output of the examples from the page, so that it can be compared with `page`."""
    return re.sub(
        r"(?<=^```console\n).*?(?=^```$)",
        lambda block: "".join(line for line in block[0].splitlines(keepends=True) if line.startswith("$ ")),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def _lines() -> Iterator[str]:
    commands = {name: command for name in COMMANDS if (command := statewright.get_command(CONTEXT, name))}
    yield from ("# Command line", "")
    yield "`statewright COMMAND --help` prints the same descriptions in a terminal. Results go to standard"
    yield "output and messages to standard error, so a pipe receives only results."
    yield from ("", *_table("command", "description"))
    yield from (f"| [`{name}`](#{name}) | {_summary(command)} |" for name, command in commands.items())
    yield from ("", "The examples on this page use a door and its scenarios:", "", *MACHINE.splitlines())
    yield from ("", "## For every command", "", *_usage(statewright, "statewright"), "")
    yield from _options(statewright)
    yield from ("", *_table("exit code", "meaning"))
    yield from (f"| {code.value} | {meaning} |" for code, meaning in EXIT_CODES.items())
    yield from ("", *_table("environment variable", "meaning"))
    yield from (f"| {names} | {meaning} |" for names, meaning in VARIABLES.items())
    for name, command in commands.items():
        yield from _section(name, command)


def _table(*columns: str) -> tuple[str, str]:
    return f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"


def _section(name: str, command: click.Command) -> Iterator[str]:
    yield from ("", f"## {name}", "", *_description(command), *_usage(command, f"statewright {name}"))
    if options := list(_options(command)):
        yield from ("", *options)
    if name in EXAMPLES:
        yield from ("", "```console", *(f"$ {line}" for line in EXAMPLES[name]), "```")
    if name in MORE:
        yield from ("", f"See also: {MORE[name]}.")


def _usage(command: click.Command, called: str) -> Iterator[str]:
    yield from ("```text", " ".join((called, *command.collect_usage_pieces(CONTEXT))), "```")


def _summary(command: click.Command) -> str:
    return _markdown(cleandoc(command.help or "").partition("\n\n")[0], command).removesuffix(".")


def _description(command: click.Command) -> Iterator[str]:
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):  # click keeps the lines of such a paragraph
            yield from ("```text", *paragraph.splitlines()[1:], "```", "")
        else:
            yield from (_markdown(paragraph, command), "")


def _options(command: click.Command) -> Iterator[str]:
    """Yield a table row per option; every command has `--help`, which is listed only once."""
    params = command.get_params(CONTEXT) if command is statewright else command.params
    rows = [
        f"| {_spelling(option)} | {' '.join(_meaning(option, command))} |"
        for option in params
        if isinstance(option, click.Option) and not option.hidden
    ]
    if rows:
        yield from (*_table("option", "meaning"), *rows)


def _spelling(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(option.opts, key=len))
    value = "" if option.is_flag else f" {_metavar(option)}"
    return f"{names[:-1]}{value}`"


def _metavar(option: click.Option) -> str:
    if option.metavar is None and isinstance(option.type, click.Choice):
        return "NAME"  # the choices are listed with the meaning
    return option.make_metavar(CONTEXT)


def _meaning(option: click.Option, command: click.Command) -> Iterator[str]:
    """Yield the help, then the facts about the option that the help leaves out."""
    help_text = option.help or ""
    yield _markdown(help_text, command)
    choices = _choices(option)
    if any(one not in help_text for one in choices):
        yield f"One of {', '.join(f'`{one}`' for one in choices)}."
    if isinstance(option.type, click.IntRange):
        least, most = option.type.min, option.type.max
        yield f"At least {least}." if most is None else f"{least} to {most}."
    is_plain = isinstance(option.default, str | int) and not option.is_flag and option.default != ""
    if is_plain and "default" not in help_text:
        yield f"Default: `{option.default}`."
    if option.required:
        yield "Required."
    if option.envvar:
        yield f"Environment variable: `{option.envvar}`."


def _choices(option: click.Option) -> list[str]:
    """Return the choices that the help does not list itself."""
    if isinstance(option.type, click.Choice) and option.metavar is None:
        return [str(getattr(one, "value", one)) for one in option.type.choices]
    return []


def _markdown(text: str, command: click.Command) -> str:
    """Return the text as one line of Markdown in which names are code."""
    metavars = {*re.findall(r"[A-Z]{3,}", " ".join(_shown_metavars(command)))} - {"JSON"}
    pattern = re.compile("|".join((*_CODE, *(rf"\b{name}\b" for name in sorted(metavars)))))
    plain, shown = " ".join(text.split()), ""
    while found := pattern.search(plain):
        shown += f"{_escaped(plain[: found.start()])}`{found[0].strip(chr(39))}`"
        plain = plain[found.end() :]
    return shown + _escaped(plain)


def _shown_metavars(command: click.Command) -> Iterator[str]:
    yield from command.collect_usage_pieces(CONTEXT)
    yield from (option.metavar or "" for option in command.params if isinstance(option, click.Option))


def _escaped(text: str) -> str:
    return re.sub(r"([*_\[\]<>|])", r"\\\1", text)


def main() -> None:
    """Rewrite the page with the output of its examples."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(executed(page(), Path(folder) / "sample", {}))


if __name__ == "__main__":
    main()
