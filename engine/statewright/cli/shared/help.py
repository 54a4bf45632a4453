"""How commands explain themselves: options under headings, examples at the end, and suggestions for typos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

Rows = list[tuple[str, str]]

FIRST_COLUMN_MAX = 30  # click puts longer names on a line of their own

_HEADINGS = {
    "Stored events": ("from_store", "db", "table", "export"),
    "Output": ("verbose", "format", "outputs", "picture"),
}


class Formatter(click.HelpFormatter):
    """Never breaks lines at hyphens, because options and names are read and copied as a whole."""

    _UNBROKEN = "\N{NON-BREAKING HYPHEN}"

    def write(self, string: str) -> None:
        super().write(string.replace(self._UNBROKEN, "-"))

    def write_text(self, text: str) -> None:
        super().write_text(text.replace("-", self._UNBROKEN))

    def write_dl(self, rows: Iterable[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        unbroken = [(name, text.replace("-", self._UNBROKEN)) for name, text in rows]
        super().write_dl(unbroken, *arguments, **options)


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command whose help lists shared options under headings of their own."""

    context_class = Context

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, args)
        except click.UsageError as error:
            error.ctx = error.ctx or context  # click omits it if a value is missing, and then shows no usage
            raise

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        headings = {name: heading for heading, names in _HEADINGS.items() for name in names}
        sections: dict[str, Rows] = {"Options": [], **{heading: [] for heading in _HEADINGS}}
        for option in self.get_params(context):
            record = option.get_help_record(context) if isinstance(option, click.Option) else None
            if record is not None:
                sections[headings.get(option.name or "", "Options")].append(record)
        write_sections(formatter, sections)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Unlike click, leave the epilog unindented, so that its heading lines up with the others."""
        if self.epilog:
            formatter.write_paragraph()
            formatter.write_text(self.epilog)


class OneOf(click.Choice[Any]):
    """A choice that suggests the value that was probably meant."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ARG002
        return not_one_of(str(value), [str(choice) for choice in self.choices])


def examples(*lines: str) -> str:
    """An epilog of commands to copy. click keeps the lines of a block that begins with backspace."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def write_sections(formatter: click.HelpFormatter, sections: dict[str, Rows]) -> None:
    """Definition lists below headings, with all second columns aligned."""
    width = max(
        (len(name) for rows in sections.values() for name, _ in rows if len(name) <= FIRST_COLUMN_MAX),
        default=0,
    )
    for heading, rows in sections.items():
        if rows:
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows])


def not_one_of(value: str, known: Sequence[str]) -> str:
    """The error about an unknown value."""
    return f'"{value}" is not one of {", ".join(known)}{did_you_mean(value, known)}'


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name; empty if no known name is similar."""
    from statewright.diagnostics import nearest

    near = nearest(name, known)
    return "" if near is None else f'; did you mean "{near}"?'
