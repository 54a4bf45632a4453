"""Payloads: values are normalised, and reasons name the place but never the value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.language.cel.types import INT, STRING, Record, RecordField
from statewright.language.schema.payloads import Payload, PayloadError, record_type
from statewright.strict_json import read_json
from tests.language.documents import fields_of, payload_of

_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def _reason(payload: Payload, value: dict[str, Any]) -> str:
    with pytest.raises(PayloadError) as caught:
        payload.conform(value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("schema", "given", "declared"),
    [
        ("integer", 5.0, 5),
        ("integer", -0.0, 0),
        ("integer", 2**63 - 1, 2**63 - 1),
        ("number", 5, 5.0),
        ("number", -0.0, 0.0),
        ("number", 2**53, float(2**53)),
        ("{}", 5, 5),
        ("{}", 5.0, 5.0),
        ("{}", -0.0, 0.0),
        ("{type: [integer, number]}", 5.0, 5.0),
        ("{type: [integer, number]}", 5, 5),
        ("{type: [integer, string]}", 5.0, 5),
        ("{type: [number, 'null']}", None, None),
        ("{type: array, items: {type: number}}", [1, 2.5], [1.0, 2.5]),
        ("{type: array}", (1, 2.0), [1, 2.0]),
        ("{type: object, properties: {a: {type: integer}}}", {"a": 1.0}, {"a": 1}),
        ("{type: object, additionalProperties: {type: number}}", {"a": 1}, {"a": 1.0}),
    ],
)
def test_a_value_takes_its_declared_form(schema: str, given: Any, declared: Any) -> None:
    """Type and value follow the declaration, at any depth."""
    conformed = payload_of(f"data: {{x: {schema}}}").conform({"x": given})
    assert repr(conformed) == repr({"x": declared})


@pytest.mark.parametrize(
    ("schema", "literal", "declared"),
    [
        ("integer", "616581622363398142.0", 616581622363398142),
        ("integer", "-9007199254740993.000", -9007199254740993),
        ("integer", "12345678901234567800e-2", 123456789012345678),
        ("{type: [integer, 'null']}", "9007199254740993e0", 9007199254740993),
        ("{type: [integer, number]}", "9007199254740993.0", 9007199254740993),
        ("{}", "9007199254740993.0", 9007199254740993),
        ("{}", "1e18", 1e18),
        ("{}", "1.2345678901234568e+18", 1.2345678901234568e18),
        ("{}", "4503599627370497.5", 4503599627370498.0),
        ("number", "1.2345678901234568e+18", 1.2345678901234568e18),
        ("number", "1.0000000000000000001", 1.0),
        ("number", "5e-324", 5e-324),
    ],
)
def test_an_integer_written_with_a_fraction_is_exact(schema: str, literal: str, declared: Any) -> None:
    """Only a declared number is rounded to a double, as in IEEE 754."""
    conformed = payload_of(f"data: {{x: {schema}}}").conform({"x": read_json(literal)})
    assert repr(conformed) == repr({"x": declared})


@pytest.mark.parametrize("literal", ["4503599627370497.5", "1.0000000000000000001", "1e-400"])
def test_a_fraction_that_rounds_to_an_integer_is_not_one(literal: str) -> None:
    """The written number counts, not its double."""
    payload = payload_of("data: {x: integer}")
    assert _reason(payload, {"x": read_json(literal)}) == "x: must be an integer, not a number"


@pytest.mark.parametrize(
    ("schema", "value", "reason"),
    [
        ("integer", 5.5, "x: must be an integer, not a number"),
        ("integer", True, "x: must be an integer, not a boolean"),
        ("integer", 2**63, "x: must fit in 64 bits"),
        ("integer", 1e300, "x: must fit in 64 bits"),
        ("integer", "7", "x: must be an integer, not a string"),
        ("number", False, "x: must be a number, not a boolean"),
        ("number", 2**53 + 1, "x: must be between -2^53 and 2^53 to be exact as a number"),
        ("number", float("inf"), "x: must be a finite number"),
        ("integer", float("nan"), "x: must be a finite number"),
        ("{}", -(2**63) - 1, "x: must fit in 64 bits"),
        ("{}", b"bytes", "x: is not a JSON value"),
        ("{}", {1: 2}, "x: has a key that is not a string"),
        ("{type: string, pattern: ^a$}", "a\n", 'x: must match the pattern "^a$"'),
        ("string", None, "x: must be a string, not null"),
        ("{type: [string, 'null']}", 1, "x: must be a string or null, not an integer"),
        ("{type: array, items: {type: integer}}", [1, "2"], "x[1]: must be an integer, not a string"),
        ("{type: object, properties: {a: {}}}", {"b": 1}, 'x: unknown field; expected "a"'),
        ("{type: object, properties: {ab: {}}, required: [ab]}", {}, "x.ab: is missing"),
        ("{type: integer, minimum: 1}", 0, "x: must be at least 1"),
        ("{type: integer, maximum: 1}", 2, "x: must be at most 1"),
        ("{type: number, exclusiveMinimum: 1}", 1, "x: must be greater than 1"),
        ("{type: number, exclusiveMaximum: 1}", 1, "x: must be less than 1"),
        ("{type: integer, multipleOf: 5}", 7, "x: must be a multiple of 5"),
        ("{type: number, multipleOf: 0.01}", 19.999, "x: must be a multiple of 0.01"),
        ("{type: number, multipleOf: 0.01}", 1e-300, "x: must be a multiple of 0.01"),
        ("{type: number, multipleOf: 3}", 1e22, "x: must be a multiple of 3"),
        ("{type: string, minLength: 1}", "", "x: must have at least 1 character"),
        ("{type: string, maxLength: 1}", "ab", "x: must have at most 1 character"),
        ("{type: string, pattern: ^a$}", "b", 'x: must match the pattern "^a$"'),
        ("{type: array, minItems: 1}", [], "x: must have at least 1 item"),
        ("{type: array, maxItems: 1}", [1, 2], "x: must have at most 1 item"),
        ("{type: array, uniqueItems: true}", [1, 1], "x: must not repeat an item"),
        ("{enum: [a, 1]}", "b", 'x: must be one of "a", 1'),
        ("{const: a}", "b", 'x: must be "a"'),
        (
            "{type: array, items: {type: object, properties: {a: {minimum: 1, type: integer}}}}",
            [{"a": 0}],
            "x[0].a: must be",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused(schema: str, value: Any, reason: str) -> None:
    """The reason names the place and the expectation."""
    assert _reason(payload_of(f"data: {{x: {schema}}}"), {"x": value}).startswith(reason)


@pytest.mark.parametrize(
    ("factor", "value"),
    [(0.01, 19.99), (0.01, 0.07), (0.01, 4.35), (0.1, 0.3), (0.01, -5), (1e-300, 1e300), (2.5, 10), (3, 0)],
)
def test_a_multiple_is_one_as_it_is_written(factor: float, value: float) -> None:
    """In binary, many of these divisions leave a remainder."""
    payload = payload_of(f"data: {{x: {{type: [number, string], multipleOf: {factor}}}}}")
    assert payload.conform({"x": value}) == {"x": value}


@given(st.integers(-(10**9), 10**9))
def test_every_amount_in_cents_is_a_multiple_of_a_cent(cents: int) -> None:
    """Numbers with two decimals fit, and numbers with a third one do not."""
    payload = payload_of("data: {x: {type: number, multipleOf: 0.01}}")
    amount = float(f"{cents}e-2")
    assert payload.conform({"x": amount}) == {"x": amount}
    assert _reason(payload, {"x": float(f"{cents}5e-3")}) == "x: must be a multiple of 0.01"


def test_a_multiple_says_nothing_of_other_types() -> None:
    """`multipleOf` does not restrict values of other types, as in JSON Schema."""
    payload = payload_of("data: {x: {type: [number, string], multipleOf: 5}}")
    assert payload.conform({"x": "7"}) == {"x": "7"}


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    """A misspelt field would otherwise be lost silently."""
    payload = payload_of("data: {amount: integer}")
    assert _reason(payload, {"amuont": 1}) == 'unknown field "amuont"; did you mean "amount"?'


def test_a_missing_field_is_refused_unless_it_is_optional() -> None:
    """A missing field is rejected unless `optional` lists it."""
    payload = payload_of("data: {amount: integer, note: string}\noptional: [note]")
    assert payload.conform({"amount": 1}) == {"amount": 1}
    assert _reason(payload, {"note": "x"}) == "amount: is missing"


def test_defaults_of_optional_fields_are_filled_in_only_when_asked() -> None:
    """Events store the given fields; commands are completed before guards."""
    payload = payload_of("data: {a: {type: number, default: 1}, b: integer}\noptional: [a]")
    assert payload.conform({"b": 1}) == {"b": 1}
    assert repr(payload.conform({"b": 1}, fill_defaults=True)) == "{'a': 1.0, 'b': 1}"
    assert payload.conform({"a": 2, "b": 1}, fill_defaults=True) == {"a": 2.0, "b": 1}


def test_a_default_makes_no_field_optional() -> None:
    """A field with a default is required unless `optional` lists it."""
    assert _reason(payload_of("data: {a: {type: integer, default: 1}}"), {}) == "a: is missing"


@pytest.mark.parametrize(
    ("schema", "fits", "refused"),
    [
        ("{type: string, pattern: a}", "a" * 1000, "a" * 1001),
        ("{type: array, uniqueItems: true}", list(range(1000)), list(range(1001))),
    ],
)
def test_values_for_costly_keywords_are_bounded(schema: str, fits: Any, refused: Any) -> None:
    """A sender cannot make a check expensive."""
    payload = payload_of(f"data: {{x: {schema}}}")
    assert payload.conform({"x": fits}) == {"x": fits}
    assert " 1,000 " in _reason(payload, {"x": refused})


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([1, True], True),
        ([1, 1.0], False),
        ([{"a": 1, "b": [2]}, {"b": [2], "a": 1}], False),
        ([[1], [[1]]], True),
    ],
)
def test_items_are_compared_as_json_schema_says(items: list[Any], unique: bool) -> None:
    """Booleans are not numbers, and the order of keys does not matter."""
    payload = payload_of("data: {x: {type: array, uniqueItems: true}}")
    if unique:
        assert payload.conform({"x": items}) == {"x": items}
    else:
        assert _reason(payload, {"x": items}) == "x: must not repeat an item"


def test_a_value_nested_without_end_is_refused() -> None:
    """Validation stays within the interpreter's stack."""
    nested: list[Any] = []
    for _ in range(5_000):
        nested = [nested]
    assert _reason(Payload.open(), {"x": nested}) == "is nested deeper than 64 levels"


def test_an_open_payload_takes_any_object() -> None:
    """Numbers keep their notation and their limits."""
    assert repr(Payload.open().conform({"a": [1, 1.0, None], "b": {"c": -0.0}})) == (
        "{'a': [1, 1.0, None], 'b': {'c': 0.0}}"
    )
    assert _reason(Payload.open(), {"a": {"b": 2**63}}) == "a.*: must fit in 64 bits"


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from("abx"), _JSON, max_size=3))
def test_conforming_twice_changes_nothing(value: dict[str, Any]) -> None:
    """A normalised value stays the same; any other value raises PayloadError."""
    payload = payload_of(
        "data: {a: number, b: {type: array, items: {type: integer}}, x: {}}\noptional: [a, b, x]"
    )
    try:
        once = payload.conform(value)
    except PayloadError:
        return
    assert repr(payload.conform(once)) == repr(once)


@given(_JSON)
def test_a_reason_never_quotes_the_value(value: Any) -> None:
    """Reasons are logged, payloads must not be."""
    payload = payload_of("data: {x: {type: string, const: secret}}")
    reason = _reason(payload, {"x": ["leaked", value]}) + _reason(payload, {"x": "leaked"})
    assert "leaked" not in reason


def test_a_stored_payload_gets_todays_names_and_defaults() -> None:
    """Stored values are not validated again."""
    payload = payload_of("data: {amount: integer, note: {type: string, default: none}}\noptional: [note]")
    assert payload.upgrade({"sum": 5}, {"sum": "amount"}) == {"amount": 5, "note": "none"}


def test_a_payload_says_whether_upgrades_can_change_it() -> None:
    """Replay skips the upgrade of payloads that it cannot change."""
    plain = payload_of("data: {amount: {type: integer, default: 1}}")
    assert (plain.needs_upgrade({}), plain.needs_upgrade({"sum": "amount"})) == (False, True)
    assert payload_of("data: {a: {type: integer, default: 1}}\noptional: [a]").needs_upgrade({})


@pytest.mark.parametrize(
    ("schema", "stored", "read"),
    [
        ("number", 5, 5.0),
        ("number", True, True),
        ("number", 2**53 + 1, 2**53 + 1),
        ("{type: [number, 'null']}", None, None),
        ("{type: [integer, number]}", 5, 5),
        ("{type: array, items: {type: number}}", [1, 2.5], [1.0, 2.5]),
        ("{type: object, properties: {n: number, i: integer}}", {"n": 1, "i": 1}, {"n": 1.0, "i": 1}),
        ("{type: object, additionalProperties: {type: number}}", {"a": 1}, {"a": 1.0}),
        ("{type: array, items: {type: object, properties: {n: number}}}", [{"n": 1}], [{"n": 1.0}]),
    ],
)
def test_stored_numbers_are_read_in_their_declared_form(schema: str, stored: Any, read: Any) -> None:
    """Stored numbers are converted to the declared type if the conversion is exact."""
    upgraded = payload_of(f"data: {{x: {schema}}}").upgrade({"x": stored}, {})
    assert repr(upgraded["x"]) == repr(read)


def test_equal_declarations_make_equal_payloads() -> None:
    """Definitions are compared by value."""
    assert payload_of("data: {a: integer}") == payload_of('{"data": {"a": {"type": "integer"}}}')
    assert Payload.open() != payload_of("data: {}")


def test_the_fields_together_are_a_record() -> None:
    """An optional field must be narrowed before use unless it has a default."""
    fields, _ = fields_of(
        "data: {a: integer, b: string, c: {type: integer, default: 0}}\noptional: [b, c]", optional=True
    )
    assert record_type(fields) == Record(
        {"a": RecordField(INT), "b": RecordField(STRING, optional=True), "c": RecordField(INT)}
    )


@pytest.mark.parametrize(
    ("schema", "value", "path"),
    [
        ("{type: object, additionalProperties: {type: integer}}", {"ada@example.org": "x"}, "f.*: "),
        (
            "{type: object, additionalProperties: {type: integer, minimum: 5}}",
            {"ada@example.org": 1},
            "f.*: ",
        ),
        ("{type: object, properties: {sku: {type: integer, minimum: 5}}}", {"sku": 1}, "f.sku: "),
        ("{type: array, items: {type: object}}", [{"ada": {"b": 2**70}}], "f[0].*.*: "),
    ],
)
def test_a_path_shows_declared_names_only(schema: str, value: Any, path: str) -> None:
    """Keys of open mappings are the sender's data, and reasons are logged."""
    with pytest.raises(PayloadError) as caught:
        payload_of(f"data:\n  f: {schema}").conform({"f": value})
    assert str(caught.value).startswith(path)
