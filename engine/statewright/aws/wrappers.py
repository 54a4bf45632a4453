"""Removes the wrapper that SNS or EventBridge puts around a message."""

from __future__ import annotations

from statewright.runtime.envelope import QUOTABLE
from statewright.strict_json import Malformed, read_json


def unwrapped(document: object) -> object:
    """The document inside its wrapper, if it has one. Raises Malformed."""
    match document:
        case {"Type": "Notification", "Message": str(text)}:
            inner = read_json(text, place="Message", quotable=QUOTABLE)
        case {"detail-type": _, "detail": detail}:
            inner = detail
        case _:
            return document
    match inner:
        case {"Type": "Notification"} | {"detail-type": _}:
            raise Malformed("", "is wrapped twice; only one wrapper is allowed")
        case dict():
            return inner
        case _:
            raise Malformed("", "the wrapper must contain an object")
