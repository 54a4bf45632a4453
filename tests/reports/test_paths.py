"""Portable paths and URIs of files in reports."""

from __future__ import annotations

from statewright.reports.paths import file_uri, posix_path


def test_a_path_has_no_dot_in_front() -> None:
    """Paths have no leading `./`, so code hosts can match them with files of the repository."""
    assert posix_path("./machines/a.machine.yaml") == "machines/a.machine.yaml"


def test_a_uri_is_escaped() -> None:
    """Spaces and umlauts are escaped in URIs."""
    assert file_uri("a b/tür.machine.yaml") == "a%20b/t%C3%BCr.machine.yaml"
    assert file_uri("/a b.yaml") == "file:///a%20b.yaml"
