"""The corpus of pairs: every change gets the verdicts that are expected, and no other."""

from __future__ import annotations

from statewright.analysis.requests import decide_request
from statewright.evolution.compat import ChangeKind, Consequence, compare
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness, folded
from tests.evolution.compat.pairs import PAIRS, PairOfVersions, every_pair


@every_pair
def test_a_change_gets_its_verdicts(pair: PairOfVersions) -> None:
    """Each rule once or more, in any order."""
    assert sorted({verdict.kind.id for verdict in pair.report.verdicts}) == pair.expect


@every_pair
def test_a_witness_really_differs(pair: PairOfVersions) -> None:
    """Both versions of the engine are run again, from the beginning or from the state that is shown."""
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
def test_what_breaks_is_shown_or_said_to_be_unseen(pair: PairOfVersions) -> None:
    """A break that neither has a witness nor counts its search is one that the text alone proves."""
    text_alone = {ChangeKind.VERSION_KEPT, ChangeKind.TIMEOUT_CHANGED, ChangeKind.COMMAND_REMOVED}
    for verdict in pair.report.verdicts:
        if verdict.kind.consequence is not Consequence.SAFE and verdict.kind not in text_alone:
            assert verdict.witness is not None or verdict.searched


@every_pair
def test_nothing_changes_between_a_version_and_itself(pair: PairOfVersions) -> None:
    """Whatever it holds."""
    assert compare(pair.new, pair.new).verdicts == ()


def test_the_corpus_shows_every_rule() -> None:
    """Those about whole machines, and what no other rule speaks of, are in tests of their own."""
    elsewhere = {ChangeKind.MACHINE_ADDED, ChangeKind.MACHINE_REMOVED, ChangeKind.REPLAY_NOT_SHOWN}
    shown = {id for pair in PAIRS for id in pair.expect}
    assert {rule.id for rule in ChangeKind} - shown == {rule.id for rule in elsewhere}
