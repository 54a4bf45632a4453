"""The rules: unique ids, and a row of the reference for each."""

from __future__ import annotations

import re

from statewright.evolution.compat import ChangeKind
from tests.given import CONFIG

GUIDE = CONFIG.parent / "docs" / "reference" / "compatibility.md"


def test_rule_ids_are_unique() -> None:
    """Acceptances refer to rules by id."""
    ids = [rule.id for rule in ChangeKind]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"CP\d\d", id) for id in ids)


def test_the_reference_lists_every_rule() -> None:
    """The reference has each rule with its consequence and meaning, in the order of the ids."""
    rows = [
        f"| `{rule.id}` | {rule.consequence.value} | {rule.meaning} |"
        for rule in sorted(ChangeKind, key=lambda rule: rule.id)
    ]
    assert "\n".join(rows) in GUIDE.read_text()
