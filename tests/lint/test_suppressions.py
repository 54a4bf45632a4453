"""Ignore comments: the findings that they cover, and findings about the comments themselves."""

from __future__ import annotations

import pytest

from statewright.lint.result import Origin
from tests.lint.results import TRAPPED, counting, reasons, results_of

COMMENT = "# statewright: ignore[SW103] an open door stays open"
OPEN = "  open: {}"


def with_comment(comment: str) -> str:
    """Return the text with a comment at the end of the line of its finding."""
    return TRAPPED.replace(OPEN, f"{OPEN}  {comment}")


def said(text: str) -> list[str]:
    """Return the messages about ignore comments."""
    return [result.finding.message for result in results_of(text) if result.finding.code.id == "SW007"]


@pytest.mark.parametrize(
    "text",
    [
        with_comment(COMMENT),
        TRAPPED.replace(OPEN, f"  {COMMENT}\n{OPEN}"),
        TRAPPED.replace(OPEN, f"  {COMMENT}\n\n  # and a remark\n{OPEN}"),
        f"{COMMENT.replace('ignore', 'ignore-file')}\n{TRAPPED}",
        with_comment("# statewright: ignore[SW103]  an open door stays open  ").replace("\n", "\r\n"),
    ],
    ids=["same line", "line above", "with lines between", "whole file", "windows"],
)
def test_an_ignore_suppresses_the_finding(text: str) -> None:
    """Reports can still show the finding with the reason."""
    [result] = results_of(text)
    assert result.suppression is not None
    assert (result.suppression.origin, result.suppression.reason) == (
        Origin.COMMENT,
        "an open door stays open",
    )


def test_one_comment_ignores_several_codes() -> None:
    """The codes share the reason."""
    text = TRAPPED.replace("Open: open", "Open: isOpen").replace(
        OPEN, "  isOpen: {}  # statewright: ignore[SW103, SW702] as it came"
    )
    assert counting(results_of(text)) == []
    assert reasons(results_of(text)) == ["as it came"] * 2


def test_an_ignore_covers_its_line_only() -> None:
    """The same mistake elsewhere counts, and the comment is reported as unused."""
    text = TRAPPED.replace("initial: closed", f"initial: closed  {COMMENT}")
    assert counting(results_of(text)) == [("SW007", 3), ("SW103", 6)]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# statewright: ignore[SW103]", '"ignore[SW103]" has no reason; add one after the bracket'),
        ("# statewright: ignore[SW101] x", '"SW101" is an error and cannot be ignored'),
        ("# statewright: ignore[SW999] x", 'unknown code "SW999"; `statewright rules` lists all codes'),
        (
            "# statewright: ignore-file[SW103] x",
            '"ignore-file" must come before the first line of the definition; move it up',
        ),
        (
            "# statewright: skip this",
            'cannot read "statewright: skip this"; expected "statewright: ignore[CODE] reason"',
        ),
    ],
)
def test_an_invalid_comment_is_reported_with_the_cause(comment: str, message: str) -> None:
    """The finding that it should ignore still counts."""
    text = with_comment(comment)
    assert said(text) == [message]
    assert ("SW103", 6) in counting(results_of(text))


def test_an_unused_ignore_is_reported() -> None:
    """The message says how to fix it."""
    text = TRAPPED.replace(OPEN, f"  open: {{final: true}}  {COMMENT}")
    assert said(text) == ['"SW103" is not reported on line 6; remove it from the comment']


def test_in_a_file_with_errors_no_ignore_is_unused() -> None:
    """Many rules do not run on such a file, so an ignore may still be needed."""
    text = with_comment(COMMENT).replace("initial: closed", "initial: clsed")
    assert [code for code, _ in counting(results_of(text))] == ["SW101"]


@pytest.mark.parametrize(
    "line",
    [
        'description: "a # statewright: ignore[SW103] b"',
        "description: |\n  # statewright: ignore[SW103] b",
        "description: a#statewright: ignore[SW103] b".replace(": ignore", ":ignore"),
    ],
)
def test_a_comment_inside_a_string_is_text(line: str) -> None:
    """It suppresses nothing and is not reported as unused."""
    text = TRAPPED.replace("initial:", f"{line}\ninitial:")
    assert [code for code, _ in counting(results_of(text))] == ["SW103"]


def test_a_file_that_is_not_text_has_no_ignores() -> None:
    """The syntax error is the only finding."""
    assert [code for code, _ in counting(results_of(b"# statewright: ignore[SW103] x\xff"))] == ["SW001"]
