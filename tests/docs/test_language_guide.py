"""The language page explains everything that the schema and the expression catalogue define."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from statewright.json_schemas import load_schema
from statewright.language.cel.functions import FUNCTIONS, MACROS, METHODS, OPERATORS
from statewright.language.cel.parser import DEPTH_MAX, LENGTH_MAX, NODES_MAX
from statewright.language.cel.runtime.values import DECISION_STEPS_MAX, ITEMS_MAX, STEPS_MAX, TEXT_MAX
from tests.docs.examples import ROOT


def keys(schema: Any) -> Iterator[str]:
    """Yield every name under `properties`, anywhere in the schema."""
    if isinstance(schema, dict):
        for keyword, part in schema.items():
            if keyword == "properties":
                yield from part
            for inner in part.values() if keyword == "properties" else [part]:
                yield from keys(inner)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


def test_every_key_is_on_the_page() -> None:
    """It may be inline code or part of a YAML sample."""
    guide = (ROOT / "docs" / "reference" / "language.md").read_text()
    code = " ".join(re.findall(r"`[^`\n]+`", guide) + re.findall(r"```yaml.*?```", guide, re.DOTALL))
    words = set(re.findall(r"[$\w]+", code))
    assert sorted(set(keys(load_schema("machine"))) - words) == []


def test_every_top_level_key_has_a_row_in_a_table() -> None:
    """The key is in the first column."""
    guide = (ROOT / "docs" / "reference" / "language.md").read_text()
    rows = re.findall(r"^\| (`.*?) \|", guide, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`([$\w]+)`", row)}
    assert sorted(set(load_schema("machine")["properties"]) - explained) == []


def test_every_operator_function_and_macro_of_expressions_is_explained() -> None:
    """The section on expressions contains each of them as code."""
    code = " ".join(re.findall(r"`+[^`\n]+`+", expressions()))
    names = {*FUNCTIONS, *METHODS, *MACROS, "has"}
    assert sorted(names - set(re.findall(r"\w+", code))) == []
    assert [symbol for symbol in (*OPERATORS, "==", "!=", "in", "&&") if f"`{symbol}`" not in code] == []


def test_every_limit_of_expressions_is_stated() -> None:
    """The page has the numbers that the code enforces."""
    bounds = (LENGTH_MAX, DEPTH_MAX, NODES_MAX, STEPS_MAX, DECISION_STEPS_MAX, TEXT_MAX, ITEMS_MAX)
    assert [bound for bound in bounds if f"{bound:,}" not in expressions()] == []


def expressions() -> str:
    """Return the section on expressions."""
    guide = (ROOT / "docs" / "reference" / "language.md").read_text()
    return guide.partition("\n## Expressions\n")[2].partition("\n## ")[0]
