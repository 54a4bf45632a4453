"""Checks a scenario file against `schemas/scenarios.schema.json`.

Rewords the validator's errors as findings for authors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import ValidationError

from statewright.diagnostics import Code, Finding, hint
from statewright.language.shape import TYPES, expectation, shape_findings
from statewright.language.source.document import Document
from statewright.language.wording import described, quoted

_TYPES = {**TYPES, "boolean": "true"}


def check_shape(document: Document) -> list[Finding]:
    """At most 200 findings about the document's shape, each at its key or value."""
    return shape_findings(document, "scenarios", _findings)


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
                    yield document.finding(Code.SHAPE, path, f"missing key {quoted(key)}")
        case "pattern":
            message = f"expected {schema['title']}, found {described(value)}"
            yield document.finding(Code.SHAPE, path, message)
        case _:
            yield document.finding(Code.SHAPE, path, expectation(error, types=_TYPES))
