"""Calls of Graphviz that succeed, fail or time out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from statewright.cli.shared.graphviz import NotDrawn, svg
from statewright.diagrams.dot import dot
from tests.cli.commands import CONFIG, Cli
from tests.diagrams.machines import definition_of, plan_of
from tests.diagrams.svg import texts_of


@pytest.fixture
def failing_graphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program `dot` that fails without output."""
    program = shutil.which("false")
    assert program is not None
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/dot").symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))


def chain(length: int) -> str:
    """Return a machine whose states each lead to the next, the previous and the first one."""
    states = {
        f"s{place}": {
            "accepts": {"Next": f"s{(place + 1) % length}", "Back": f"s{max(place - 1, 0)}", "Cancel": "s0"}
        }
        for place in range(length)
    }
    return json.dumps({"machine": "chain", "initial": "s0", "states": states})


@pytest.mark.usefixtures("graphviz")
def test_a_hundred_states_are_drawn() -> None:
    """Graphviz draws a large machine in reasonable time, because its layout effort is limited."""
    drawn = texts_of(svg(dot(plan_of(definition_of(chain(100))))))
    assert {f"s{place}" for place in range(100)} <= set(drawn)


@pytest.mark.usefixtures("graphviz")
def test_a_drawing_that_takes_too_long_is_stopped() -> None:
    """The error suggests less detail or another format."""
    graph = dot(plan_of(definition_of(chain(100))))
    with pytest.raises(
        NotDrawn, match=r"dot was stopped after 0\.01 seconds; use --detail states or --format"
    ):
        svg(graph, seconds_max=0.01)


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_characters_that_xml_forbids_are_escaped(character: str) -> None:
    """A character that XML forbids is escaped, so the SVG is well-formed."""
    accepts = {"Wait": {"guard": f'state == "{character}"', "emit": []}}
    machine = {"machine": "a", "initial": "b", "states": {"b": {"accepts": accepts}}}
    drawing = svg(dot(plan_of(definition_of(json.dumps(machine)))))
    escape = character.encode("unicode_escape").decode()
    assert any(escape in text for text in ElementTree.fromstring(drawing).itertext())


@pytest.mark.usefixtures("failing_graphviz")
def test_a_failure_without_output_reports_the_exit_status(cli: Cli) -> None:
    """The error also suggests another format."""
    result = cli("diagram", CONFIG / "door.machine.yaml", "-f", "svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "dot failed: exit status 1; use --format mermaid" in result.stderr


@pytest.mark.usefixtures("failing_graphviz")
def test_a_page_without_a_drawing_has_a_text_diagram(cli: Cli, tmp_path: Path) -> None:
    """If a drawing fails, its page is still written with the diagram as text."""
    result = cli("docs", CONFIG / "door.machine.yaml", "--into", "site")
    assert result.exit_code == 0
    assert '<pre class="mermaid">' in (tmp_path / "site/door.machine.html").read_text()
    assert 'machine "door" shows its diagram as text: dot failed: exit status 1' in result.stderr
