"""Runs code with a package as on Lambda: with the standard library and no other installed distributions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

from statewright.stores.sqlite import SqliteStore

DOOR = "machine: door\ninitial: shut\nstates: {shut: {accepts: {Open: open}}, open: {}}\n"
COMMAND = {"id": "c-1", "machine": "door", "aggregate_id": "d-1", "command": "Open"}


def run_alone(task_root: Path, code: str, environment: Mapping[str, str] | None = None) -> str:
    """The output of `code`, run by a Python that finds only the standard library and the package."""
    prelude = f"import sys; sys.dont_write_bytecode = True; sys.path.insert(0, {str(task_root)!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", prelude + textwrap.dedent(code)],
        cwd=task_root.parent,
        env={"PATH": os.defpath, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def events_of_a_batch(task_root: Path, handler: str, folder: Path) -> list[str]:
    """The types of the events stored in a SQLite file for one command; `handler`: the handler's module."""
    (folder / "door.machine.yaml").write_text(DOOR)
    event = {"Records": [{"messageId": "m-1", "body": json.dumps(COMMAND), "eventSource": "aws:sqs"}]}
    environment = {"DEFINITIONS_PATH": str(folder), "SQLITE_PATH": str(folder / "events.db")}
    code = f"from {handler} import lambda_handler; print(lambda_handler({event!r}, None))"
    assert "{'batchItemFailures': []}" in run_alone(task_root, code, environment)
    commits = SqliteStore(folder / "events.db").read("door/d-1").commits
    return [event.type for commit in commits for event in commit.events]
