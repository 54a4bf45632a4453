"""The generated texts of Mermaid, Graphviz and Markdown, checked without drawing them."""

from __future__ import annotations

import json
import re

from statewright.diagrams.chart import chart_of
from statewright.diagrams.choices import Detail
from statewright.diagrams.comparing import compared
from statewright.diagrams.dot import dot
from statewright.diagrams.listing import markdown, rows
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.painting import covered, located
from statewright.diagrams.plan import planned
from tests.diagrams.machines import definition_in, definition_of, hostile, plan_of
from tests.given import ROOT

ORDER = definition_in(ROOT / "config" / "order.machine.yaml")


def test_the_same_definition_gives_the_same_text() -> None:
    """A picture in a repository only changes with its machine."""
    assert mermaid(plan_of(hostile())) == mermaid(plan_of(hostile()))
    assert dot(plan_of(hostile())) == dot(plan_of(hostile()))


def test_yaml_and_json_give_the_same_picture() -> None:
    """Both are read into equal definitions."""
    states = {"closed": {"accepts": {"Open": "open"}}, "open": {}}
    in_json = json.dumps({"machine": "door", "initial": "closed", "states": states})
    in_yaml = "machine: door\ninitial: closed\nstates: {closed: {accepts: {Open: open}}, open: {}}"
    assert mermaid(plan_of(definition_of(in_json))) == mermaid(plan_of(definition_of(in_yaml)))


def test_names_appear_only_in_labels_in_mermaid() -> None:
    """Only generated ids appear outside of labels."""
    arrow, state = r"(\[\*\]|s\d+) --> (\[\*\]|s\d+)( : .+)?", r'state "[^"]+" as s\d+( \{)?'
    grammar = re.compile(rf'{arrow}|{state}|\}}|title: ".*"|---|stateDiagram-v2')
    for line in mermaid(plan_of(hostile())).splitlines():
        assert grammar.fullmatch(line.strip()), line


def test_marks_have_signs_and_colours_in_mermaid() -> None:
    """The sign works for readers who cannot see the colour."""
    text = mermaid(planned(located(ORDER, "fulfilment.shipped", called="order/o-1"), Detail.ALL))
    assert "#9679; shipped" in text
    assert "#9656; ConfirmDelivery / OrderDelivered" in text
    assert "classDef markCurrent fill:" in text


def test_an_aggregate_is_in_its_state_and_in_those_around_it() -> None:
    """Commands that an inner state overrides are not marked as accepted."""
    chart = located(ORDER, "fulfilment.shipped", called="order/o-1")
    assert [box.name for box in chart.boxes.values() if box.mark] == ["fulfilment", "fulfilment.shipped"]
    accepted = [(step.state, step.command) for step in chart.steps if step.mark]
    assert accepted == [("fulfilment.shipped", "ConfirmDelivery"), ("fulfilment.shipped", "Cancel")]


def test_parts_that_are_not_goals_have_no_coverage_mark() -> None:
    """A composite is covered through its leaves."""
    draft, picking = ORDER.states["draft"].path, ORDER.states["fulfilment.picking"].path
    chart = covered(ORDER, goals={draft, picking}, reached={draft}, called="scenarios")
    marks = {name: box.mark.word for name, box in chart.boxes.items() if box.mark}
    assert marks == {"draft": "covered", "fulfilment.picking": "not covered"}


def test_a_table_has_a_row_per_branch() -> None:
    """Only a marked chart has a column of signs."""
    header, first, *_ = rows(chart_of(ORDER))
    assert header == ("state", "command", "roles", "when", "then", "to")
    assert first == ("draft", "PlaceOrder", "", "command.total == 0", "refused: NOTHING_TO_PAY", "")


def test_a_marked_state_has_a_row_in_front_of_its_branches() -> None:
    """This includes a state without branches."""
    draft, delivered = ORDER.states["draft"].path, ORDER.states["delivered"].path
    chart = covered(ORDER, goals={draft, delivered}, reached={draft}, called="scenarios")
    signed = [row[:3] for row in rows(chart) if row[0]]
    assert signed == [("✓", "draft", ""), ("✗", "delivered", "")]
    assert rows(chart)[2][1:3] == ("draft", "PlaceOrder")


def test_a_timeout_has_a_row_in_front_of_the_branches_of_its_state() -> None:
    """Every table names the command that becomes due."""
    row, following, *_ = (row for row in rows(chart_of(ORDER)) if row[0] == "awaiting_payment")
    assert row == ("awaiting_payment", "", "", "after 1 day", "ExpirePayment is due", "")
    assert following[1] == "Pay"
    assert r"| awaiting\_payment |  |  | after 1 day | ExpirePayment is due |  |" in markdown(chart_of(ORDER))


def test_a_state_whose_timeout_changed_has_one_row() -> None:
    """It shows the sign and the new period."""
    text = (
        "machine: a\ninitial: b\nstates: {b: {timeout: {after: PT2H, command: Go}, accepts: {Go: c}}, c: {}}"
    )
    chart = compared(definition_of(text), definition_of(text.replace("PT2H", "PT3H")), called="old")
    assert [row for row in rows(chart)[1:] if row[0]] == [
        ("~", "b", "", "", "after 3 hours", "Go is due", "")
    ]


def test_no_text_breaks_a_table_in_markdown() -> None:
    """Each row has as many cells as the header."""
    title, _, *lines = markdown(chart_of(hostile())).splitlines()
    assert title == "**end, version 1**"
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {7}
