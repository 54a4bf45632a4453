"""The ends of messages about types that differ: the conversion, or the spelling, that is all that lacks."""

from __future__ import annotations

from statewright.language.cel.fitting import inner_of
from statewright.language.cel.functions import FUNCTIONS, resolve
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Literal, Node
from statewright.language.cel.types import DOUBLE, DYN, Type

_SHOWN_MAX = 60  # characters of an expression


def conversion_between(*given: Type) -> str:
    """Of the sides of an operator."""
    if len(given) != 2:
        return ""
    left, right = map(inner_of, given)
    names = [str(to) for of, to in ((left, right), (right, left)) if of != to and _is_convertible(of, to)]
    return f", convert one with {' or '.join(f'{name}()' for name in sorted(names)[::-1])}" if names else ""


def conversion_to(wanted: Type, node: Node, given: Type) -> str:
    """Of a whole value; a number may lack only its decimal point."""
    target, text = inner_of(wanted), canonical(node)
    if isinstance(node, Literal):
        return f", write {text}.0" if type(node.value) is int and target == DOUBLE else ""
    if not _is_convertible(given, target):
        return ""
    return f", write {target}({text if len(text) <= _SHOWN_MAX else '…'})"


def _is_convertible(source: Type, target: Type) -> bool:
    """Is there a function that makes one of the other, named like what it makes?"""
    function = FUNCTIONS.get(str(target))
    return function is not None and DYN not in (source, target) and resolve(function, [source]) is not None
