"""The colours of marks are distinct and legible, and appear on the marked parts in each format."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from statewright.cli.shared.graphviz import svg
from statewright.diagrams.choices import Detail
from statewright.diagrams.comparing import compared
from statewright.diagrams.dot import dot
from statewright.diagrams.marks import Mark
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.plan import DiagramPlan, planned
from tests.diagrams.machines import definition_of
from tests.diagrams.svg import fills_of

DIFFERENCES = (Mark.ADDED, Mark.REMOVED, Mark.CHANGED)
NAMES = {Mark.ADDED: "fresh", Mark.REMOVED: "stale", Mark.CHANGED: "open"}
OLD = """
    machine: door
    initial: closed
    states:
      closed: {accepts: {Go: open, Rot: stale}}
      open: {}
      stale: {}
"""
NEW = """
    machine: door
    initial: closed
    states:
      closed: {accepts: {Go: {emit: Gone, target: open}, Renew: fresh}}
      open: {final: true}
      fresh: {}
"""


def plan_between(old: str, new: str, detail: Detail = Detail.ALL) -> DiagramPlan:
    return planned(compared(definition_of(old), definition_of(new), called="old"), detail)


def styles_of(text: str) -> dict[str, str]:
    """The style of each state's class in Mermaid, by the id of the state."""
    looks = dict(re.findall(r"classDef (\w+) (.+)", text))
    uses = re.findall(r"class ([\w,]+) (\w+)", text)
    return {state: looks[style] for states, style in uses for state in states.split(",")}


def id_of(label: str, text: str) -> str:
    [found] = re.findall(rf'state "[^"]*{label}[^"]*" as (\w+)', text)
    return str(found)


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("one", "other"), [*combinations(DIFFERENCES, 2), (Mark.COVERED, Mark.MISSED)], ids=lambda mark: mark.name
)
def test_marks_of_one_picture_have_different_colours(one: Mark, other: Mark) -> None:
    """Backgrounds and lines both differ."""
    assert one.surface != other.surface
    assert one.line != other.line


@pytest.mark.parametrize("mark", Mark, ids=lambda mark: mark.name)
def test_text_can_be_read_on_its_surface(mark: Mark) -> None:
    """The contrast is at least 4.5:1, for lines on white too."""
    for surface in (mark.surface, "#ffffff"):
        assert (luminance(surface) + 0.05) / (luminance(mark.line) + 0.05) >= 4.5


@pytest.mark.parametrize("mark", DIFFERENCES, ids=lambda mark: mark.name)
def test_a_marked_box_in_dot_has_its_colours(mark: Mark) -> None:
    """The fill, the border and the text are coloured."""
    label = f"{mark.sign} {NAMES[mark]}"
    [look] = re.findall(rf'\[label="{re.escape(label)}", (.*)\]', dot(plan_between(OLD, NEW)))
    colours = f'fillcolor="{mark.surface}", color="{mark.line}", fontcolor="{mark.line}"'
    assert look.removeprefix("peripheries=2, ") == colours


def test_a_marked_composite_in_dot_has_its_colours() -> None:
    """A marked composite has the background, line and text colours of its mark."""
    text = dot(plan_between(OLD, OLD + "      fresh: {initial: one, states: {one: {}}}\n"))
    mark = Mark.ADDED
    colours = f'bgcolor="{mark.surface}", color="{mark.line}", fontcolor="{mark.line}"'
    assert f'graph [label="+ fresh", style=rounded, {colours}]' in text


@pytest.mark.parametrize("mark", DIFFERENCES, ids=lambda mark: mark.name)
def test_a_marked_arrow_in_dot_has_its_colours(mark: Mark) -> None:
    """A removed arrow is also dashed."""
    [look] = re.findall(
        rf'-> .* \[label="  {re.escape(mark.sign)} .*", (color=.*)\]', dot(plan_between(OLD, NEW))
    )
    dashes = ", style=dashed" if mark is Mark.REMOVED else ""
    assert look == f'color="{mark.line}", fontcolor="{mark.line}"{dashes}'


@pytest.mark.e2e
@pytest.mark.usefixtures("graphviz")
def test_graphviz_draws_the_colours_of_marks() -> None:
    """Graphviz draws the colours of marks only in a marked chart."""
    plain, marked = (fills_of(svg(dot(plan_between(OLD, new)))) for new in (OLD, NEW))
    assert marked - plain == {colour for mark in DIFFERENCES for colour in (mark.surface, mark.line)}


@pytest.mark.parametrize("mark", DIFFERENCES, ids=lambda mark: mark.name)
def test_a_marked_state_in_mermaid_has_its_colours(mark: Mark) -> None:
    """The mark has a class."""
    text = mermaid(plan_between(OLD, NEW))
    look = f"fill:{mark.surface},stroke:{mark.line},color:{mark.line}"
    assert styles_of(text)[id_of(NAMES[mark], text)] == look


@pytest.mark.parametrize(
    "branches", ["Go: {emit: Gone, target: open}, Rot: stale", "Go: open", "Go: {reject: NO}"]
)
def test_a_state_in_mermaid_is_coloured_for_its_branches(branches: str) -> None:
    """Arrows have no colours there, so the state is shown as changed."""
    text = mermaid(plan_between(OLD, OLD.replace("Go: open, Rot: stale", branches)))
    look = f"fill:{Mark.CHANGED.surface},stroke:{Mark.CHANGED.line},color:{Mark.CHANGED.line}"
    assert styles_of(text) == {id_of("closed", text): look}


def test_a_box_that_is_not_drawn_has_no_style_in_mermaid() -> None:
    """Less detail leaves out refusals of the whole machine."""
    refused = OLD + "    accepts: {Kick: {reject: NO}}\n"
    assert styles_of(mermaid(plan_between(OLD, refused, Detail.STATES))) == {}


def test_nothing_is_coloured_between_a_version_and_itself() -> None:
    """No box and no arrow has a mark."""
    plan = plan_between(OLD, OLD)
    assert "classDef" not in mermaid(plan)
    assert not [mark for mark in Mark if mark.surface in dot(plan) or mark.line in dot(plan)]
