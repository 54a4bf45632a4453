"""The corpus of pairs: every change gets exactly the expected verdicts."""

from __future__ import annotations

from statewright.analysis.requests import decide_request
from statewright.evolution.compat import ChangeKind, Consequence, compare
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness, folded
from tests.evolution.compat.pairs import PAIRS, PairOfVersions, every_pair


@every_pair
def test_a_change_gets_its_verdicts(pair: PairOfVersions) -> None:
    """Each pair gets verdicts of exactly the expected rules."""
    assert sorted({verdict.kind.id for verdict in pair.report.verdicts}) == pair.expect


@every_pair
def test_a_witness_really_differs(pair: PairOfVersions) -> None:
    """Both versions are run again, from the first event or from the shown state."""
    for verdict in pair.report.verdicts:
        match verdict.witness:
            case FoldWitness(events, old, new):
                before, after = (
                    folded(machine, machine.initial, events, stored_by=pair.old.version)
                    for machine in (pair.old, pair.new)
                )
                assert (before, after) == (old, new)
                assert before != after
            case DecisionWitness(events, state, request, old, new):
                assert folded(pair.old, pair.old.initial, events, stored_by=pair.old.version) == state
                assert decide_request(pair.old, state, request).verdict == old != new


@every_pair
def test_a_break_has_a_witness_or_a_search_count(pair: PairOfVersions) -> None:
    """A break with neither is certain from the definitions alone."""
    text_alone = {ChangeKind.VERSION_KEPT, ChangeKind.TIMEOUT_CHANGED, ChangeKind.COMMAND_REMOVED}
    for verdict in pair.report.verdicts:
        if verdict.kind.consequence is not Consequence.SAFE and verdict.kind not in text_alone:
            assert verdict.witness is not None or verdict.searched


@every_pair
def test_nothing_changes_between_a_version_and_itself(pair: PairOfVersions) -> None:
    """Comparing a version with itself gives no verdict, for every pair of the corpus."""
    assert compare(pair.new, pair.new).verdicts == ()


def test_the_corpus_shows_every_rule() -> None:
    """Rules about whole machines, and the catch-all rule for replay, have separate tests."""
    elsewhere = {ChangeKind.MACHINE_ADDED, ChangeKind.MACHINE_REMOVED, ChangeKind.REPLAY_NOT_SHOWN}
    shown = {id for pair in PAIRS for id in pair.expect}
    assert {rule.id for rule in ChangeKind} - shown == {rule.id for rule in elsewhere}
