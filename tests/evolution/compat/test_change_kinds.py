"""The rules themselves: ids that are never used twice, and a row of the guide for each."""

from __future__ import annotations

import re

from statewright.evolution.compat import ChangeKind
from tests.given import CONFIG

GUIDE = CONFIG.parent / "docs" / "reference" / "compatibility.md"


def test_no_id_stands_for_two_rules() -> None:
    """Acceptances name them."""
    ids = [rule.id for rule in ChangeKind]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"CP\d\d", id) for id in ids)


def test_the_guide_lists_every_rule_as_it_is() -> None:
    """In the order of the ids."""
    rows = [
        f"| `{rule.id}` | {rule.consequence.value} | {rule.meaning} |"
        for rule in sorted(ChangeKind, key=lambda rule: rule.id)
    ]
    assert "\n".join(rows) in GUIDE.read_text()
