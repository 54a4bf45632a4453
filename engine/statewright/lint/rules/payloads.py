"""Rules about the fields of payloads and data: size, shape, money and personal data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from statewright.analysis.schemas import Schema, types_of
from statewright.diagnostics import Code
from statewright.lint.context import LintContext, named
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
# The last word of a name for money, as in `unit_price` and `totalAmount`.
_MONEY = frozenset(
    {"amount", "balance", "cost", "deposit", "fee", "money", "payment", "price"}
    | {"refund", "salary", "subtotal", "wage"}
)
# These can count anything; with a word from `_MONEY` or a currency they mean money.
_PERHAPS_MONEY = frozenset({"charge", "discount", "total"})
_SHARE_MAX = 100  # a smaller maximum means a share or a percentage
# Names of personal data, without underscores.
_PERSONAL = frozenset(
    {"email", "emailaddress", "phone", "phonenumber", "mobile", "mobilenumber", "iban", "bic", "ssn"}
    | {"birthday", "birthdate", "dateofbirth", "passport", "passportnumber", "taxid", "creditcard"}
    | {"cardnumber", "firstname", "lastname", "fullname", "surname", "familyname", "givenname", "street"}
    | {"streetaddress"}
)


@rule(
    Code.UNBOUNDED_PAYLOAD,
    why="A sender can put any amount of data into this field. The resulting event can be too large to store.",
    needs={Basis.SCHEMAS},
)
def unbounded_payloads(context: LintContext) -> Iterator[Diagnostic]:
    """One finding per command. Only commands are checked, because events get their values from them."""
    for command in (context.definition.commands or {}).values():
        found = {
            name: list(_unbounded(field.schema, f'"{name}"'))
            for name, field in command.payload.fields.items()
        }
        fields = [name for name, parts in found.items() if parts]
        if fields:
            parts = [part for parts in found.values() for part in parts]
            keywords = " and ".join(f"`{keyword}`" for keyword in dict.fromkeys(key for _, key in parts))
            places = ", ".join(dict.fromkeys(place for place, _ in parts))
            path = ("commands", command.name, "payload", fields[0])
            message = f'{places} of command "{command.name}" can have any size; add {keywords}'
            yield Diagnostic(path, message, key=True, about=tuple(fields))


@rule(
    Code.OPEN_PAYLOAD,
    why="Nothing describes the contents of this field. The event is stored permanently, and its consumers "
    "have to guess.",
    needs={Basis.SCHEMAS},
)
def open_payloads(context: LintContext) -> Iterator[Diagnostic]:
    for path, field in context.event_fields():
        if _is_open(field.schema):
            message = (
                f'field "{field.name}" of event "{path[1]}" can contain anything; '
                "declare `properties` or `items`"
            )
            yield Diagnostic(path, message, key=True)


@rule(
    Code.FLOATING_MONEY,
    why="A double cannot represent 0.1 exactly, so sums of money drift and comparisons fail. Use an integer "
    "that counts minor units, such as cents.",
    needs={Basis.SCHEMAS},
)
def floating_money(context: LintContext) -> Iterator[Diagnostic]:
    """One finding per file that names all such fields."""
    with_currency = {path[:-1] for path, field in context.fields() if "currency" in _words(field.name)}
    floating = {
        field.name: path
        for path, field in reversed(list(context.fields()))
        if _is_floating(field.schema) and _is_money(field.name, has_currency=path[:-1] in with_currency)
    }
    if floating:
        names = list(reversed(floating))
        verb = "looks like money but is a double" if len(names) == 1 else "look like money but are doubles"
        message = f"{named(names)} {verb}; use an integer in minor units"
        yield Diagnostic(floating[names[0]], message, key=True, about=tuple(names))


@rule(
    Code.UNMARKED_PERSONAL_DATA,
    why="The field looks like personal data, but is not marked with `x-pii`. Events are never "
    "deleted, so tools that export or redact them need this mark to find personal data.",
    needs={Basis.SCHEMAS},
)
def unmarked_personal_data(context: LintContext) -> Iterator[Diagnostic]:
    """One finding per file that names all such fields."""
    unmarked = {
        field.name: path
        for path, field in context.fields()
        if "x-pii" not in field.schema and field.name.replace("_", "").casefold() in _PERSONAL
    }
    if unmarked:
        first, *_ = unmarked
        verb = "looks" if len(unmarked) == 1 else "look"
        message = f"{named(list(unmarked))} {verb} like personal data; add `x-pii: true` or `x-pii: false`"
        yield Diagnostic(unmarked[first], message, key=True, about=tuple(unmarked))


def _is_floating(schema: Schema) -> bool:
    return "number" in types_of(schema) and schema.get("maximum", math.inf) > _SHARE_MAX


def _is_money(name: str, *, has_currency: bool) -> bool:
    *before, last = _words(name) or [""]
    return last in _MONEY or (last in _PERHAPS_MONEY and (has_currency or not _MONEY.isdisjoint(before)))


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _unbounded(schema: Schema, place: str) -> Iterator[tuple[str, str]]:
    """Each part without an upper bound, in words, with its missing keyword. `place`: the field in words."""
    if schema.keys() & {"enum", "const"}:
        return
    types = types_of(schema)
    if "string" in types and not schema.keys() & {"maxLength", "pattern"}:  # patterns bound their input
        yield place, "maxLength"
    if "array" in types and "maxItems" not in schema:
        yield place, "maxItems"
    if "array" in types and "items" not in schema:
        yield f"the items of {place}", "items"
    if not types or ("object" in types and schema.get("additionalProperties", True) is True):
        yield place, "properties" if types else "type"
    for name, part in schema.get("properties", {}).items():
        yield from _unbounded(part, f'"{name}" in {place}')
    for keyword, words in (("items", "the items of"), ("additionalProperties", "the values of")):
        if isinstance(schema.get(keyword), Mapping):
            yield from _unbounded(schema[keyword], f"{words} {place}")


def _is_open(schema: Schema) -> bool:
    """Whether it or a part of it can contain anything. Excludes maps with a schema for their values."""
    if schema.keys() & {"enum", "const"}:
        return False
    types = types_of(schema)
    is_any = not types or ("object" in types and schema.get("additionalProperties", True) is True)
    return is_any or ("array" in types and "items" not in schema) or any(map(_is_open, _parts(schema)))


def _parts(schema: Schema) -> Iterable[Schema]:
    parts = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return [part for part in parts if isinstance(part, Mapping)]
