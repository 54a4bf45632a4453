"""Mixed traffic through the packaged function: commands out of order, repeated and impossible."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.e2e.accounts import is_impossible, traffic
from tests.e2e.history import History
from tests.e2e.stage import Service, Stage

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`endings`: messages per final result in the log. `dead`: command ids of the dead letters."""

    history: History
    endings: Counter[str]
    dead: list[str]
    redeliveries: int
    seconds: float


def test_a_thousand_commands_have_one_outcome_each(stage: Stage, report_line: Callable[[str], None]) -> None:
    """No command is lost or stored twice, balances are correct, and the log covers every message."""
    seed = SystemRandom().randrange(10**6)
    commands = traffic(Random(seed), accounts=50, commands=900, repeated=100)
    after = _handle(stage, commands)
    endings = ", ".join(f"{count} {ending}" for ending, count in after.endings.items())
    report_line(
        f"e2e traffic of seed {seed}: {len(commands)} messages in {after.seconds:.1f} s, {endings}, "
        f"{after.redeliveries} redeliveries"
    )
    impossible = [command["id"] for command in commands if is_impossible(command)]
    sent = {command["id"]: command for command in commands}
    stored = [*after.history.accepted, *after.history.refused]
    assert sorted(after.dead) == sorted(impossible)
    assert sorted(stored) == sorted(sent.keys() - set(impossible))
    assert not after.history.has_gaps()
    assert after.history.balances() == after.history.balances_by_commands(sent)
    assert after.endings == {
        "accepted": len(after.history.accepted),
        "recorded": len(after.history.refused),
        "parked": len(impossible),
        "duplicate": len(commands) - len(stored) - len(impossible),
    }


def _handle(stage: Stage, commands: Sequence[dict[str, Any]]) -> Aftermath:
    """Send the commands and let two environments handle them until the queue is empty."""
    started = time.monotonic()
    stage.send(*commands)
    with stage.serving({"DEAD_LETTER_QUEUE_URL": stage.queue.dead_letters_url}, environments=2) as service:
        service.drain()
        seconds = time.monotonic() - started
        assert service.failures == []
        dead = [json.loads(letter["Body"])["id"] for letter in stage.dead_letters()]
        endings = _endings(service)
        redeliveries = len(service.settled()) - endings.total()
        return Aftermath(stage.history(), endings, dead, redeliveries, seconds)


def _endings(service: Service) -> Counter[str]:
    final = [line for line in service.settled() if line["disposition"] != "redelivered"]
    return Counter(
        line["code"].lower() if line["disposition"] == "deleted" else line["disposition"] for line in final
    )
