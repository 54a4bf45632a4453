"""A client of DynamoDB whose requests are recorded, charged, and disturbed where a test wants it.

It uses the SDK's own events, so the real client runs with its parsing, retries and errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from statewright.stores.dynamodb import DynamoStore

# The service charges for a read that finds nothing, but DynamoDB Local does not. All reads are consistent.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
READ_UNITS_LEAST = 1.0

Fault = Callable[[AWSPreparedRequest], AWSResponse | None]


class Wire:
    """A client, a table, and the requests since the last reset.

    `sent` has the operation of each request, in order. Units are as the service charges them.
    """

    def __init__(self, client: Any, *, table: str) -> None:
        self.client = client
        self.table = table
        self.faults: list[Fault] = []
        self.reset()
        for operation in ("PutItem", "Query", "Scan"):
            client.meta.events.register(f"before-parameter-build.dynamodb.{operation}", _ask_for_charges)
        for operation in ("Query", "Scan"):
            client.meta.events.register(f"before-parameter-build.dynamodb.{operation}", _refuse_stale)
        client.meta.events.register("before-send.dynamodb", self._send)
        client.meta.events.register("after-call.dynamodb", self._charge)

    @property
    def store(self) -> DynamoStore:
        return DynamoStore(self.client, table=self.table)

    def reset(self) -> None:
        """Forget all requests and charges so far."""
        self.sent: list[str] = []
        self.read_units = self.write_units = 0.0

    def disturb(self, *faults: Fault) -> None:
        """Apply each of `faults`, in order, to one of the next requests."""
        self.faults += faults

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        self.sent.append(event_name.rpartition(".")[2])
        return self.faults.pop(0)(request) if self.faults else None

    def _charge(self, parsed: dict[str, Any], event_name: str, **_: Any) -> None:
        units = parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
        if event_name.endswith("PutItem"):
            self.write_units += units
        else:
            self.read_units += units or READ_UNITS_LEAST


def refused(status: int, code: str) -> Fault:
    """Return an error of the service, which does not execute the request."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "secret payload"})
    return lambda request: _response(request, status, {}, body.encode())


def lost(request: AWSPreparedRequest) -> AWSResponse:
    """The request never arrives."""
    raise ConnectTimeoutError(endpoint_url=request.url)


def answer_lost(request: AWSPreparedRequest) -> AWSResponse:
    """The service executes the request, and the response is lost."""
    URLLib3Session().send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def answer_broken(request: AWSPreparedRequest) -> AWSResponse:
    """The service executes the request, then reports a failure."""
    URLLib3Session().send(request)
    return _response(request, 500, {}, b"{}")


def answer_damaged(request: AWSPreparedRequest) -> AWSResponse:
    """A letter of the response is changed on the way; its checksum is not."""
    answer = URLLib3Session().send(request)
    body = answer.content.replace(b"Payment", b"payment")
    return _response(request, answer.status_code, answer.headers, body)


def welcomed(request: AWSPreparedRequest) -> AWSResponse:
    """A proxy responds with success instead of the service."""
    return _response(request, 200, {}, b"{}")


def item_withheld(request: AWSPreparedRequest) -> AWSResponse:
    """The service does not return the existing item."""
    answer = URLLib3Session().send(request)
    body = json.loads(answer.content)
    body.pop("Item", None)
    return _response(request, answer.status_code, {}, json.dumps(body).encode())


def _ask_for_charges(params: dict[str, Any], **_: Any) -> None:
    params["ReturnConsumedCapacity"] = "TOTAL"


def _refuse_stale(params: dict[str, Any], **_: Any) -> None:
    """Check that every read of the store is consistent."""
    assert params["ConsistentRead"] is True


def _response(request: AWSPreparedRequest, status: int, headers: Any, body: bytes) -> AWSResponse:
    return AWSResponse(request.url, status, headers, _Body(body))


class _Body(BytesIO):
    def stream(self) -> list[bytes]:
        return [self.read()]
