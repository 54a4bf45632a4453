"""The help of commands: options under headings, examples at the end, and suggestions for typos."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

Rows = list[tuple[str, str]]

FIRST_COLUMN_MAX = 30  # click puts longer names on a line of their own

_HEADINGS = {
    "Stored events": ("from_store", "db", "table", "export"),
    "Output": ("verbose", "format", "outputs", "picture"),
}


class Command(click.Command):
    """A command whose help lists shared options under headings of their own."""

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

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        message = super().get_invalid_choice_message(value, ctx).removesuffix(".")
        return message + did_you_mean(str(value), map(str, self.choices))


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


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name, in the style of click's messages."""
    from statewright.diagnostics import nearest

    near = nearest(name, known)
    return "" if near is None else f"; did you mean '{near}'?"
