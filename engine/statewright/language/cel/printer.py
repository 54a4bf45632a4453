"""The canonical text of a syntax tree. Equal trees have equal text, and the text parses to an equal tree.

The text is part of every behaviour digest, so it must never change.
"""

from __future__ import annotations

import re

from statewright.language.cel import syntax
from statewright.language.cel.parser import KEYWORDS, PRECEDENCE
from statewright.language.cel.syntax import Node

CONDITIONAL, UNARY, MEMBER = 0, 6, 7  # operators have the precedences 1 to 5


def canonical(node: Node) -> str:
    """Print with one space around operators and after commas, and with only the necessary parentheses."""
    match node:
        case syntax.Literal():
            return _literal(node.value)
        case syntax.Name():
            return node.name
        case syntax.Select():
            return f"{_operand(node.operand, MEMBER)}.{_field(node.field)}"
        case syntax.Has():
            return f"has({_operand(node.operand, MEMBER)}.{_field(node.field)})"
        case syntax.Index():
            return f"{_operand(node.operand, MEMBER)}[{canonical(node.index)}]"
        case syntax.Unary():
            return _unary(node)
        case syntax.Binary():
            level = PRECEDENCE[node.operator]
            return f"{_operand(node.left, level)} {node.operator} {_operand(node.right, level + 1)}"
        case syntax.Logical():
            level = PRECEDENCE[node.operator] + 1
            return f" {node.operator} ".join(_operand(operand, level) for operand in node.operands)
        case syntax.Conditional():
            tested, then = _operand(node.condition, 1), _operand(node.then, 1)
            return f"{tested} ? {then} : {canonical(node.otherwise)}"
        case _:
            return _bracketed(node)


def _bracketed(node: Node) -> str:
    match node:
        case syntax.Call(method=True):
            receiver, *arguments = node.arguments
            return f"{_operand(receiver, MEMBER)}.{node.function}({_listed(tuple(arguments))})"
        case syntax.Call():
            return f"{node.function}({_listed(node.arguments)})"
        case syntax.Macro():
            return f"{_operand(node.operand, MEMBER)}.{node.name}({node.variable}, {_listed(node.bodies)})"
        case syntax.ListLiteral():
            return f"[{_listed(node.items)}]"
        case syntax.MapLiteral():
            pairs = (f"{canonical(key)}: {canonical(value)}" for key, value in node.entries)
            return "{" + ", ".join(pairs) + "}"
        case _:
            raise TypeError(f"{type(node).__name__} is not a node of the syntax tree")


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(canonical, nodes))


def _unary(node: syntax.Unary) -> str:
    # "-1" is a literal, so the negation of 1 needs parentheses.
    if node.operator == "-" and _is_number(node.operand):
        return f"-({canonical(node.operand)})"
    return node.operator + _operand(node.operand, UNARY)


def _operand(node: Node, level: int) -> str:
    """The text of an operand, in parentheses if it binds more loosely than `level`."""
    text = canonical(node)
    return text if _level(node) >= level else f"({text})"


def _level(node: Node) -> int:
    match node:
        case syntax.Binary() | syntax.Logical():
            return PRECEDENCE[node.operator]
        case syntax.Conditional():
            return CONDITIONAL
        case syntax.Unary():
            return UNARY
        case syntax.Literal():
            return UNARY if _is_number(node) else MEMBER
        case _:
            return MEMBER


def _is_number(node: Node) -> bool:
    return isinstance(node, syntax.Literal) and type(node.value) in (int, float)


def _field(name: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name not in KEYWORDS and name != "in"
    return name if plain else f"`{name}`"


def _literal(value: int | float | str | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + re.sub(r'["\\\x00-\x1f\x7f]', _escape, value) + '"'
        case _:
            return repr(value)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
