"""The JSON Schemas of `schemas` with descriptions that editors show as Markdown."""

from __future__ import annotations

import json
from typing import Any

from statewright.json_schemas import load_schema


def editor_schema(name: str) -> str:
    """The schema's text. Editors would show Markdown in a plain `description` escaped."""
    return json.dumps(_with_markdown(load_schema(name)), indent=2, ensure_ascii=False) + "\n"


def _with_markdown(part: Any) -> Any:
    if isinstance(part, list):
        return [_with_markdown(item) for item in part]
    if not isinstance(part, dict):
        return part
    marked = {key: _with_markdown(value) for key, value in part.items()}
    description = part.get("description")  # a schema, not a text, if a property is called "description"
    return marked | {"markdownDescription": description} if isinstance(description, str) else marked
