"""Relations between types: whether one fits where another is expected, and the common type of two."""

from __future__ import annotations

from enum import IntEnum

from statewright.language.cel.types import (
    DYN,
    NULL,
    STRING,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Scalar,
    Type,
)


class Fit(IntEnum):
    """Whether values of one type fit where another is expected. `min` combines several results.

    CHECKED: it depends on the value, which is checked at run time.
    """

    NEVER = 0
    CHECKED = 1
    ALWAYS = 2


def fits(source: Type, target: Type) -> Fit:
    """Whether a value of type `source` fits where `target` is expected.

    T fits `T or null`. int does not fit double. For dyn, which may have any type, the result is CHECKED.
    """
    match source, target:
        case _, Scalar("dyn"):
            return Fit.ALWAYS
        case Scalar("dyn"), _:
            return Fit.CHECKED
        case Nullable(), Nullable():
            return fits(source.inner, target.inner)
        case _, Nullable():
            return Fit.ALWAYS if source == NULL else fits(source, target.inner)
        case ListOf(), ListOf():
            return fits(source.item, target.item)
        case MapOf(), MapOf():
            return min(fits(source.key, target.key), fits(source.value, target.value))
        case Record(), MapOf():
            values = (fits(field.type, target.value) for field in source.fields.values())
            return min(fits(STRING, target.key), *values, Fit.ALWAYS)
        case MapOf(), Record():
            # The keys of a map are known only at run time.
            values = (fits(source.value, field.type) for field in target.fields.values())
            return min(fits(source.key, STRING), *values, Fit.CHECKED)
        case Record(), Record():
            return _record_fits(source, target)
        case _:
            return Fit.ALWAYS if source == target else Fit.NEVER


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` accepts these types. int and double need dyn; only `T or null` compares with null."""
    match left, right:
        case (Scalar("dyn"), _) | (_, Scalar("dyn")):
            return True
        case (Nullable(), _) | (_, Nullable()):
            return NULL in (left, right) or comparable(inner_of(left), inner_of(right))
        case ListOf(), ListOf():
            return comparable(left.item, right.item)
        case MapOf(), MapOf():
            return comparable(left.key, right.key) and comparable(left.value, right.value)
        case (Record() as record, MapOf() as map_) | (MapOf() as map_, Record() as record):
            values = (comparable(field.type, map_.value) for field in record.fields.values())
            return comparable(STRING, map_.key) and all(values)
        case _:
            return left == right or (isinstance(left, Record) and isinstance(right, Record))


def join(left: Type, right: Type) -> Type | None:
    """Return the narrowest type that covers both; None if only dyn does."""
    if DYN in (left, right):
        return DYN
    if NULL in (left, right) and left != right:
        other = right if left == NULL else left
        return other if isinstance(other, Nullable) else Nullable(other)
    match left, right:
        case (Nullable(), _) | (_, Nullable()):
            inner = join(inner_of(left), inner_of(right))
            return inner and (inner if inner == DYN else Nullable(inner))
        case ListOf(), ListOf():
            item = join(left.item, right.item)
            return item and ListOf(item)
        case MapOf(), MapOf():
            key, value = join(left.key, right.key), join(left.value, right.value)
            return MapOf(key, value) if key and value else None
        case (Record() as record, MapOf() as map_) | (MapOf() as map_, Record() as record):
            values = [field.type for field in record.fields.values()]
            return MapOf(join_all([STRING, map_.key]), join_all([*values, map_.value]))
        case Record(), Record():
            return _join_records(left, right)
    if fits(left, right) is Fit.ALWAYS:
        return right
    return left if fits(right, left) is Fit.ALWAYS else None


def join_all(types: list[Type]) -> Type:
    """Return the narrowest type that covers all items of a literal; dyn if there is no such type."""
    if not types:
        return DYN
    shared: Type | None = types[0]
    for type_ in types[1:]:
        shared = join(shared, type_) if shared is not None else None
    return shared if shared is not None else DYN


def inner_of(type_: Type) -> Type:
    """The type of the value when it is not null."""
    return type_.inner if isinstance(type_, Nullable) else type_


def _join_records(left: Record, right: Record) -> Record:
    """Join two records. A field of only one of them becomes optional; unrelated field types become dyn."""
    fields = {}
    for name in {**left.fields, **right.fields}:
        given = [record.fields[name] for record in (left, right) if name in record.fields]
        optional = len(given) < 2 or any(field.optional for field in given)
        fields[name] = RecordField(join_all([field.type for field in given]), optional)
    return Record(fields, is_literal=left.is_literal or right.is_literal)


def _record_fits(source: Record, target: Record) -> Fit:
    if source.fields.keys() - target.fields.keys():
        return Fit.NEVER
    worst = Fit.ALWAYS
    for name, wanted in target.fields.items():
        given = source.fields.get(name)
        if given is None or (given.optional and not wanted.optional):
            if given is not None or not wanted.optional:
                return Fit.NEVER
            continue
        worst = min(worst, fits(given.type, wanted.type))
    return worst
