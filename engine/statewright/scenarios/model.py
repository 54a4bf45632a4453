"""A file of scenarios as values: given events, a command, the expected outcome.

Paths point into the author's document, so that messages can name the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.analysis.requests import CommandRequest
from statewright.language.source.document import Document, DocumentPath


@dataclass(frozen=True, slots=True)
class GivenEvent:
    """An event that has happened. `version`: of its payload, as it was stored; None for today's."""

    event: str
    data: Mapping[str, Any]
    version: int | None = None
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """`data`: the whole payload; None where any will do."""

    event: str
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """`message`: None where any will do."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of the command; what is None or left out is free.

    Without `refused` and `invalid` it must be accepted. `events`: exactly these, in order. `state`: a leaf,
    or a composite around it. `data`: these fields. `invalid`: True, or the field that must be to blame.
    """

    events: tuple[ExpectedEvent, ...] | None = None
    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    refused: Refusal | None = None
    invalid: str | bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """`given`: in the order in which it happened."""

    name: str
    given: tuple[GivenEvent | CommandRequest, ...]
    when: CommandRequest
    then: Expectation
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """`scenarios`: in the file's order, each with a name of its own. `machine`: None where none is named."""

    document: Document
    machine: str | None
    scenarios: tuple[Scenario, ...]
