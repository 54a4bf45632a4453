"""Message bodies become commands: the three forms, the wrappers, and hostile input."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from statewright.aws.wrappers import unwrapped
from statewright.json_schemas import load_schema
from statewright.machine.messages import Actor, Command, Invalid, InvalidKind
from statewright.runtime import envelope
from statewright.runtime.envelope import BODY_BYTES_MAX, TEXT_LENGTH_MAX, command_digest

read_command = partial(envelope.read_command, unwrapped=unwrapped)  # the way the function reads a message

PLAIN = {
    "id": "c-81",
    "machine": "order",
    "aggregate_id": "o-17",
    "command": "Pay",
    "data": {"amount": 1200},
    "actor": {"id": "u-4", "roles": ["customer", "clerk"]},
    "expected_version": 4,
    "correlation_id": "k-1",
    "causation_id": "k-0",
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "c-81",
    "source": "/shop",
    "type": "order.Pay",
    "subject": "o-17",
    "datacontenttype": "application/json; charset=utf-8",
    "data": {"amount": 1200},
    "actorid": "u-4",
    "actorroles": "customer, clerk",
    "expectedversion": 4,
    "correlationid": "k-1",
    "causationid": "k-0",
}
WANTED = Command(
    id="c-81",
    machine="order",
    aggregate_id="o-17",
    name="Pay",
    data={"amount": 1200},
    digest=command_digest("Pay", {"amount": 1200}),
    actor=Actor("u-4", ("customer", "clerk")),
    expected_version=4,
    correlation_id="k-1",
    causation_id="k-0",
)


def sns(inner: object) -> dict[str, Any]:
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": json.dumps(inner)}


def event_bridge(inner: object) -> dict[str, Any]:
    return {"version": "0", "detail-type": "Pay", "source": "shop", "detail": inner}


@pytest.mark.parametrize(
    "wrapped", [lambda body: body, sns, event_bridge], ids=["bare", "SNS", "EventBridge"]
)
@pytest.mark.parametrize("body", [PLAIN, CLOUD_EVENT], ids=["plain", "CloudEvents"])
def test_every_form_gives_the_same_command(body: dict[str, Any], wrapped: Any) -> None:
    """The wrapper and the form do not change the command."""
    assert read_command(json.dumps(wrapped(body))) == WANTED


def test_only_the_identity_is_required() -> None:
    """Data, actor and the other fields have neutral defaults."""
    command = read_command('{"id": "c", "machine": "m", "aggregate_id": "a", "command": "Go"}')
    assert command == Command("c", "m", "a", "Go", {}, command_digest("Go", {}))


def test_the_digest_ignores_the_spelling_of_the_payload() -> None:
    """Key order and white space do not change the digest; another value does."""
    assert command_digest("Go", {"a": 1, "b": 2}) == command_digest("Go", {"b": 2, "a": 1})
    assert command_digest("Go", {"a": 1}) != command_digest("Go", {"a": 2})


def test_a_message_may_have_only_one_wrapper() -> None:
    """Any two nested wrappers are rejected."""
    for outer in (sns, event_bridge):
        for inner in (sns, event_bridge):
            assert read_command(json.dumps(outer(inner(PLAIN)))) == Invalid(
                InvalidKind.MESSAGE, "body: is wrapped twice; only one wrapper is allowed"
            )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": None}, "id: is required"),
        ({"id": ""}, "id: must match"),
        ({"id": "é"}, "id: must match"),
        ({"id": "c\n"}, "id: must match"),
        ({"id": "c" * 129}, "id: must match"),
        ({"aggregate_id": "a/b"}, "aggregate_id: must match"),
        ({"aggregate_id": 7}, "aggregate_id: must match"),
        ({"machine": "1order"}, "machine: must match"),
        ({"command": ["Pay"]}, "command: must match"),
        ({"data": [1]}, "data: must be an object"),
        ({"data": {"amount": 10**100}}, "data.*: is an integer that does not fit in 64 bits"),
        ({"expected_version": -1}, "expected_version: must be"),
        ({"expected_version": True}, "expected_version: must be"),
        ({"expected_version": "4"}, "expected_version: must be"),
        ({"expected_version": 1.5}, "expected_version: must be"),
        ({"expected_version": 1e30}, "expected_version: must be"),
        ({"expected_version": 10**30}, "expected_version: is an integer that does not fit in 64 bits"),
        ({"actor": "u-4"}, "actor: must be an object"),
        ({"actor": {"id": 4}}, "actor.id: must be a string"),
        ({"actor": {"roles": []}}, "actor.id: is required"),
        ({"actor": {"id": None}}, "actor.id: is required"),
        ({"actor": {"id": "", "roles": [None]}}, "actor.roles: must be a list of strings"),
        ({"actor": {"id": "", "roles": "clerk"}}, "actor.roles: must be a list of strings"),
        ({"actor": {"id": "", "roles": ["x" * 129]}}, "actor.roles: must be at most"),
        ({"actor": {"id": "", "role": []}}, 'actor: unknown key "role"; did you mean "roles"?'),
        ({"correlation_id": 1}, "correlation_id: must be a string"),
        ({"agregate_id": "a"}, 'body: unknown key "agregate_id"; did you mean "aggregate_id"?'),
        ({"agregate_id": None}, 'body: unknown key "agregate_id"; did you mean "aggregate_id"?'),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], place: str) -> None:
    """The reason for a plain command with one wrong field begins with that field."""
    invalid = read_command(json.dumps(PLAIN | change))
    assert isinstance(invalid, Invalid)
    assert invalid.reason.startswith(place)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"specversion": "0.3"}, "specversion: must be"),
        ({"source": ""}, "source: is required"),
        ({"type": "Pay"}, "type: must be <machine>.<Command>"),
        ({"type": "com.shop.Pay"}, "type: must be <machine>.<Command>"),
        ({"subject": "a/b"}, "subject: must match"),
        ({"expectedversion": False}, "expectedversion: must be"),
        ({"datacontenttype": "text/xml"}, "datacontenttype: must be"),
        ({"datacontenttype": 5}, "datacontenttype: must be a string"),
        ({"data_base64": "AA=="}, 'body: unknown key "data_base64"'),
        ({"subject": None}, "subject: is required"),
        ({"specversion": None}, "specversion: must be"),
        ({"expectedVersion": 4}, 'body: unknown key "expectedVersion"; did you mean "expectedversion"?'),
        ({"acmetags": ["a"]}, "acmetags: must be a string, a number or a boolean"),
        ({"acmetags": {}}, "acmetags: must be a string, a number or a boolean"),
        ({"actorroles": ["clerk"]}, "actorroles: must be a string"),
        (
            {"datacontenttype": f"application/json;{'x' * 112}"},
            "datacontenttype: must be a string of at most 128",
        ),
    ],
)
def test_a_wrong_attribute_of_a_cloud_event_is_named(change: dict[str, Any], place: str) -> None:
    """Reasons use the field names of the sender's own format."""
    invalid = read_command(json.dumps(CLOUD_EVENT | change))
    assert isinstance(invalid, Invalid)
    assert invalid.reason.startswith(place)


@pytest.mark.parametrize(
    ("body", "key", "place", "length_max"),
    [
        (PLAIN, "correlation_id", "correlation_id", TEXT_LENGTH_MAX),
        (PLAIN, "causation_id", "causation_id", TEXT_LENGTH_MAX),
        (PLAIN, "actor", "actor.id", TEXT_LENGTH_MAX),
        (CLOUD_EVENT, "correlationid", "correlationid", TEXT_LENGTH_MAX),
        (CLOUD_EVENT, "causationid", "causationid", TEXT_LENGTH_MAX),
        (CLOUD_EVENT, "actorid", "actorid", TEXT_LENGTH_MAX),
        (CLOUD_EVENT, "actorroles", "actorroles", 4096),
    ],
)
def test_a_text_is_limited_in_characters(body: dict[str, Any], key: str, place: str, length_max: int) -> None:
    """A text at the limit is accepted, and one more character makes it Invalid; bytes do not count."""
    longest, longer = (
        json.dumps(body | {key: {"id": text} if key == "actor" else text})
        for text in ("é" * length_max, "é" * (length_max + 1))
    )
    assert isinstance(read_command(longest), Command)
    invalid = read_command(longer)
    assert isinstance(invalid, Invalid)
    assert invalid.reason == f"{place}: must be a string of at most {length_max:,} characters"


@pytest.mark.parametrize(
    ("body", "required"),
    [
        (PLAIN, {"id", "machine", "aggregate_id", "command"}),
        (CLOUD_EVENT, {"specversion", "id", "source", "type", "subject"}),
    ],
    ids=["plain", "CloudEvents"],
)
def test_null_means_absent(body: dict[str, Any], required: set[str]) -> None:
    """Serializers write null for optional fields."""
    nulls = {key: value if key in required else None for key, value in body.items()}
    absent = {key: value for key, value in body.items() if key in required}
    assert read_command(json.dumps(nulls)) == read_command(json.dumps(absent))
    assert isinstance(read_command(json.dumps(nulls)), Command)


def test_null_inside_data_is_data() -> None:
    """The envelope does not interpret the payload."""
    command = read_command(json.dumps(PLAIN | {"data": {"note": None}}))
    assert isinstance(command, Command)
    assert command.data == {"note": None}


def test_an_actor_may_have_null_for_roles() -> None:
    """Null means that the actor has no roles."""
    command = read_command(json.dumps(PLAIN | {"actor": {"id": "u-4", "roles": None}}))
    assert isinstance(command, Command)
    assert command.actor == Actor("u-4")


@pytest.mark.parametrize("value", ["north", "", "é" * 2000, 30, -1, 1.5, True, None])
@pytest.mark.parametrize("name", ["acmetenant", "sampledrate", "7", "x" * 100])
def test_a_cloud_event_may_have_any_extension(name: str, value: object) -> None:
    """Extensions may have any attribute type, and are ignored."""
    assert read_command(json.dumps(CLOUD_EVENT | {name: value})) == WANTED


def test_null_for_binary_data_is_absent() -> None:
    """Some CloudEvents serializers write both `data` and `data_base64`."""
    assert read_command(json.dumps(CLOUD_EVENT | {"data_base64": None})) == WANTED


def test_the_longest_names_fit_in_a_type() -> None:
    """A type has 64 characters for the machine, a dot, and 64 for the command."""
    machine, name = "m" * 64, "C" * 64
    command = read_command(json.dumps(CLOUD_EVENT | {"type": f"{machine}.{name}"}))
    assert isinstance(command, Command)
    assert (command.machine, command.name) == (machine, name)


@pytest.mark.parametrize("missing", ["id", "machine", "aggregate_id", "command"])
def test_a_missing_field_is_named(missing: str) -> None:
    """No other value, such as the message id, replaces a required key."""
    body = {key: value for key, value in PLAIN.items() if key != missing}
    assert read_command(json.dumps(body)) == Invalid(
        InvalidKind.MESSAGE, f"{missing}: is required", (missing,)
    )


@pytest.mark.parametrize("body", ["", "null", "[]", "7", '"text"', "{", "\ufeff{}", "{} {}", "[" * 40_000])
def test_a_body_that_is_not_an_object_is_invalid(body: str) -> None:
    """The reason names the body itself."""
    invalid = read_command(body)
    assert isinstance(invalid, Invalid)
    assert invalid.reason.startswith("body: ")


def test_a_hostile_text_inside_a_wrapper_is_invalid() -> None:
    """The wrapped text is parsed as strictly as the body."""
    body = json.dumps({"Type": "Notification", "Message": "[" * 40_000})
    assert read_command(body) == Invalid(
        InvalidKind.MESSAGE, "Message: nested deeper than 64 levels", ("Message",)
    )


def test_the_largest_body_is_measured_in_bytes() -> None:
    """A body of 256 KiB passes and one byte more does not; characters of two bytes count twice."""
    body = json.dumps(PLAIN | {"data": {"text": "é"}}, ensure_ascii=False)
    padding = BODY_BYTES_MAX - len(body.encode())
    assert isinstance(read_command(body + " " * padding), Command)
    assert read_command(body + " " * (padding + 1)) == Invalid(
        InvalidKind.MESSAGE, f"body: larger than {BODY_BYTES_MAX:,} bytes"
    )


@given(
    st.text(min_size=8), st.sampled_from(["id", "machine", "command", "data", "expected_version", "actor"])
)
def test_a_reason_never_quotes_a_value(value: str, field: str) -> None:
    """Values that a sender puts into a field stay out of logs and dead letters."""
    secret = f"s3cr3t{value}"
    outcome = read_command(json.dumps(PLAIN | {field: secret}))
    assert not isinstance(outcome, Invalid) or "s3cr3t" not in outcome.reason


UNFIT = [
    "1e400",
    "9223372036854775808",
    "NaN",
    '"\\ud800"',
    '{"s3cr3t": 1, "s3cr3t": 2}',
    '{"\\ud800s3cr3t": 1}',
]
WRAPPERS = [
    lambda text: text,
    lambda text: json.dumps({"Type": "Notification", "Message": text}),
    lambda text: f'{{"detail-type": "Pay", "detail": {text}}}',
]


@pytest.mark.parametrize("wrapped", WRAPPERS, ids=["bare", "SNS", "EventBridge"])
@pytest.mark.parametrize("unfit", UNFIT)
def test_a_reason_never_quotes_a_key_of_a_payload(unfit: str, wrapped: Any) -> None:
    """Keys of maps are data too, so below `data` only the depth is shown."""
    text = json.dumps(PLAIN | {"data": {"s3cr3t": [{"s3cr3t": "UNFIT"}]}}).replace('"UNFIT"', unfit)
    invalid = read_command(wrapped(text))
    assert isinstance(invalid, Invalid)
    assert "data.*[0].*" in invalid.reason
    assert "s3cr3t" not in invalid.reason


def test_a_version_may_be_written_as_a_double() -> None:
    """JSON and the published schema do not distinguish integers from doubles."""
    command = read_command(json.dumps(PLAIN | {"expected_version": 4.0}))
    assert isinstance(command, Command)
    assert (command.expected_version, type(command.expected_version)) == (4, int)


ODD = (
    st.none()
    | st.booleans()
    | st.integers(-2, 5)
    | st.sampled_from(["", "a", "a/b", "é", "x" * 129, [], ["r"], {}])
    | st.sampled_from([0.0, -0.0, 1.0, 1.5, 1e30, 10**30, 2.0**63, 2**63 - 1, 2**63])
)
ACTORS = [
    {"id": "u", "roles": roles}
    for roles in ([], ["r"] * 100, ["r"] * 101, ["é" * 128], ["é" * 129], [1], "r")
]
CHANGES = st.dictionaries(st.sampled_from([*PLAIN, "other"]), ODD | st.sampled_from(ACTORS), max_size=2)


@pytest.mark.slow
@given(CHANGES, st.sets(st.sampled_from(sorted(PLAIN)), max_size=2))
@example({"expected_version": 1.0}, set())
@example({"expected_version": 10**30}, set())
@example({"expected_version": 2.0**63}, set())
@example({"actor": {"id": "u", "roles": ["r"] * 101}}, set())
@example({"actor": {"id": "u", "roles": ["é" * 129]}}, set())
def test_the_published_schema_agrees_with_the_handler(changes: dict[str, Any], missing: set[str]) -> None:
    """A body is valid by command.schema.json exactly if the handler accepts it."""
    body = {key: value for key, value in (PLAIN | changes).items() if key not in missing}
    fits = Draft7Validator(load_schema("command")).is_valid(body)
    assert isinstance(read_command(json.dumps(body)), Command) == fits
