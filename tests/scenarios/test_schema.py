"""The JSON Schema of scenario files, which editors use."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from statewright.json_schemas import load_schema
from statewright.language.source.document import load_document
from tests.given import CONFIG


def described(schema: Any, path: str = "") -> dict[str, bool]:
    """Every key of the schema, and whether it has a description."""
    found: dict[str, bool] = {}
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            found[f"{path}.{name}"] = "description" in part
        for name, part in schema.items():
            found |= described(part, f"{path}.{name}")
    return found


def test_the_schema_is_valid() -> None:
    """The schema conforms to the draft that editors support."""
    Draft7Validator.check_schema(load_schema("scenarios"))


def test_every_key_has_a_description() -> None:
    """Every key has a description, which editors show on hover."""
    assert [path for path, explained in described(load_schema("scenarios")).items() if not explained] == []


@pytest.mark.parametrize("path", sorted(CONFIG.glob("*.scenarios.yaml")), ids=lambda path: path.name)
def test_the_examples_fit_the_schema(path: Any) -> None:
    """The example scenario files validate against the schema."""
    document = load_document(path.read_bytes(), path.name)
    assert list(Draft7Validator(load_schema("scenarios")).iter_errors(document.value)) == []
