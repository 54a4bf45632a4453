"""Plain scalars that YAML 1.1 tools read differently are detected, with PyYAML as the oracle."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import yaml as pyyaml

from statewright.errors import DefinitionError
from statewright.language.source.yaml_1_1 import misreading
from tests.language.documents import yaml

# Pieces that numbers, times and booleans are made of, in both versions.
_PIECES = (
    "0",
    "1",
    "7",
    "8",
    "59",
    "60",
    "012",
    "_",
    ".",
    ":",
    "-",
    "+",
    "e",
    "E",
    "0x",
    "0b",
    "0o",
    "aF",
    "T",
)
_TIMES = (
    "2026-01-31",
    "2026-1-3",
    "2026-99-99",
    "T12:00:00",
    " 12:00:00",
    "t1:00:00",
    ".25",
    "Z",
    " +1",
    "+01:30",
)
_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "~", ".inf", ".nan", "<<", "=", "text", "nope")
_DIFFER = object()
_SEED = 1_100


def _scalars(count: int) -> list[str]:
    random = Random(_SEED)
    made = [random.choice([str.lower, str.upper, str.title, str.swapcase])(word) for word in _WORDS * 5]
    for pieces in (_PIECES, _TIMES):
        made += ["".join(random.choices(pieces, k=random.randint(1, 5))) for _ in range(count)]
    return [text for text in dict.fromkeys(made) if _is_plain(text)]


def _is_plain(text: str) -> bool:
    """Whether it is a single plain scalar to both readers."""
    try:
        events = [event for event in pyyaml.parse(f"[{text}]") if isinstance(event, pyyaml.NodeEvent)]
    except pyyaml.YAMLError:
        return False
    return len(events) == 2 and getattr(events[1], "value", None) == text


def _there(text: str) -> Any:
    try:
        return pyyaml.safe_load(f"[{text}]")[0]
    except (pyyaml.YAMLError, ValueError):
        return _DIFFER  # a date that does not exist, or a value that stands for another


def _here(text: str) -> Any:
    try:
        return yaml(f"a: [{text}]").value["a"][0]
    except DefinitionError:
        return float(text.replace(".", ""))  # refused, because it is not finite


def _is_same(one: Any, other: Any) -> bool:
    """Whether the values are equal, also if neither is a number."""
    return type(one) is type(other) and (one == other or one != one != other)


@pytest.mark.slow
def test_a_scalar_is_a_trap_exactly_if_the_two_versions_differ() -> None:
    """Generated scalars are reported exactly if YAML 1.1 reads them differently."""
    scalars = _scalars(6_000)
    wrong = [
        text for text in scalars if (misreading(text) is None) is not _is_same(_here(text), _there(text))
    ]
    assert wrong == [], f"seed {_SEED}"
    assert 200 < sum(misreading(text) is not None for text in scalars) < len(scalars) - 200


@pytest.mark.parametrize("text", ["y", "Y", "n", "N"])
def test_one_letter_is_a_boolean_to_other_tools(text: str) -> None:
    """It is text to PyYAML, but a boolean in the specification of YAML 1.1."""
    assert misreading(text) == "a boolean"
