"""The parts marked as added, removed or changed between two versions."""

from __future__ import annotations

import pytest

from statewright.diagrams.chart import Chart
from statewright.diagrams.comparing import compared
from statewright.diagrams.marks import Mark
from tests.diagrams.machines import definition_in, definition_of
from tests.given import SOUND_FILES

OLD = """
    machine: door
    initial: closed
    data: {n: {type: integer, default: 0}}
    states:
      closed: {accepts: {Open: {guard: data.n < 3, emit: Opened, target: open}, Lock: {emit: Locked}}}
      open: {accepts: {Close: {emit: Closed, target: closed}}}
"""


def marked(old: str, new: str) -> dict[str, Mark | None]:
    """The marks of all marked parts."""
    chart = compared(definition_of(old), definition_of(new), called="old")
    return boxes(chart) | {f"{step.state}.{step.command}": step.mark for step in chart.steps if step.mark}


def boxes(chart: Chart) -> dict[str, Mark | None]:
    return {box.name: box.mark for box in chart.boxes.values() if box.mark}


def test_nothing_is_marked_between_a_version_and_itself() -> None:
    """A version compared with itself has no marks, for every example."""
    for definition in map(definition_in, SOUND_FILES):
        chart = compared(definition, definition, called="itself")
        assert not boxes(chart)
        assert not any(step.mark for step in chart.steps)


def test_formatting_is_not_a_change() -> None:
    """Guards are compared by their meaning."""
    assert marked(OLD, OLD.replace("data.n < 3", "(data.n<3)")) == {}


def test_another_guard_is_a_change() -> None:
    """The branch keeps its target."""
    assert marked(OLD, OLD.replace("n < 3", "n < 4")) == {"closed.Open": Mark.CHANGED}


def test_another_effect_under_the_same_guard_is_a_change() -> None:
    """The branch emits a different event."""
    assert marked(OLD, OLD.replace("emit: Opened", "emit: Swung")) == {"closed.Open": Mark.CHANGED}


@pytest.mark.parametrize("part", ["set: {n: event.by}", "payload: {by: number}"])
def test_an_event_with_a_changed_payload_or_setter_has_a_sign(part: str) -> None:
    """The sign appears with every use of the event, and its branch is changed."""
    old = OLD + "    events: {Opened: {payload: {by: integer}, set: {n: data.n}}, Closed: {}, Locked: {}}\n"
    place = {"set": "set: {n: data.n}", "payload": "payload: {by: integer}"}[part.partition(":")[0]]
    chart = compared(definition_of(old), definition_of(old.replace(place, part)), called="old")
    assert [step.events for step in chart.steps if step.mark is Mark.CHANGED] == [("~ Opened",)]


def test_an_event_with_a_new_setter_has_a_sign() -> None:
    """The old version did not declare the event."""
    events = "    events: {Opened: {payload: {}, set: {n: data.n + 1}}, Closed: {}, Locked: {}}\n"
    chart = compared(definition_of(OLD), definition_of(OLD + events), called="old")
    assert chart.steps[0].events == ("~ Opened",)


def test_the_description_of_a_field_is_not_a_change() -> None:
    """A changed description of a field marks nothing."""
    old = OLD + "    events: {Opened: {payload: {by: {type: integer}}}, Closed: {}, Locked: {}}\n"
    assert marked(old, old.replace("type: integer}}}", "type: integer, description: How far.}}}")) == {}


def test_a_new_state_and_its_branch_are_added() -> None:
    """In the opposite direction they are removed."""
    more = OLD + "      shut: {accepts: {Close: closed}}\n"
    assert marked(OLD, more) == {"shut": Mark.ADDED, "shut.Close": Mark.ADDED}
    assert marked(more, OLD) == {"shut": Mark.REMOVED, "shut.Close": Mark.REMOVED}


def test_a_removed_branch_is_still_shown() -> None:
    """A removed branch is shown and marked as removed."""
    assert marked(OLD, OLD.replace(", Lock: {emit: Locked}", "")) == {"closed.Lock": Mark.REMOVED}


def test_a_renamed_state_is_not_marked_as_new() -> None:
    """A renamed state is marked as changed, and its branches are not marked."""
    renamed = OLD.replace("target: open", "target: ajar").replace("open: {", "ajar: {renamed_from: [open], ")
    assert marked(OLD, renamed) == {"ajar": Mark.CHANGED}


def test_a_state_that_becomes_final_is_changed() -> None:
    """A final state looks different."""
    old = OLD.replace("{accepts: {Close: {emit: Closed, target: closed}}}", "{}")
    assert marked(old, old.replace("open: {}", "open: {final: true}")) == {"open": Mark.CHANGED}
