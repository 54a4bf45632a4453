"""Findings about several files together."""

from __future__ import annotations

from statewright.diagnostics import Code, Position
from statewright.lint import check_definition, cross_file_findings

DOOR = b"machine: door\ninitial: a\nstates: {a: {accepts: {Go: b}}, b: {final: true}}\n"


def test_a_machine_in_two_files_is_reported_in_the_later_file() -> None:
    """The finding is at the machine's name and refers to the first file."""
    files = [check_definition(b"# other\n" + DOOR, name) for name in ("one.yaml", "two.yaml", "three.yaml")]
    findings = cross_file_findings(files)
    assert [finding.file for finding in findings] == ["three.yaml", "two.yaml"]
    assert {finding.code for finding in findings} == {Code.MACHINE_TWICE}
    assert {finding.position for finding in findings} == {Position(2, 10)}
    assert all("already defined in one.yaml" in finding.message for finding in findings)


def test_json_and_yaml_of_one_machine_clash() -> None:
    """Both formats are loaded from a folder."""
    json_text = b'{"machine": "door", "initial": "a", "states": {"a": {"final": true}}}'
    files = [check_definition(DOOR, "door.machine.yaml"), check_definition(json_text, "door.machine.json")]
    assert [finding.file for finding in cross_file_findings(files)] == ["door.machine.json"]


def test_files_without_a_machine_do_not_clash() -> None:
    """Such files have other errors."""
    broken = [
        check_definition(text, f"{number}.yaml") for number, text in enumerate((b"a: [", b"a: [", b"{}"))
    ]
    assert cross_file_findings(broken) == []


def test_one_file_given_twice_is_one_file() -> None:
    """A folder and one of its files may both be given."""
    assert cross_file_findings([check_definition(DOOR, "a.yaml"), check_definition(DOOR, "a.yaml")]) == []
