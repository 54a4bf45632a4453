"""Reads a definition file into a frozen definition, or reports everything that is wrong with it."""

from __future__ import annotations

from statewright.canonical import digest
from statewright.diagnostics import Finding, Severity, sort_findings
from statewright.errors import DefinitionError
from statewright.language.build import build_definition
from statewright.language.model import Definition
from statewright.language.normal_form import normal_form
from statewright.language.shape import check_shape
from statewright.language.source.document import load_document

__all__ = ["Definition", "digest_of", "load_definition", "read_definition"]


def read_definition(
    content: bytes, file: str, *, published: bool = False
) -> tuple[Definition | None, list[Finding]]:
    """Return the definition, as far as it can be read, and all findings, so that callers can check further.

    The definition is None if the text cannot be parsed, has no states or has too many errors. `published`:
    an earlier version may have accepted the definition, so checks of patterns and types that were added later
    are skipped.
    """
    try:
        document = load_document(content, file)
    except DefinitionError as error:
        return None, list(error.findings)
    findings = [*document.findings, *check_shape(document)]
    try:
        definition, more = build_definition(document, published=published)
    except DefinitionError as error:
        return None, sort_findings([*findings, *error.findings])
    return definition, sort_findings([*findings, *more])


def load_definition(content: bytes, file: str, *, published: bool = False) -> Definition:
    """Return the definition. Raises DefinitionError with all findings of severity error; ignores warnings."""
    definition, findings = read_definition(content, file, published=published)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors or definition is None:
        raise DefinitionError(errors)
    return definition


def digest_of(definition: Definition) -> str:
    """The SHA-256 (hex) of the definition's normal form."""
    return digest(normal_form(definition.document.value))
