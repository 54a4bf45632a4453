"""Diagrams as readers see them, drawn by Mermaid in a browser and by Graphviz."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from statewright.cli.shared.graphviz import svg
from statewright.diagrams.choices import Detail
from statewright.diagrams.comparing import compared
from statewright.diagrams.dot import dot
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.painting import covered, located
from statewright.diagrams.plan import DiagramPlan, planned
from statewright.language import Definition
from tests.diagrams.machines import definition_in, hostile, plan_of
from tests.diagrams.svg import texts_of
from tests.emulators.browser import Drawing, MermaidPage
from tests.given import ROOT, SOUND_FILES

pytestmark = pytest.mark.e2e

ORDER = definition_in(ROOT / "config" / "order.machine.yaml")
DEFINITIONS = [*map(definition_in, SOUND_FILES), hostile()]


def test_mermaid_draws_every_label_of_every_machine(mermaid_page: MermaidPage) -> None:
    """The drawing has exactly the labels of the plan, and is not an error diagram."""
    plans = [plan_of(definition, detail) for definition in DEFINITIONS for detail in Detail]
    for plan, drawing in zip(plans, mermaid_page.draw([*map(mermaid, plans)]), strict=True):
        assert (drawing.error, drawing.foreign) == ("", 0)
        assert _readable(drawing.labels) == _planned(plan)


def test_mermaid_draws_marks(mermaid_page: MermaidPage) -> None:
    """Signs precede names, and a removed state is still drawn."""
    old, new = hostile(), DEFINITIONS[0]
    plan = planned(compared(old, new, called="an earlier version"), Detail.ALL)
    [drawing] = mermaid_page.draw([mermaid(plan)])
    assert "− note" in _lines(drawing)
    assert _readable(drawing.labels) == _planned(plan)


def test_mermaid_draws_the_marks_of_a_run(mermaid_page: MermaidPage) -> None:
    """Coverage and the current state are drawn."""
    states = [state.path for state in ORDER.states.values()]
    charts = [
        covered(ORDER, goals=states, reached=states[:1], called="order.scenarios.yaml"),
        located(ORDER, "fulfilment.shipped", called="order/o-1"),
    ]
    plans = [planned(chart, Detail.ALL) for chart in charts]
    reached, here = mermaid_page.draw([*map(mermaid, plans)])
    assert {"✓ draft", "✗ awaiting_payment"} <= _lines(reached)
    assert {"● shipped", "▸ ConfirmDelivery / OrderDelivered"} <= _lines(here)
    assert [_readable(one.labels) for one in (reached, here)] == [*map(_planned, plans)]


def test_a_broken_diagram_is_noticed(mermaid_page: MermaidPage) -> None:
    """A broken diagram gives an error, so the tests above can fail."""
    [drawing] = mermaid_page.draw(["stateDiagram-v2\n    end --> class : note\n"])
    assert drawing.error


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.machine)
def test_graphviz_draws_every_label(definition: Definition) -> None:
    """Labels are wrapped, but no character is lost or read as an escape."""
    plan = plan_of(definition)
    drawn = _letters(texts_of(svg(dot(plan))))
    assert sorted(drawn) == sorted(_letters([*_labels(plan), plan.chart.title]))


def _lines(drawing: Drawing) -> set[str]:
    return {line for label in drawing.labels for line in label.splitlines()}


def _planned(plan: DiagramPlan) -> list[str]:
    return _readable([*_labels(plan), plan.chart.title])


def _labels(plan: DiagramPlan) -> list[str]:
    return ["\n".join(lines) for lines in plan.lines.values()] + [arrow.label for arrow in plan.arrows]


def _readable(labels: Iterable[str]) -> list[str]:
    """Ignore white space, and the invisible characters that separate magic words."""
    return sorted(" ".join(label.replace("\u200b", "").split()) for label in labels)


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())
