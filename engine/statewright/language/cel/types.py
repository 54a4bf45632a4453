"""The types of expressions: frozen values with structural equality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts, identified by its name.

    `schema_types`: for a dyn declared by a schema, the JSON Schema types of its values; empty for any.
    """

    name: str
    schema_types: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.name


INT = Scalar("int")
DOUBLE = Scalar("double")
STRING = Scalar("string")
BOOL = Scalar("bool")
NULL = Scalar("null")
TIMESTAMP = Scalar("timestamp")
DURATION = Scalar("duration")
DYN = Scalar("dyn")  # dynamically typed: checked when the expression runs


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type

    def __str__(self) -> str:
        return f"list({self.item})"


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with arbitrary keys of one type. Selecting an absent key fails at run time."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map({self.key}, {self.value})"


@dataclass(frozen=True, slots=True)
class Nullable:
    """`inner` or null. Must be narrowed (`x != null && …`) before it can be used as `inner`."""

    inner: Type

    def __str__(self) -> str:
        return f"{self.inner} or null"


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field of a record. `optional`: the key may be absent, so uses must be narrowed by `has(…)`."""

    type: Type
    optional: bool = False


@dataclass(frozen=True)
class Record:
    """A closed set of named fields. Selecting any other field is a type error.

    `is_literal`: the type of a map literal. Unlike a declared record it may be indexed.
    """

    fields: Mapping[str, RecordField]
    is_literal: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.fields)))

    def __str__(self) -> str:
        return "{" + ", ".join(f"{name}: {field.type}" for name, field in self.fields.items()) + "}"


Type = Scalar | ListOf | MapOf | Nullable | Record
