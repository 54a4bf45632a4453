"""YAML: scalars of the 1.2 core schema, and no features that make a file hard to read or to trust."""

from __future__ import annotations

from typing import Any

import pytest
import yaml as pyyaml

from statewright.errors import DefinitionError
from statewright.language.source.text import decode
from statewright.language.source.yaml_text import LOADER, parse_yaml
from tests.language.documents import refusal, yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[
            (text, text)
            for text in ("on", "off", "yes", "no", "y", "12:30", "2020-01-01", "1_000", "0b1", "tRue")
        ],
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        ("0o17", 15),
        ("0xfF", 255),
        ("017", 17),
        ("+12", 12),
        ("-9223372036854775808", -(2**63)),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-1.5E-1", -0.15),
        ("'1'", "1"),
        ('"null"', "null"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: Any) -> None:
    """Types and values are those of YAML 1.2, not those of PyYAML's 1.1."""
    read = yaml(f"a: {written}").value["a"]
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1", "1:4: anchors are not supported; remove &x [SW004]"),
        ("a: &x [1]", "1:4: anchors are not supported; remove &x [SW004]"),
        ("a: *x", "1:4: aliases are not supported; replace *x with its value [SW004]"),
        ("<<: {a: 1}", "1:1: merge keys are not supported; copy the entries here [SW004]"),
        ("a: !!int 1", '1:4: tags are not supported; remove "tag:yaml.org,2002:int" [SW004]'),
        ("a: !x [1]", '1:4: tags are not supported; remove "!x" [SW004]'),
        ("a: ! x", '1:4: tags are not supported; remove "!" [SW004]'),
        ("%YAML 1.1\n---\na: 1", "1:1: YAML directives are not supported; remove the % line [SW004]"),
        ("a: 1\n---\nb: 2", "2:1: a second document starts here; a file can contain only one [SW004]"),
        ("01: a", '1:1: a key must be a string; write "01" in quotes [SW001]'),
        ("1.0: a", '1:1: a key must be a string; write "1.0" in quotes [SW001]'),
        ("true: a", '1:1: a key must be a string; write "true" in quotes [SW001]'),
        ("? \n: a", "1:2: missing key before the colon [SW001]"),
        ("? [a]\n: b", "1:3: a key must be a string, not a list [SW001]"),
        ("a: .inf", '1:4: ".inf" is not a finite number [SW008]'),
        ("a: -.INF", '1:4: "-.INF" is not a finite number [SW008]'),
        ("a: .nan", '1:4: ".nan" is not a finite number [SW008]'),
        ("a: 1e999", '1:4: the number "1e999" is too large for a double [SW008]'),
        ("a: 9223372036854775808", '1:4: the integer "9223372036854775808" does not fit in 64 bits [SW008]'),
        ("a: 0x8000000000000000", '1:4: the integer "0x8000000000000000" does not fit in 64 bits [SW008]'),
    ],
)
def test_a_refused_feature_is_named_at_its_place(text: str, message: str) -> None:
    """The message says what to write instead."""
    assert refusal(text) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1", "2:1: a tab cannot indent YAML; use spaces [SW001]"),
        (
            "a: x ? 1 : 2",
            '1:10: not valid YAML: a ": " ends a plain value; put the whole value in quotes [SW001]',
        ),
        ("a:\n  b: 1\n c: 2", "3:2: not valid YAML: expected a key here; check the indentation [SW001]"),
        ("", "1:1: the file is empty [SW001]"),
        ("# only a comment", "1:1: the file is empty [SW001]"),
        ("a: \x07", "1:4: YAML does not allow the character U+0007; escape it in double quotes [SW001]"),
        ("a: x\u2028y", "1:5: YAML does not allow the character U+2028; escape it in double quotes [SW001]"),
    ],
)
def test_a_syntax_error_states_the_fix(text: str, message: str) -> None:
    """Common mistakes have messages of their own."""
    assert refusal(text) == [message]


def test_both_places_of_a_repeated_key_are_reported() -> None:
    """Every repetition is found at any depth, and names the first use."""
    assert refusal("a: 1\na: 2\nb: {c: 1, 'c': 2}") == [
        '2:1: duplicate key "a"; first used at line 1, column 1 [SW002]',
        '3:11: duplicate key "c"; first used at line 3, column 5 [SW002]',
    ]


def test_one_reading_finds_several_faults() -> None:
    """Authors see all of them at once."""
    codes = [line.rsplit(" ", 1)[1] for line in refusal("1.5: a\nb: &x .nan\nb: *x\n")]
    assert codes == ["[SW001]", "[SW004]", "[SW008]", "[SW002]", "[SW004]"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1",
        "a: !!int 1",
        "a: ! 1",
        "<<: {b: 2}\na: 1",
        "%YAML 1.1\n---\na: 1",
        "a: 1\n---\nb: 2",
        "a: 0\na: 1",
    ],
)
def test_a_refused_feature_does_not_hide_other_findings(text: str) -> None:
    """Other mistakes in the file are reported too."""
    document = yaml(text)
    assert (document.value, len(document.findings)) == ({"a": 1}, 1)


def test_a_number_for_a_key_is_its_text() -> None:
    """A number used as a key becomes its text; numbers with several notations must be quoted."""
    document = yaml("{1: a, 1.0: b}")
    assert (document.value, len(document.findings)) == ({"1": "a", "1.0": "b"}, 1)


@pytest.mark.parametrize("text", ["a: *x", "a: .nan", "a: 1e999", "a: 9223372036854775808", "? [a]\n: b"])
def test_a_lost_value_ends_the_reading(text: str) -> None:
    """Later checks would report mistakes that the author did not make."""
    with pytest.raises(DefinitionError):
        yaml(text)


@pytest.mark.parametrize("text", ["\x01" * 300, "a: 1\n" * 300])
def test_a_reading_gives_at_most_200_findings(text: str) -> None:
    """A file with more findings reports the first 200."""
    assert len(refusal(text)) == 200


def test_a_directive_for_this_version_is_fine() -> None:
    """A directive for YAML 1.2 has no effect."""
    assert yaml("%YAML 1.2\n---\na: on\n").value == {"a": "on"}


@pytest.mark.parametrize(("levels", "fits"), [(63, True), (64, False)])
def test_the_depth_limit_is_exact(levels: int, fits: bool) -> None:
    """64 levels, including the top mapping, are accepted, and no more."""
    text = f"a: {'[' * levels}{']' * levels}"
    if fits:
        assert len(yaml(text).values_at) == levels + 1
    else:
        assert refusal(text) == ["1:67: nested deeper than 64 levels [SW008]"]


def test_the_node_limit_is_exact() -> None:
    """20,000 values and keys are accepted: here the mapping, its key, the list and its items."""
    items = ["1"] * 19_997
    assert len(yaml(f"a: [{','.join(items)}]").value["a"]) == 19_997
    assert refusal(f"a: [{','.join([*items, '1'])}]")[0].endswith("more than 20,000 values and keys [SW008]")


@pytest.mark.parametrize(
    "text", ["a: [1, 'x', \"\\u00e4\", on]\nb:\n- {c: ~}\n- |\n  d\n", "ä: 1\nb: >-\n  x\n  y\n"]
)
def test_both_parsers_of_pyyaml_read_the_same(text: str) -> None:
    """PyYAML without libyaml gives the same values and positions."""
    source = decode(text.encode(), "m.yaml")
    assert parse_yaml(source, loader=LOADER) == parse_yaml(source, loader=pyyaml.SafeLoader)


@pytest.mark.parametrize("text", ['a: "\\U0011FFFF"', 'a: "\\ud800"', "a: [1", "a: 'x", "a: b: c", "\ta: 1"])
def test_the_pure_parser_refuses_with_findings_too(text: str) -> None:
    """Its plain ValueError for an escape beyond Unicode becomes a finding."""
    with pytest.raises(DefinitionError):
        parse_yaml(decode(text.encode(), "m.yaml"), loader=pyyaml.SafeLoader)
