"""JSON: problems that the standard parser accepts are reported with positions."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Position
from tests.language.documents import json, refusal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": NaN}', "1:7: NaN is not a JSON number [SW001]"),
        ('{"a": -Infinity}', "1:7: -Infinity is not a JSON number [SW001]"),
        ('{"a": -1e999}', '1:7: the number "-1e999" is too large for a double [SW008]'),
        (
            '{"a": -9223372036854775809}',
            '1:7: the integer "-9223372036854775809" does not fit in 64 bits [SW008]',
        ),
        ('{"a": "\\ud800"}', "1:7: the escape is half of a surrogate pair [SW001]"),
        ('{"\\udc00": 1}', "1:2: the escape is half of a surrogate pair [SW001]"),
        ('{"a": 1}}', "1:9: not valid JSON: extra data [SW001]"),
        ('{"a": 01}', "1:8: not valid JSON: expecting ',' delimiter [SW001]"),
        ('{"a": "\n"}', "1:8: not valid JSON: invalid control character [SW001]"),
        ("", "1:1: not valid JSON: expecting value [SW001]"),
    ],
)
def test_a_fault_is_reported_at_its_position(text: str, message: str) -> None:
    """Each fault gives one finding at its position."""
    assert refusal(text, "m.json") == [message]


def test_every_repeated_key_is_found() -> None:
    """The standard parser would silently keep the last one."""
    assert refusal('{"a": {"b": 1, "b": 2},\n "a": 3}', "m.json") == [
        '1:16: duplicate key "b"; first used at line 1, column 8 [SW002]',
        '2:2: duplicate key "a"; first used at line 1, column 2 [SW002]',
    ]


def test_keys_are_compared_after_unescaping() -> None:
    """Different escapes do not make different keys."""
    assert refusal('{"a": 1, "\\u0061": 2}', "m.json") == [
        '1:10: duplicate key "a"; first used at line 1, column 2 [SW002]'
    ]


def test_a_pair_of_surrogates_is_one_character() -> None:
    """This is how JSON encodes characters beyond the first 65,536."""
    assert json('{"a": "\\ud83d\\ude00"}').value == {"a": "😀"}


def test_positions_count_characters_and_lines() -> None:
    """Every key and value has its own position, including nested ones."""
    document = json('{\n  "ä": [1,\n    {"b": "]"}]\n}')
    assert document.position(("ä", 1, "b")) == Position(3, 11)
    assert document.key_position(("ä", 1, "b")) == Position(3, 6)
    assert document.position(("ä", 0)) == Position(2, 9)


@pytest.mark.parametrize(("levels", "fits"), [(63, True), (64, False)])
def test_the_depth_limit_is_exact(levels: int, fits: bool) -> None:
    """64 levels, including the top object, are accepted; brackets inside strings do not count."""
    text = f'{{"a": {"[" * levels}"[[["{"]" * levels}}}'
    if fits:
        assert len(json(text).values_at) == levels + 2
    else:
        assert refusal(text, "m.json") == ["1:70: nested deeper than 64 levels [SW008]"]


def test_the_node_limit_is_that_of_yaml() -> None:
    """20,000 values and keys are accepted: here the object, its key, the list and its items."""
    items = ["1"] * 19_997
    assert len(json(f'{{"a": [{",".join(items)}]}}').value["a"]) == 19_997
    assert refusal(f'{{"a": [{",".join([*items, "1"])}]}}', "m.json")[0].endswith(
        "more than 20,000 values and keys [SW008]"
    )


def test_the_file_name_decides_in_any_case() -> None:
    """A `.JSON` file is not read as YAML, in which NaN would be a string."""
    assert refusal('{"a": NaN}', "M.JSON") == ["1:7: NaN is not a JSON number [SW001]"]
