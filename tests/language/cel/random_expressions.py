"""Random well-typed expressions and values for them, for comparison with another CEL implementation.

`TYPES` declares the names. Behaviour that is unspecified or differs between public implementations is not
generated: fractions of a second and NaN in text, durations of many years, conversions of unusual text.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    ListOf,
    MapOf,
    Type,
)

TYPES: dict[str, Type] = {
    **dict.fromkeys("ij", INT),
    **dict.fromkeys("de", DOUBLE),
    **dict.fromkeys("st", STRING),
    **dict.fromkeys("bc", BOOL),
    "y": DYN,
    "xs": ListOf(INT),
    "ss": ListOf(STRING),
    "m": MapOf(STRING, INT),
}
SMALL = (0, 1, -1, 2, 3, -7, 10, 1000)
INTS = SMALL * 3 + (2**31, 2**53 + 1, 2**63 - 1, -(2**63), 3037000500)
DOUBLES = (0.0, -0.0, 1.0, -1.5, 0.1, 2.5, 1e6, 1e-7, 9007199254740992.0, 1e300, -1e300)
PATTERNS = (
    "",
    "a",
    "^[ab]+$",
    "^(a|ba?)$",
    ".",
    "^.$",
    "(?i)K",
    "\\\\d",
    "^\\\\w*$",
    "\\\\bb",
    "[^a-z]",
    "a{2}|🐱",
)
STRINGS = ("", "a", "ab", "ba", "b", "Ω", "🐱a", "k", "zz", "5", "-3", "true")


def random_values(random: Random) -> dict[str, object]:
    """Return a random value for each name in TYPES."""
    return {
        **{name: random.choice(INTS) for name in "ij"},
        **{name: random.choice(DOUBLES) for name in "de"},
        **{name: random.choice(STRINGS) for name in "st"},
        **{name: random.random() < 0.5 for name in "bc"},
        "y": random.choice([*INTS, *DOUBLES, *STRINGS, True, False, [1, 2], {"k": 1}]),
        "xs": random.choices(INTS, k=random.randrange(4)),
        "ss": random.choices(STRINGS, k=random.randrange(4)),
        "m": {key: random.choice(INTS) for key in random.sample(STRINGS, k=random.randrange(3))},
    }


class Grammar:
    """Generates an expression; `text` chooses among the productions of a type until `depth` is used up."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.variables: list[str] = []  # of the macros around the place that is being written
        self.productions: dict[Type, list[Callable[[int], str]]] = {
            INT: [self.arithmetic, self.int_function, self.int_item],
            DOUBLE: [self.double_arithmetic, self.double_function],
            STRING: [self.joined, self.string_function],
            BOOL: [
                self.comparison,
                self.logic,
                self.search,
                self.string_test,
                self.mixed_numbers,
                self.dynamic,
            ],
            ListOf(INT): [self.concatenated, self.loop],
            TIMESTAMP: [self.moved],
            DURATION: [self.difference],
        }

    def text(self, type_: Type, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.1:
            return self.leaf(type_)
        if self.random.random() < 0.1:
            condition = self.text(BOOL, depth - 1)
            return f"({condition} ? {self.text(type_, depth - 1)} : {self.text(type_, depth - 1)})"
        return self.random.choice(self.productions[type_])(depth - 1)

    def leaf(self, type_: Type) -> str:
        if type_ == INT:
            return self.random.choice([str(self.random.choice(INTS)), "i", "j", *self.variables])
        if type_ == DOUBLE:
            return self.random.choice([repr(self.random.choice(DOUBLES)), "d", "e"])
        if type_ == STRING:
            return self.random.choice([f"'{self.random.choice(STRINGS)}'", "s", "t"])
        if type_ == BOOL:
            return self.random.choice(["true", "false", "b", "c"])
        if type_ == TIMESTAMP:
            return (
                f"timestamp('20{self.random.randrange(10, 30)}-0{self.random.randrange(1, 10)}-15T07:08:09Z')"
            )
        if type_ == DURATION:
            return f"duration('{self.random.choice(['90s', '-1.5s', '1h30m', '250ms', '1000h'])}')"
        return self.random.choice(["xs", "[]", f"[{self.leaf(INT)}, {self.leaf(INT)}]"])

    def arithmetic(self, depth: int) -> str:
        operator = self.random.choice("+-*/%")
        return f"({self.text(INT, depth)} {operator} {self.text(INT, depth)})"

    def int_function(self, depth: int) -> str:
        part = self.random.choice(["getFullYear", "getMonth", "getDayOfYear", "getDayOfWeek", "getDate"])
        return self.random.choice(
            [
                f"size({self.text(STRING, depth)})",
                f"size({self.text(ListOf(INT), depth)})",
                f"int({self.text(DOUBLE, depth)})",
                f"-({self.text(INT, depth)})",
                f"{self.text(TIMESTAMP, depth)}.{part}('{self.random.choice(['UTC', '+02:30', '-11:00'])}')",
                f"{self.text(DURATION, depth)}.get{self.random.choice(['Hours', 'Minutes', 'Seconds'])}()",
            ]
        )

    def int_item(self, depth: int) -> str:
        key = self.text(STRING, depth)
        items = f"({self.text(ListOf(INT), depth)} + [1, 2])"
        return self.random.choice(
            [
                f"(has(m.k) ? m.k : {self.text(INT, depth)})",
                f"({key} in m ? m[{key}] : {self.text(INT, depth)})",
                f"{items}[{self.random.choice('0012')}]",
                f"{items}[{self.text(INT, depth)}]",
            ]
        )

    def double_arithmetic(self, depth: int) -> str:
        return f"({self.text(DOUBLE, depth)} {self.random.choice('+-*/')} {self.text(DOUBLE, depth)})"

    def double_function(self, depth: int) -> str:
        return self.random.choice([f"double({self.text(INT, depth)})", f"-({self.text(DOUBLE, depth)})"])

    def joined(self, depth: int) -> str:
        return f"({self.text(STRING, depth)} + {self.text(STRING, depth)})"

    def string_function(self, depth: int) -> str:
        type_ = self.random.choice([INT, BOOL, STRING])
        converted = [f"string({self.text(type_, depth)})", f"string({self.leaf(DOUBLE)})"]
        return self.random.choice([*converted, "ss[0]", f"(ss + ['a', 'b'])[{self.random.choice('012')}]"])

    def comparison(self, depth: int) -> str:
        operator = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        types: list[Type] = [INT, DOUBLE, STRING, BOOL, TIMESTAMP, DURATION]
        type_ = self.random.choice([*types, ListOf(INT)] if operator in ("==", "!=") else types)
        return f"({self.text(type_, depth)} {operator} {self.text(type_, depth)})"

    def logic(self, depth: int) -> str:
        operator = self.random.choice(["&&", "||"])
        operands = [self.text(BOOL, depth) for _ in range(self.random.choice([2, 2, 3]))]
        return self.random.choice([f"({f' {operator} '.join(operands)})", f"!{operands[0]}"])

    def search(self, depth: int) -> str:
        macro = self.random.choice(["all", "exists", "exists_one"])
        return self.random.choice(
            [
                f"{self.text(ListOf(INT), depth)}.{macro}({self.body(BOOL, depth)})",
                f"({self.text(INT, depth)} in {self.text(ListOf(INT), depth)})",
                f"({self.text(STRING, depth)} in {self.random.choice(['m', 'ss'])})",
                f"m.{macro}(key, key == {self.text(STRING, depth)} || m[key] > {self.text(INT, depth)})",
                "has(m.k)",
            ]
        )

    def string_test(self, depth: int) -> str:
        method = self.random.choice(["contains", "startsWith", "endsWith", "matches"])
        other = f"'{self.random.choice(PATTERNS)}'" if method == "matches" else self.text(STRING, depth)
        return f"{self.text(STRING, depth)}.{method}({other})"

    def mixed_numbers(self, depth: int) -> str:
        operator = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        return f"(dyn({self.text(INT, depth)}) {operator} {self.text(DOUBLE, depth)})"

    def dynamic(self, depth: int) -> str:
        operator = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        type_ = self.random.choice([INT, DOUBLE, STRING, BOOL])
        arithmetic = self.random.choice(["y", "y", "y[0]", "y.k"])
        return self.random.choice(
            [
                f"({arithmetic} {operator} {self.text(type_, depth)})",
                f"(y {self.random.choice('+-*')} {self.text(INT, depth)} == {self.text(INT, depth)})",
                f"(y in [dyn({self.text(INT, depth)}), {self.text(DOUBLE, depth)}, 'a'])",
                f"y.exists(item, item == {self.text(INT, depth)})",
            ]
        )

    def concatenated(self, depth: int) -> str:
        return f"({self.text(ListOf(INT), depth)} + {self.text(ListOf(INT), depth)})"

    def loop(self, depth: int) -> str:
        items, macro = self.text(ListOf(INT), depth), self.random.choice(["filter", "map"])
        return f"{items}.{macro}({self.body(BOOL if macro == 'filter' else INT, depth)})"

    def body(self, type_: Type, depth: int) -> str:
        variable = f"x{len(self.variables)}"
        self.variables.append(variable)
        text = f"{variable}, {self.text(type_, depth)}"
        self.variables.pop()
        return text

    def moved(self, depth: int) -> str:
        return f"({self.text(TIMESTAMP, depth)} {self.random.choice('+-')} {self.text(DURATION, depth)})"

    def difference(self, depth: int) -> str:
        type_ = self.random.choice([TIMESTAMP, DURATION])
        return f"({self.text(type_, depth)} - {self.text(type_, depth)})"
