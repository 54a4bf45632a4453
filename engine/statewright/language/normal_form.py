"""The normal form of a definition: one document for all equivalent ways of writing it.

Shorthands are expanded and `$schema` is removed. The normal form is itself a definition that loads to the
same machine, and it is the form that is published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LANGUAGE = 1


def normal_form(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the normal form of `document`, the plain data of a definition whose shape has been checked."""
    normal = {key: value for key, value in document.items() if key != "$schema"}
    normal["language"] = LANGUAGE
    normal["version"] = int(normal.get("version", 1))  # 3.0 is an integer to JSON Schema
    if "data" in normal:
        normal["data"] = _fields(normal["data"])
    if "types" in normal:
        normal["types"] = _fields(normal["types"])
    for section in ("commands", "events"):
        if section in normal:
            normal[section] = {name: _catalogued(entry) for name, entry in (normal[section] or {}).items()}
    if "accepts" in normal:
        normal["accepts"] = _accepts(normal["accepts"])
    normal["states"] = _states(normal["states"])
    return normal


def _fields(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: {"type": field} if isinstance(field, str) else field for name, field in (fields or {}).items()
    }


def _catalogued(entry: Mapping[str, Any] | None) -> dict[str, Any]:
    normal = dict(entry or {})
    normal["payload"] = _fields(normal.get("payload"))
    if "set" in normal:
        normal["set"] = _expressions(normal["set"])
    version = int(normal.pop("version", 1))
    if version > 1:
        normal["version"] = version
    upcasts = normal.pop("upcast", {})
    if upcasts:
        normal["upcast"] = {number: _expressions(values or {}) for number, values in upcasts.items()}
    return normal


def _states(states: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _state(state or {}) for name, state in states.items()}


def _state(state: Mapping[str, Any]) -> dict[str, Any]:
    normal = dict(state)
    if "accepts" in normal:
        normal["accepts"] = _accepts(normal["accepts"])
    if "states" in normal:
        normal["states"] = _states(normal["states"])
    return normal


def _accepts(accepts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        command: [_branch(branch, command) for branch in (entry if isinstance(entry, list) else [entry])]
        for command, entry in accepts.items()
    }


def _branch(written: Any, command: str) -> dict[str, Any]:
    branch: dict[str, Any] = {"target": written} if isinstance(written, str) else dict(written)
    if "guard" in branch:
        branch["guard"] = expression_text(branch["guard"])
    if "reject" in branch:
        return branch
    emits = branch.get("emit", command)
    overrides = branch.pop("with", {})
    branch["emit"] = [_emission(item, overrides) for item in (emits if isinstance(emits, list) else [emits])]
    return branch


def _emission(item: Any, overrides: Mapping[str, Any]) -> dict[str, Any]:
    emission: dict[str, Any] = {"event": item} if isinstance(item, str) else dict(item)
    values = {**overrides, **emission.pop("with", {})}
    return {**emission, "with": _expressions(values)} if values else emission


def _expressions(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: expression_text(value) for name, value in values.items()}


def expression_text(value: Any) -> str:
    """The expression as text. A bare number, boolean or null in the file becomes a literal."""
    return value if isinstance(value, str) else json.dumps(value)
