"""Checks that `statewright publish` runs before it writes: scenarios, published versions, stored streams."""

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
    """Return a machine whose events hold amounts; `total` changes the fold, `most` limits commands."""
    return AMOUNTS.format(version=version, total=total, most=most)


def priced(version: int, *, least: int = 1, total: str = "data.total + event.amount") -> str:
    """Return a machine whose events are of version 2 and also hold a currency."""
    return PRICED.format(version=version, least=least, total=total)


def write(text: str, *, file: str = FILE) -> str:
    Path(file).write_text(text)
    return file


def document(output: str) -> Any:
    """Return the JSON document of the only machine."""
    [line] = output.splitlines()
    return json.loads(line)


def breaks(publish: Publish, text: str, **options: object) -> list[tuple[str, list[int]]]:
    """Return the rule and the versions of each break that a dry run finds."""
    _, plan, _ = publish(write(text), format=Format.JSON, dry_run=True, **options)
    return [(one["rule"], one["versions"]) for one in document(plan)["breaks"]]


def objects(place: Place) -> set[str]:
    return set(place.bucket.names())


@pytest.fixture
def raised(publish: Publish) -> None:
    """Publish version 1, whose events hold amounts, then version 2, whose events also hold a currency."""
    for text in (amounts(1), priced(2)):
        assert publish(write(text))[0] is ExitCode.CLEAN


def test_lowering_an_event_version_is_refused(raised: None, publish: Publish, place: Place) -> None:
    """The first version's content under a new number cannot read the events of the second."""
    before = place.read(MANIFEST)
    code, plan, talk = publish(write(amounts(3)))
    assert (code, place.read(MANIFEST)) == (ExitCode.FINDINGS, before)
    assert 'event "Added" version 2 cannot be read as version 1 [CP21, breaks replay]' in plan
    assert "1 break not accepted" in talk


def test_a_version_that_is_not_live_is_compared(raised: None, publish: Publish, place: Place) -> None:
    """Streams stored by version 2 break even if version 3, published without this check, is live."""
    place.publish(amounts(3))
    assert breaks(publish, amounts(4)) == [("CP21", [2])]


def test_a_new_version_that_keeps_the_upcast_breaks_nothing(raised: None, publish: Publish) -> None:
    """The upcast and the meaning of the events stay the same."""
    assert breaks(publish, priced(3, least=0)) == []


def test_a_verdict_is_shown_once_with_its_versions(publish: Publish, place: Place) -> None:
    """Versions that break in the same way share one entry."""
    for version in (1, 2, 3):
        place.publish(amounts(version, most=1000 - version))
    _, plan, _ = publish(write(amounts(4, total="data.total + event.amount * 2")))
    assert plan.count("[CP17, breaks replay, silent]") == 1
    assert "  versions  1-3\n" in plan


def test_senders_are_compared_with_the_live_version_only(publish: Publish, place: Place) -> None:
    """Commands that the live version already refuses are not reported again."""
    place.publish(amounts(1, most=1000))
    place.publish(amounts(2, most=500))
    assert breaks(publish, amounts(3, most=500)) == []
    assert breaks(publish, amounts(3, most=400)) == [("CP32", [2])]


def test_a_dry_run_ends_as_the_publication_would(raised: None, publish: Publish, place: Place) -> None:
    """Its exit code and output are equal, and nothing is written."""
    before = objects(place)
    code, plan, talk = publish(write(amounts(3)), dry_run=True)
    assert objects(place) == before
    assert publish(write(amounts(3))) == (code, plan, talk)


def test_an_accepted_break_is_recorded_with_its_reason(raised: None, publish: Publish, place: Place) -> None:
    """The record is a separate object, so that the manifest's format does not change."""
    code, plan, _ = publish(write(amounts(3)), accept_breaks="no stream has it")
    assert (code, plan.count("  accepted  no stream has it\n")) == (ExitCode.CLEAN, 1)
    [record] = filter(is_record, objects(place))
    assert record.startswith("_publications/3-")
    entries = json.loads(place.read(record))["accepted"]
    assert [(one["rule"], one["versions"], one["version"]) for one in entries] == [("CP21", [2], 3)]
    assert manifest_of(place).machines["wallet"].live == 3


def test_the_entry_to_accept_is_shown_for_open_breaks_only(publish: Publish) -> None:
    """An accepted break shows its reason instead."""
    publish(write(amounts(1)))
    file = write(amounts(2).replace("{emit: Added}", "{guard: command.amount > 1, emit: Added}"))
    _, plan, _ = publish(file, dry_run=True)
    assert "  accept    - {machine: wallet, rule: CP" in plan
    _, plan, _ = publish(file, dry_run=True, accept_breaks="they agreed")
    assert ("  accept  " in plan, "  accepted  they agreed\n" in plan) == (False, True)


def test_an_accepted_break_stays_accepted_in_later_versions(raised: None, publish: Publish) -> None:
    """Later versions may change other things."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    code, plan, _ = publish(write(amounts(4, most=2000)))
    assert code is ExitCode.CLEAN
    assert plan.count("  accepted  no stream has it (with version 3)\n") == 1
    assert publish(write(amounts(5)), accept_breaks="senders agreed")[0] is ExitCode.CLEAN


def test_a_further_change_after_an_accepted_break_is_a_new_break(raised: None, publish: Publish) -> None:
    """The new break also counts for the version that had the accepted one."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    assert ("CP17", [1, 2, 3]) in breaks(publish, amounts(4, total="data.total - event.amount"))
    assert publish(write(amounts(4, total="data.total - event.amount")))[0] is ExitCode.FINDINGS


def test_an_acceptance_applies_to_the_content_and_not_to_the_version_number(
    publish: Publish, place: Place
) -> None:
    """Rewording the same version can break senders again."""
    place.publish(amounts(1))
    assert publish(write(amounts(1, most=500)), accept_breaks="they agreed")[0] is ExitCode.CLEAN
    assert publish(write(amounts(1, most=400)))[0] is ExitCode.FINDINGS


def test_an_acceptance_without_its_publication_is_ignored(
    raised: None, publish: Publish, place: Place
) -> None:
    """The publication may have stopped between writing the record and the manifest."""
    before = place.read(MANIFEST)
    publish(write(amounts(3)), accept_breaks="no stream has it")
    place.put(MANIFEST, before)
    assert publish(write(amounts(4)))[0] is ExitCode.FINDINGS


@pytest.mark.parametrize(("rule", "code"), [("CP21", ExitCode.CLEAN), ("CP20", ExitCode.FINDINGS)])
def test_a_break_that_the_file_lists_is_accepted(
    raised: None, publish: Publish, rule: str, code: ExitCode
) -> None:
    """An entry for another rule does not accept it."""
    entry = (
        f"machine: wallet, rule: {rule}, location: events.Added.version, reason: None., expires: 2999-01-01"
    )
    Path("meant.yaml").write_text(f"accepted:\n  - {{{entry}}}\n")
    assert publish(write(amounts(3)), accepted="meant.yaml")[0] is code


def test_an_expired_entry_accepts_nothing(raised: None, publish: Publish) -> None:
    """The message contains the expiry date."""
    entry = "{machine: wallet, rule: CP21, location: events.Added.version, reason: R., expires: 2020-01-01}"
    Path("compat.accepted.yaml").write_text(f"accepted:\n  - {entry}\n")
    code, _, talk = publish(write(amounts(3)))
    assert code is ExitCode.FINDINGS
    assert "compat.accepted.yaml:2: the acceptance of CP21" in talk
    assert "expired on 2020-01-01" in talk


def test_accepting_breaks_requires_a_reason(publish: Publish) -> None:
    """Readers of the record need to know why."""
    code, _, talk = publish(write(amounts(1)), accept_breaks=" ")
    assert (code, "--accept-breaks needs a reason" in talk) == (ExitCode.USAGE, True)


def test_a_failing_scenario_stops_the_publication(publish: Publish, place: Place) -> None:
    """Scenarios next to the definition are run; `--accept-breaks` does not override a failure."""
    Path("wallet.scenarios.yaml").write_text(SCENARIOS.replace("total: 5", "total: 6"))
    code, plan, talk = publish(write(amounts(1)), accept_breaks="in a hurry")
    assert (code, objects(place)) == (ExitCode.FINDINGS, set())
    assert "wallet.scenarios.yaml:2:5: amounts add up" in plan
    assert "1 scenario: 1 failed" in talk


def test_scenarios_that_cannot_be_run_stop_the_publication(publish: Publish, place: Place) -> None:
    """A typo in a scenario must not look like success."""
    Path("wallet.scenarios.yaml").write_text(SCENARIOS.replace("Add,", "Ad,"))
    code, plan, _ = publish(write(amounts(1)))
    assert (code, objects(place)) == (ExitCode.FINDINGS, set())
    assert 'has no command "Ad"' in plan


def test_all_problems_are_shown_at_once(raised: None, publish: Publish, place: Place) -> None:
    """The three files have a warning, a failing scenario with a break, and a refusal."""
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


def test_a_version_that_is_already_live_is_not_compared(raised: None, publish: Publish) -> None:
    """A pipeline can run again without repeating the reason."""
    publish(write(amounts(3)), accept_breaks="no stream has it")
    code, plan, talk = publish(write(f"# Amounts.\n{amounts(3)}"), format=Format.JSON)
    assert (code, document(plan)["compared"], document(plan)["breaks"]) == (ExitCode.CLEAN, [], [])
    assert talk.splitlines()[-1].endswith("is up to date")


def test_a_rollback_is_compared_too(raised: None, publish: Publish) -> None:
    """`--allow-rollback` does not accept breaks."""
    code, plan, _ = publish(write(amounts(1)), allow_rollback=True)
    assert (code, "[CP21, breaks replay]" in plan) == (ExitCode.FINDINGS, True)
    assert publish(write(amounts(1)), allow_rollback=True, accept_breaks="it runs away")[0] is ExitCode.CLEAN


def test_other_published_machines_stay_unchanged(raised: None, publish: Publish, place: Place) -> None:
    """A machine that is not among the files keeps its live version."""
    assert publish(write(door(), file="door.yaml"))[0] is ExitCode.CLEAN
    assert {name: one.live for name, one in manifest_of(place).machines.items()} == {"door": 1, "wallet": 2}


def test_fifty_versions_are_compared_once_where_only_their_number_differs(
    publish: Publish, place: Place
) -> None:
    """The verdict lists all fifty versions."""
    for version in range(1, 51):
        place.publish(amounts(version))
    _, plan, _ = publish(write(amounts(51, total="0 - event.amount")), format=Format.JSON)
    assert document(plan)["compared"] == list(range(1, 51))
    assert [one["versions"] for one in document(plan)["breaks"]] == [list(range(1, 51))]


@pytest.fixture
def events(raised: None, cli: Cli) -> str:
    """Store a wallet with one event of each version in a file."""
    for number, text in enumerate((amounts(1), priced(2))):
        Path(f"v{number}").mkdir()
        write(text, file=f"v{number}/{FILE}")
        command = envelope(f"c-{number}", "wallet", "w-1", "Add", {"amount": 5})
        assert (
            cli("run", "-", "--db", "events.db", "--definitions", f"v{number}", input=command).exit_code == 0
        )
    return "events.db"


def test_stored_streams_are_verified_before_publishing(events: str, publish: Publish, place: Place) -> None:
    """With `--db`, each cause of faults is one break."""
    found = breaks(publish, amounts(3), db=events)
    assert found == [("CP21", [2]), ("streams", [])]
    code, plan, talk = publish(write(amounts(3)), db=events)
    assert "wallet: 1 stream [unknown_move]" in plan
    assert (code, manifest_of(place).machines["wallet"].live) == (ExitCode.FINDINGS, 2)
    assert "2 events in 1 stream: 1 with a fault" in talk


def test_streams_that_fold_do_not_stop_the_publication(events: str, publish: Publish, place: Place) -> None:
    """Streams of other machines are not verified."""
    code, _, talk = publish(write(priced(3, least=0)), db=events)
    assert (code, "2 events in 1 stream: all fold" in talk) == (ExitCode.CLEAN, True)
    assert publish(write(door(), file="door.yaml"), db=events)[0] is ExitCode.CLEAN


def test_data_that_changes_silently_is_a_fault(events: str, publish: Publish) -> None:
    """The data are compared with the data of the live version."""
    doubled = priced(3, total="data.total + event.amount * 2")
    assert ("streams", []) in breaks(publish, doubled, db=events)
    code, plan, _ = publish(write(doubled), db=events)
    assert (code, "[data_differ]" in plan) == (ExitCode.FINDINGS, True)


def test_a_missing_store_is_a_usage_error(publish: Publish, place: Place) -> None:
    """The exit code is 2, and nothing is written."""
    code, _, _ = publish(write(amounts(1)), db="nowhere.db")
    assert (code, objects(place)) == (ExitCode.USAGE, set())


UNGUESSABLE = """\
machine: note
version: {version}
initial: open
commands: {{Add: {{payload: {{text: string}}}}}}
states: {{open: {{accepts: {{Add: {{guard: "!command.text.matches('^a+b+c+d+{last}+$')", emit: Added}}}}}}}}
"""


def test_possible_breaks_for_senders_are_reported(publish: Publish, place: Place) -> None:
    """A break that could not be shown does not stop the publication, as in `compat`."""
    place.publish(UNGUESSABLE.format(version=1, last="e"))
    code, plan, talk = publish(write(UNGUESSABLE.format(version=2, last="f")))
    assert (code, "[CP33, breaks senders, not shown]" in plan) == (ExitCode.CLEAN, True)
    assert "compared with 1 published version: not shown for senders: 1\n" in talk
