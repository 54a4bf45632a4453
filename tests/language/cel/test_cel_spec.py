"""The public conformance cases of the CEL specification, read from the file named by CEL_SPEC_CASES.

Each case passes or is rejected at compile time by the name of the unsupported part. The cases are not part
of this repository: https://github.com/google/cel-spec, tests/simple/testdata.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from statewright.errors import EvaluationError, ExpressionError
from statewright.language.cel import compile_expression, evaluate
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.parser import parse
from statewright.language.cel.types import BOOL, DOUBLE, DYN, INT, NULL, STRING, ListOf, MapOf, Type

VARIABLE = "CEL_SPEC_CASES"
SCALARS = {"int": INT, "double": DOUBLE, "string": STRING, "bool": BOOL, "null": NULL, "dyn": DYN}
LEFT_OUT = ("bytes", "uint", "protobuf")
# In these families some cases need type values or the time zone database, too.
LEFT_OUT_BY_FAMILY = {"conversions": ("type values",), "timestamps": ("type values", "named time zones")}
FAMILIES = [
    *("basic", "comparisons", "conversions", "fields", "fp_math", "integer_math"),
    *("lists", "logic", "macros", "parse", "string", "timestamps"),
]


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    if VARIABLE not in os.environ:
        pytest.skip(f"{VARIABLE} is not set: it names a JSON file with the cases of cel-spec")
    return json.loads(Path(os.environ[VARIABLE]).read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("family", FAMILIES)
def test_conforms(family: str, cases: list[dict[str, Any]], report_line: Callable[[str], None]) -> None:
    """Every case of a family passes unless it needs a part of CEL that is not supported."""
    verdicts = {case["name"]: verdict(case) for case in cases if case["file"] == family}
    counts = Counter(text.split(":")[0] for text in verdicts.values())
    report_line(f"cel-spec {family}: {counts['passed']} passed, {counts['refused']} refused by name")
    allowed = (*LEFT_OUT, *LEFT_OUT_BY_FAMILY.get(family, ()))
    wrong = {
        name: text
        for name, text in verdicts.items()
        if text != "passed" and not (text.startswith("refused") and any(what in text for what in allowed))
    }
    assert wrong == {}
    assert counts["passed"] > 0


def verdict(case: dict[str, Any]) -> str:
    wants_error = case["want"] == "ERROR"
    try:
        result = result_of(case)
    except ExpressionError as error:
        if "not supported" in str(error):
            return f"refused: {error}"
        return "passed" if wants_error else f"failed: {error}"
    except EvaluationError as error:
        return "passed" if wants_error else f"failed: {error}"
    if wants_error or repr(result) != repr(value_of(case["want"])):
        return f"failed: {result!r}"
    return "passed"


def result_of(case: dict[str, Any]) -> object:
    values = {name: value_of(value) for name, value in case["bind"]}
    if case["disable_check"]:
        return compile_tree(parse(case["expr"]), tuple(values), {})(*values.values())
    names = {name: type_of(type_) for name, type_ in case["env"]}
    return evaluate(compile_expression(case["expr"], names), values)


def type_of(type_: Any) -> Type:
    match type_:
        case ["map", key, value]:
            return MapOf(type_of(key), type_of(value))
        case ["list", item]:
            return ListOf(type_of(item))
        case _:
            return SCALARS[type_]


def value_of(typed: Any) -> object:
    match typed:
        case "int", text:
            return int(text)
        case "double", text:
            return float(text)
        case "list", items:
            return [value_of(item) for item in items]
        case "map", entries:
            return {value_of(key): value_of(value) for key, value in entries}
        case [_, value]:
            return value
        case _:
            raise ValueError(f"{typed} is not a typed value")
