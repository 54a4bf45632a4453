"""Which elements of two versions correspond."""

from __future__ import annotations

import pytest

from statewright.evolution.compat.elements import Added, Kept, Removed, elements, forgotten_fields
from statewright.language.model import EventSpec
from tests.evolution.compat.pairs import version

NAMES = {"same": "same", "old": "new"}


def test_each_element_is_removed_kept_or_added() -> None:
    """Elements of the old version come first, in order."""
    found = list(elements({"gone": 1, "same": 2, "old": 3}, {"new": 4, "same": 5, "fresh": 6}, NAMES))
    kept = [Kept("same", "same", 2, 5), Kept("old", "new", 3, 4)]
    assert found == [Removed("gone", 1), *kept, Added("fresh", 6)]


def test_without_names_an_element_keeps_its_name() -> None:
    """Upcasts are compared in this way."""
    assert list(elements({1: "a"}, {1: "b", 2: "c"})) == [Kept(1, 1, "a", "b"), Added(2, "c")]


def test_a_name_without_a_new_element_means_removed() -> None:
    """Names may contain more than both catalogues do."""
    assert list(elements({"old": 1}, {}, {"old": "new"})) == [Removed("old", 1)]


@pytest.mark.parametrize(
    ("renamed_from", "forgotten"),
    [(["b"], [("a", "b", "c")]), (["a", "b"], []), ([], [])],
)
def test_a_former_name_that_the_new_version_omits_is_forgotten(
    renamed_from: list[str], forgotten: list[tuple[str, str, str]]
) -> None:
    """Only for fields that both versions have: without `b`, nothing links the new field to the old one."""
    old, new = _event("b", ["a"]), _event("c", renamed_from)
    found = [(former, field.was, field.name) for former, field in forgotten_fields(old, new)]
    assert found == forgotten


def _event(field: str, renamed_from: list[str]) -> EventSpec:
    payload = {field: {"type": "integer", **({"renamed_from": renamed_from} if renamed_from else {})}}
    events = {"Put": {"payload": payload}}
    states = {"on": {"accepts": {"Put": {"emit": "Put", "with": {field: "1"}}}}}
    machine = version({"initial": "on", "events": events, "states": states}, 1)
    return (machine.definition.events or {})["Put"]
