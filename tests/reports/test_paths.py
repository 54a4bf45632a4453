"""The names of files, as any system can read them."""

from __future__ import annotations

from statewright.reports.paths import file_uri, posix_path


def test_a_path_has_no_dot_in_front() -> None:
    """Code hosts compare it with the names in the repository."""
    assert posix_path("./machines/a.machine.yaml") == "machines/a.machine.yaml"


def test_a_uri_is_escaped() -> None:
    """A URI cannot contain spaces or umlauts."""
    assert file_uri("a b/tür.machine.yaml") == "a%20b/t%C3%BCr.machine.yaml"
    assert file_uri("/a b.yaml") == "file:///a%20b.yaml"
