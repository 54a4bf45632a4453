"""Two execution environments write to the same aggregate."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.e2e.accounts import deposits, opening
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e


def test_two_environments_share_one_aggregate(stage: Stage, report_line: Callable[[str], None]) -> None:
    """Every command is accepted exactly once, although the environments' writes conflict."""
    commands = [opening("hot"), *deposits("hot", 300)]
    started = time.monotonic()
    with stage.serving(environments=2) as service:
        stage.send(*commands)
        service.drain()
        conflicts = service.count("conflicts")
    history = stage.history()
    seconds = time.monotonic() - started
    commits = len(list(history.commits))
    report_line(f"e2e hot aggregate: {commits} commits, {conflicts} conflicts, {seconds:.1f} s")
    assert sorted(history.accepted) == sorted(command["id"] for command in commands)
    assert history.balances() == {"account/hot": 1500}
    assert not history.has_gaps()
    assert conflicts > 0
