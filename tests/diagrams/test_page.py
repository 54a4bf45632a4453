"""The HTML page of a machine shows its parts and escapes authors' texts."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from statewright.diagrams.markup import element
from statewright.diagrams.page import drawn, index_page, machine_page, written
from statewright.language import Definition
from tests.diagrams.machines import HOSTILE_NAMES, HOSTILE_TEXTS, definition_in, definition_of, hostile
from tests.given import EVERYTHING as EVERYTHING_FILE
from tests.given import ROOT

EVERYTHING = definition_in(EVERYTHING_FILE)
VOID = ("meta", "br")


class Reader(HTMLParser):
    """Collects elements with their attributes, and all text. Fails if elements do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(definition: Definition) -> Reader:
    return Reader(machine_page(definition, picture=written("a --> b")))


def test_no_text_of_an_author_becomes_html() -> None:
    """Descriptions, messages, guards and names are shown literally."""
    page = read(hostile())
    assert {"script", "img"}.isdisjoint(page.elements)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    for text in (*HOSTILE_TEXTS, *HOSTILE_NAMES):
        assert text in page.text


def test_the_index_escapes_descriptions_too() -> None:
    """The index escapes descriptions and links to each page."""
    page = Reader(index_page([hostile(), EVERYTHING]))
    assert "script" not in page.elements
    assert ("href", "everything.machine.html") in page.attributes


@pytest.mark.parametrize(
    "shown",
    [
        *(
            "Shows each key.",
            "Where it begins.",
            "Adds a line.",
            "The usual way.",
            "No more lines.",
            "Rates stay small.",
        ),
        *("FULL", "Expire after 1 day 2 hours", "line: object", "data.rate + event.by", "first → done"),
    ],
)
def test_a_page_shows_the_texts_of_the_definition(shown: str) -> None:
    """Descriptions, messages, payloads, and the effects of events are shown."""
    assert shown in read(EVERYTHING).text


def test_a_page_loads_and_runs_nothing() -> None:
    """The page's content security policy forbids scripts and requests, and no element has a `src`."""
    page = read(EVERYTHING)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert not [name for name, _ in page.attributes if name == "src"]


def test_tables_name_their_rows_and_columns() -> None:
    """Every table has a caption and every header cell a scope, for screen readers."""
    page = read(EVERYTHING)
    assert page.elements.count("caption") == page.elements.count("table") == 7
    assert page.elements.count("th") == sum(name == "scope" for name, _ in page.attributes)
    assert ("lang", "en") in page.attributes


def test_a_wide_picture_can_be_scrolled_by_keyboard() -> None:
    """Tables can be scrolled the same way."""
    page = read(EVERYTHING)
    assert page.attributes.count(("tabindex", "0")) == page.elements.count("table") + 1


def test_without_a_description_there_is_no_empty_paragraph() -> None:
    """A machine without a description has no empty paragraph for it."""
    door = definition_of("machine: door\ninitial: open\nstates: {open: {}}")
    assert "p" not in read(door).elements


def test_a_drawing_gets_a_name_and_loses_its_prologue() -> None:
    """An embedded drawing loses its prologue and gets an accessible name."""
    svg = '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x">\n<svg width="1pt">\n<g/></svg>\n'
    assert drawn(svg, 'a "b"').startswith('<svg role="img" aria-label="a &quot;b&quot;" width="1pt">')


def test_markup_is_escaped_once() -> None:
    """Text is escaped; markup is not escaped again."""
    assert element("p", element("b", "<"), "&") == "<p><b>&lt;</b>&amp;</p>"


def test_a_command_is_accepted_where_some_branch_does_not_refuse_it() -> None:
    """A state whose branches all refuse it appears among the refusals only."""
    order = machine_page(definition_in(ROOT / "config/order.machine.yaml"), picture=written(""))
    name, payload = '<th scope="row"><code>Cancel</code></th>', "<td>reason: string, maxLength 200</td>"
    accepted = "<td><code>awaiting_payment</code><br><code>fulfilment</code></td>"
    assert f"{name}{payload}<td>anyone</td>{accepted}" in order
