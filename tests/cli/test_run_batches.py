"""How `run` splits its input into batches: by content, in order, with one batch in memory."""

from __future__ import annotations

import codecs
import io
import json
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.aws.sqs import read_messages
from statewright.cli.run.batches import BATCH_SIZE, EVENT_BYTES_MAX, UnknownInput, read_batches

EVENT = {"Records": [{"messageId": "m-1", "body": "{}", "attributes": {}}]}


def bodies(text: bytes) -> list[tuple[str, str]]:
    """Return the id and the body of every message, read by the handler's own reader."""
    batches = list(read_batches(io.BytesIO(text)))
    assert not any(batch.given for batch in batches)
    return [(message.message_id, message.body) for batch in batches for message in read_messages(batch.event)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_sqs_event_is_passed_on_unchanged(indent: int | None) -> None:
    """The event may be on one line or indented."""
    [batch] = read_batches(io.BytesIO(json.dumps(EVENT, indent=indent).encode()))
    assert (batch.event, batch.given) == (EVENT, True)


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]))))
def test_every_line_that_is_not_blank_is_one_message(lines: list[str]) -> None:
    """The messages keep the order, and their ids are the line numbers."""
    text = [line.encode() for line in lines]
    wanted = [(str(number), line.decode()) for number, line in enumerate(text, 1) if line.strip()]
    assert bodies(b"\n".join(text)) == wanted


def test_text_after_an_sqs_event_is_refused() -> None:
    """It would otherwise be ignored silently."""
    event = json.dumps(EVENT).encode()
    with pytest.raises(UnknownInput):
        list(read_batches(io.BytesIO(event + b"\n\n" + event)))


def test_an_indented_command_is_one_message() -> None:
    """Users try single commands in indented files."""
    [(number, body)] = bodies(json.dumps({"id": "c-1"}, indent=2).encode())
    assert (number, json.loads(body)) == ("1", {"id": "c-1"})


def test_a_broken_first_line_does_not_hide_the_others() -> None:
    """A first line that looks like an incomplete document is still one message."""
    assert bodies(b'{"id": \n{"id": "c-2"}\n') == [("1", '{"id": '), ("2", '{"id": "c-2"}')]


def test_windows_line_ends_are_not_part_of_a_command() -> None:
    """A file written on Windows has the same meaning."""
    assert bodies(b'{"a": 1}\r\n{"a": 2}\r\n') == [("1", '{"a": 1}'), ("2", '{"a": 2}')]


def test_a_line_longer_than_any_event_is_cut() -> None:
    """The handler refuses the cut line, and later lines keep their numbers."""
    text = b'{"a": 1}\n' + b"x" * (2 * EVENT_BYTES_MAX + 5) + b'\n{"a": 3}'
    [_, (_, cut), (number, body)] = bodies(text)
    assert (len(cut), number, body) == (EVENT_BYTES_MAX, "3", '{"a": 3}')


@pytest.mark.slow
@pytest.mark.parametrize("line_break", [b" ", b"\n"])
def test_an_event_larger_than_lambda_accepts_is_refused_as_a_whole(line_break: bytes) -> None:
    """Its lines are not read as thousands of invalid commands."""
    text = b'{"Records": [' + line_break * EVENT_BYTES_MAX + b"]}"
    with pytest.raises(UnknownInput, match="6,291,456 bytes"):
        list(read_batches(io.BytesIO(text)))


def test_a_byte_order_mark_is_not_part_of_the_first_command() -> None:
    """Editors and shells on Windows write one."""
    assert bodies(codecs.BOM_UTF8 + b'{"a": 1}\n{"a": 2}')[0] == ("1", '{"a": 1}')


def test_endless_input_is_read_batch_by_batch() -> None:
    """Only as many lines are read as the requested batches need."""

    class Endless(io.RawIOBase):
        numbers = count(1)

        def readline(self, size: int | None = -1, /) -> bytes:
            return b'{"id": "c-%d"}\n' % next(self.numbers)

    first, second = islice(read_batches(Endless()), 2)  # type: ignore[arg-type]
    assert len(first.event["Records"]) == len(second.event["Records"]) == BATCH_SIZE
