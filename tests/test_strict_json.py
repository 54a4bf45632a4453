"""The strict JSON reader rejects invalid text with its position and never crashes."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.strict_json import DEPTH_MAX, Malformed, double, printable, read_json, whole

FITTING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('abc[{"\\é', max_size=3), inner),
    max_leaves=20,
)


@given(FITTING)
def test_valid_json_is_read_as_python_reads_it(value: object) -> None:
    """The strict reader gives the same values as Python's json module."""
    assert read_json(json.dumps(value)) == json.loads(json.dumps(value))


DIGITS = st.text("0123456789", min_size=1, max_size=25)
LITERALS = st.one_of(
    st.builds("{}{}.{}".format, st.sampled_from(["", "-"]), DIGITS, DIGITS),
    st.builds("{}{}e{}".format, st.sampled_from(["", "-"]), DIGITS, st.integers(-30, 30)),
    st.builds("{}.{}E+{}".format, DIGITS, DIGITS, st.integers(0, 300)),
    st.builds("{}.{}".format, st.integers(2**52, 2**63), st.sampled_from(["0", "00", "5", "000000001"])),
)


@given(LITERALS)
def test_a_literal_denotes_the_integer_that_decimal_reads(text: str) -> None:
    """A literal is read as an integer exactly if its decimal value is a 64-bit integer."""
    denoted, value = Decimal(text), double(text)
    fits = denoted == denoted.to_integral_value() and -(2**63) <= denoted < 2**63
    assert value is None or (whole(value), float(value)) == (int(denoted) if fits else None, float(text))


@pytest.mark.parametrize(
    ("text", "integer"),
    [
        ("0e99999999999999999999", 0),
        ("1e-99999999999999999999", None),
        (f"1{'0' * 100_000}e-100000", 1),
        (f"0.{'0' * 100_000}7e+000100001", 7),
        (f"{'1' * 100_000}e-100000", None),
        ("5e-324", None),
        ("4e-400", None),
        ("-0.0", 0),
        ("-9223372036854775808.0", -(2**63)),
        ("9223372036854775808.0", None),
    ],
)
def test_a_long_literal_is_read_exactly_too(text: str, integer: int | None) -> None:
    """Literals with huge numbers of digits or exponents are read exactly."""
    assert whole(double(text)) == integer


@given(st.text(st.sampled_from('[]{}",:\\u0d8 1eE-+.nNaIty'), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text gives a value or raises Malformed."""
    with suppress(Malformed):
        assert read_json(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "body: is not valid JSON at character 0"),
        ('{"a": NaN}', "a: NaN and Infinity are not JSON"),
        ('{"a": {"b": [0, -Infinity]}}', "a.b[1]: NaN and Infinity are not JSON"),
        ('{"a": 1e400}', "a: is a number too large for a double"),
        ('{"a": 9223372036854775808}', "a: is an integer that does not fit in 64 bits"),
        ('{"a": %s}' % ("9" * 5000), "a: is an integer that does not fit in 64 bits"),
        ('{"a": {"b": 1, "b": 2}}', 'a: key "b" appears twice'),
        ('{"a": "\\ud800"}', "a: contains half of a surrogate pair"),
        ('{"\\udfff": 1}', "\\udfff: contains half of a surrogate pair"),
        ('{"": 1e400}', '"": is a number too large for a double'),
        ('{"a": {"": 1e400}}', 'a."": is a number too large for a double'),
        ('{"a\\n\\u007f": 1e400}', "a\\n\\x7f: is a number too large for a double"),
        ("[" * 40_000, "body: nested deeper than 64 levels"),
        ('{"a":' * 40_000, "body: nested deeper than 64 levels"),
    ],
)
def test_a_refusal_names_the_place(text: str, reason: str) -> None:
    """Every kind of problem is reported with its path."""
    with pytest.raises(Malformed) as caught:
        read_json(text)
    assert str(caught.value).startswith(reason)


def test_brackets_in_strings_are_not_depth() -> None:
    """Brackets inside strings do not count towards the depth limit."""
    text = json.dumps({"note": "[" * 1000 + '"' + "{" * 1000})
    assert read_json(text) == json.loads(text)


def test_the_depth_limit_is_exact() -> None:
    """The deepest allowed nesting passes, one more level does not."""
    assert read_json("[" * DEPTH_MAX + "]" * DEPTH_MAX)
    with pytest.raises(Malformed, match="nested deeper"):
        read_json("[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1))


def test_depth_is_counted_in_linear_time_on_unclosed_strings() -> None:
    """A quarter of a megabyte of quotes and brackets is rejected without delay."""
    with pytest.raises(Malformed):
        read_json('[{"\\"' * 50_000)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": {"b": [{"a": NaN}]}}', "a.*[0].a: NaN and Infinity are not JSON"),
        ('{"a": {"b": 1, "b": 2}}', "a: repeats a key"),
        ('{"a": 1, "a": 2}', 'body: key "a" appears twice'),
    ],
)
def test_only_quotable_keys_are_quoted(text: str, reason: str) -> None:
    """Reasons show `*` instead of keys that may not be quoted."""
    with pytest.raises(Malformed) as caught:
        read_json(text, quotable={"a"})
    assert str(caught.value) == reason


@given(st.text())
def test_a_name_in_a_reason_is_printable_ascii(name: str) -> None:
    """Names are escaped to printable ASCII, so they cannot forge log lines."""
    assert all(" " <= character <= "~" for character in printable(name))
