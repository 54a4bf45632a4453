"""Parses a message body into a command: the plain envelope or a CloudEvent 1.0.

Owns the keys of both forms. The payload may be any JSON object, because definitions are not known here. Every
body becomes a Command, or an Invalid that names the field and quotes no value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from statewright.canonical import digest
from statewright.diagnostics import hint
from statewright.machine.messages import Actor, Command, Invalid, InvalidKind
from statewright.stores.keys import ID_PATTERN, NAME_PATTERN
from statewright.strict_json import Malformed, RoundedDouble, printable, read_json, whole

BODY_BYTES_MAX = 256 * 1024
TEXT_LENGTH_MAX = 128
TYPE_LENGTH_MAX = 64 + len(".") + 64
ROLES_MAX = 100
VERSION_MAX = 2**63 - 1

_JSON_TYPE = re.compile(r"application/([a-z0-9.-]+\+)?json( *;.*)?", re.IGNORECASE)

# The keys of each form for the parts of a command.
_PLAIN = {
    "id": "id",
    "aggregate_id": "aggregate_id",
    "data": "data",
    "expected_version": "expected_version",
    "correlation_id": "correlation_id",
    "causation_id": "causation_id",
}
_CLOUD_EVENT = {
    "id": "id",
    "aggregate_id": "subject",
    "data": "data",
    "expected_version": "expectedversion",
    "correlation_id": "correlationid",
    "causation_id": "causationid",
}
_PLAIN_KEYS = (*_PLAIN.values(), "machine", "command", "actor")
_CLOUD_EVENT_KEYS = (
    *_CLOUD_EVENT.values(),
    *("specversion", "source", "type", "time", "datacontenttype", "dataschema", "actorid", "actorroles"),
)
# Names of CloudEvents extensions. The specification only advises against long ones.
_EXTENSION = re.compile(r"[a-z0-9]+")
# Keys that a reason may quote: those of both forms and of the wrappers.
QUOTABLE = frozenset({*_PLAIN_KEYS, *_CLOUD_EVENT_KEYS, "roles", "Message", "detail"})
NO_ACTOR = Actor()


def read_command(
    body: str | bytes,
    *,
    trace_id: str = "",
    unwrapped: Callable[[object], object] = lambda document: document,
) -> Command | Invalid:
    """The command in a message body, or the reason why it is invalid.

    `trace_id`: the message's, the default for the correlation id. `unwrapped`: removes a
    transport's wrapper from the document; raises Malformed.
    """
    try:
        fields = unwrapped(read_json(_text_of(body), quotable=QUOTABLE))
        command = _command_in(fields)
    except Malformed as error:
        return Invalid(InvalidKind.MESSAGE, str(error), (error.place,) if error.place else ())
    return replace(command, correlation_id=command.correlation_id or trace_id or None)


def new_command(
    machine: str,
    aggregate_id: str,
    name: str,
    data: Mapping[str, Any] | None = None,
    *,
    id: str,
    actor: Actor = NO_ACTOR,
    expected_version: int | None = None,
    correlation_id: str | None = None,
    causation_id: str | None = None,
) -> Command:
    """A command to `machine/aggregate_id`. Raises ValueError naming the wrong part.

    `id`: repeat a command with the same id, and it takes effect once. `data`: JSON values, which
    are validated against the definition later. `expected_version`: the version of the stream that the sender
    has seen; 0 means that the aggregate must not exist.
    """
    if not isinstance(actor, Actor):
        raise ValueError("actor: must be an Actor")
    if not isinstance(actor.roles, tuple | list):
        raise ValueError("actor.roles: must be a list of strings")
    optional = {
        "expected_version": expected_version,
        "correlation_id": correlation_id,
        "causation_id": causation_id,
    }
    payload = dict(data) if isinstance(data, Mapping) else {} if data is None else data
    fields = {
        "id": id,
        "machine": machine,
        "aggregate_id": aggregate_id,
        "command": name,
        "data": payload,
        "actor": {"id": actor.id, "roles": list(actor.roles)},
        **{key: value for key, value in optional.items() if value is not None},
    }
    try:
        _require_text_keys(payload)
        json.dumps(payload)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"data: {error}") from None
    # A value of another type becomes a list, which the envelope refuses, naming the part.
    read = read_command(
        json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=lambda _value: [])
    )
    if isinstance(read, Invalid):
        raise ValueError(read.reason)
    return read


def reread_command(command: Command) -> Command:
    """A checked copy of `command`, with a digest computed from its content.

    Commands from `read_command` always pass, whatever the size of their body. Raises ValueError naming the
    wrong part.
    """
    if not isinstance(command.actor, Actor):
        raise ValueError("actor: must be an Actor")
    roles = command.actor.roles
    if not isinstance(roles, tuple) or not all(isinstance(role, str) for role in roles):
        raise ValueError("actor.roles: must be a list of strings")
    frame = new_command(
        command.machine,
        command.aggregate_id,
        command.name,
        id=command.id,
        actor=Actor(command.actor.id),
        expected_version=command.expected_version,
        correlation_id=command.correlation_id,
        causation_id=command.causation_id,
    )
    data = _reread_data(command.data)
    return replace(
        frame, data=data, digest=command_digest(command.name, data), actor=Actor(command.actor.id, roles)
    )


def _reread_data(data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        _require_text_keys(dict(data))
        read = read_json(json.dumps(dict(data), ensure_ascii=False), place="data", quotable=QUOTABLE)
    except Malformed as error:
        raise ValueError(str(error)) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"data: {error}") from None
    restored = _with_rounded_doubles(read, data)
    assert isinstance(restored, dict)
    return restored


def _with_rounded_doubles(value: Any, given: Any) -> Any:
    """`value` with the RoundedDoubles of `given`, which keep the number's original text."""
    match value:
        case dict():
            return {key: _with_rounded_doubles(item, given[key]) for key, item in value.items()}
        case list():
            return [_with_rounded_doubles(item, one) for item, one in zip(value, given, strict=True)]
        case _:
            return given if isinstance(given, RoundedDouble) else value


def command_digest(name: str, data: Mapping[str, Any]) -> str:
    """SHA-256 of the content, in hex. Distinguishes a repetition from another command with the same id."""
    return digest([name, data])


def _require_text_keys(value: object) -> None:
    """Raise TypeError for a key that JSON would convert to a string."""
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"keys must be strings, not {type(key).__name__}")
                _require_text_keys(item)
        case list() | tuple():
            for item in value:
                _require_text_keys(item)


def _command_in(fields: object) -> Command:
    if not isinstance(fields, dict):
        raise Malformed("", "must be an object")
    return _from_cloud_event(fields) if "specversion" in fields else _from_plain(fields)


def _text_of(body: str | bytes) -> str:
    if len(body) > BODY_BYTES_MAX or (
        isinstance(body, str) and len(body.encode("utf-8", "surrogatepass")) > BODY_BYTES_MAX
    ):
        raise Malformed("", f"larger than {BODY_BYTES_MAX:,} bytes")
    try:
        return body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError as error:
        raise Malformed("", f"is not UTF-8, byte {error.start + 1}") from None


def _from_plain(given: dict[str, Any]) -> Command:
    _refuse_unknown(given, _PLAIN_KEYS)
    fields = _without_nulls(given)
    machine, name = _matching(fields, "machine", NAME_PATTERN), _matching(fields, "command", NAME_PATTERN)
    actor = _actor(fields["actor"]) if "actor" in fields else Actor()
    return _command(fields, _PLAIN, machine=machine, name=name, actor=actor)


def _from_cloud_event(given: dict[str, Any]) -> Command:
    """https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"""
    fields = _without_nulls(given)
    for key, value in fields.items():
        if key not in _CLOUD_EVENT_KEYS and _EXTENSION.fullmatch(key):
            _refuse_structured(key, value)
        else:
            _refuse_unknown((key,), _CLOUD_EVENT_KEYS)
    if fields.get("specversion") != "1.0":
        raise Malformed("specversion", 'must be "1.0"')
    if not _text(fields, "source", length_max=BODY_BYTES_MAX):
        raise Malformed("source", "is required")
    if not _JSON_TYPE.fullmatch(_text(fields, "datacontenttype") or "application/json"):
        raise Malformed("datacontenttype", "must be application/json")
    machine, dot, name = _text(fields, "type", length_max=TYPE_LENGTH_MAX).partition(".")
    if not (dot and NAME_PATTERN.fullmatch(machine) and NAME_PATTERN.fullmatch(name)):
        raise Malformed("type", "must be <machine>.<Command>")
    roles = tuple(role.strip() for role in _text(fields, "actorroles", length_max=4096).split(","))
    actor = Actor(_text(fields, "actorid"), tuple(role for role in roles if role))
    return _command(fields, _CLOUD_EVENT, machine=machine, name=name, actor=actor)


def _command(
    fields: dict[str, Any], keys: Mapping[str, str], *, machine: str, name: str, actor: Actor
) -> Command:
    data = fields.get(keys["data"], {})
    if not isinstance(data, dict):
        raise Malformed(keys["data"], "must be an object")
    return Command(
        id=_matching(fields, keys["id"], ID_PATTERN),
        machine=machine,
        aggregate_id=_matching(fields, keys["aggregate_id"], ID_PATTERN),
        name=name,
        data=data,
        digest=command_digest(name, data),
        actor=actor,
        expected_version=_version(fields, keys["expected_version"]),
        correlation_id=_text(fields, keys["correlation_id"]) or None,
        causation_id=_text(fields, keys["causation_id"]) or None,
    )


def _without_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A null means an absent key, as in the JSON format of CloudEvents and for many serialisers."""
    return {key: value for key, value in fields.items() if value is not None}


def _refuse_structured(extension: str, value: object) -> None:
    """Refuse a list or an object, which no CloudEvents attribute can be."""
    if isinstance(value, list | dict):
        raise Malformed(printable(extension), "must be a string, a number or a boolean")


def _refuse_unknown(keys: Iterable[str], known: Collection[str], *, place: str = "") -> None:
    for key in keys:
        if key not in known:
            raise Malformed(place, f'unknown key "{printable(key)}"{hint(printable(key), tuple(known))}')


def _matching(fields: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    if key not in fields:
        raise Malformed(key, "is required")
    value = fields[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(key, f"must match {pattern.pattern}")
    return value


def _text(fields: Mapping[str, Any], key: str, *, place: str = "", length_max: int = TEXT_LENGTH_MAX) -> str:
    """An optional string; "" if it is absent."""
    value = fields.get(key, "")
    if not isinstance(value, str) or len(value) > length_max:
        raise Malformed(place or key, f"must be a string of at most {length_max:,} characters")
    return value


def _version(fields: Mapping[str, Any], key: str) -> int | None:
    """A version or None. As in JSON Schema, 4.0 is an integer."""
    if key not in fields:
        return None
    value = whole(fields[key])
    if value is None or value < 0:
        raise Malformed(key, f"must be an integer from 0 to {VERSION_MAX:,}")
    return value


def _actor(actor: object) -> Actor:
    if not isinstance(actor, dict):
        raise Malformed("actor", "must be an object")
    _refuse_unknown(actor, ("id", "roles"), place="actor")
    actor = _without_nulls(actor)
    if "id" not in actor:
        raise Malformed("actor.id", "is required")
    roles = actor.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Malformed("actor.roles", "must be a list of strings")
    if len(roles) > ROLES_MAX or any(len(role) > TEXT_LENGTH_MAX for role in roles):
        raise Malformed(
            "actor.roles",
            f"must be at most {ROLES_MAX:,} strings of at most {TEXT_LENGTH_MAX:,} characters each",
        )
    return Actor(_text(actor, "id", place="actor.id"), tuple(roles))
