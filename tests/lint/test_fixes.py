"""Safe fixes change only the reported text and never the meaning of a definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.diagnostics import Position
from statewright.language import digest_of, load_definition
from statewright.lint.fixes import apply_edits
from statewright.lint.result import TextEdit
from tests.lint.results import TRAPPED, results_of

TRAPS = """\
machine: lamp   # the hall's
initial: off
states:
  off: {accepts: {SwitchOn: on}, tags: [yes, "no", 'on', 12:30]}
  on:\t{accepts: {SwitchOff: off}}   # an é before it: off
"""
FIXED = """\
machine: lamp   # the hall's
initial: "off"
states:
  "off": {accepts: {SwitchOn: "on"}, tags: ["yes", "no", 'on', "12:30"]}
  "on":\t{accepts: {SwitchOff: "off"}}   # an é before it: off
"""


def fixed(content: bytes, schema: str | None = None) -> bytes:
    """Return the content after all safe fixes."""
    edits = [result.edit for result in results_of(content, schema=schema) if result.edit is not None]
    after = apply_edits(content, "lamp.machine.yaml", edits)
    assert after is not None
    return after


def test_only_misread_strings_are_quoted() -> None:
    """Comments, spaces, tabs and other quotes stay unchanged."""
    assert fixed(TRAPS.encode()).decode() == FIXED


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_endings_and_byte_order_marks_are_kept(ending: str, mark: bytes) -> None:
    """Fixing one value changes one line."""
    before, after = (mark + text.replace("\n", ending).encode() for text in (TRAPS, FIXED))
    assert fixed(before) == after


def test_a_fix_keeps_the_digest() -> None:
    """The definition does not have to be published again."""
    before, after = (
        load_definition(content, "lamp.machine.yaml") for content in (TRAPS.encode(), fixed(TRAPS.encode()))
    )
    assert digest_of(before) == digest_of(after)


def test_a_second_run_has_nothing_to_fix() -> None:
    """One run applies all fixes."""
    assert [result for result in results_of(fixed(TRAPS.encode())) if result.edit is not None] == []


def test_a_misread_number_has_no_safe_fix() -> None:
    """Quotes would turn it into a string."""
    text = TRAPS.replace("machine: lamp", "machine: lamp\nversion: 012")
    [result] = [result for result in results_of(text) if "012" in result.finding.message]
    assert result.edit is None


def test_an_edit_that_changes_the_data_is_refused() -> None:
    """This protects against a wrong edit of a rule."""
    content = b"machine: lamp\n"
    assert apply_edits(content, "lamp.machine.yaml", [TextEdit(Position(1, 10), 4, "door")]) is None


def test_the_modeline_names_the_schema() -> None:
    """It has the file's own line ending, and is added only if a schema is nearby."""
    content = (FIXED + "# a long file\n" * 50).replace("\n", "\r\n").encode()
    assert fixed(content) == content
    line = b"# yaml-language-server: $schema=../machine.schema.json\r\n"
    assert fixed(content, "../machine.schema.json") == line + content


UNUSED = "# statewright: ignore[SW102] it came so"
SHUT = "  closed: {accepts: {Open: open}}"


@pytest.mark.parametrize(
    ("commented", "left"),
    [
        (f"{SHUT}   {UNUSED}", SHUT),
        (f"{SHUT}  # by hand  {UNUSED}", f"{SHUT}  # by hand"),
        (f"  {UNUSED}\n{SHUT}", SHUT),
        (f"{SHUT}  {UNUSED.replace('SW102', 'SW102, SW702')}", SHUT),
    ],
    ids=["behind a value", "behind a remark", "on its own line", "several codes"],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_an_unused_ignore_is_removed(commented: str, left: str, ending: str) -> None:
    """Its line is removed as well if it contains nothing else."""
    before, after = (TRAPPED.replace(SHUT, text).replace("\n", ending).encode() for text in (commented, left))
    assert fixed(before) == after


def test_an_ignore_keeps_the_codes_in_use() -> None:
    """The reason stays, too."""
    comment = "# statewright: ignore[SW102, SW103,SW702] it stays open"
    before = TRAPPED.replace("open: {}", f"open: {{}}  {comment}")
    after = before.replace("SW102, SW103,SW702", "SW103")
    assert fixed(before.encode()).decode() == after


def test_an_invalid_ignore_is_not_removed() -> None:
    """The author has to decide which code was meant."""
    text = TRAPPED.replace(SHUT, f"{SHUT}  # statewright: ignore[SW999] as it came")
    assert [result.edit for result in results_of(text) if result.finding.code.id == "SW007"] == [None]


def test_a_removed_line_ends_where_the_next_begins() -> None:
    """Reports give regions as lines and columns."""
    [edit] = [result.edit for result in results_of(f"{UNUSED}\n{TRAPPED}") if result.edit is not None]
    assert (edit.position, edit.end) == (Position(1, 1), Position(2, 1))


def test_an_unused_ignore_on_the_last_line_is_removed() -> None:
    """The line does not need a line break at its end."""
    assert fixed(f"{TRAPPED}{UNUSED}".encode()).decode() == TRAPPED


def test_the_modeline_can_replace_an_unused_ignore() -> None:
    """Both edits start at the start of the file."""
    rest = FIXED + "# a long file\n" * 50
    content = f"{UNUSED.replace('ignore', 'ignore-file')}\n{rest}".encode()
    line = "# yaml-language-server: $schema=machine.schema.json\n"
    assert fixed(content, "machine.schema.json").decode() == line + rest


@given(st.lists(st.sampled_from(["on", "no", "1_000", "12:30", "2024-01-01", "x", '"on"', "7"]), min_size=1))
def test_quoting_keeps_the_data(tags: list[str]) -> None:
    """The file is parsed again and compared."""
    text = f"machine: m\ninitial: a\ntags: [{', '.join(tags)}]\nstates: {{a: {{final: true}}}}\n"
    assert fixed(text.encode())
