"""The content of a scenario file: given events, a command, and the expected outcome.

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
    """A past event. `version`: the version of the stored payload; None means the current one."""

    event: str
    data: Mapping[str, Any]
    version: int | None = None
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """An expected event. `data`: the whole payload; None accepts any payload."""

    event: str
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected refusal. `message`: None accepts any message."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """The expected outcome; None and missing fields are not checked.

    Without `refused` and `invalid` the command must be accepted. `events`: exactly these, in order. `state`:
    the leaf or one of its parents. `data`: the fields to compare. `invalid`: True, or the path of the invalid
    field.
    """

    events: tuple[ExpectedEvent, ...] | None = None
    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    refused: Refusal | None = None
    invalid: str | bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `given`: oldest first."""

    name: str
    given: tuple[GivenEvent | CommandRequest, ...]
    when: CommandRequest
    then: Expectation
    path: DocumentPath = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A parsed scenario file.

    `scenarios`: in the order of the file, with unique names. `machine`: None if the file omits it.
    """

    document: Document
    machine: str | None
    scenarios: tuple[Scenario, ...]
