"""Durations and plurals read the same in every command, because one module words them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import statewright
from statewright.wording import duration_text
from tests.cli.commands import Cli, envelope

MACHINE = (
    "{machine: m, initial: a, states: {a: {timeout: {after: AFTER, command: Note}, accepts: {Note: a}}}}"
)
PLURAL_BY_HAND = re.compile(r"""["']s["'] if|else ["']s["']""")


def test_a_duration_reads_the_same_in_every_command(cli: Cli) -> None:
    """The commands are `diagram`, `show` and `compat`."""
    Path("m.machine.yaml").write_text(MACHINE.replace("AFTER", "PT36H"))
    Path("old.yaml").write_text(MACHINE.replace("AFTER", "P3D"))
    cli("run", "-", "--db", "e.db", input=envelope("c-1", "m", "a-1", "Note"))
    assert "after 1 day 12 hours" in cli("diagram", "m.machine.yaml", "-f", "table").stdout
    assert "1 day 12 hours after" in cli("show", "a-1", "--db", "e.db").stdout
    compared = cli("compat", "old.yaml", "m.machine.yaml").stdout
    assert "after 1 day 12 hours" in compared
    assert "after 3 days" in compared


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (-0.0000001, "0 seconds"),
        (0.5, "0.5 seconds"),
        (59.9999999, "1 minute"),
        (90_061, "1 day 1 hour 1 minute 1 second"),
        (31 * 86_400, "31 days"),
        (1_000 * 604_800, "1,000 weeks"),
    ],
)
def test_durations_are_rounded_and_use_whole_weeks(seconds: float, text: str) -> None:
    """They are rounded to microseconds before they are split into units."""
    assert duration_text(seconds) == text


def test_plurals_are_formed_in_one_module() -> None:
    """Only `statewright.wording` may form them."""
    package = Path(statewright.__file__).parent
    forming = {path.name for path in package.rglob("*.py") if PLURAL_BY_HAND.search(path.read_text())}
    assert forming == {"wording.py"}
