"""The `rules` command: print the rules of `check` as text, as JSON, or as docs/reference/rules.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import format_option
from statewright.cli.shared.output import Colour, print_lines, table
from statewright.reports.json_text import json_text

if TYPE_CHECKING:
    from statewright.lint import Rule

FORMATS = ("text", "json", "markdown")
_EXAMPLE_LINES_MAX = 20
_SHOWN_AT_EACH_END = 5


@click.command(
    "rules",
    cls=Command,
    epilog=examples("statewright rules", "statewright rules SW102", "statewright rules unreachable-state"),
)
@click.argument("name", metavar="[CODE]", required=False)
@format_option("Print text (default), json with one rule per line, or a markdown page.", FORMATS)
def command(name: str | None, *, format: str) -> ExitCode:
    """List the rules of check, or explain one rule.

    CODE is a code such as SW102, or the name of a rule such as unreachable-state.
    """
    from statewright.diagnostics import nearest
    from statewright.lint import find_rule, rules

    chosen: Sequence[Rule] = rules()
    if name is not None:
        rule = find_rule(name)
        if rule is None:
            near = nearest(name, [rule.slug for rule in rules()])
            remedy = f'did you mean "{near}"?' if near else "`statewright rules` lists all rules"
            raise click.UsageError(f'unknown rule "{name}"; {remedy}')
        chosen = (rule,)
    match format:
        case "json":
            print_lines(json_text(_document(rule)) for rule in chosen)
        case "markdown":
            print_lines(_page(chosen))
        case _ if name is None:
            header = ("CODE", "SEVERITY", "NAME", "WHY")
            print_lines(table(header, [_row(rule) for rule in chosen], prose=True))
        case _:
            print_lines(_explanation(chosen[0]))
    return ExitCode.CLEAN


def _document(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code.id,
        "name": rule.slug,
        "severity": rule.severity.value,
        "why": rule.why,
        "fix": rule.fix,
        "bad": rule.example.bad,
        "good": rule.example.good,
    }


def _row(rule: Rule) -> tuple[str, str, str, str]:
    """A row of the list, with the first sentence of the reason."""
    return rule.code.id, rule.severity.value, rule.slug, rule.why.partition(". ")[0].removesuffix(".")


def _explanation(rule: Rule) -> Iterator[str]:
    yield f"{click.style(f'{rule.code.id} {rule.slug}', bold=True)}  {rule.severity.value}"
    yield ""
    yield from click.wrap_text(rule.why, width=80).splitlines()
    for heading, lines in (
        ("bad", _example(rule)),
        ("output", rule.example.output.splitlines()),
        ("fix", rule.example.fix),
    ):
        yield ""
        yield click.style(heading, fg=Colour.GREY)
        yield from (f"  {line}".rstrip() for line in lines)
    if rule.fix:
        yield ""
        yield f"check --fix  {rule.fix}"


def _example(rule: Rule) -> list[str]:
    """The bad file; the middle of a long one is left out."""
    lines = rule.example.bad.splitlines()
    if len(lines) <= _EXAMPLE_LINES_MAX:
        return lines
    left_out = len(lines) - 2 * _SHOWN_AT_EACH_END
    return [*lines[:_SHOWN_AT_EACH_END], f"  # … {left_out} more lines", *lines[-_SHOWN_AT_EACH_END:]]


def _page(chosen: Sequence[Rule]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "These are the rules of `statewright check`. A definition with an error cannot be loaded, tested"
    yield "or published. Warnings make `check` fail; findings of the severity info are only shown. To read"
    yield "one rule in the terminal, run `statewright rules CODE`. [Checking](../howto/checking.md) explains"
    yield "how to ignore findings and how to change severities."
    yield ""
    yield "This page is the output of `statewright rules --format markdown`."
    yield ""
    yield "| code | severity | name | `--fix` |"
    yield "|---|---|---|---|"
    for rule in chosen:
        fixable = "yes" if rule.fix else ""
        yield f"| [{rule.code.id}](#{rule.fragment}) | {rule.severity.value} | {rule.title} | {fixable} |"
    for rule in chosen:
        yield from _section(rule)


def _section(rule: Rule) -> Iterator[str]:
    """Only the code is in the heading, so that the anchor and a search for the code lead here."""
    example = rule.example
    title = rule.title[:1].upper() + rule.title[1:]
    yield from ("", f"## {rule.code.id}", "", f"**{title}** · {rule.severity.value} · `{rule.slug}`")
    yield from ("", rule.why)
    yield from ("", "```yaml", *_example(rule), "```")
    yield from ("", "```text", *example.output.splitlines(), "```")
    yield from ("", f"**Fix.** {rule.fix} `check --fix` does this." if rule.fix else "**Fix:**")
    yield from ("", "```diff", *example.fix, "```")
