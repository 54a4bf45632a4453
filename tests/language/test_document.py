"""Documents: both syntaxes give the same data and positions."""

from __future__ import annotations

import json as standard_json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from statewright.diagnostics import Code, Position
from statewright.errors import DefinitionError
from statewright.language.source.document import load_document
from tests.language.documents import json, refusal, yaml

_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.slow
@given(st.dictionaries(_TEXT, _VALUES, max_size=5), st.sampled_from([None, 1, 3]))
def test_json_text_is_the_same_document_in_both_syntaxes(value: dict[str, Any], indent: int | None) -> None:
    """JSON is also YAML, so values and positions agree."""
    text = standard_json.dumps(value, ensure_ascii=False, indent=indent)
    as_json, as_yaml = json(text), yaml(text)
    assert as_json.value == as_yaml.value == value
    assert standard_json.dumps(as_json.value) == standard_json.dumps(as_yaml.value)
    assert (as_json.values_at, as_json.keys_at) == (as_yaml.values_at, as_yaml.keys_at)


def test_block_yaml_and_json_give_equal_values() -> None:
    """The data does not depend on the syntax."""
    block = "a:\n  - 1\n  - b: two\n    c:\nd: 1.5\ne: yes\nf: null\ng: True\n"
    flow = '{"a": [1, {"b": "two", "c": null}], "d": 1.5, "e": "yes", "f": null, "g": true}'
    assert yaml(block).value == json(flow).value


_PUNCTUATION = st.text("ab:{}[],-?!&*|>'\"\\#%@~<. \n\t01eEx_+", max_size=40).map(str.encode)


@given(st.binary(max_size=60) | _PUNCTUATION, st.sampled_from(["m.yaml", "m.json"]))
def test_only_definition_errors_come_out_of_any_bytes(content: bytes, file: str) -> None:
    """Any file is either a mapping or is reported with findings."""
    try:
        value: object = load_document(content, file).value
    except DefinitionError as error:
        value = {finding.message: finding for finding in error.findings}
        event("refused")
    assert isinstance(value, dict)


def test_a_value_and_its_key_have_their_own_positions() -> None:
    """A finding can point at either."""
    document = yaml("states:\n  draft: {final: true}\n")
    assert document.position(("states", "draft", "final")) == Position(2, 18)
    assert document.key_position(("states", "draft", "final")) == Position(2, 11)


def test_an_unknown_path_has_the_position_of_its_nearest_known_parent() -> None:
    """Missing keys are reported at the mapping that lacks them."""
    document = yaml("states:\n  draft: {}\n")
    assert document.position(("states", "draft", "accepts", "Pay")) == Position(2, 10)
    assert document.key_position(("states", "draft", "accepts")) == Position(2, 3)
    assert document.key_position(()) == Position(1, 1)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("guard: data.paid > 1", 17),
        ("guard: 'data.paid > 1'", 18),
        ('guard: "data.paid > 1"', 18),
        ("guard: >\n  data.paid > 1", 8),
        ('guard: "data\\x2Epaid > 1"', 8),
        ("guard: data.paid\n  > 1", 17),
    ],
)
def test_an_offset_becomes_a_column_where_the_file_shows_the_text(text: str, column: int) -> None:
    """Plain and quoted texts are exact; folded and escaped ones point at their start."""
    assert yaml(text).finding(Code.SHAPE, ("guard",), "wrong", offset=9).position == Position(1, column)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a:\n  guard: |\n    x >\n      1 + y\n", 0, (3, 5)),
        ("a:\n  guard: |\n    x >\n      1 + y\n", 6, (4, 7)),
        ("a:\n  guard: |\n    x >\n      1 + y\n  b: 1\n", 99, (4, 12)),
        ("a:\n  guard: |2- # why\n\n      x\r\n    y\n", 5, (5, 5)),
        ("a:\n  guard: |+\n    x\n\n\n", 3, (3, 6)),
        ("a:\n  guard: |\n", 0, (2, 10)),
        ("a:\n  guard: |\n  \n", 0, (2, 10)),
        ("a:\n  guard: >\n    x >\n    1 + y\n", 6, (2, 10)),
        ("a:\n  guard: '|| x'\n", 3, (2, 14)),
    ],
)
def test_an_offset_in_a_literal_block_becomes_a_line_and_a_column(
    text: str, offset: int, place: tuple[int, int]
) -> None:
    """The end of the text is that of its last word; a folded block points at its start."""
    position = yaml(text).finding(Code.SHAPE, ("a", "guard"), "wrong", offset=offset).position
    assert position == Position(*place)


@given(st.lists(st.text("ab|+ \tä", max_size=6), max_size=5))
def test_every_character_of_a_literal_block_is_found_again(lines: list[str]) -> None:
    """The position of an offset contains the character that the value has there."""
    document = yaml("a: |\n" + "".join(f"   {line}\n" for line in ["x", *lines]))
    value = document.value["a"]
    for offset, character in enumerate(value.rstrip()):
        position = document.finding(Code.SHAPE, ("a",), "wrong", offset=offset).position
        assert document.lines[position.line - 1][position.column - 1 :][:1] == character.strip("\n")


@pytest.mark.parametrize(
    ("file", "text"),
    [("m.yaml", "a: {b: 1, b: 2}\nc: 3"), ("m.json", '{"a": {"b": 1, "b": 2},\n "c": 3}')],
)
def test_a_repeated_key_does_not_stop_the_reading(file: str, text: str) -> None:
    """The last value counts, so that all other checks can run."""
    document = load_document(text.encode(), file)
    assert document.value == {"a": {"b": 2}, "c": 3}
    assert [finding.code for finding in document.findings] == [Code.DUPLICATE_KEY]


def test_findings_do_not_affect_equality_of_documents() -> None:
    """Documents are equal if their data and positions are."""
    document = yaml("a: {b: 1, b: 2}")
    assert document == replace(document, findings=())


def test_a_finding_shows_its_line() -> None:
    """The caret needs the text of the line."""
    finding = yaml("a: 1\nb: 2\n").finding(Code.SHAPE, ("b",), "wrong", key=True)
    assert finding.render() == "m.yaml:2:1: wrong [SW005]\n  | b: 2\n  | ^"


def test_a_very_long_line_is_not_shown() -> None:
    """The caret would be hard to find in a line of kilobytes."""
    assert yaml(f"a: {'x' * 1000}").finding(Code.SHAPE, ("a",), "wrong").source_line == ""


def test_a_byte_order_mark_shifts_no_column() -> None:
    """Some editors write one; it is not part of the text."""
    document = load_document(b"\xef\xbb\xbfa: 1", "m.yaml")
    assert (document.value, document.key_position(("a",))) == ({"a": 1}, Position(1, 1))


def test_line_ends_of_windows_count_once() -> None:
    """A carriage return before a line feed does not start another line."""
    assert yaml("a: 1\r\nb: 2\r\n").position(("b",)) == Position(2, 4)


def test_a_byte_that_is_not_utf8_is_reported_at_its_position() -> None:
    """Columns before it count characters, not bytes."""
    assert refusal(b"a: 1\n\xc3\xa4: \xff") == ["2:4: byte 0xff is not valid UTF-8 [SW001]"]


@pytest.mark.parametrize(("text", "found"), [("- 1", "a list"), ("3", "3"), ('"x"', '"x"'), ("~", "null")])
def test_the_top_must_be_a_mapping(text: str, found: str) -> None:
    """A document whose top level is not a mapping is rejected."""
    assert refusal(text) == [f"1:1: expected a mapping at the top of the file, found {found} [SW005]"]
