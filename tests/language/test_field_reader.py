"""Declared fields: one canonical schema for all notations, and exact positions of contradictions."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.errors import DefinitionError
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    NULL,
    STRING,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Type,
)
from statewright.language.schema.payloads import MISSING
from statewright.language.schema.reader import FieldReader
from tests.language.documents import fields_of, json, yaml


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("integer", INT),
        ("number", DOUBLE),
        ("string", STRING),
        ("boolean", BOOL),
        ("'null'", NULL),
        ("array", DYN),
        ("object", DYN),
        ("{}", DYN),
        ("{type: [integer]}", INT),
        ("{type: ['null', integer]}", Nullable(INT)),
        ("{type: [integer, string]}", DYN),
        ("{type: [integer, string, 'null']}", DYN),
        ("{type: [object, 'null']}", DYN),
        ("{type: array, items: {type: number}}", ListOf(DOUBLE)),
        ("{type: [array, 'null'], items: {type: string}}", Nullable(ListOf(STRING))),
        ("{type: object, additionalProperties: {type: integer}}", MapOf(STRING, INT)),
        ("{type: object, additionalProperties: true}", DYN),
        ("{type: object, additionalProperties: false}", Record({})),
        ("{type: object, properties: {a: {type: integer}}, additionalProperties: true}", DYN),
        (
            "{type: object, properties: {a: {type: integer}, b: {}}, required: [a]}",
            Record({"a": RecordField(INT), "b": RecordField(DYN, optional=True)}),
        ),
    ],
)
def test_a_schema_has_a_type(schema: str, expected: Type) -> None:
    """Schemas with an open structure are dynamically typed."""
    fields, findings = fields_of(f"data: {{x: {schema}}}")
    assert (fields["x"].type, findings) == (expected, [])


def test_yaml_and_json_give_equal_fields() -> None:
    """Order, shorthands and syntax make no difference."""
    as_yaml = yaml("data:\n  a: {maximum: 9, type: [integer, 'null'], default: 5.0}\n  b: string\n")
    as_json = json(
        '{"data": {"a": {"default": 5, "type": ["null", "integer"], "maximum": 9}, "b": {"type": "string"}}}'
    )
    of_yaml, of_json = (FieldReader(document).read_fields(("data",)) for document in (as_yaml, as_json))
    assert of_yaml == of_json
    assert repr(of_yaml) == repr(of_json)


def test_references_are_written_out() -> None:
    """References are expanded, also inside types; keywords next to one apply to the field."""
    fields, findings = fields_of(
        "types:\n"
        "  Money: {type: object, properties: {cents: {$ref: '#/types/Cents'}}, description: An amount.}\n"
        "  Cents: {type: integer, minimum: 0}\n"
        "data: {price: {$ref: '#/types/Money', default: {cents: 5.0}, x-unit: EUR}}\n"
    )
    assert findings == []
    assert fields["price"].description == "An amount."
    assert fields["price"].schema == {
        "type": "object",
        "properties": {"cents": {"type": "integer", "minimum": 0}},
        "additionalProperties": False,
        "description": "An amount.",
        "default": {"cents": 5},
        "x-unit": "EUR",
    }


@pytest.mark.parametrize(
    ("schema", "default", "declared"),
    [
        ("{type: number, default: 1}", 1, 1.0),
        ("{type: integer, default: 1.0}", 1.0, 1),
        ("{type: ['null', string], default: null}", None, None),
        ("{type: array, items: {type: number}, default: [1]}", [1], [1.0]),
    ],
)
def test_a_default_takes_its_declared_form(schema: str, default: Any, declared: Any) -> None:
    """The value used in replay does not depend on the notation."""
    field = fields_of(f"data: {{x: {schema}}}")[0]["x"]
    assert field.has_default
    assert repr(field.default) == repr(field.schema["default"]) == repr(declared)


def test_a_published_default_stays_the_double_that_it_was() -> None:
    """Earlier versions used the rounded double as the integer, and replay depends on it."""
    document = yaml("data: {x: {type: integer, default: 616581622363398142.0}}")
    field = FieldReader(document, published=True).read_fields(("data",))["x"]
    assert field.default == 616581622363398144


def test_no_default_is_not_a_default_of_null() -> None:
    """A field without a default has the default MISSING, which differs from null."""
    field = fields_of("data: {x: integer}")[0]["x"]
    assert (field.has_default, field.default) == (False, MISSING)


@pytest.mark.parametrize(
    ("schema", "finding"),
    [
        (
            "{$ref: '#/types/Monye'}",
            '3:18: unknown type "Monye"; did you mean "Money"? [SW401]',
        ),
        (
            "{type: string, minimum: 1}",
            '3:35: `minimum` needs `type` "integer" or "number", found "string" [SW401]',
        ),
        ("{minLength: 1}", '3:23: `minLength` needs `type` "string" [SW401]'),
        ("{type: string, pattern: '(?=a)'}", '3:35: look-around "(?=" cannot be matched in linear time'),
        (
            "{type: string, pattern: '['}",
            "3:35: invalid regular expression: missing ]: [ [SW401]",
        ),
        (
            "{type: integer, minimum: 2, maximum: 1}",
            "3:36: no value satisfies both `minimum` 2 and `maximum` 1 [SW401]",
        ),
        (
            "{type: number, exclusiveMinimum: 1, maximum: 1}",
            "3:44: no value satisfies both `exclusiveMinimum` 1 and `maximum` 1 [SW401]",
        ),
        (
            "{type: string, minLength: 2, maxLength: 1}",
            "3:37: no value satisfies both `minLength` 2 and `maxLength` 1",
        ),
        (
            "{type: integer, enum: [1, two]}",
            '3:37: "two" is not allowed here: must be an integer, not a string',
        ),
        (
            "{type: integer, const: 1.5}",
            "3:34: 1.5 is not allowed here: must be an integer, not a number",
        ),
        (
            "{type: integer, minimum: 4503599627370497.5}",
            "3:36: 4503599627370498.0 would be rounded; write an integer without a fraction",
        ),
        (
            "{default: 9007199254740993.0}",
            "3:21: 9007199254740992.0 would be rounded; write an integer without a fraction",
        ),
        (
            "{type: array, items: {enum: [9007199254740993.0], type: integer}}",
            "3:40: 9007199254740992.0 is not allowed here: must be an integer, not a number",
        ),
        (
            "{type: object, properties: {a: {}}, required: [b]}",
            '3:57: "b" is required but not declared in `properties`',
        ),
        ("{type: array, items: {type: string, minimum: 1}}", "3:56: `minimum` needs `type`"),
        (
            "{type: integer, default: x}",
            "3:36: the default does not fit the field's schema: must be an integer, not",
        ),
        (
            "{type: integer, minimum: 1, default: 0}",
            "3:48: the default does not fit the field's schema: must be at least 1",
        ),
    ],
)
def test_a_contradiction_is_found_at_its_place(schema: str, finding: str) -> None:
    """The finding points at the offending keyword."""
    _, findings = fields_of(f"types:\n  Money: integer\ndata: {{x: {schema}}}")
    assert [found[: len(finding)] for found in findings] == [finding]


@pytest.mark.parametrize(
    "schema",
    ["{type: string, maxLength: 5.0}", "{type: array, maxItems: 2.0}", "{type: string, minLength: 1e1}"],
)
def test_an_integral_count_is_an_integer(schema: str) -> None:
    """JSON Schema accepts 5.0 as an integer, so it must not be ignored."""
    fields, findings = fields_of(f"data: {{x: {schema}}}")
    (count,) = (value for keyword, value in fields["x"].schema.items() if keyword != "type")
    assert (type(count), findings) == (int, [])


def test_the_default_of_a_misspelt_type_is_not_tried() -> None:
    """The shape check reports a bare null and an unknown name; further findings must be true."""
    fields, findings = fields_of(
        "data: {a: {type: [string, null], default: null}, b: {type: [strnig, 'null'], default: x}}"
    )
    assert findings == []
    assert fields["a"].type == Nullable(STRING)


def test_data_needs_defaults() -> None:
    """A new aggregate has a value for every field."""
    _, findings = fields_of("data:\n  x: integer\n  y: {type: integer, default: 0}\n", defaults_needed=True)
    assert findings == ['2:3: data field "x" needs a `default`: its value in a new aggregate [SW402]']


def test_optional_names_a_declared_field() -> None:
    """A misspelt name would leave the field required."""
    fields, findings = fields_of(
        "data: {amount: integer, note: string}\noptional: [note, amuont]", optional=True
    )
    assert (fields["amount"].optional, fields["note"].optional) == (False, True)
    assert findings == [
        '2:18: `optional` lists "amuont", which is not a field; did you mean "amount"? [SW209]'
    ]


def test_circular_types_are_refused() -> None:
    """Circular types are rejected, because they cannot be expanded."""
    reader = FieldReader(
        yaml("types:\n  A: {type: array, items: {$ref: '#/types/B'}}\n  B: {$ref: '#/types/A'}\n")
    )
    reader.read_types()
    assert [finding.message for finding in reader.findings] == [
        "circular reference between types: A -> B -> A",
        "circular reference between types: B -> A -> B",
    ]


def test_a_type_that_is_used_twice_repeats_no_finding() -> None:
    """A fault is reported once, however many fields refer to the type."""
    _, findings = fields_of(
        "types: {T: {minLength: 1}}\ndata: {a: {$ref: '#/types/T'}, b: {$ref: '#/types/T'}}"
    )
    assert findings == ['1:24: `minLength` needs `type` "string" [SW401]']


def test_a_default_is_not_tried_on_a_faulty_type() -> None:
    """A default is not checked against a faulty type, even one already reported for another field."""
    _, findings = fields_of(
        "types: {T: {type: string, pattern: '('}}\n"
        "data: {a: {$ref: '#/types/T', default: x}, b: {$ref: '#/types/T', default: x}}"
    )
    assert [finding.partition(": ")[2] for finding in findings] == [
        "invalid regular expression: missing ): ( [SW401]"
    ]


@pytest.mark.slow
def test_references_that_multiply_are_bounded() -> None:
    """Repeated doubling gives thousands of schemas in a few lines."""
    doublings = "".join(
        f"  T{n}: {{type: object, properties: {{a: {{$ref: &}}, b: {{$ref: &}}}}}}\n".replace(
            "&", f"'#/types/T{n + 1}'"
        )
        for n in range(14)
    )
    with pytest.raises(DefinitionError, match="more than 20,000 schemas"):
        FieldReader(yaml(f"types:\n{doublings}  T14: string\n")).read_types()


def test_references_that_nest_are_bounded() -> None:
    """A chain of types could otherwise nest without limit."""
    chain = "".join(f"  T{n}: {{$ref: '#/types/T{n + 1}'}}\n" for n in range(40))
    with pytest.raises(DefinitionError, match="nested deeper than 32 levels"):
        FieldReader(yaml(f"types:\n{chain}  T40: string\n")).read_types()


@pytest.mark.parametrize(
    "written", ["3", "[a]", "{x: 3}", "{x: {type: strnig}}", "{x: {items: 3, required: [3]}}"]
)
def test_parts_of_the_wrong_shape_are_skipped(written: str) -> None:
    """Each fault is reported once."""
    _, findings = fields_of(f"types: 3\ndata: {written}\noptional: {{a: 1}}", optional=True)
    assert all("needs `type`" in finding for finding in findings)
