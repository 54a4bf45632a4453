"""Correct definitions and equivalent forms of them: none of them may have a finding.

The files in `definitions/` were written by hand. Each harmless feature adds two more definitions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import yaml

from statewright.language.source.document import load_document
from tests.lint.corpus.features import added, harmless

WRITTEN = sorted((Path(__file__).parent / "definitions").iterdir())
_PER_FEATURE = 2
_DESCRIPTIONS_MAX = 4  # with more, a feature without descriptions would be reported
_MODELINE = "# yaml-language-server: $schema=machine.schema.json\n"


@dataclass(frozen=True, slots=True)
class Correct:
    """A correct definition; `file` is the name under which the text is checked."""

    file: str
    text: str


def correct(seed: int) -> list[Correct]:
    """Return the handwritten definitions, then those with a feature; equal seeds give equal results."""
    return [*(Correct(path.name, path.read_text()) for path in WRITTEN), *_grown(seed)]


def _grown(seed: int) -> Iterator[Correct]:
    for number, feature in enumerate(harmless()):
        yield from islice(_with(feature, Random(f"{seed} {number}")), _PER_FEATURE)


def _with(feature: str, random: Random) -> Iterator[Correct]:
    for path in random.sample(WRITTEN, len(WRITTEN)):
        text = path.read_text()
        grown = added(text, feature, random)
        if grown is not None and text.count("description:") <= _DESCRIPTIONS_MAX:
            yield Correct(path.name, grown)


def _as_json(value: Any, random: Random) -> str:
    return json.dumps(value)


def _as_indented_json(value: Any, random: Random) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _in_brackets(value: Any, random: Random) -> str:
    return _MODELINE + yaml.safe_dump(value, default_flow_style=True, sort_keys=False)


def _in_blocks(value: Any, random: Random) -> str:
    return _MODELINE + yaml.safe_dump(value, default_flow_style=False, sort_keys=False)


def _in_another_order(value: Any, random: Random) -> str:
    return _MODELINE + yaml.safe_dump(_shuffled(value, random), sort_keys=False)


FORMS: dict[str, Callable[[Any, Random], str]] = {
    "m.json": _as_json,
    "indented.json": _as_indented_json,
    "brackets.yaml": _in_brackets,
    "blocks.yaml": _in_blocks,
    "order.yaml": _in_another_order,
}


def rewritten(definition: Correct, form: str, seed: int) -> Correct:
    """Return the same definition in another form; the form is the name of its file."""
    value = load_document(definition.text.encode(), definition.file).value
    return Correct(form, FORMS[form](value, Random(seed)))


def _shuffled(value: Any, random: Random) -> Any:
    """Shuffle the keys of mappings; lists keep their order, which has a meaning."""
    match value:
        case dict():
            return {key: _shuffled(value[key], random) for key in random.sample(list(value), len(value))}
        case list():
            return [_shuffled(item, random) for item in value]
        case _:
            return value
