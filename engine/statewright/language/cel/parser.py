"""Parses an expression into a syntax tree by precedence climbing over the CEL grammar.

Macros become nodes of their own. Length, nesting and node count are limited, so that later stages cannot
recurse too deeply. Unsupported parts of CEL are rejected by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from statewright.errors import ExpressionError
from statewright.language.cel import syntax
from statewright.language.cel.functions import MACROS
from statewright.language.cel.lexer import Token, TokenKind, syntax_error, tokens
from statewright.language.cel.spellings import spelling_hint
from statewright.language.cel.syntax import Node, path, walk
from statewright.language.cel.unsupported import not_supported

T = TypeVar("T")

LENGTH_MAX = 4_096
DEPTH_MAX = 64
NODES_MAX = 1_000
TOO_DEEP = f"the expression is nested deeper than {DEPTH_MAX} levels"

KEYWORDS = {"true": True, "false": False, "null": None}
# https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax: reserved, usable only as field names
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"}
    | {"package", "namespace", "return", "var", "void", "while"}
)
LOGICAL = frozenset({"||", "&&"})
PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}


def parse(source: str, *, lenient: bool = False) -> Node:
    """Parse `source`. Raises ExpressionError with the first error. `lenient`: see `tokens`."""
    if len(source) > LENGTH_MAX:
        raise syntax_error(
            source,
            LENGTH_MAX,
            f"the expression has {len(source):,} characters; the maximum is {LENGTH_MAX:,}",
        )
    for offset, character in enumerate(source):
        if "\ud800" <= character <= "\udfff":
            raise syntax_error(source, offset, "a lone surrogate is not a Unicode character")
    tree = _Parser(source, tokens(source, lenient=lenient)).whole()
    for count, (node, depth) in enumerate(walk(tree), start=1):
        if depth > DEPTH_MAX:
            raise syntax_error(source, node.offset, f"{TOO_DEEP}; group a long chain with parentheses")
        if count > NODES_MAX:
            raise syntax_error(source, node.offset, f"the expression has more than {NODES_MAX:,} parts")
    return tree


class _Parser:
    def __init__(self, source: str, tokens: Sequence[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def whole(self) -> Node:
        tree = self.expression()
        if self.token.kind is not TokenKind.END:
            raise self.unexpected("an operator or the end of the expression")
        return tree

    def expression(self) -> Node:
        self.descend()
        node = self.operation(minimum=1)
        question = self.accept("?")
        if question is not None:
            then = self.operation(minimum=1)
            self.expect(":")
            node = syntax.Conditional(question.offset, node, then, self.expression())
        self.depth -= 1
        return node

    def operation(self, minimum: int) -> Node:
        """Parse operators that bind at least as tightly as `minimum`."""
        left = self.unary()
        while (precedence := self.precedence()) >= minimum:
            operator = self.advance()
            right = self.operation(precedence + 1)
            if operator.text not in LOGICAL:
                left = syntax.Binary(operator.offset, operator.text, left, right)
                continue
            operands = [left, right]
            while self.accept(operator.text) is not None:
                operands.append(self.operation(precedence + 1))
            left = syntax.Logical(operator.offset, operator.text, tuple(operands))
        return left

    def unary(self) -> Node:
        token = self.token
        negative_number = token.text == "-" and self.tokens[self.position + 1].kind is TokenKind.NUMBER
        if token.kind is not TokenKind.OPERATOR or token.text not in ("-", "!") or negative_number:
            return self.member()
        self.descend()
        node = syntax.Unary(self.advance().offset, token.text, self.unary())
        self.depth -= 1
        return node

    def member(self) -> Node:
        node = self.primary()
        while self.token.kind is TokenKind.OPERATOR:
            if self.accept(".") is not None:
                node = self.selection(node)
            elif (bracket := self.accept("[")) is not None:
                self.refuse_optional()
                node = syntax.Index(bracket.offset, node, self.expression())
                self.expect("]")
            elif self.token.text == "{" and path(node) is not None:
                raise self.fault(self.token, not_supported("protobuf messages"))
            else:
                break
        return node

    def selection(self, operand: Node) -> Node:
        self.refuse_optional()
        token = self.advance()
        if token.kind is TokenKind.FIELD:
            return syntax.Select(token.offset, operand, str(token.value))
        if token.kind is not TokenKind.NAME or token.text in KEYWORDS:
            raise self.unexpected("a field name", token)
        if self.accept("(") is None:
            return syntax.Select(token.offset, operand, token.text)
        arguments = self.arguments()
        if token.text in MACROS:
            return self.macro(token, operand, arguments)
        return syntax.Call(token.offset, token.text, (operand, *arguments), method=True)

    def macro(self, token: Token, operand: Node, arguments: tuple[Node, ...]) -> Node:
        counts = [1 + bodies for bodies in MACROS[token.text]]
        if len(arguments) == 3 and counts == [2]:
            raise self.fault(token, not_supported("macros with two variables", f"{token.text}()"))
        if len(arguments) not in counts:
            wanted = " or ".join(map(str, counts))
            raise self.fault(token, f"{token.text}() takes {wanted} arguments, found {len(arguments)}")
        variable, *bodies = arguments
        if not isinstance(variable, syntax.Name):
            raise self.fault(token, f"the first argument of {token.text}() must be a plain name")
        return syntax.Macro(token.offset, token.text, operand, variable.name, tuple(bodies))

    def primary(self) -> Node:
        token = self.advance()
        match token.kind, token.text:
            case TokenKind.NUMBER, _:
                return self.number(token, negative=False)
            case TokenKind.STRING, _:
                return syntax.Literal(token.offset, token.value)
            case TokenKind.NAME, _:
                return self.name(token)
            case TokenKind.OPERATOR, "-":
                return self.number(self.advance(), negative=True)
            case TokenKind.OPERATOR, "(":
                node = self.expression()
                self.expect(")")
                return node
            case TokenKind.OPERATOR, "[":
                return syntax.ListLiteral(token.offset, tuple(self.items("]", self.expression)))
            case TokenKind.OPERATOR, "{":
                return syntax.MapLiteral(token.offset, tuple(self.items("}", self.entry)))
            case TokenKind.OPERATOR, ".":
                raise self.fault(token, not_supported("names with a leading dot"))
            case _:
                raise self.unexpected("a value", token)

    def number(self, token: Token, *, negative: bool) -> Node:
        value = token.value
        assert isinstance(value, int | float)
        if negative:
            value = -value
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise self.fault(token, f"{token.text} is out of range for int (64 bits)")
        return syntax.Literal(token.offset, value)

    def name(self, token: Token) -> Node:
        if token.text in KEYWORDS:
            return syntax.Literal(token.offset, KEYWORDS[token.text])
        if token.text in RESERVED:
            raise self.fault(token, f'"{token.text}" is a reserved word')
        if self.accept("(") is None:
            return syntax.Name(token.offset, token.text)
        arguments = self.arguments()
        if token.text != "has":
            return syntax.Call(token.offset, token.text, arguments)
        if len(arguments) != 1 or not isinstance(selection := arguments[0], syntax.Select):
            raise self.fault(token, "has() takes one field selection, such as has(data.paid)")
        return syntax.Has(token.offset, selection.operand, selection.field)

    def arguments(self) -> tuple[Node, ...]:
        return tuple(self.items(")", self.expression, trailing_comma=False))

    def items(self, closing: str, read: Callable[[], T], *, trailing_comma: bool = True) -> Iterator[T]:
        """Parse comma-separated items up to the closing bracket."""
        is_first = True
        while self.accept(closing) is None:
            if not is_first:
                self.expect(",", closing)
                if trailing_comma and self.accept(closing) is not None:
                    return
            is_first = False
            self.refuse_optional()
            yield read()

    def entry(self) -> tuple[Node, Node]:
        key = self.expression()
        self.expect(":")
        return key, self.expression()

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.token
        if token.kind is not TokenKind.END:
            self.position += 1
        return token

    def accept(self, operator: str) -> Token | None:
        if self.token.kind is TokenKind.OPERATOR and self.token.text == operator:
            return self.advance()
        return None

    def expect(self, *operators: str) -> None:
        if self.accept(operators[0]) is None:
            raise self.unexpected(" or ".join(f'"{operator}"' for operator in operators))

    def precedence(self) -> int:
        return PRECEDENCE.get(self.token.text, 0) if self.token.kind is TokenKind.OPERATOR else 0

    def descend(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.fault(self.token, TOO_DEEP)

    def refuse_optional(self) -> None:
        if self.token.kind is TokenKind.OPERATOR and self.token.text == "?":
            raise self.fault(self.token, not_supported("optional fields and entries (?)"))

    def unexpected(self, wanted: str, token: Token | None = None) -> ExpressionError:
        found = token or self.token
        shown = "the end" if found.kind is TokenKind.END else f'"{found.text}"'
        return self.fault(found, f"expected {wanted}, found {shown}{spelling_hint(found.text) or ''}")

    def fault(self, token: Token, message: str) -> ExpressionError:
        return syntax_error(self.source, token.offset, message)
