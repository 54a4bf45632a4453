"""What `statewright publish` asks before it writes: scenarios, published versions, stored streams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format
from statewright.registry.manifest import MANIFEST, is_record
from tests.cli.commands import Cli, Publish, envelope
from tests.registry.harness import Place, door, manifest_of

FILE = "wallet.machine.yaml"
AMOUNTS = """\
machine: wallet
version: {version}
initial: open
data: {{total: {{type: integer, default: 0}}}}
commands: {{Add: {{payload: {{amount: {{type: integer, minimum: 1, maximum: {most}}}}}}}}}
events:
  Added: {{payload: {{amount: {{type: integer, minimum: 0, maximum: 1000}}}}, set: {{total: {total}}}}}
states: {{open: {{accepts: {{Add: {{emit: Added}}}}}}}}
"""
PRICED = """\
machine: wallet
version: {version}
initial: open
data: {{total: {{type: integer, default: 0}}}}
commands: {{Add: {{payload: {{amount: {{type: integer, minimum: {least}, maximum: 1000}}}}}}}}
events:
  Added:
    version: 2
    payload: {{amount: {{type: integer, minimum: 0, maximum: 1000}}, currency: string}}
    upcast: {{1: {{currency: "'EUR'"}}}}
    set: {{total: {total}}}
states: {{open: {{accepts: {{Add: {{emit: Added, with: {{currency: "'EUR'"}}}}}}}}}}
"""
SCENARIOS = """\
scenarios:
  - name: amounts add up
    when: {command: Add, data: {amount: 5}}
    then: {data: {total: 5}}
"""


def amounts(version: int, *, total: str = "data.total + event.amount", most: int = 1000) -> str:
    """Its events hold amounts. Another `total` folds them otherwise; a lower `most` refuses commands."""
    return AMOUNTS.format(version=version, total=total, most=most)


def priced(version: int, *, least: int = 1, total: str = "data.total + event.amount") -> str:
    """Its events hold a currency, too, and are of version 2."""
    return PRICED.format(version=version, least=least, total=total)


def write(text: str, *, file: str = FILE) -> str:
    Path(file).write_text(text)
    return file


def document(output: str) -> Any:
    """Of the only machine."""
    [line] = output.splitlines()
    return json.loads(line)


def breaks(publish: Publish, text: str, **options: object) -> list[tuple[str, list[int]]]:
    """Rule and versions of each break that a dry run finds."""
    _, plan, _ = publish(write(text), format=Format.JSON, dry_run=True, **options)
    return [(one["rule"], one["versions"]) for one in document(plan)["breaks"]]


def objects(place: Place) -> set[str]:
    return set(place.bucket.names())


@pytest.fixture
def raised(publish: Publish) -> None:
    """Version 1 stores amounts, version 2 their currency, too, and lives."""
    for text in (amounts(1), priced(2)):
        assert publish(write(text))[0] is ExitCode.CLEAN


def test_going_back_behind_a_raised_event_version_is_refused(
    raised: None, publish: Publish, place: Place
) -> None:
    """The first version's content under a new number does not know the events of the second."""
    before = place.read(MANIFEST)
    code, plan, talk = publish(write(amounts(3)))
    assert (code, place.read(MANIFEST)) == (ExitCode.FINDINGS, before)
    assert 'event "Added" version 2 cannot be read as version 1 [CP21, breaks replay]' in plan
    assert "1 break not accepted" in talk


def test_a_version_that_is_not_live_counts(raised: None, publish: Publish, place: Place) -> None:
    """An earlier tool let the way back pass: nothing changes since, and streams of the second stop."""
    place.publish(amounts(3))
    assert breaks(publish, amounts(4)) == [("CP21", [2])]


def test_the_way_back_that_keeps_the_events_is_free(raised: None, publish: Publish) -> None:
    """The upcast stays, what the events mean stays."""
    assert breaks(publish, priced(3, least=0)) == []


def test_a_verdict_is_shown_once_with_its_versions(publish: Publish, place: Place) -> None:
    """Whatever breaks for one breaks for all that set the same."""
    for version in (1, 2, 3):
        place.publish(amounts(version, most=1000 - version))
    _, plan, _ = publish(write(amounts(4, total="data.total + event.amount * 2")))
    assert plan.count("[CP17, breaks replay, silent]") == 1
    assert "  versions  1-3\n" in plan


def test_senders_know_the_live_version_only(publish: Publish, place: Place) -> None:
    """What was refused before the last publication breaks nobody any more."""
    place.publish(amounts(1, most=1000))
    place.publish(amounts(2, most=500))
    assert breaks(publish, amounts(3, most=500)) == []
    assert breaks(publish, amounts(3, most=400)) == [("CP32", [2])]


def test_a_dry_run_ends_as_the_publication_would(raised: None, publish: Publish, place: Place) -> None:
    """With the same output, and nothing is written."""
    before = objects(place)
    code, plan, talk = publish(write(amounts(3)), dry_run=True)
    assert objects(place) == before
    assert publish(write(amounts(3))) == (code, plan, talk)


def test_an_accepted_break_is_recorded_with_its_reason(raised: None, publish: Publish, place: Place) -> None:
    """Beside the manifest, whose form does not change."""
    code, plan, _ = publish(write(amounts(3)), accept_breaks="no stream has it")
    assert (code, plan.count("  accepted  no stream has it\n")) == (ExitCode.CLEAN, 1)
    [record] = filter(is_record, objects(place))
    assert record.startswith("_publications/3-")
    entries = json.loads(place.read(record))["accepted"]
    assert [(one["rule"], one["versions"], one["version"]) for one in entries] == [("CP21", [2], 3)]
    assert manifest_of(place).machines["wallet"].live == 3


def test_what_is_accepted_is_not_offered_to_be_accepted(publish: Publish) -> None:
    """The entry that would accept it is shown as long as it is open."""
    publish(write(amounts(1)))
    file = write(amounts(2).replace("{emit: Added}", "{guard: command.amount > 1, emit: Added}"))
    _, plan, _ = publish(file, dry_run=True)
    assert "  accept    - {machine: wallet, rule: CP" in plan
    _, plan, _ = publish(file, dry_run=True, accept_breaks="they agreed")
    assert ("  accept  " in plan, "  accepted  they agreed\n" in plan) == (False, True)


def test_what_was_accepted_for_a_version_stays_accepted(raised: None, publish: Publish) -> None:
    """For those that follow it and change nothing there."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    code, plan, _ = publish(write(amounts(4, most=2000)))
    assert code is ExitCode.CLEAN
    assert plan.count("  accepted  no stream has it (with version 3)\n") == 1
    assert publish(write(amounts(5)), accept_breaks="senders agreed")[0] is ExitCode.CLEAN


def test_a_later_change_of_what_was_accepted_is_a_break_again(raised: None, publish: Publish) -> None:
    """For the version that it was accepted for, too."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    assert ("CP17", [1, 2, 3]) in breaks(publish, amounts(4, total="data.total - event.amount"))
    assert publish(write(amounts(4, total="data.total - event.amount")))[0] is ExitCode.FINDINGS


def test_an_acceptance_is_of_a_text_and_not_of_a_number(publish: Publish, place: Place) -> None:
    """The same number may be reworded again, and break senders once more."""
    place.publish(amounts(1))
    assert publish(write(amounts(1, most=500)), accept_breaks="they agreed")[0] is ExitCode.CLEAN
    assert publish(write(amounts(1, most=400)))[0] is ExitCode.FINDINGS


def test_an_acceptance_without_its_publication_counts_for_nothing(
    raised: None, publish: Publish, place: Place
) -> None:
    """It was cut off between the two writes."""
    before = place.read(MANIFEST)
    publish(write(amounts(3)), accept_breaks="no stream has it")
    place.put(MANIFEST, before)
    assert publish(write(amounts(4)))[0] is ExitCode.FINDINGS


@pytest.mark.parametrize(("rule", "code"), [("CP21", ExitCode.CLEAN), ("CP20", ExitCode.FINDINGS)])
def test_a_break_that_the_file_lists_is_accepted(
    raised: None, publish: Publish, rule: str, code: ExitCode
) -> None:
    """Another one is not."""
    entry = (
        f"machine: wallet, rule: {rule}, location: events.Added.version, reason: None., expires: 2999-01-01"
    )
    Path("meant.yaml").write_text(f"accepted:\n  - {{{entry}}}\n")
    assert publish(write(amounts(3)), accepted="meant.yaml")[0] is code


def test_an_expired_entry_accepts_nothing(raised: None, publish: Publish) -> None:
    """Its day is told."""
    entry = "{machine: wallet, rule: CP21, location: events.Added.version, reason: R., expires: 2020-01-01}"
    Path("compat.accepted.yaml").write_text(f"accepted:\n  - {entry}\n")
    code, _, talk = publish(write(amounts(3)))
    assert code is ExitCode.FINDINGS
    assert "compat.accepted.yaml:2: the acceptance of CP21" in talk
    assert "expired on 2020-01-01" in talk


def test_a_reason_is_needed(publish: Publish) -> None:
    """It is what a reader of the record has."""
    code, _, talk = publish(write(amounts(1)), accept_breaks=" ")
    assert (code, "--accept-breaks needs a reason" in talk) == (ExitCode.USAGE, True)


def test_a_scenario_that_fails_stops_it(publish: Publish, place: Place) -> None:
    """Those beside the definition; no reason accepts that."""
    Path("wallet.scenarios.yaml").write_text(SCENARIOS.replace("total: 5", "total: 6"))
    code, plan, talk = publish(write(amounts(1)), accept_breaks="in a hurry")
    assert (code, objects(place)) == (ExitCode.FINDINGS, set())
    assert "wallet.scenarios.yaml:2:5: amounts add up" in plan
    assert "1 scenario: 1 failed" in talk


def test_scenarios_that_cannot_be_run_stop_it(publish: Publish, place: Place) -> None:
    """A typing error must not look like success."""
    Path("wallet.scenarios.yaml").write_text(SCENARIOS.replace("Add,", "Ad,"))
    code, plan, _ = publish(write(amounts(1)))
    assert (code, objects(place)) == (ExitCode.FINDINGS, set())
    assert 'has no command "Ad"' in plan


def test_all_that_is_wrong_is_shown_at_once(raised: None, publish: Publish, place: Place) -> None:
    """A warning in one file, a failed scenario and a break of another, a refusal of a third."""
    place.publish(door(2))
    Path("wallet.scenarios.yaml").write_text(SCENARIOS.replace("total: 5", "total: 6"))
    write(door(1), file="door.yaml")
    write(door(name="gate").replace("{accepts: {Close: shut}}", "{}"), file="gate.yaml")
    code, output, talk = publish(write(amounts(3)), "door.yaml", "gate.yaml")
    assert code is ExitCode.FINDINGS
    for told in ("gate.yaml:1:", "amounts add up", "[CP21, breaks replay]"):
        assert told in output
    for told in (
        "1 warning",
        "older than the live version 2",
        "not accepted",
        "nothing was published",
    ):
        assert told in talk


def test_what_is_live_as_it_is_is_not_compared(raised: None, publish: Publish) -> None:
    """A pipeline may run again, without the reason that was given once."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    code, plan, talk = publish(write(f"# Amounts.\n{amounts(3)}"), format=Format.JSON)
    assert (code, document(plan)["compared"], document(plan)["breaks"]) == (ExitCode.CLEAN, [], [])
    assert talk.splitlines()[-1].endswith("is up to date")


def test_a_rollback_is_compared_too(raised: None, publish: Publish) -> None:
    """Leave to go back is no leave to break."""
    code, plan, _ = publish(write(amounts(1)), allow_rollback=True)
    assert (code, "[CP21, breaks replay]" in plan) == (ExitCode.FINDINGS, True)
    assert publish(write(amounts(1)), allow_rollback=True, accept_breaks="it runs away")[0] is ExitCode.CLEAN


def test_other_machines_of_the_place_are_left_alone(raised: None, publish: Publish, place: Place) -> None:
    """One that is not among the files stays as it is."""
    assert publish(write(door(), file="door.yaml"))[0] is ExitCode.CLEAN
    assert {name: one.live for name, one in manifest_of(place).machines.items()} == {"door": 1, "wallet": 2}


def test_fifty_versions_are_compared_once_where_only_their_number_differs(
    publish: Publish, place: Place
) -> None:
    """And all are told."""
    for version in range(1, 51):
        place.publish(amounts(version))
    _, plan, _ = publish(write(amounts(51, total="0 - event.amount")), format=Format.JSON)
    assert document(plan)["compared"] == list(range(1, 51))
    assert [one["versions"] for one in document(plan)["breaks"]] == [list(range(1, 51))]


@pytest.fixture
def events(raised: None, cli: Cli) -> str:
    """A wallet with an event of each version, in a file."""
    for number, text in enumerate((amounts(1), priced(2))):
        Path(f"v{number}").mkdir()
        write(text, file=f"v{number}/{FILE}")
        command = envelope(f"c-{number}", "wallet", "w-1", "Add", {"amount": 5})
        assert (
            cli("run", "-", "--db", "events.db", "--definitions", f"v{number}", input=command).exit_code == 0
        )
    return "events.db"


def test_the_stored_streams_are_verified_first(events: str, publish: Publish, place: Place) -> None:
    """Where a store is named; each fault of a cause is one break."""
    found = breaks(publish, amounts(3), db=events)
    assert found == [("CP21", [2]), ("streams", [])]
    code, plan, talk = publish(write(amounts(3)), db=events)
    assert "wallet: 1 stream [unknown_move]" in plan
    assert (code, manifest_of(place).machines["wallet"].live) == (ExitCode.FINDINGS, 2)
    assert "2 events in 1 stream: 1 with a fault" in talk


def test_streams_that_fold_stand_against_nothing(events: str, publish: Publish, place: Place) -> None:
    """Those of other machines do not matter."""
    code, _, talk = publish(write(priced(3, least=0)), db=events)
    assert (code, "2 events in 1 stream: all fold" in talk) == (ExitCode.CLEAN, True)
    assert publish(write(door(), file="door.yaml"), db=events)[0] is ExitCode.CLEAN


def test_data_that_change_silently_are_a_fault(events: str, publish: Publish) -> None:
    """The live version says what they are."""
    doubled = priced(3, total="data.total + event.amount * 2")
    assert ("streams", []) in breaks(publish, doubled, db=events)
    code, plan, _ = publish(write(doubled), db=events)
    assert (code, "[data_differ]" in plan) == (ExitCode.FINDINGS, True)


def test_a_store_that_is_not_there_is_no_success(publish: Publish, place: Place) -> None:
    """Exit code 2, before anything is written."""
    code, _, _ = publish(write(amounts(1)), db="nowhere.db")
    assert (code, objects(place)) == (ExitCode.USAGE, set())


UNGUESSABLE = """\
machine: note
version: {version}
initial: open
commands: {{Add: {{payload: {{text: string}}}}}}
states: {{open: {{accepts: {{Add: {{guard: "!command.text.matches('^a+b+c+d+{last}+$')", emit: Added}}}}}}}}
"""


def test_what_was_not_shown_for_senders_is_said(publish: Publish, place: Place) -> None:
    """It stops nothing, as with `compat`."""
    place.publish(UNGUESSABLE.format(version=1, last="e"))
    code, plan, talk = publish(write(UNGUESSABLE.format(version=2, last="f")))
    assert (code, "[CP33, breaks senders, not shown]" in plan) == (ExitCode.CLEAN, True)
    assert "compared with 1 published version: not shown for senders: 1\n" in talk
