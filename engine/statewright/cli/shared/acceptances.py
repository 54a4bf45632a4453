"""The file of accepted breaks, `compat.accepted.yaml`: the entries that have not expired."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from statewright.cli.shared.output import print_message
from statewright.clock import utc_now
from statewright.evolution.compat.acceptance import Acceptance, read_acceptances


def listed_reasons(file: Path) -> dict[tuple[str, str, str], str]:
    """The reasons of valid entries by machine, rule and location. Prints a message for each expired one.

    Raises DefinitionError, OSError.
    """
    today = date.fromisoformat(utc_now()[:10])
    reasons: dict[tuple[str, str, str], str] = {}
    for one in read_acceptances(file.read_bytes(), str(file)) if file.exists() else ():
        if one.expires >= today:
            reasons[one.machine, one.kind.id, one.location] = one.reason
        else:
            print_message(expiry_text(one))
    return reasons


def expiry_text(one: Acceptance) -> str:
    """The message about an acceptance whose last day has passed."""
    return f"{one.place}: the acceptance of {one.kind.id} at {one.location} expired on {one.expires}"
