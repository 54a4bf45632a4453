"""Messages about type mismatches: the place of the difference and the text to write instead."""

from __future__ import annotations

from statewright.language.cel.fitting import Fit, comparable, fits, inner_of
from statewright.language.cel.functions import FUNCTIONS, resolve
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Binary, Literal, Node
from statewright.language.cel.types import DOUBLE, DYN, INT, ListOf, MapOf, Nullable, Record, Type

_SHOWN_MAX = 60  # characters of an expression, or of a type


def shown(type_: Type) -> str:
    """Format a type for a message, truncated because records may have many fields."""
    text = str(type_)
    return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 1]}…"


def mismatch(node: Node, given: Type, wanted: Type) -> str:
    """The message about a value that does not fit where it is stored."""
    if isinstance(given, Nullable) and fits(given.inner, wanted) is not Fit.NEVER:
        return f"{may_be_null(node)} ? … : …"
    message = f"expected {shown(wanted)}, found {shown(given)}"
    return f"{message}{_difference_inside(given, wanted)}{_conversion_to(wanted, node, given)}"


def may_be_null(node: Node) -> str:
    """The message about a possible null. It ends with the test, and the caller appends its continuation."""
    test = canonical(Binary(0, "!=", node, Literal(0, None)))
    return f'"{canonical(node)}" may be null here; test it first: {test}'


def conversion_between(*given: Type) -> str:
    """Suggest a conversion that makes the two sides of an operator fit."""
    if len(given) != 2:
        return ""
    left, right = map(inner_of, given)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ListOf) and not isinstance(other, ListOf) and comparable(one.item, other):
            return "; put a single item in brackets"
    names = [str(to) for of, to in ((left, right), (right, left)) if of != to and _is_convertible(of, to)]
    return f"; convert one with {' or '.join(f'{name}()' for name in sorted(names)[::-1])}" if names else ""


def _difference_inside(given: Type, wanted: Type, place: str = "") -> str:
    """Describe the first difference inside lists, maps and records; "" if the types differ as a whole."""
    match given, inner_of(wanted):
        case Nullable(), _ if not isinstance(wanted, Nullable) and fits(given.inner, wanted) is not Fit.NEVER:
            return f': "{place}" may be null'
        case (ListOf(item=item), ListOf(item=within)) | (MapOf(value=item), MapOf(value=within)):
            return _difference_inside(item, within, f"{place}[]")
        case Record() as record, Record() as declared:
            return _difference_of_records(record, declared, place)
        case _:
            return f': "{place}" is {shown(given)}, not {shown(wanted)}' if place else ""


def _difference_of_records(given: Record, wanted: Record, place: str) -> str:
    for name in (*wanted.fields, *given.fields):
        path = f"{place}.{name}".removeprefix(".")
        one, other = given.fields.get(name), wanted.fields.get(name)
        if other is None:
            return f': "{path}" is not declared'
        if not other.optional and (one is None or one.optional):
            return f': "{path}" {"is missing" if one is None else "may be absent"}'
        if one is not None and fits(one.type, other.type) is Fit.NEVER:
            return _difference_inside(one.type, other.type, path)
    return ""


def _conversion_to(wanted: Type, node: Node, given: Type) -> str:
    """Suggest a conversion of the whole value, or another spelling of a number literal."""
    target, text = inner_of(wanted), canonical(node)
    if isinstance(node, Literal):
        return _other_number(node.value, target)
    if not _is_convertible(given, target):
        return ""
    return f"; write {target}({text if len(text) <= _SHOWN_MAX else '…'})"


def _other_number(value: object, target: Type) -> str:
    match value:
        case int() if type(value) is int and target == DOUBLE:
            return f"; write {value}.0"
        case float() if value.is_integer() and target == INT:
            return f"; write {int(value)}"
        case _:
            return ""


def _is_convertible(source: Type, target: Type) -> bool:
    """Whether the conversion function named after `target` accepts `source`."""
    function = FUNCTIONS.get(str(target))
    return function is not None and DYN not in (source, target) and resolve(function, [source]) is not None
