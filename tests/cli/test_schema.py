"""`statewright schema`: schemas with Markdown descriptions for editors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statewright.cli.schema import SCHEMAS
from statewright.json_schemas import load_schema
from tests.cli.commands import Cli


def without_markdown(part: Any) -> Any:
    """Return the schema without the keys that are only for editors."""
    if isinstance(part, list):
        return [without_markdown(item) for item in part]
    if isinstance(part, dict):
        return {key: without_markdown(value) for key, value in part.items() if key != "markdownDescription"}
    return part


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_shipped_schema_is_printed(cli: Cli, name: str) -> None:
    """Apart from `markdownDescription`, the output equals the schema in the package."""
    result = cli("schema", name)
    assert result.exit_code == 0
    assert without_markdown(json.loads(result.stdout)) == load_schema(name)


def test_a_description_is_marked_as_markdown(cli: Cli) -> None:
    """Otherwise, editors show its backticks."""
    states = json.loads(cli("schema").stdout)["properties"]["states"]
    assert states["markdownDescription"] == states["description"]


def test_an_unknown_schema_is_a_usage_error(cli: Cli) -> None:
    """The message lists the existing schemas."""
    result = cli("schema", "states")
    assert result.exit_code == 2
    assert '"states" is not one of machine, scenarios, command, event' in result.stderr
