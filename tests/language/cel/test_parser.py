"""The parser accepts the grammar, rejects unsupported parts by name and reports positions."""

from __future__ import annotations

import pytest

from statewright.errors import ExpressionError
from statewright.language.cel.parser import DEPTH_MAX, LENGTH_MAX, parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Has, Literal, Logical, Macro, references, walk


def fault_of(source: str) -> tuple[int, str]:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    (fault,) = caught.value.faults
    assert fault.kind == "syntax"
    return fault.offset, fault.message


@pytest.mark.parametrize(
    ("source", "grouped"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a || b && c", "a || (b && c)"),
        ("!a == b", "(!a) == b"),
        ("-a.b * c", "(-(a.b)) * c"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a < b == c", "(a < b) == c"),
        ("a in b || c", "(a in b) || c"),
    ],
)
def test_operators_bind_as_in_cel(source: str, grouped: str) -> None:
    """Precedence and associativity need no parentheses."""
    assert parse(source) == parse(grouped)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("-9223372036854775808", -(2**63)),
        ("0x7F", 127),
        (".5e1", 5.0),
        ("1e3", 1000.0),
        (r"'a\n\x41\u00e9\U0001F431\101'", "a\nAé🐱A"),
        (r"r'\n'", r"\n"),
        ('"""a"b"""', 'a"b'),
        ("'''a\nb'''", "a\nb"),
        ("null", None),
    ],
)
def test_literals_are_decoded(source: str, value: object) -> None:
    """The node of a literal holds its Python value."""
    assert parse(source) == Literal(0, value)  # type: ignore[arg-type]


def test_literals_of_different_types_differ() -> None:
    """1, 1.0 and true are different values, although they are equal in Python."""
    assert len({parse("1"), parse("1.0"), parse("true")}) == 3


def test_a_chain_of_one_operator_is_one_node() -> None:
    """A long conjunction is flat, so its length does not count as depth."""
    tree = parse(" && ".join(["a"] * 300))
    assert isinstance(tree, Logical)
    assert len(tree.operands) == 300


def test_macros_are_recognised() -> None:
    """has() and the loops have nodes of their own and are not calls."""
    assert isinstance(parse("has(a.b)"), Has)
    assert isinstance(parse("a.map(x, x > 1, x * 2)"), Macro)


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("", 0, "expected a value, found the end"),
        ("1 +", 3, "expected a value, found the end"),
        ("(1", 2, 'expected ")", found the end'),
        ("[1 2]", 3, 'expected "," or "]", found "2"'),
        ("a b", 2, 'expected an operator or the end of the expression, found "b"'),
        ("a and b", 2, 'expected an operator or the end of the expression, found "and"; write &&'),
        ("a == “b”", 5, "unexpected character '“'; write \""),
        ("a.true", 2, 'expected a field name, found "true"'),
        ("if", 0, '"if" is a reserved word'),
        ("a = b", 2, "unexpected character '='; write =="),
        ("'abc", 0, "the string has no closing '"),
        ("'a\nb'", 0, "a string in ' cannot span lines"),
        (r"'\q'", 1, r"unknown escape '\\q'"),
        (r"'\ud800'", 1, r"\ud800 is not a Unicode character"),
        ("9223372036854775808", 0, "9223372036854775808 is out of range for int (64 bits)"),
        ("1e999", 0, "1e999 is out of range for double"),
        ("has(a)", 0, "has() takes one field selection, such as has(data.paid)"),
        ("a.all(x)", 2, "all() takes 2 arguments, found 1"),
        ("a.all(k, v, v)", 2, "macros with two variables are not supported: all()"),
        ("0X1F", 1, 'expected an operator or the end of the expression, found "X1F"'),
        ("0x", 1, 'expected an operator or the end of the expression, found "x"'),
        ("rr'a'", 2, "expected an operator or the end of the expression, found \"'a'\""),
        ("a.map(1, 2)", 2, "the first argument of map() must be a plain name"),
    ],
)
def test_a_fault_has_an_offset_and_a_message(source: str, offset: int, message: str) -> None:
    """The offset is that of the offending token."""
    assert fault_of(source) == (offset, message)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("1u", "uint literals"),
        ("b'a'", "bytes literals"),
        ("Rb'a'", "bytes literals"),
        ("a.B{c: 1}", "protobuf messages"),
        ("a.?b", "optional fields and entries (?)"),
        ("a[?0]", "optional fields and entries (?)"),
        ("[?a]", "optional fields and entries (?)"),
        ("{?a: b}", "optional fields and entries (?)"),
        (".a", "names with a leading dot"),
    ],
)
def test_unsupported_parts_are_rejected_by_name(source: str, what: str) -> None:
    """Parts of CEL outside the subset are faults and never have another meaning."""
    assert fault_of(source)[1] == f"{what} are not supported"


@pytest.mark.parametrize("bomb", ["(", "-", "!", "[", "{1:", "a.b(", "a?b:", "a.", "1+", "a[", '"', "\\"])
def test_size_is_bounded(bomb: str) -> None:
    """Any amount of nesting or chaining is reported as a fault and never raises RecursionError."""
    for source in (bomb * 100_000, (bomb * LENGTH_MAX)[: LENGTH_MAX - 1] + "a"):
        assert fault_of(source)


def test_the_deepest_nesting_is_taken() -> None:
    """The documented limit is exact."""
    assert max(depth for _, depth in walk(parse("-" * (DEPTH_MAX - 1) + "a"))) == DEPTH_MAX
    assert "nested deeper than" in fault_of("-" * DEPTH_MAX + "a")[1]


def test_a_long_sum_is_taken_in_groups() -> None:
    """A chain counts as nesting, and the message says how to write it."""
    terms = ["a"] * 35
    assert "group a long chain with parentheses" in fault_of(" + ".join(terms * 2))[1]
    assert parse(f"({' + '.join(terms)}) + ({' + '.join(terms)})")


def test_every_node_has_an_offset_of_its_own() -> None:
    """Types are kept by offset, so offsets must be unique."""
    tree = parse("{'k': [a.b, -c]}.k[0].f(x, has(y.z) ? !q : 1 + 2).map(v, v > 1, v) == null && true && g()")
    offsets = [node.offset for node, _ in walk(tree)]
    assert len(offsets) == len(set(offsets))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.a.b + data.a.c", {("data", "a", "b"), ("data", "a", "c")}),
        ("data.items[0].name", {("data", "items")}),
        ("has(data.x) && now > data.y.z()", {("data", "x"), ("now",), ("data", "y")}),
        ("data.items.all(i, i.price > data.min)", {("data", "items"), ("data", "min")}),
        ("[1].exists(data, data.x)", set()),
    ],
)
def test_references_are_the_longest_chains_from_outside(source: str, expected: set[tuple[str, ...]]) -> None:
    """A macro's variable is not a reference, and an index ends a chain."""
    assert references(parse(source)) == expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a+b  *c", "a + b * c"),
        ("((a))", "a"),
        ("(a + b) * c", "(a + b) * c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a && b) && c", "(a && b) && c"),
        ("-(1)", "-(1)"),
        ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        (r"'say \"hi\"\n'", r'"say \"hi\"\u000a"'),
        ("{'a':1,2:[b,],}", '{"a": 1, 2: [b]}'),
        ("a.`b-c`.`d`", "a.`b-c`.d"),
        ("1e3", "1000.0"),
    ],
)
def test_canonical_text(source: str, text: str) -> None:
    """Layout, redundant parentheses and alternative spellings are normalised."""
    assert canonical(parse(source)) == text
