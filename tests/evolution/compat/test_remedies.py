"""Remedies as YAML: merged into the new version, they remove the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from statewright.evolution.compat import ChangeKind, compare
from statewright.evolution.compat.change_kinds import Consequence
from statewright.language.source.document import load_document
from tests.evolution.compat.pairs import PairOfVersions, every_breaking_pair, version

# The old way can be kept only once the new one emits an event of its own, as the remedy says.
NOT_ALONE = {ChangeKind.MOVE_CHANGED}


@pytest.mark.slow
@every_breaking_pair
def test_the_yaml_removes_the_verdict(pair: PairOfVersions) -> None:
    """The fixed version is loaded and compared again."""
    for verdict in pair.report.verdicts:
        if verdict.yaml and verdict.kind not in NOT_ALONE:
            lines = load_document(verdict.yaml.encode(), "remedy.yaml").value
            remedied = version(merged(pair.new.definition.document.value, lines), pair.new.version)
            assert verdict.key not in {left.key for left in compare(pair.old, remedied).verdicts}


@every_breaking_pair
def test_every_replay_break_has_yaml_or_a_remedy(pair: PairOfVersions) -> None:
    """Breaks that need an upcaster have one too."""
    for verdict in pair.report.verdicts:
        if verdict.kind.consequence in (Consequence.REPLAY, Consequence.UPCASTER):
            assert verdict.yaml or verdict.remedy, verdict.kind.id


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("integer", "string", "events: {Gone: {version: 2, upcast: {1: {n: string(event.n)}}}}"),
        ("string", "integer", None),
        ("integer", "boolean", None),
    ],
)
def test_only_a_field_that_becomes_a_string_is_converted(before: str, after: str, lines: str | None) -> None:
    """Every value can become a string; other conversions need the author."""
    old, new = (version(with_a_field(type_), number) for number, type_ in enumerate((before, after), 1))
    (verdict,) = (one for one in compare(old, new).verdicts if one.kind is ChangeKind.FIELD_NARROWED)
    assert (verdict.yaml, verdict.remedy) == (lines, "convert stored values with an upcast")


def with_a_field(type_: str) -> dict[str, Any]:
    return {
        "initial": "a",
        "commands": {"Go": {"payload": {"n": type_}}},
        "events": {"Gone": {"payload": {"n": type_}}},
        "states": {"a": {"accepts": {"Go": {"emit": "Gone"}}}},
    }


def merged(written: Any, lines: Any, *above: str) -> Any:
    """The definition with the YAML merged in; payload fields are replaced as a whole."""
    if not isinstance(lines, Mapping) or above[-1:] == ("payload",) or above == ("data",):
        fields = isinstance(lines, Mapping) and isinstance(written, Mapping)
        return {**written, **lines} if fields else lines
    kept = dict(written) if isinstance(written, Mapping) else {}
    return kept | {key: merged(kept.get(key), part, *above, key) for key, part in lines.items()}
