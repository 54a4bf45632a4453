"""Markdown reports escape authors' texts, so that no text is read as Markdown or HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from statewright.reports.markdown import (
    BYTES_MAX,
    bounded,
    code,
    details,
    mermaid_block,
    preformatted,
    prose,
    table,
)

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ODD = st.text(st.sampled_from("ab \n\t|`*_~<>&\\[]()!#@:\"'-=+1.\x1b\u202e\u2028"), max_size=40)
HOSTILE = [
    "a | b",
    "`x`",
    "<script>alert(1)</script>",
    "a\n\n# b",
    "[x](http://y)",
    "**b**",
    "</details>",
    "```",
]


class Page(HTMLParser):
    """The elements that a browser sees, and the text of each table cell."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.cells: list[str] = []
        self.text = ""
        self.feed(READER.render(markdown))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)
        self.cells += [""] if tag in ("td", "th") else []

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.cells:
            self.cells[-1] += data.strip("\n")


@pytest.mark.parametrize("write", [prose, code])
@given(text=ODD)
def test_a_cell_is_one_cell_and_shows_its_text(write: object, text: str) -> None:
    """No text can add a column or an element."""
    assert callable(write)
    page = Page(table(("a", "b"), [(write(text), "end")]))
    assert len(page.cells) == 4
    assert page.cells[3] == "end"
    assert set(page.elements) <= {"table", "thead", "tbody", "tr", "th", "td", "code", "span"}


@pytest.mark.parametrize("text", HOSTILE)
def test_code_is_shown_as_it_is(text: str) -> None:
    """Only invisible characters are escaped."""
    assert Page(code(text)).text.strip("\n") == text.replace("\n", r"\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_block_of_code_stays_inside_its_section(text: str) -> None:
    """No text can end the block or the section."""
    page = Page(details("what", preformatted([text, "", "last"])))
    assert page.elements == ["details", "summary", "pre"]
    assert text.replace("\n", r"\n") in page.text


def test_quoted_text_is_code() -> None:
    """Messages put names in quotes or backticks."""
    assert prose('unknown state "opne", a `default`') == (
        "unknown state <code>opne</code>, a <code>default</code>"
    )


def test_reports_mention_no_users_or_issues() -> None:
    """Texts that look like mentions of users or issues are escaped."""
    assert prose("ask @ada about #7") == "ask <span>&#64;</span>ada about <span>&#35;</span>7"
    assert code("@ada") == "<code>&#64;ada</code>"


def test_a_diagram_is_a_block_of_its_own() -> None:
    """A diagram is a separate code block with the language that code hosts render."""
    [token] = MarkdownIt().parse(mermaid_block("stateDiagram-v2\n    a --> b\n"))
    assert (token.info, token.content) == ("mermaid", "stateDiagram-v2\n    a --> b\n")


@given(st.lists(st.text("ä\n", max_size=40_000), max_size=6))
def test_a_comment_is_never_too_long(blocks: list[str]) -> None:
    """A comment above the length limit omits sections and says how many."""
    text = "\n".join(bounded(blocks, remedy="look there"))
    assert len(text.encode()) <= BYTES_MAX
    assert all(block in text for block in blocks) or "not fit into this comment.** look there" in text


def test_a_block_is_left_out_whole() -> None:
    """A block that does not fit is omitted as a whole."""
    text = "\n".join(bounded(["a" * 40_000, "b" * 40_000, "c"], remedy="look there"))
    assert "b" not in text.split("**")[0]
    assert text.endswith("c\n\n**1 section does not fit into this comment.** look there")
