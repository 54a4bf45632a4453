"""Reports: the order of verdicts, their places and witnesses, and the extent of the search."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from statewright.evolution.compat import ChangeKind, ChangeVerdict, CompatReport, compare
from statewright.evolution.compat.verdicts import Place
from statewright.evolution.compat.witness import DecisionWitness, FoldWitness
from statewright.machine.compiled import Machine
from tests.given import CONFIG, example, machine_of

COUNTER = """
    machine: counter
    version: 1
    initial: on
    data: {n: {type: integer, default: 0}}
    commands:
      Add: {payload: {by: {type: integer, minimum: 1, maximum: 9}}, roles: [clerk]}
    events:
      Added: {payload: {by: integer}, set: {n: data.n + event.by}}
    states:
      on:
        accepts:
          Add: {guard: data.n < 6, emit: Added}
    """


def counter(*changes: tuple[str, str], version: int = 2) -> Machine:
    """The counter machine with texts replaced."""
    text = COUNTER.replace("version: 1", f"version: {version}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return machine_of(text)


def report(*changes: tuple[str, str]) -> CompatReport:
    """The counter compared with itself after replacing texts."""
    return compare(machine_of(COUNTER), counter(*changes))


def only(report: CompatReport) -> ChangeVerdict:
    (verdict,) = report.verdicts
    return verdict


def test_silent_breaks_come_first() -> None:
    """A different result is worse than a failure."""
    found = report(("data.n + event.by", "event.by"), ("roles: [clerk]", "roles: [owner]"))
    assert [verdict.silent for verdict in found.verdicts] == [True, False, False]
    assert found.verdicts[0].kind is ChangeKind.SET_CHANGED


def test_a_witness_of_replay_is_the_shortest_stream() -> None:
    """The first event still sets the same value, so the witness has two."""
    witness = only(report(("data.n + event.by", "event.by"))).witness
    assert isinstance(witness, FoldWitness)
    assert [event.data for event in witness.events] == [{"by": 1}, {"by": 1}]
    assert (witness.old.data, witness.new.data) == ({"n": 2}, {"n": 1})  # type: ignore[union-attr]


def test_a_witness_of_another_start_has_an_event() -> None:
    """It is the shortest stream that can be stored, with the data under each version."""
    witness = only(report(("default: 0", "default: 5"))).witness
    assert isinstance(witness, FoldWitness)
    assert [event.data for event in witness.events] == [{"by": 1}]
    assert (witness.old.data, witness.new.data) == ({"n": 1}, {"n": 6})  # type: ignore[union-attr]


def test_a_witness_of_an_answer_contains_state_and_command() -> None:
    """A witness of an answer has the state, the command and its actor."""
    witness = only(report(("data.n < 6", "data.n < 3"))).witness
    assert isinstance(witness, DecisionWitness)
    assert 3 <= witness.state.data["n"] < 6
    assert witness.request.actor.roles == ("clerk",)


def test_both_places_are_lines_of_their_files() -> None:
    """The position in each version is the line of the changed key."""
    verdict = only(report(("data.n + event.by", "data.n")))
    assert (verdict.old, verdict.new) == (Place("test.machine.yaml", 9), Place("test.machine.yaml", 9))
    assert verdict.location == "events.Added.set.n"


def test_an_inherited_change_has_one_verdict() -> None:
    """A branch inherited by three leaves gives one verdict when removed."""
    old = example("order")
    text = (CONFIG / "order.machine.yaml").read_text().replace("version: 3", "version: 4")
    inherited = (
        "    accepts:\n      Cancel: {emit: OrderCancelled, target: cancelled} # inherited by nested states\n"
    )
    assert inherited in text
    new = machine_of(text.replace(inherited, ""))
    locations = [one.location for one in compare(old, new).verdicts if one.kind is ChangeKind.NOT_ACCEPTED]
    assert locations == ["states.fulfilment.accepts.Cancel"]


def test_the_search_ends() -> None:
    """It stops at the bound for endless streams, and the report is marked as incomplete."""
    found = compare(
        machine_of(COUNTER.replace("data.n < 6", "data.n >= 0")), counter(("data.n < 6", "data.n > -3"))
    )
    assert 0 < found.sequences < 10_000
    assert not found.complete


def test_a_machine_of_one_version_is_added_or_removed() -> None:
    """The verdict has its place in the version that contains it."""
    machine = machine_of(COUNTER)
    added, gone = only(compare(None, machine)), only(compare(machine, None))
    assert (added.kind, added.old) == (ChangeKind.MACHINE_ADDED, None)
    assert (gone.kind, gone.new) == (ChangeKind.MACHINE_REMOVED, None)
    assert gone.old == Place("test.machine.yaml", 2)


def test_a_change_without_a_witness_is_uncertain() -> None:
    """A replay change without a witness is uncertain, but counts as a break."""
    verdict = only(report(("data.n + event.by", "'data.n > 900 ? 0 : data.n + event.by'")))
    assert (verdict.kind, verdict.certain, verdict.witness) == (ChangeKind.SET_CHANGED, False, None)
    assert verdict.searched
    assert verdict.silent


@pytest.mark.parametrize(
    "field",
    [
        "{type: array, items: {type: integer}, minItems: 50000000}",
        "{type: string, minLength: 3000000000}",
        "{type: array, items: {type: array, items: {type: integer}, minItems: 1000}, minItems: 1000}",
    ],
)
def test_a_field_that_needs_a_huge_value_is_not_tried(field: str) -> None:
    """The report lists it as untried."""
    text = COUNTER.replace("{by: {type", f"{{huge: {field}, by: {{type")
    found = compare(
        machine_of(text), machine_of(text.replace("data.n < 6", "data.n < 5").replace(": 1", ": 2", 1))
    )
    assert found.untried == ("Add.huge", "Add.by")
    assert not found.complete


def test_a_required_field_without_a_witness_is_uncertain() -> None:
    """Stored events lack the field, but no tried stream shows an effect."""
    found = report(
        ("{by: integer}", "{by: integer, note: string}"),
        ("emit: Added", "emit: Added, with: {note: \"'x'\"}"),
    )
    verdict = next(one for one in found.verdicts if one.kind is ChangeKind.FIELD_REQUIRED)
    assert (verdict.witness, verdict.certain) == (None, False)


@pytest.mark.parametrize(
    "message", ["too many", "data.n: too many", 'event "Added".by: too many', "data: too many"]
)
def test_the_message_of_an_invariant_is_not_parsed(message: str) -> None:
    """An invariant's message that looks like a field does not change the verdict's location."""
    invariant = (
        f"    invariants:\n      - {{check: data.n < 4, message: {json.dumps(message or 'n')}}}\n    states:"
    )
    verdict = only(report(("    states:", invariant)))
    assert (verdict.kind, verdict.location) == (ChangeKind.INVARIANT_TIGHTENED, "invariants")
    assert verdict.certain


def test_data_that_does_not_fit_gives_a_verdict_on_its_field() -> None:
    """It is the field whose schema was narrowed."""
    verdict = only(report(("n: {type: integer,", "n: {type: integer, maximum: 3,")))
    assert (verdict.kind, verdict.location) == (ChangeKind.INVARIANT_TIGHTENED, "data.n")


def test_a_removed_command_that_no_search_reaches_has_a_verdict() -> None:
    """The versions start in states that the other one lacks, so nothing can be tried."""
    new = counter(("Add:", "Sub:"), ("initial: on", "initial: off"), ("  on:\n", "  off:\n"))
    rules = {verdict.kind for verdict in compare(counter(version=1), new).verdicts}
    assert rules >= {ChangeKind.INITIAL_CHANGED, ChangeKind.COMMAND_REMOVED}


def test_roles_of_a_command_that_cannot_be_tried_are_compared() -> None:
    """No value is known for its payload, so no answer shows the change."""
    huge = ("{by: {type", "{huge: {type: string, minLength: 3000000000}, by: {type")
    verdict = only(compare(counter(huge, version=1), counter(huge, ("[clerk]", "[owner]"))))
    assert (verdict.kind, verdict.location) == (ChangeKind.ROLES_TIGHTENED, "commands.Add.roles")
    assert (verdict.witness, verdict.certain) == (None, False)


def test_setters_of_an_event_that_only_the_new_version_declares() -> None:
    """The old version did not set the field."""
    events = "events:\n  Added: {payload: {by: integer}, set: {n: data.n + event.by}}\n"
    old = machine_of(dedent(COUNTER).replace(events, ""))
    changed = [one for one in compare(old, counter()).verdicts if one.kind is ChangeKind.SET_CHANGED]
    assert [one.location for one in changed] == ["events.Added.set.n"]
    assert changed[0].message == 'event "Added" now sets "n" to data.n + event.by (was not set)'


def test_a_field_that_is_upcast_to_another_type_changes_no_setter() -> None:
    """The setter reads the upcast value."""
    old = counter(("data.n + event.by", "data.n + int(event.by)"), version=1)
    new = counter(
        ("data.n + event.by", "data.n + int(event.by)"),
        ("Added: {payload: {by: integer}", "Added: {version: 2, payload: {by: string}, upcast: {1: UP}"),
        ("UP", "{by: string(event.by)}"),
        ("emit: Added", "emit: Added, with: {by: string(command.by)}"),
    )
    assert ChangeKind.SET_CHANGED not in {verdict.kind for verdict in compare(old, new).verdicts}


def test_each_bound_that_refuses_messages_has_a_verdict() -> None:
    """Each changed bound has a separate verdict, which is accepted separately."""
    found = report(("minimum: 1, maximum: 9", "minimum: 2, maximum: 5"))
    assert {(verdict.kind.id, verdict.location, verdict.certain) for verdict in found.verdicts} == {
        ("CP32", "commands.Add.payload.by", True),
        ("CP32", "commands.Add.payload.by.maximum", True),
    }


def test_another_on_refusal_is_named() -> None:
    """The refusal code is the same."""
    branch = "Add: {guard: data.n < 6, emit: Added}"
    old, new = (
        counter((branch, f"Add: [{branch[5:]}, {{reject: FULL{fate}}}]"), version=version)
        for version, fate in ((1, ""), (2, ", on_refusal: drop"))
    )
    said = '"Add" in "on" is refused with FULL and `on_refusal` is now drop (was the default of the code)'
    assert only(compare(old, new)).message == said


def test_a_second_verdict_on_an_invariant_has_its_index() -> None:
    """The location does not contain the invariant's expression."""
    open_ended = ("Add: {guard: data.n < 6, emit: Added}", "Add: {emit: Added}\n          Go: {emit: Gone}")
    declared = ("    events:\n", "      Go: {}\n    events:\n      Gone:\n")
    invariant = ("    states:\n", "    invariants: [{check: data.n < 3, message: Few.}]\n    states:\n")
    doubled = ("data.n + event.by", "data.n + 2 * event.by")
    old = counter(open_ended, declared, version=1)
    found = compare(old, counter(open_ended, declared, invariant, doubled))
    tightened = [one for one in found.verdicts if one.kind is ChangeKind.INVARIANT_TIGHTENED]
    assert [one.location for one in tightened] == ["invariants", "invariants[0]"]


def test_the_location_of_a_newly_required_field_is_stable() -> None:
    """Acceptances contain it, so it must not follow the wording of messages."""
    found = report(("maximum: 9}", "maximum: 9}, note: string"))
    locations = {one.location for one in found.verdicts if one.kind is ChangeKind.PAYLOAD_NARROWED}
    assert locations == {"commands.Add.payload.note", "commands.Add.payload.note.being required"}
