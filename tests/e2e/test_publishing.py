"""A new definition is published while messages are being handled."""

from __future__ import annotations

import pytest

from statewright.stores.record import DefinitionStamp
from tests.e2e.accounts import deposits, opening
from tests.e2e.poller import wait_for
from tests.e2e.stage import EXAMPLE, Stage

pytestmark = pytest.mark.e2e

ACCOUNTS = [f"a-{number}" for number in range(6)]
FIRST = EXAMPLE.read_text()
SECOND = FIRST.replace("version: 1", "version: 2").replace("does not cover this", "is too small for this")


def test_one_history_holds_commits_of_both_versions(stage: Stage) -> None:
    """Each commit is stamped with a published definition, and no stream returns to the older one."""
    older = stage.publish(FIRST)
    early = [*map(opening, ACCOUNTS), *_deposits("early")]
    late = _deposits("late")
    with stage.serving({"DEFINITIONS_TTL_SECONDS": "0"}, environments=2) as service, service.flowing():
        stage.send(*early)
        wait_for(lambda: bool(stage.store.read("account/a-0").commits), "a first commit")
        newer = stage.publish(SECOND)
        stage.send(*late)
    history = stage.history()
    stamps = [[commit.definition for commit in commits] for commits in history.streams.values()]
    assert {stamp for stream in stamps for stamp in stream} == {older, newer}
    assert all(stream == sorted(stream, key=_version) for stream in stamps)
    assert sorted(history.accepted) == sorted(command["id"] for command in (*early, *late))
    assert not history.has_gaps()


def _deposits(when: str) -> list[dict[str, object]]:
    return [
        {**deposit, "id": f"{deposit['id']}-{when}"}
        for account in ACCOUNTS
        for deposit in deposits(account, 10)
    ]


def _version(stamp: DefinitionStamp) -> int:
    return stamp.version
