"""The function is interrupted: it times out, or is killed between a write and the answer to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.accounts import deposits, opening
from tests.e2e.proxy import Call, proxied
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

ACCOUNTS = [f"a-{number}" for number in range(5)]
OPENINGS = [opening(account) for account in ACCOUNTS]
DEPOSITS = [deposit for account in ACCOUNTS for deposit in deposits(account, 2)]  # one batch
IDS = sorted(command["id"] for command in (*OPENINGS, *DEPOSITS))


def test_a_timeout_within_a_batch_neither_loses_nor_duplicates_commands(
    stage: Stage, dynamodb_local: str, report_line: Callable[[str], None]
) -> None:
    """Every command is stored once, though one write timed out after it was stored and one before."""
    with (
        proxied(dynamodb_local) as proxy,
        stage.serving({"AWS_ENDPOINT_URL_DYNAMODB": proxy.url}, timeout_seconds=10) as service,
    ):
        stage.send(*OPENINGS)
        service.drain()
        proxy.strike('"account/a-1"', _stored_then_dripping)
        proxy.strike('"account/a-2"', Call.drip)
        stage.send(*DEPOSITS)
        service.drain()
        found = service.duplicates()
    report_line(f"e2e timeout: {found} of {len(DEPOSITS)} commands were found stored at the next delivery")
    assert not proxy.pending
    assert service.failures == ["Task timed out after 10.00 seconds"]
    assert found
    assert sorted(stage.history().accepted) == IDS
    assert set(stage.history().balances().values()) == {10}


def test_a_crash_between_a_write_and_its_answer_leaves_one_commit(stage: Stage, dynamodb_local: str) -> None:
    """The next delivery finds the command already stored and deletes the message."""
    with (
        proxied(dynamodb_local) as proxy,
        stage.serving({"AWS_ENDPOINT_URL_DYNAMODB": proxy.url}) as service,
    ):

        def store_and_crash(call: Call) -> None:
            call.forward()
            service.runtimes[0].crash()
            call.hang_up()

        proxy.strike('"account/a-3"', store_and_crash)
        stage.send(opening("a-3"))
        service.drain()
        found = service.duplicates()
    [failure] = service.failures
    assert "Runtime.ExitError" in failure
    assert found == 1
    assert stage.history().accepted == ["open-a-3"]
    assert stage.dead_letters() == []


def _stored_then_dripping(call: Call) -> None:
    call.forward()
    call.drip()
