"""`statewright publish`: the checks, the plan and the written objects, against an S3 emulator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format
from statewright.registry.manifest import MANIFEST
from tests.cli.commands import CONFIG, Cli, Publish
from tests.registry.harness import Place, door, place_in


def rows(output: str) -> list[list[str]]:
    """Return the rows of the plan's table, without the header."""
    return [line.split() for line in output.split("\n\n")[0].splitlines()[1:]]


def documents(output: str) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_first_publication_is_shown_and_done(publish: Publish, place: Place) -> None:
    """The plan goes to stdout, messages to stderr."""
    code, plan, talk = publish(*sorted(CONFIG.glob("*.machine.yaml")))
    assert [row[:3] for row in rows(plan)] == [
        ["account", "new", "1"],
        ["door", "new", "1"],
        ["order", "new", "3"],
    ]
    assert talk.endswith(f"3 machines published to {place.s3}, manifest number 1\n")
    assert code is ExitCode.CLEAN


def test_changes_are_shown_by_path_with_both_values(publish: Publish, tmp_path: Path) -> None:
    """The plan also shows whether replay changes."""
    Path("door.yaml").write_text(door(1, text="A door."))
    publish("door.yaml")
    Path("door.yaml").write_text(door(2, command="Unlock"))
    _, plan, _ = publish("door.yaml", dry_run=True)
    [[name, change, old, arrow, new, *_, replay]] = rows(plan)
    assert (name, change, f"{old} {arrow} {new}", replay) == ("door", "newer", "1 -> 2", "changes")
    differences = [line.split(maxsplit=2) for line in plan.split("\n\n")[1].splitlines()[1:]]
    assert differences == [
        ["-", "description", '"A door."'],
        ["-", "states.shut.accepts.Open", '[{"emit": [{"event": "Open"}], "target": "open"}]'],
        ["+", "states.shut.accepts.Unlock", '[{"emit": [{"event": "Unlock"}], "target": "open"}]'],
        ["~", "version", "1 -> 2"],
    ]


def test_long_values_are_shown_where_they_differ(publish: Publish) -> None:
    """The equal beginnings are cut."""
    for version, end in ((1, "old"), (2, "new")):
        Path("door.yaml").write_text(door(version, text=f"{'long ' * 40}{end}"))
        _, plan, _ = publish("door.yaml")
    assert f'  ~ description  …{"long " * 4}old" -> …{"long " * 4}new"\n' in plan


def test_long_lists_of_differences_are_cut(publish: Publish) -> None:
    """Long values are cut as well."""
    for version, keys in ((1, 1), (2, 41)):
        meta = ", ".join(f"m{index}: {'v' * 200}" for index in range(keys))
        Path("door.yaml").write_text(door(version).replace("states:", f"meta: {{{meta}}}, states:"))
        _, plan, _ = publish("door.yaml")
    assert plan.splitlines()[-1] == "  … and 11 more"
    assert max(map(len, plan.splitlines())) < 100


def test_publishing_the_same_file_again_is_up_to_date(publish: Publish, place: Place) -> None:
    """A pipeline can publish on every run."""
    publish(CONFIG / "door.machine.yaml")
    code, plan, talk = publish(CONFIG / "door.machine.yaml")
    assert (rows(plan)[0][1], talk.splitlines()[-1], code) == (
        "unchanged",
        f"{place.s3} is up to date",
        ExitCode.CLEAN,
    )


def test_a_dry_run_shows_the_same_and_writes_nothing(publish: Publish, place: Place) -> None:
    """A reviewer sees the plan of the later publication."""
    code, dry, talk = publish(CONFIG / "door.machine.yaml", dry_run=True)
    assert (code, place.bucket.names()) == (ExitCode.CLEAN, [])
    assert talk.endswith(f"1 machine would be published to {place.s3}; nothing was written\n")
    assert publish(CONFIG / "door.machine.yaml")[1] == dry


def test_json_is_one_object_per_machine(publish: Publish) -> None:
    """Each object has everything that the table shows, uncut."""
    Path("door.yaml").write_text(door(1))
    publish("door.yaml")
    Path("door.yaml").write_text(door(1, text="A door."))
    _, plan, _ = publish("door.yaml", format=Format.JSON)
    [one] = documents(plan)
    assert (one["machine"], one["file"], one["change"], one["version"]) == (
        "door",
        "door.yaml",
        "reworded",
        1,
    )
    assert one["live"]["behaviour"] == one["behaviour"]
    assert one["differences"] == [{"kind": "added", "path": "description", "old": None, "new": "A door."}]
    assert (len(one["digest"]), one["refusal"]) == (64, None)


def test_findings_of_all_files_are_shown_and_nothing_is_written(publish: Publish, place: Place) -> None:
    """The findings include warnings."""
    Path("error.yaml").write_text(door().replace("Open: open", "Open: opne"))
    Path("warning.yaml").write_text(door(name="gate").replace("{accepts: {Close: shut}}", "{}"))
    code, findings, talk = publish("error.yaml", "warning.yaml", CONFIG / "door.machine.yaml")
    assert (code, place.bucket.names()) == (ExitCode.FINDINGS, [])
    assert ("error.yaml:1:" in findings, "warning.yaml:1:" in findings) == (True, True)
    assert "findings in 2 files: 1 error, 1 warning\n" in talk
    why, end = talk.splitlines()[-2:]
    assert (why, end) == (
        "problems in the files cannot be accepted; fix those shown above",
        "nothing was published",
    )


def test_an_unreadable_file_stops_the_publication(publish: Publish, place: Place) -> None:
    """The message names the file, and the exit code is 2."""
    code, _, talk = publish("nowhere.yaml", CONFIG / "door.machine.yaml")
    assert (code, talk.splitlines()[0]) == (ExitCode.USAGE, "nowhere.yaml: No such file or directory")
    assert place.bucket.names() == []


def test_two_files_of_one_machine_are_refused_by_name(publish: Publish, place: Place) -> None:
    """The message names both files and the machine."""
    Path("a.yaml").write_text(door(1))
    Path("b.yaml").write_text(door(2))
    code, _, talk = publish("a.yaml", "b.yaml")
    assert (code, place.bucket.names()) == (ExitCode.FINDINGS, [])
    assert talk == '"a.yaml" and "b.yaml" both declare machine "door"; publish only one of them\n'


def test_different_behaviour_under_the_same_version_is_refused(publish: Publish) -> None:
    """The plan shows the machine, stderr the reason."""
    Path("door.yaml").write_text(door(1))
    publish("door.yaml")
    Path("door.yaml").write_text(door(1, command="Unlock"))
    code, plan, talk = publish("door.yaml")
    assert (code, rows(plan)[0][1]) == (ExitCode.FINDINGS, "refused")
    assert (
        "machine door version 1 is already published with different behaviour; give it a new version number"
        in talk
    )
    assert talk.endswith("nothing was published\n")


def test_a_rollback_is_done_with_a_warning(publish: Publish) -> None:
    """The warning says that stored events of the newer version are never folded."""
    for version in (1, 2):
        Path("door.yaml").write_text(door(version))
        publish("door.yaml")
    Path("door.yaml").write_text(door(1))
    assert publish("door.yaml")[0] is ExitCode.FINDINGS
    code, plan, talk = publish("door.yaml", allow_rollback=True)
    assert (code, rows(plan)[0][1]) == (ExitCode.CLEAN, "rollback")
    assert "door goes back from version 2 to 1, which never folds events stored by version 2" in talk


def test_a_lost_published_version_must_be_accepted(publish: Publish, place: Place) -> None:
    """Its streams may break, so publishing requires a reason for accepting that."""
    Path("door.yaml").write_text(door(1))
    publish("door.yaml")
    [lost] = [name for name in place.bucket.names() if name != MANIFEST]
    place.delete(lost)
    Path("door.yaml").write_text(door(2))
    code, plan, talk = publish("door.yaml", format=Format.JSON)
    assert (code, documents(plan)[0]["differences"]) == (ExitCode.FINDINGS, None)
    [lost] = documents(plan)[0]["breaks"]
    assert (lost["rule"], lost["versions"], lost["accepted"]) == ("unreadable", [1], None)
    assert "the live version of door cannot be compared: s3://" in talk
    assert publish("door.yaml", accept_breaks="it was never used")[0] is ExitCode.CLEAN


def test_files_uploaded_by_hand_are_adopted(publish: Publish, place: Place) -> None:
    """The originals stay; files that contain no machine are skipped and named."""
    laid = {"old/order.machine.yaml": (CONFIG / "order.machine.yaml").read_text(), "door.yaml": door()}
    junk = {"notes.yaml": "a: b", "list.json": "[1]", "stack.yaml": "a: !Ref b", "evil\x1b.yml": "a"}
    for name, content in {**laid, **junk}.items():
        place.put(name, content)
    code, plan, talk = publish(from_prefix=True)
    assert (code, [row[0] for row in rows(plan)]) == (ExitCode.CLEAN, ["door", "order"])
    assert (talk.count("skipped"), "\x1b" in talk) == (len(junk), False)
    assert f"skipped {place.s3}/notes.yaml: it contains no machine\n" in talk
    assert {*laid, MANIFEST} < set(place.bucket.names())


def test_nothing_is_adopted_twice(publish: Publish, place: Place) -> None:
    """Published versions may be newer than the files that were adopted."""
    place.put("door.yaml", door())
    publish(from_prefix=True)
    code, _, said = publish(from_prefix=True)
    assert code is ExitCode.USAGE
    assert re.match(
        f"Error: {place.s3} already has a manifest.*; run `statewright publish FILE… --to {place.s3}`", said
    )


def test_a_publication_in_a_subfolder_is_not_adopted(publish: Publish, place: Place) -> None:
    """A stage in its own folder has its own manifest."""
    below = place_in(place.client.meta.endpoint_url, place.s3.bucket, prefix=f"{place.s3.prefix}/staging")
    below.publish(door(3))
    place.put("gate.machine.yaml", door(name="gate"))
    code, plan, _ = publish(from_prefix=True)
    assert (code, [row[0] for row in rows(plan)]) == (ExitCode.CLEAN, ["gate"])


def test_a_broken_file_named_like_a_definition_is_reported(publish: Publish, place: Place) -> None:
    """The finding shows the file's S3 address."""
    place.put("door.machine.yaml", "machine: [")
    code, findings, _ = publish(from_prefix=True)
    assert code is ExitCode.FINDINGS
    assert findings.startswith(f"{place.s3}/door.machine.yaml:2:1: not valid YAML: ")


def test_an_empty_prefix_is_a_usage_error(publish: Publish, place: Place) -> None:
    """The message names the command that publishes files."""
    code, _, said = publish(from_prefix=True)
    assert code is ExitCode.USAGE
    assert said.startswith(f"Error: no definition files found in {place.s3}; run `statewright publish")


def test_an_error_from_s3_is_one_sentence_and_exit_code_2(publish: Publish, place: Place, cli: Cli) -> None:
    """The environment caused the error, not a definition."""
    result = cli("publish", "--from-prefix", "--to", "s3://no-such-bucket/live")
    assert result.stderr == 'Error: bucket "no-such-bucket" does not exist in this account and region\n'
    assert result.exit_code == 2
