"""Describes the messages of machines as an AsyncAPI document: commands received and events sent.

The payload of a message is the envelope's schema in `schemas/`, completed with the name and the data of the
message. Pure. Format: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from statewright.diagrams.chart import shown_commands, shown_events
from statewright.language.model import CommandSpec, Definition, EventSpec
from statewright.language.schema.payloads import Payload

Json = dict[str, Any]

COMMANDS, EVENTS = "commands", "events"


def asyncapi(
    definitions: Sequence[Definition], *, command: Mapping[str, Any], event: Mapping[str, Any]
) -> Json:
    """The document for all definitions. `command`, `event`: the JSON Schemas of the envelopes."""
    received = {key: message for one in definitions for key, message in _commands(one, command).items()}
    sent = {key: message for one in definitions for key, message in _events(one, event).items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": " and ".join(one.machine for one in definitions),
            "version": ", ".join(f"{one.machine} {one.version}" for one in definitions),
            "description": "\n\n".join(one.notes.description for one in definitions if one.notes.description),
        },
        "defaultContentType": "application/json",
        "channels": {
            COMMANDS: _channel(received, "The queue that receives commands."),
            EVENTS: _channel(sent, "The stored events, in order within each aggregate."),
        },
        "operations": {
            "receiveCommands": _operation("receive", COMMANDS, received),
            "sendEvents": _operation("send", EVENTS, sent),
        },
        "components": {"messages": received | sent},
    }


def _commands(definition: Definition, envelope: Mapping[str, Any]) -> Json:
    messages = {}
    for name, spec in shown_commands(definition).items():
        schema = _enveloped(envelope, {"machine": definition.machine, "command": name}, spec.payload)
        if "required" in schema["properties"]["data"]:
            schema["required"] = [*schema["required"], "data"]
        messages[f"{definition.machine}.command.{name}"] = _message(spec, schema)
    return messages


def _events(definition: Definition, envelope: Mapping[str, Any]) -> Json:
    messages = {}
    for name, spec in shown_events(definition).items():
        versioned = {"event_version": spec.version} if spec.version > 1 else {}
        schema = _enveloped(envelope, {"type": name, **versioned}, spec.payload)
        messages[f"{definition.machine}.event.{name}"] = _message(spec, schema)
    return messages


def _enveloped(envelope: Mapping[str, Any], fixed: Mapping[str, object], payload: Payload) -> Json:
    """The envelope's schema for one message, without `$schema` and other keys that belong to a file."""
    properties = {**envelope["properties"], **{key: {"const": value} for key, value in fixed.items()}}
    properties["data"] = _payload_schema(payload)
    kept = {
        key: value for key, value in envelope.items() if key not in ("$id", "$schema", "title", "description")
    }
    return {**kept, "properties": properties}


def _payload_schema(payload: Payload) -> Json:
    if payload.is_open:
        return {"type": "object"}
    required = [field.name for field in payload.fields.values() if not field.optional]
    schema: Json = {
        "type": "object",
        "properties": {
            name: _described(field.schema, field.description) for name, field in payload.fields.items()
        },
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _described(schema: Mapping[str, Any], description: str | None) -> Json:
    return dict(schema) if description is None else {**schema, "description": description}


def _message(spec: CommandSpec | EventSpec, payload: Json) -> Json:
    message = {"name": spec.name, "payload": payload}
    description = spec.notes.description
    return message if description is None else {**message, "summary": description}


def _channel(messages: Iterable[str], description: str) -> Json:
    references = {key: {"$ref": f"#/components/messages/{key}"} for key in messages}
    return {"address": None, "description": description, "messages": references}


def _operation(action: str, channel: str, messages: Iterable[str]) -> Json:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{key}"} for key in messages],
    }
