"""`statewright compat` with compat.accepted.yaml: matching, expiry and faulty entries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import Cli

OLD = "{machine: door, initial: shut, states: {shut: {accepts: {Open: ajar}}, ajar: {}}}\n"
NEW = OLD.replace("Open: ajar", "Open: {roles: [owner], target: ajar}")
ENTRY = {
    "machine": "door",
    "rule": "CP38",
    "location": "states.shut.accepts.Open",
    "reason": "Only owners send it.",
    "expires": "2999-12-31",
}


@pytest.fixture
def compat(cli: Cli) -> Callable[..., Result]:
    """`compat(reason="…")` compares with one acceptance, ENTRY with these changes; None omits a key."""

    def compare(**changes: str | None) -> Result:
        Path("old.machine.yaml").write_text(OLD)
        Path("new.machine.yaml").write_text(NEW)
        entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
        lines = [f"{'- ' if not number else '  '}{key}: {entry[key]}" for number, key in enumerate(entry)]
        Path("compat.accepted.yaml").write_text("\n".join(["accepted:", *(f"  {line}" for line in lines)]))
        return cli("compat", "old.machine.yaml", "new.machine.yaml")

    return compare


def test_an_accepted_break_does_not_fail(compat: Callable[..., Result]) -> None:
    """An accepted break is shown with its reason."""
    result = compat()
    assert "accepted  Only owners send it. (until 2999-12-31)" in result.stdout
    assert result.exit_code == 0


def test_an_expired_acceptance_has_no_effect(compat: Callable[..., Result]) -> None:
    """The break fails, and a message gives the line of the expired acceptance."""
    result = compat(expires="2020-02-29")
    assert "compat.accepted.yaml:2: the acceptance of CP38" in result.stderr
    assert "expired on 2020-02-29" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "change", [{"machine": "gate"}, {"rule": "CP33"}, {"location": "states.ajar.accepts.Open"}]
)
def test_an_acceptance_that_matches_no_break_is_named(
    compat: Callable[..., Result], change: dict[str, str]
) -> None:
    """An acceptance matches only if its machine, rule and location match."""
    result = compat(**change)
    assert "compat.accepted.yaml:2: the acceptance of" in result.stderr
    assert "matches no break; remove it" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": None}, "an entry needs exactly the keys machine, rule, location, reason, expires"),
        ({"rule": "CP99"}, 'unknown rule "CP99"; did you mean'),
        ({"expires": "soon"}, '"soon" is not a date; expected one like 2027-01-31'),
    ],
)
def test_a_faulty_entry_is_a_finding_at_its_line(
    compat: Callable[..., Result], change: dict[str, str | None], message: str
) -> None:
    """Nothing is compared until the entry is fixed."""
    result = compat(**change)
    assert message in result.stdout
    assert result.stdout.startswith("compat.accepted.yaml:")
    assert result.exit_code == 1
