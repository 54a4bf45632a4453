"""The poller keeps and deletes messages as AWS documents it."""

from __future__ import annotations

import pytest

from tests.e2e.poller import kept_messages
from tests.e2e.runtime import Answer

BATCH = frozenset({"m-1", "m-2", "m-3"})


@pytest.mark.parametrize(
    "text",
    ["null", "{}", '{"batchItemFailures": []}', '{"batchItemFailures": null}', '{"anything": "else"}'],
)
def test_an_empty_answer_is_a_success(text: str) -> None:
    """An answer without `batchItemFailures` deletes all messages of the batch."""
    assert kept_messages(Answer(text, failed=False), BATCH) == frozenset()


@pytest.mark.parametrize(
    "failures",
    [
        '[{"itemIdentifier": ""}]',
        '[{"itemIdentifier": null}]',
        '[{"itemIdentifier": "m-4"}]',
        '[{"messageId": "m-1"}]',
        '[{"itemIdentifier": "m-1"}, {"itemIdentifier": ""}]',
        '["m-1"]',
        '"m-1"',
    ],
)
def test_an_invalid_report_keeps_the_batch(failures: str) -> None:
    """A single invalid or unknown identifier makes AWS redeliver the whole batch."""
    assert kept_messages(Answer(f'{{"batchItemFailures": {failures}}}', failed=False), BATCH) == BATCH


@pytest.mark.parametrize("text", ["Task timed out after 3.00 seconds", "", '"done"', "[]", "7"])
def test_an_answer_that_is_not_an_object_keeps_the_batch(text: str) -> None:
    """An answer that is neither null nor a JSON object is an invalid response."""
    assert kept_messages(Answer(text, failed=False), BATCH) == BATCH


def test_a_function_error_keeps_the_batch() -> None:
    """A failed invocation keeps all messages, even if its text looks like a success."""
    assert kept_messages(Answer("{}", failed=True), BATCH) == BATCH


def test_reported_messages_are_kept_and_the_others_deleted() -> None:
    """A valid report keeps exactly the messages that it names."""
    text = '{"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-3"}]}'
    assert kept_messages(Answer(text, failed=False), BATCH) == {"m-1", "m-3"}
