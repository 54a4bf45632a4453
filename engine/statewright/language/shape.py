"""The shape check: validates a document against `schemas/machine.schema.json`.

Turns each validation error into a finding with a message of our own. Checks that need to resolve names are
made when the definition is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from referencing import Registry

from statewright.diagnostics import Code, Finding, hint, sort_findings
from statewright.json_schemas import load_schema
from statewright.language.source.document import Document, DocumentPath
from statewright.language.source.text import FINDINGS_MAX
from statewright.language.wording import described, kind, quoted

# Names that other state machine languages use for our keys.
_FOREIGN_WORDS = {
    "cond": "guard",
    "condition": "guard",
    "when": "guard",
    "if": "guard",
    "to": "target",
    "dest": "target",
    "destination": "target",
    "next": "target",
    "goto": "target",
    "on": "accepts",
    "transitions": "accepts",
    "trigger": "accepts",
    "triggers": "accepts",
    "context": "data",
    "start": "initial",
    "name": "machine",
    "id": "machine",
    "children": "states",
    "error": "reject",
    "assign": "set",
}
_REFUSAL_KEYS = ("message", "on_refusal")
_OUTCOME_KEYS = ("emit", "target", "with")
_UNQUOTED_COMMA = "a comma ends an unquoted value, so put the whole value in quotes"
_SCHEMA = "a schema"  # the title of schemas that have no shorthand
TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


Describe = Callable[[Document, ValidationError], Iterator[Finding]]


def check_shape(document: Document) -> list[Finding]:
    """Return the shape findings of a definition, sorted, each at the offending key or value; at most 200."""
    return sort_findings(shape_findings(document, "machine", _findings))


def shape_findings(document: Document, schema: str, describe: Describe) -> list[Finding]:
    """Return at most 200 findings from validating a document; `describe` turns errors into findings."""
    errors = _validator(schema).iter_errors(document.value)
    return list(islice((finding for error in errors for finding in describe(document, error)), FINDINGS_MAX))


def expectation(error: ValidationError, *, types: Mapping[str, str] = TYPES) -> str:
    """Describe the expected value, for the keywords that all our schemas share."""
    value: Any = error.instance
    limit: Any = error.validator_value
    match error.validator:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            return f"expected {' or '.join(types[name] for name in names)}, found {described(value)}"
        case "enum" | "const":
            choices = limit if error.validator == "enum" else [limit]
            return f"expected {', '.join(quoted(choice) for choice in choices)}, found {described(value)}"
        case "minItems" | "minProperties" | "minLength":
            return f"expected at least one entry, found an empty {kind(value).removeprefix('a ')}"
        case "exclusiveMinimum":
            return f"expected a number greater than {limit}, found {described(value)}"
        case "minimum":
            return f"expected at least {limit}, found {described(value)}"
        case keyword:
            raise AssertionError(f"no message for the schema keyword {keyword}")


@cache
def _validator(schema: str) -> Draft7Validator:
    return Draft7Validator(load_schema(schema), registry=Registry())


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    path: DocumentPath = tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(document, path, error)
        case "required":
            at_key = bool(path) and isinstance(path[-1], str)
            for key in limit:
                if key not in value:
                    message = f"missing key {quoted(key)}"
                    yield document.finding(Code.SHAPE, path, message, key=at_key, about=(key,))
        case "not":
            for key in limit["required"]:
                message = f"{quoted(key)} is only allowed on the fields of a payload or of the data"
                yield document.finding(Code.UNKNOWN_KEY, (*path, key), message, key=True)
        case _ if "propertyNames" in error.absolute_schema_path:
            place = (*path, str(value))
            yield document.finding(Code.SHAPE, place, _value_message(error), key=True)
        case _:
            yield document.finding(Code.SHAPE, path, _value_message(error))


def _unknown_keys(document: Document, path: DocumentPath, error: ValidationError) -> Iterator[Finding]:
    schema = _schema_of(error)
    known = list(schema["properties"])
    written: Any = error.instance
    for key in written:
        if key in known or any(re.search(pattern, key) for pattern in schema.get("patternProperties", {})):
            continue
        if key in _REFUSAL_KEYS and "emit" in known:
            code, message = Code.BRANCH_KEYS, f"`{key}` is only allowed together with `reject`"
        elif key in _OUTCOME_KEYS and "reject" in known:
            code, message = Code.BRANCH_KEYS, f"a branch with `reject` emits no events; remove `{key}`"
        elif "$ref" in known:
            code, message = Code.PAYLOAD_SCHEMA, f"{quoted(key)} cannot be combined with `$ref`"
        else:
            possible = [*known, "reject", *_REFUSAL_KEYS] if "emit" in known else known
            has_no_colon = written[key] is None and document.has_no_colon((*path, key))
            remedy = f"; {_UNQUOTED_COMMA}" if has_no_colon else _key_hint(key, possible)
            code, message = Code.UNKNOWN_KEY, f"unknown key {quoted(key)}{remedy}"
        yield document.finding(code, (*path, key), message, key=True)


def _key_hint(key: str, known: list[str]) -> str:
    ours = _FOREIGN_WORDS.get(key.casefold())
    return f'; did you mean "{ours}"?' if ours in known else hint(key, known)


def _value_message(error: ValidationError) -> str:
    value: Any = error.instance
    limit: Any = error.validator_value
    title = _schema_of(error).get("title")
    match error.validator:
        case "type" if title is not None:
            shorthand = isinstance(value, str) and value in TYPES and title == _SCHEMA
            written_out = f"; write {{type: {value}}}" if shorthand else ""
            return f"expected {title}, found {described(value)}{written_out}"
        case "pattern":
            return f"{quoted(value)} is not {title}"
        case "enum" if isinstance(value, str):
            return f"{quoted(value)} is not {title or 'allowed here'}{hint(value, limit)}"
        case "enum" if value is None and "null" in limit:
            return f'a bare null is not {title}; write "null" in quotes'
        case _:
            return expectation(error)


def _schema_of(error: ValidationError) -> Mapping[str, Any]:
    assert isinstance(error.schema, dict)
    return error.schema
