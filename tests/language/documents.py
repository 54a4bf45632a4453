"""Helpers that build documents from text and return their findings."""

from __future__ import annotations

from statewright.errors import DefinitionError
from statewright.language.schema.payloads import Field, Payload
from statewright.language.schema.reader import FieldReader
from statewright.language.shape import check_shape
from statewright.language.source.document import Document, load_document


def yaml(text: str) -> Document:
    return load_document(text.encode(), "m.yaml")


def json(text: str) -> Document:
    return load_document(text.encode(), "m.json")


def refusal(content: str | bytes, file: str = "m.yaml") -> list[str]:
    """Return the headlines of the findings that loading reports, without the file name."""
    try:
        findings = load_document(content if isinstance(content, bytes) else content.encode(), file).findings
    except DefinitionError as error:
        findings = error.findings
    assert findings, "the file was accepted"
    return [finding.headline().removeprefix(f"{file}:") for finding in findings]


def shape_findings(text: str) -> list[str]:
    """Return the findings of the shape check, without the file name."""
    return [finding.headline().removeprefix("m.yaml:") for finding in check_shape(yaml(text))]


def fields_of(
    text: str, *, defaults_needed: bool = False, optional: bool = False
) -> tuple[dict[str, Field], list[str]]:
    """Return the fields under `data` and the findings; `optional`: also read the list of that name."""
    reader = FieldReader(yaml(text))
    fields = reader.read_fields(
        ("data",), optional=("optional",) if optional else None, defaults_needed=defaults_needed
    )
    return fields, [finding.headline().removeprefix("m.yaml:") for finding in reader.findings]


def payload_of(text: str) -> Payload:
    """Return the payload declared under `data`, whose schemas must be valid."""
    fields, findings = fields_of(text, optional=True)
    assert findings == []
    return Payload(fields)
