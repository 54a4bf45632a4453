"""Whether a file of scenarios is built as `schemas/scenarios.schema.json` says.

Turns the faults that the validator reports into findings in an author's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from referencing import Registry

from statewright.diagnostics import Code, Finding, hint
from statewright.json_schemas import load_schema
from statewright.language.source.document import Document
from statewright.language.source.text import FINDINGS_MAX
from statewright.language.wording import described, kind, quoted

_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "boolean": "true",
    "array": "a list",
    "object": "a mapping",
}


def check_shape(document: Document) -> list[Finding]:
    """The faults of the document's shape, each at the key or the value that is to blame; at most 200."""
    errors = _validator().iter_errors(document.value)
    return list(islice((finding for error in errors for finding in _findings(document, error)), FINDINGS_MAX))


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(load_schema("scenarios"), registry=Registry())


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    value: Any = error.instance
    schema: Any = error.schema
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for key in value.keys() - set(known):
                message = f"unknown key {quoted(key)}{hint(key, known)}"
                yield document.finding(Code.UNKNOWN_KEY, (*path, key), message, key=True)
        case "required":
            for key in schema["required"]:
                if key not in value:
                    yield document.finding(Code.SHAPE, path, f"the key {quoted(key)} is missing")
        case _:
            yield document.finding(Code.SHAPE, path, _message(error))


def _message(error: ValidationError) -> str:
    value: Any = error.instance
    limit: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            return f"expected {' or '.join(_TYPES[name] for name in names)}, this is {described(value)}"
        case "enum":
            return f"expected {', '.join(map(quoted, limit))}, this is {described(value)}"
        case "pattern":
            return f"expected {schema['title']}, this is {described(value)}"
        case "minItems" | "minProperties" | "minLength":
            return f"expected at least one entry, this {kind(value).split()[-1]} is empty"
        case "minimum":
            return f"expected at least {limit}, this is {described(value)}"
        case keyword:
            raise AssertionError(f"scenarios.schema.json uses {keyword}, which has no message here")
