"""Reads the upcasts of an event, which convert stored events of older versions to the current version.

There must be one upcast per older version. The shape of older payloads is no longer declared, so `event` is
dynamically typed in these expressions; their results are checked against the current payload.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from statewright.diagnostics import Code, hint
from statewright.language.draft import Draft, mapping
from statewright.language.model import Upcast
from statewright.language.schema.payloads import Field, Payload
from statewright.language.source.document import DocumentPath

_VERSION = re.compile(r"[1-9][0-9]{0,3}")  # the shape check reports anything else


def read_upcasts(
    draft: Draft, written: Mapping[str, Any], path: DocumentPath, payload: Payload
) -> tuple[Upcast, ...]:
    """Return the upcasts, oldest version first. If one is missing, report it and return none."""
    version = _version_of(written)
    entries = mapping(written.get("upcast"))
    for key in entries:
        if _VERSION.fullmatch(key) and int(key) >= version:
            message = f'event "{path[-1]}" has version {version}; remove the upcast from version {key}'
            draft.report(Code.UPCAST, (*path, "upcast", key), message, key=True)
    missing = next((number for number in range(1, version) if str(number) not in entries), None)
    if missing is not None:
        at = (*path, "upcast") if "upcast" in written else (*path, "version")
        message = f'event "{path[-1]}" has version {version} but no upcast from version {missing}'
        remedy = f'add `"{missing}": {{…}}` under `upcast`, or `"{missing}": {{}}` if no field changes'
        draft.report(Code.UPCAST, at, f"{message}; {remedy}", key=True)
        return ()
    later: tuple[Upcast, ...] = ()
    for number in range(version - 1, 0, -1):
        later = (_upcast(draft, (*path, "upcast", str(number)), payload, later), *later)
    return later


def _version_of(written: Mapping[str, Any]) -> int:
    version = written.get("version", 1)
    return int(version) if isinstance(version, int | float) else 1


def _upcast(draft: Draft, path: DocumentPath, payload: Payload, later: Sequence[Upcast]) -> Upcast:
    names = draft.names_of_upcast()
    upcast = {}
    for name, value in mapping(draft.document.at(path)).items():
        here = (*path, name)
        if name not in payload.fields and not _is_read(name, later):
            message = f'event "{path[1]}" has no field "{name}" and no later upcast reads it'
            known = hint(name, list(payload.fields))
            draft.report(Code.UNKNOWN_FIELD, here, f"{message}{known}", key=True)
            continue
        upcast[name] = draft.stored_expression(here, value, names, _expected(name, payload, later))
    return upcast


def _is_read(name: str, upcasts: Sequence[Upcast]) -> bool:
    """Whether any of these upcasts reads the field, by name or as part of the whole event."""
    reads = (chain for upcast in upcasts for value in upcast.values() for chain in value.references)
    return any(chain[1:2] in ((name,), ()) for chain in reads)


def _expected(name: str, payload: Payload, later: Sequence[Upcast]) -> Field | None:
    """The current field if no later upcast replaces the value, else None."""
    return None if any(name in upcast for upcast in later) else payload.fields.get(name)
