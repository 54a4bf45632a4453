"""The type checker infers types, reports faults and narrows types by conditions."""

from __future__ import annotations

import pytest

from statewright.errors import ExpressionError
from statewright.language.cel import compile_expression
from statewright.language.cel.fitting import Fit, fits
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Type,
)

ADDRESS = Record({"city": RecordField(STRING)})
DATA = Record(
    {
        "paid": RecordField(INT),
        "rate": RecordField(DOUBLE),
        "name": RecordField(STRING),
        "note": RecordField(Nullable(STRING)),
        "address": RecordField(Nullable(ADDRESS)),
        "limit": RecordField(INT, optional=True),
        "coupon": RecordField(Nullable(INT), optional=True),
        "items": RecordField(ListOf(Record({"price": RecordField(INT)}))),
        "notes": RecordField(ListOf(Nullable(STRING))),
        "lines": RecordField(ListOf(Record({"text": RecordField(STRING, optional=True)}))),
        "stock": RecordField(MapOf(STRING, INT)),
        "any": RecordField(DYN),
    }
)
MAYBE_INT = RecordField(INT, optional=True)
NAMES: dict[str, Type] = {"data": DATA, "now": TIMESTAMP, "state": STRING}


def type_of(source: str) -> Type:
    return compile_expression(source, NAMES).result


def faults_of(source: str, expect: Type | None = None) -> list[tuple[int, str]]:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, NAMES, expect=expect)
    assert {fault.kind for fault in caught.value.faults} == {"type"}
    return [(fault.offset, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("data.paid + 1", INT),
        ("data.rate * 2.0", DOUBLE),
        ("now - now > duration('1h')", BOOL),
        ("now + duration('1h')", TIMESTAMP),
        ("now.getHours('+01:00') + size(state)", INT),
        ("data.any + 1", INT),
        ("data.any + data.any", DYN),
        ("data.any.deep[0]", DYN),
        ("data.items.map(i, i.price)", ListOf(INT)),
        ("data.items.filter(i, i.price > 0)", ListOf(Record({"price": RecordField(INT)}))),
        ("data.notes.filter(n, n != null)", ListOf(STRING)),
        ("data.stock.map(key, key + '!')", ListOf(STRING)),
        ("[1, 2] + [3]", ListOf(INT)),
        ("[1, 'a']", ListOf(DYN)),
        ("[1, null]", ListOf(Nullable(INT))),
        ("{'a': 1, 'b': 2.0}", Record({"a": RecordField(INT), "b": RecordField(DOUBLE)})),
        ("{'a': 1, state: 2}", MapOf(STRING, INT)),
        ("{'a': 1}.a + {'b': 2}['b']", INT),
        ("[{'a': 1}, {'b': 'x'}]", ListOf(Record({"a": MAYBE_INT, "b": RecordField(STRING, optional=True)}))),
        ("true ? {'a': 1} : {}", Record({"a": MAYBE_INT})),
        ("data.items + [{'price': 2}]", ListOf(Record({"price": RecordField(INT)}))),
        ("data.items.map(i, {'p': i.price})[0].p", INT),
        ("true ? null : 1", Nullable(INT)),
        ("true ? [] : [1]", ListOf(DYN)),
        ("dyn(1)", DYN),
        ("null", NULL),
    ],
)
def test_types_are_inferred(source: str, type_: Type) -> None:
    """The result type follows from the declared types of the names."""
    assert type_of(source) == type_


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("data.piad", 5, 'unknown field "piad"; did you mean "paid"?'),
        ("dta.paid", 0, 'unknown name "dta"; did you mean "data"?'),
        (
            "data.paid + data.rate",
            10,
            '"+" does not accept int and double; convert one with int() or double()',
        ),
        ("data.paid == 1.0", 10, '"==" cannot compare int with double; convert one with int() or double()'),
        ("data.paid > 'a'", 10, '">" does not accept int and string; convert one with string() or int()'),
        ("data.rate % 2.0", 10, '"%" does not accept double and double'),
        ("data.name && true", 5, 'an operand of "&&" must be bool, not string'),
        ("!data.paid", 6, 'the operand of "!" must be bool, not int'),
        ("data.paid ? 1 : 2", 5, "a condition must be bool, not int"),
        ("true ? 1 : 'a'", 5, 'the branches of "?:" have different types: int and string'),
        ("data.paid == null", 10, '"data.paid" is never null; it is int'),
        ("data.paid.x", 10, 'int has no field "x"'),
        ("data['paid']", 4, "fields are selected by name; write data.paid"),
        ("data.items['a']", 10, "list({price: int}) is indexed by int, found string"),
        ("state[0]", 5, "string cannot be indexed"),
        ("1 in data.name", 2, '"in" needs a list or a map, found string'),
        ("1 in data.stock", 2, '"in" cannot find int in map(string, int)'),
        ("data.paid.all(x, x)", 10, "all() needs a list or a map, found int"),
        ("data.items.exists(i, i.price)", 23, "the condition of exists() must be bool, not int"),
        ("{'a': 1, 'a': 2}", 9, 'duplicate key in a map: "a"'),
        ("{'a': 1}.b", 9, 'unknown field "b"; expected "a"'),
        ("{'a': 1}['b']", 8, 'unknown key "b"; expected "a"'),
        ("{1.5: 1}", 1, "a map key must be int, string or bool, not double"),
        ("siez(data.name)", 0, 'unknown function "siez"; did you mean "size"?'),
        ("data.name.startWith('a')", 10, 'unknown method "startWith"; did you mean "startsWith"?'),
        ("size(1)", 0, "size() does not accept int"),
        ("len('a')", 0, 'unknown function "len"; write size'),
        ("state.length", 6, 'string has no field "length"; write size(state)'),
        ("data.paid == None", 13, 'unknown name "None"; write null'),
        ("size('a', 'b')", 0, "size() does not accept string and string"),
        ("state.matches('(a')", 14, "invalid regular expression: missing ): (a"),
        ("state.matches(data.name)", 19, "the pattern of matches() must be a literal"),
        ("state.matches(1)", 6, "matches() does not accept string and int"),
        ("getHours(now)", 0, '"getHours" is a method; write x.getHours(…)'),
        ("state.int()", 6, '"int" is a function; write int(…)'),
        ("type(1)", 0, "type values are not supported: type()"),
        ("uint(1)", 0, "uint values are not supported: uint()"),
    ],
)
def test_a_wrong_type_is_named_and_placed(source: str, offset: int, message: str) -> None:
    """The message quotes the author's text or both types; the offset is that of the operator or the name."""
    assert faults_of(source) == [(offset, message)]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("cel.bind(x, 1, x) == 1", "cel.bind"),
        ("math.greatest(1, 2) + math.greatest(3, 4) == 2", "math.greatest"),
        ("sets.contains([1], [1])", "sets.contains"),
        ("regex.matches('a', 'b')", "regex.matches"),
        ("data.items.transformList(i, v, v.price * i) == []", "transformList"),
        ("optional.of(data.paid).orValue(2) == 2", "optional.of"),
        ("data.any.optMap(x, x + 1).hasValue()", "optMap"),
        ("'%s'.format([data.paid]) == ''", "format"),
        ("data.name.charAt(0) == 'a'", "charAt"),
        ("ip('10.0.0.1') == ip(x)", "ip"),
        ("bytes('a') == bytes('b')", "bytes"),
        ("type(data.paid) == int", "type"),
        ("nosuch(a, b.c, [x].all(y, z))", "nosuch"),
    ],
)
def test_an_unsupported_function_is_one_fault(source: str, name: str) -> None:
    """The message has its name, and its arguments are not checked."""
    ((_, message),) = faults_of(source)
    assert name in message


def test_a_variable_may_have_the_name_of_a_library() -> None:
    """A method call on it is then a method of the value."""
    assert type_of("['a'].all(math, math.contains('a'))") == BOOL
    assert type_of("[data.items].exists(lists, lists.exists(i, i.price > 0))") == BOOL


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("has(data.nosuch)", 'unknown field "nosuch"'),
        ("has(data.piad)", 'unknown field "piad"; did you mean "paid"?'),
        ("has(data.paid.x)", 'int has no field "x"'),
        ("has(data.nosuch.x)", 'unknown field "nosuch"'),
        (
            "has(data.address.city)",
            '"data.address" may be null here; test it first: data.address != null && …',
        ),
    ],
)
def test_has_checks_its_operand_and_its_field(source: str, message: str) -> None:
    """It tests whether an optional field is present; an undeclared field is a mistake."""
    ((_, found),) = faults_of(source)
    assert found.startswith(message)


@pytest.mark.parametrize(("source", "offset"), [("1 == null && true", 2), ("!(1 == 1.0)", 4)])
def test_a_refused_comparison_is_still_a_bool(source: str, offset: int) -> None:
    """Operators that use its result report no second fault."""
    assert [found for found, _ in faults_of(source)] == [offset]


def test_all_faults_are_found_in_the_order_of_the_text() -> None:
    """One mistake does not hide others, and each is reported once."""
    assert [offset for offset, _ in faults_of("data.x + 1 > 2 && nmae == 'a' || 1 + 'a' == 2")] == [5, 18, 35]


def test_a_named_time_zone_is_refused_by_name() -> None:
    """Its rules could change during the life of a stream."""
    ((offset, message),) = faults_of("now.getHours('Europe/Vienna')")
    assert offset == 13
    assert message.startswith("named time zones are not supported")


@pytest.mark.parametrize(
    ("source", "offset", "reason"),
    [
        (
            "now + duration('1d')",
            15,
            '"1d" is not a duration such as "1h30m" or "3.5s"; the units are h, m, s, ms, us, µs, ns',
        ),
        ("duration('9999999999s') == duration(data.name)", 9, "duration out of range"),
        (
            "now > timestamp('2026-01-31')",
            16,
            '"2026-01-31" is not an RFC 3339 timestamp such as "2026-01-31T12:00:00Z"',
        ),
    ],
)
def test_a_constant_time_is_read_before_anything_runs(source: str, offset: int, reason: str) -> None:
    """An invalid literal is reported at compile time."""
    assert faults_of(source) == [(offset, reason)]


def test_the_whole_expression_must_fit_the_expected_type() -> None:
    """A guard of type int is reported at its outermost operator."""
    assert faults_of("data.paid + 1", expect=BOOL) == [(10, "expected bool, found int")]


@pytest.mark.parametrize(
    ("source", "expect"),
    [
        ("1", Nullable(INT)),
        ("null", Nullable(INT)),
        ("data.note", Nullable(STRING)),
        ("data.any", INT),
        ("[]", ListOf(INT)),
        ("{'city': 'Graz'}", ADDRESS),
        ("1", DYN),
    ],
)
def test_a_value_that_fits_the_expected_type_is_accepted(source: str, expect: Type) -> None:
    """T fits `T or null`, and dyn fits anything until it runs."""
    assert compile_expression(source, NAMES, expect=expect).source == source


@pytest.mark.parametrize(
    ("source", "target", "fit"),
    [
        (Record({"n": RecordField(INT)}), MapOf(STRING, Nullable(INT)), Fit.ALWAYS),
        (Record({"n": RecordField(Nullable(INT))}), MapOf(STRING, INT), Fit.NEVER),
        (Record({"n": RecordField(DYN)}), MapOf(STRING, INT), Fit.CHECKED),
        (MapOf(STRING, INT), Record({"n": RecordField(Nullable(INT))}), Fit.CHECKED),
        (MapOf(STRING, Nullable(INT)), Record({"n": RecordField(INT)}), Fit.NEVER),
    ],
)
def test_a_record_fits_a_map_by_its_values(source: Type, target: Type, fit: Fit) -> None:
    """Values fit in the direction of the assignment: a nullable value does not fit a plain one."""
    assert fits(source, target) is fit


@pytest.mark.parametrize(
    ("source", "expect", "message"),
    [
        ("1", DOUBLE, "expected double, found int; write 1.0"),
        ("1.0", INT, "expected int, found double; write 1"),
        ("data.note", STRING, '"data.note" may be null here; test it first: data.note != null ?'),
        ("[1]", ListOf(STRING), "expected string, found int"),
    ],
)
def test_a_value_that_does_not_fit_the_expected_type_is_reported(
    source: str, expect: Type, message: str
) -> None:
    """An int is not a double, and a value that may be null does not fit."""
    assert faults_of(source, expect=expect)[0][1].startswith(message)


@pytest.mark.parametrize(
    "source",
    [
        "data.note != null && data.note.size() > 1",
        "null != data.note && data.note == 'a' + data.note",
        "data.note == null || data.note.size() > 1",
        "!(data.note == null) && data.note.size() > 1",
        "data.note != null ? data.note + '!' == '' : true",
        "data.note == null ? true : data.note.size() > 1",
        "data.paid > 0 && data.note != null && data.note.size() > 1",
        "!(data.note == null || data.paid > 0) && data.note.size() > 1",
        "data.address != null && data.address.city == 'Graz'",
        "has(data.limit) && data.limit > 1",
        "!has(data.limit) || data.limit > 1",
        "has(data.limit) ? data.limit > 1 : true",
        "has(data.coupon) && data.coupon != null && data.coupon > 1",
        "data.notes.all(n, n == null || n.size() > 1)",
        "data.notes.map(n, n != null, n.size()) == [1]",
        "data.note == 'a'",
        "data.note in ['a']",
        "(data.note == null && has(data.limit) || has(data.limit)) && data.limit > 1",
        "(data.note == null ? false : has(data.limit)) && data.limit > 1 && data.note.size() > 1",
        "(has(data.limit) ? true : false) && data.limit > 1",
        "(data.note != null) == true && data.note.size() > 1",
        "(data.note == null) != true && data.note.size() > 1",
        "data.note == 'a' && data.note.size() > 1",
        "data.note == string(data.paid) && data.note.size() > 1",
        "data.note != 'a' || data.note.size() == 1",
        "data.note in ['a', 'b'] && data.note.size() > 1",
        "data.notes[0] != null && data.notes[0].size() > 1",
        "has(data.lines[0].text) && data.lines[0].text.size() > 1",
        "data.notes[data.paid] == null || data.notes[data.paid].size() > 1",
        "data.notes.filter(n, n == 'a')[0] != null && data.notes.filter(n, n == 'a')[0].size() > 1",
        "data.note != null && data.note != null",
        "data.note == 'a' && data.note in [null] && data.note != null",
        "data.address != null && (data.address == null || data.address.city == '')",
        "(data.paid > 0 ? data.note : null) != null && (data.paid > 0 ? data.note : null).size() > 1",
    ],
)
def test_a_condition_narrows(source: str) -> None:
    """A value proved present by a test can be used in every place that the test guards."""
    assert type_of(source) == BOOL


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("data.note.size() > 1", '"data.note" may be null here; test it first: data.note != null && …'),
        ("data.limit > 1", '"data.limit" may be absent here; test it first: has(data.limit) && …'),
        ("data.note != null || data.note.size() > 1", '"data.note" may be null here'),
        ("data.note == null && data.note.size() > 1", '"data.note" may be null here'),
        ("(data.note != null || data.paid > 0) && data.note.size() > 1", '"data.note" may be null here'),
        ("data.note.size() > 1 && data.note != null", '"data.note" may be null here'),
        ("data.address.city == 'Graz'", '"data.address" may be null here'),
        ("has(data.coupon) && data.coupon > 1", '"data.coupon" may be null here'),
        ("data.coupon != null", '"data.coupon" may be absent here'),
        ("data.limit != 1 && data.limit > 1", '"data.limit" may be absent here'),
        ("data.note != null && data.notes.all(data, data.size() > 1)", '"data" may be null here'),
        ("data.note == data.notes[0] && data.note.size() > 1", '"data.note" may be null here'),
        ("data.note in data.notes && data.note.size() > 1", '"data.note" may be null here'),
        ("data.note != 'a' && data.note.size() > 1", '"data.note" may be null here'),
        ("(data.paid > 0 ? true : has(data.limit)) && data.limit > 1", '"data.limit" may be absent here'),
        ("data.notes[0] != null && data.notes[1].size() > 1", '"data.notes[1]" may be null here'),
    ],
)
def test_an_unproved_use_is_refused(source: str, message: str) -> None:
    """The message contains the missing test."""
    assert faults_of(source)[0][1].startswith(message)


def test_a_macro_variable_hides_a_fact_about_its_namesake() -> None:
    """Facts about an outer name do not apply to the inner one."""
    names: dict[str, Type] = {"n": Nullable(INT), "ns": ListOf(Nullable(INT))}
    with pytest.raises(ExpressionError, match='"n" may be null here'):
        compile_expression("n != null && ns.all(n, n > 1)", names)
    with pytest.raises(ExpressionError, match=r'"ns\[n\]" may be null here'):
        compile_expression("n != null && ns[n] != null && [0].all(n, ns[n] > 1)", names)


def test_a_dotted_name_is_found_whole() -> None:
    """As in CEL, the longest declared name wins."""
    assert compile_expression("a.b + 1", {"a.b": INT}).result == INT


def test_a_long_type_is_cut_in_a_message() -> None:
    """A record of many fields does not hide the rest of the message."""
    ((_, message),) = faults_of("data + 1")
    assert len(message) < 100
