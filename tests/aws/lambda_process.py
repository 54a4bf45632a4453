"""The handler in its own process, imported and invoked as by Lambda's runtime."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.runtime.harness import TILL

ON_LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "orders", "AWS_DEFAULT_REGION": "eu-west-1"}
TRACE_ID = "1-67891233-abcdef012345678912345678"

_INVOKE = """
import json, os, sys
from types import SimpleNamespace
from statewright.aws.app import lambda_handler
AFTER_INIT
for number in range(2):
    context = SimpleNamespace(
        function_name="orders",
        memory_limit_in_mb="256",
        invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:orders",
        aws_request_id=f"r-{number}",
        get_remaining_time_in_millis=lambda: 30_000,
    )
    os.environ["_X_AMZN_TRACE_ID"] = "Root=INVOCATION_TRACE;Sampled=1"
    print("answer", json.dumps(lambda_handler(json.loads(sys.argv[1]), context)))
    AFTER_EACH
print("modules", json.dumps(sorted(sys.modules)))
"""


@dataclass(frozen=True, slots=True)
class Invoked:
    """The observable result of a process; `metrics` are the documents on its stdout."""

    failed: bool
    answers: tuple[dict[str, Any], ...]
    metrics: tuple[dict[str, Any], ...]
    modules: frozenset[str]
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The parsed lines of the process's log."""
        return [json.loads(line) for line in self.stderr.splitlines()]


def invoked(
    variables: dict[str, str], batch: dict[str, Any], *, after_init: str = "", after_each: str = "pass"
) -> Invoked:
    """Run a process that gets the batch twice; the statements run after its import and after each batch."""
    script = _INVOKE.replace("INVOCATION_TRACE", TRACE_ID)
    script = script.replace("AFTER_INIT", after_init).replace("AFTER_EACH", after_each)
    command = [sys.executable, "-c", script, json.dumps(batch)]
    process = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)
    said = [(word, json.loads(value)) for word, value in map(_word_and_value, process.stdout.splitlines())]
    return Invoked(
        failed=process.returncode != 0,
        answers=tuple(value for word, value in said if word == "answer"),
        metrics=tuple(value for word, value in said if word == ""),
        modules=frozenset(name for word, value in said if word == "modules" for name in value),
        stderr=process.stderr,
    )


def environment(folder: Path) -> dict[str, str]:
    """Write the test machine to `folder`, and return the minimal environment of a process."""
    (folder / "till.machine.yaml").write_text(textwrap.dedent(TILL))
    return {"SQLITE_PATH": str(folder / "events.db"), "DEFINITIONS_PATH": str(folder)}


def _word_and_value(line: str) -> tuple[str, str]:
    """Split off the word that the script prints first; lines of the handler are plain JSON."""
    word, _, value = line.partition(" ") if line[:1].isalpha() else ("", "", line)
    return word, value
