"""Remedies as lines of YAML: put into the new version as they are printed, they take the verdict away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from statewright.evolution.compat import ChangeKind, ChangeVerdict, compare
from statewright.evolution.compat.change_kinds import Consequence
from statewright.language.source.document import load_document
from tests.evolution.compat.pairs import PairOfVersions, pairs, version

# The old way can be kept only once the new one emits an event of its own, as the remedy says.
NOT_ALONE = {ChangeKind.MOVE_CHANGED}
REMEDIES = [
    pytest.param(pair, verdict, id=f"{pair.name}-{verdict.location}")
    for pair in pairs()
    for verdict in compare(pair.old, pair.new).verdicts
    if verdict.yaml and verdict.kind not in NOT_ALONE
]


@pytest.mark.parametrize(("pair", "verdict"), REMEDIES)
def test_lines_of_yaml_take_the_verdict_away(pair: PairOfVersions, verdict: ChangeVerdict) -> None:
    """The mended version is loaded and compared like any other."""
    lines = load_document((verdict.yaml or "").encode(), "remedy.yaml").value
    mended = version(merged(pair.new.definition.document.value, lines), pair.new.version)
    assert verdict.key not in {left.key for left in compare(pair.old, mended).verdicts}


def test_every_rule_of_replay_offers_lines_or_says_what_to_do() -> None:
    """Also those that need an upcaster."""
    for pair in pairs():
        for verdict in compare(pair.old, pair.new).verdicts:
            if verdict.kind.consequence in (Consequence.REPLAY, Consequence.UPCASTER):
                assert verdict.yaml or verdict.remedy, (pair.name, verdict.kind.id)


def merged(written: Any, lines: Any, *above: str) -> Any:
    """What the lines name is replaced, and fields whole; what stands beside it stays."""
    if not isinstance(lines, Mapping) or above[-1:] == ("payload",) or above == ("data",):
        fields = isinstance(lines, Mapping) and isinstance(written, Mapping)
        return {**written, **lines} if fields else lines
    kept = dict(written) if isinstance(written, Mapping) else {}
    return kept | {key: merged(kept.get(key), part, *above, key) for key, part in lines.items()}
