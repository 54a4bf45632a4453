"""Random schemas, values that fit them, and expressions that fit or contain one mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Schema = dict[str, Any]
SCALARS: tuple[Schema, ...] = (
    {"type": "integer"},
    {"type": "integer", "minimum": 0, "maximum": 9},
    {"type": "number"},
    {"type": "number", "exclusiveMinimum": 0.5},
    {"type": "string"},
    {"type": "string", "enum": ["ab", "c"]},
    {"type": "string", "maxLength": 3},
    {"type": "boolean"},
)
ANY = SCALARS[0]  # for parts of open schemas
INTS, DOUBLES, TEXTS = (0, 1, 2, 7, -3, 2**63 - 1), (0.0, 1.5, -2.25, 1e9), ("", "ab", "c", "abc", "abcdef")


@dataclass(frozen=True)
class Source:
    """A value that an expression can read. `tests`: conditions that prove it present and not null."""

    text: str
    schema: Schema
    tests: tuple[str, ...] = ()


class Writer:
    """Generates schemas, values that fit them, and expressions with at most `mistakes_left` mistakes."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.mistakes_left = 0
        self.mistake = ""
        self.conditions: list[str] = []  # that come out either way

    def schema(self, depth: int) -> Schema:
        kind = self.random.choice(
            ["scalar"] * 4 + ["array", "record", "record", "map", "open"] * min(depth, 1)
        )
        schema = self.random.choice(SCALARS)
        match kind:
            case "array":
                schema = {"type": "array", "items": self.schema(depth - 1), "maxItems": 6}
            case "record":
                parts = {name: self.schema(depth - 1) for name in self.random.choice(["x", "xy", "xyz"])}
                required = [name for name in parts if self.random.random() < 0.6]
                schema = {"type": "object", "properties": parts, "required": required}
            case "map":
                schema = {"type": "object", "additionalProperties": self.schema(depth - 1)}
            case "open":
                schema = {"type": self.random.choice(["object", "array"])}
        if self.random.random() < 0.25 and "enum" not in schema and kind != "open":
            schema = {**schema, "type": [schema["type"], "null"]}
        return schema

    def value(self, schema: Schema) -> Any:
        if is_nullable(schema) and self.random.random() < 0.4:
            return None
        match kind_of(schema):
            case "integer":
                return self.random.choice([n for n in INTS if 0 <= n <= 9 or "maximum" not in schema])
            case "number":
                return self.random.choice([n for n in DOUBLES if n > 0.5 or "exclusiveMinimum" not in schema])
            case "string":
                longest = schema.get("maxLength", 9)
                return self.random.choice(
                    schema.get("enum", [text for text in TEXTS if len(text) <= longest])
                )
            case "boolean":
                return self.random.random() < 0.5
            case "array":
                return [self.value(schema.get("items", ANY)) for _ in range(self.random.randrange(3))]
            case _ if "properties" in schema:
                return self.record(schema)
            case _:
                others = schema.get("additionalProperties", ANY)
                return {key: self.value(others) for key in "kl" if self.random.random() < 0.7}

    def record(self, schema: Schema) -> dict[str, Any]:
        parts = schema["properties"].items()
        return {
            n: self.value(part) for n, part in parts if n in schema["required"] or self.random.random() < 0.5
        }

    def sources(self, root: str, fields: dict[str, Schema], optional: list[str]) -> list[Source]:
        """All values that can be read from a name, up to two levels deep."""
        found = []
        for name, schema in fields.items():
            text = f"{root}.{name}"
            tests = (f"has({text})",) if name in optional else ()
            found += self.below(Source(text, schema, tests), 2)
        return found

    def below(self, source: Source, depth: int) -> list[Source]:
        """A source and its parts; nullable parts are read after a test."""
        text, schema, tests = source.text, source.schema, source.tests
        if is_nullable(schema):
            tests = (*tests, f"{text} != null")
            schema = {**schema, "type": kind_of(schema)}
        found = [Source(text, schema, tests)]
        if depth:
            for name, part in schema.get("properties", {}).items():
                inner = (*tests, f"has({text}.{name})") if name not in schema["required"] else tests
                found += self.below(Source(f"{text}.{name}", part, inner), depth - 1)
        if "items" in schema and depth and not tests:
            found += self.below(Source(f"{text}[0]", schema["items"]), 0)[: not is_nullable(schema["items"])]
        if "additionalProperties" in schema and not tests and not is_nullable(schema["additionalProperties"]):
            found.append(Source(f"{text}.k", schema["additionalProperties"]))
        return found

    def expression(self, schema: Schema, sources: list[Source], depth: int) -> str:
        """Return an expression of exactly this schema's type, or one with a mistake."""
        if self.mistakes_left and self.random.random() < 0.2:
            self.mistakes_left -= 1
            return self.mistaken(schema, sources, depth)
        if is_nullable(schema) and self.random.random() < 0.3:
            return "null"
        schema = {**schema, "type": kind_of(schema)}
        ways: list[Callable[[Schema, list[Source], int], str]] = [self.literal, self.literal, self.read]
        if depth and self.conditions:
            ways += [self.choice, self.computed, self.computed]
        return self.random.choice(ways)(schema, sources, depth)

    def mistaken(self, schema: Schema, sources: list[Source], depth: int) -> str:
        ways = ["other type", "untested", "constraint", "misspelt"]
        ways += ["missing key", "extra key"] * 3 * ("properties" in schema)
        self.mistake = self.random.choice(ways)
        other = self.other(schema)
        match self.mistake:
            case "untested" if risky := [s for s in sources if s.tests and same_type(s.schema, schema)]:
                return self.random.choice(risky).text
            case "constraint" if (text := self.outside(schema)) is not None:
                return text
            case "misspelt" if named := [s for s in sources if s.text[-1] not in "]k"]:
                return f"{self.random.choice(named).text}z"
            case "missing key" if schema["required"]:
                gone = self.random.choice(schema["required"])
                parts = {name: part for name, part in schema["properties"].items() if name != gone}
                return self.literal({**schema, "properties": parts}, sources, depth)
            case "extra key":
                parts = {**schema["properties"], "w": {"type": "integer"}}
                wider = {**schema, "properties": parts, "required": [*schema["required"], "w"]}
                return self.literal(wider, sources, depth)
        self.mistake = "other type"
        return self.expression(other, sources, depth)

    def other(self, schema: Schema) -> Schema:
        others = [other for other in SCALARS if kind_of(other) != kind_of(schema)]
        return self.random.choice(others)

    def outside(self, schema: Schema) -> str | None:
        """A constant that violates only the constraints."""
        outside = {"maximum": "10", "exclusiveMinimum": "0.5", "enum": "'zz'", "maxLength": "'long'"}
        return next((text for keyword, text in outside.items() if keyword in schema), None)

    def literal(self, schema: Schema, sources: list[Source], depth: int) -> str:
        match kind_of(schema):
            case "array":
                parts = [schema.get("items", ANY)] * self.random.randrange(3)
                return f"[{', '.join(self.part(part, sources, depth) for part in parts)}]"
            case "object":
                others = dict.fromkeys("kl", schema.get("additionalProperties", ANY))
                written = schema.get("properties", others)
                needed = schema.get("required", ())
                names = [name for name in written if name in needed or self.random.random() < 0.5]
                entries = [f"{name!r}: {self.part(written[name], sources, depth)}" for name in names]
                return f"{{{', '.join(entries)}}}"
            case "integer":
                return str(min(self.value(schema), 9))  # a sum of constants does not overflow
            case _:
                return json.dumps(self.value(schema))

    def part(self, schema: Schema, sources: list[Source], depth: int) -> str:
        return self.expression(schema, sources, depth - 1) if depth else constant(self.value(schema))

    def read(self, schema: Schema, sources: list[Source], depth: int) -> str:
        """A name of the type, guarded by its tests if needed."""
        fitting = [source for source in sources if same_type(source.schema, schema)]
        if not fitting:
            return self.literal(schema, sources, depth)
        source = self.random.choice(fitting)
        if not source.tests:
            return source.text
        return f"({' && '.join(source.tests)} ? {source.text} : {self.literal(schema, sources, 0)})"

    def choice(self, schema: Schema, sources: list[Source], depth: int) -> str:
        condition = self.random.choice(self.conditions)
        self.conditions.remove(condition)  # both arms can be reached
        arms = [self.expression(schema, sources, depth - 1) for _ in range(2)]
        self.conditions.append(condition)
        return f"({condition} ? {arms[0]} : {arms[1]})"

    def computed(self, schema: Schema, sources: list[Source], depth: int) -> str:
        def part(of: Schema) -> str:
            return self.expression(of, sources, depth - 1)

        kind, plain = kind_of(schema), {"type": kind_of(schema)}
        match kind:
            case "integer":
                return self.random.choice(
                    [f"({part(plain)} + {part(plain)})", f"size({part({'type': 'string'})})"]
                )
            case "number":
                return self.random.choice(
                    [f"({part(plain)} * {part(plain)})", f"double({part({'type': 'integer'})})"]
                )
            case "string":
                return f"({part(plain)} + {part(plain)})"
            case "boolean":
                one = self.random.choice(SCALARS[:7])
                bare = {"type": one["type"]}
                known = self.random.choice(self.conditions)
                return self.random.choice([f"({part(bare)} < {part(bare)})", f"({known} || {part(plain)})"])
            case "array" if "items" in schema:
                return self.random.choice([self.concatenated, self.mapped, self.filtered])(
                    schema, sources, depth
                )
            case _:
                return self.literal(schema, sources, depth)

    def concatenated(self, schema: Schema, sources: list[Source], depth: int) -> str:
        return f"({self.read(schema, sources, depth - 1)} + {self.literal(schema, sources, depth - 1)})"

    def mapped(self, schema: Schema, sources: list[Source], depth: int) -> str:
        lists = [source for source in sources if "items" in source.schema and not source.tests]
        if not lists:
            return self.literal(schema, sources, depth)
        over = self.random.choice(lists)
        variable = f"v{depth}"
        inner = [*sources, *self.below(Source(variable, over.schema["items"]), 1)]
        return f"{over.text}.map({variable}, {self.expression(schema.get('items', ANY), inner, depth - 1)})"

    def filtered(self, schema: Schema, sources: list[Source], depth: int) -> str:
        variable = f"v{depth}"
        inner = [*sources, *self.below(Source(variable, schema.get("items", ANY)), 1)]
        condition = self.expression({"type": "boolean"}, inner, depth - 1)
        left, self.mistakes_left = self.mistakes_left, 0  # a list of several types is checked when it runs
        over = self.read(schema, sources, depth - 1)
        self.mistakes_left = left
        return f"({over}).filter({variable}, {condition})"


def condition(source: Source) -> str | None:
    """Return a condition that is true for some values of a source and false for others."""
    tests = {"integer": " < 2", "number": " < 1.75", "string": " == 'ab'", "boolean": ""}
    kind = kind_of(source.schema)
    is_sure = not source.tests and "[" not in source.text and ".k" not in source.text
    return f"{source.text}{tests[kind]}" if is_sure and kind in tests else None


def kind_of(schema: Schema) -> str:
    """The type of a non-null value."""
    declared = schema["type"]
    return str(declared[0] if isinstance(declared, list) else declared)


def is_nullable(schema: Schema) -> bool:
    return isinstance(schema["type"], list)


def same_type(left: Schema, right: Schema) -> bool:
    """Whether two schemas are equal except for their constraints."""
    return shape(left) == shape({**right, "type": kind_of(right)})


def shape(schema: Schema) -> object:
    parts = {name: shape(part) for name, part in schema.get("properties", {}).items()}
    inner = [shape(schema[key]) for key in ("items", "additionalProperties") if key in schema]
    return schema["type"], parts, sorted(schema.get("required", ())), inner


def constant(value: Any) -> str:
    return json.dumps(value)
