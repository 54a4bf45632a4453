"""Upcasts: how stored events of older versions become events of today's, a chain without a gap.

Reads `version` and `upcast` of one declared event. What older payloads looked like is written nowhere any
more, so the expressions see a dynamically typed `event`; what they give is held against today's payload.
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

_VERSION = re.compile(r"[1-9][0-9]{0,3}")  # anything else is a fault of the document's shape


def read_upcasts(
    draft: Draft, written: Mapping[str, Any], path: DocumentPath, payload: Payload
) -> tuple[Upcast, ...]:
    """The upcasts from version 1, 2 … to the next; none where the chain has a gap, which is reported."""
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
        draft.report(Code.UPCAST, at, f"{message}; write {{}} if it changes nothing", key=True)
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
    """Does any of these see the field, by its name or in the whole event?"""
    reads = (chain for upcast in upcasts for value in upcast.values() for chain in value.references)
    return any(chain[1:2] in ((name,), ()) for chain in reads)


def _expected(name: str, payload: Payload, later: Sequence[Upcast]) -> Field | None:
    """Today's field, where the value stays as it is until today."""
    return None if any(name in upcast for upcast in later) else payload.fields.get(name)
