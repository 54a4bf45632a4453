"""Detects plain scalars that YAML 1.1 tools read differently from the YAML 1.2 core schema.

The patterns are those of PyYAML, plus `y` and `n` from https://yaml.org/type/bool.html, which other tools
accept.
"""

from __future__ import annotations

import re

from statewright.language.source.yaml_text import BOOLEANS, DOUBLE, INTEGER, NOT_FINITE, NULLS

_MEANINGS = (
    (r"~|null|Null|NULL|", "null"),
    (r"y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF", "a boolean"),
    (r"true|True|TRUE|false|False|FALSE", "a boolean"),
    (r"[-+]?(0|[1-9][0-9_]*)", "a number"),
    (r"[-+]?0b[01_]+", "a binary number"),
    (r"[-+]?0[0-7_]+", "an octal number"),
    (r"[-+]?0x[0-9a-fA-F_]+", "a hexadecimal number"),
    (r"[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+", "a number in base 60"),
    (r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*", "a number in base 60"),
    (r"([-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?", "a number"),
    (r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "a number"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date"),
    (
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?"
        r"([ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?",
        "a timestamp",
    ),
    (r"<<", "a merge key"),
    (r"=", "a default value"),
)
_MEANING = re.compile(
    "|".join(f"(?P<_{index}>{pattern})" for index, (pattern, _) in enumerate(_MEANINGS)), re.ASCII
)
_NUMBER_HERE = re.compile("|".join(pattern.pattern for pattern in (INTEGER, DOUBLE, NOT_FINITE)))


def misreading(text: str) -> str | None:
    """The meaning of a plain scalar in YAML 1.1 if it differs; None if both versions agree."""
    found = _MEANING.fullmatch(text)
    meaning = _MEANINGS[int(str(found.lastgroup)[1:])][1] if found else "text"
    kind = "a number" if meaning.endswith("number") or "base 60" in meaning else meaning
    if kind != _kind_here(text):
        return meaning
    is_the_same = (
        meaning != "an octal number" or len(text.lstrip("-+0")) < 2
    )  # octal and decimal agree below eight
    return None if is_the_same else meaning


def _kind_here(text: str) -> str:
    if text in NULLS:
        return "null"
    if text in BOOLEANS:
        return "a boolean"
    return "a number" if _NUMBER_HERE.fullmatch(text) else "text"
