"""The function's imports, its start-up time and its memory use."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from tests.e2e.accounts import deposits, opening
from tests.e2e.runtime import INTERPRETER, RuntimeParts
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

WARM_INVOCATIONS = 30
WHERE_EVERYTHING_LIES = """
import sys, json
import awslambdaric, handler.app
import statewright.registry.s3, statewright.stores.dynamodb, statewright.aws.sqs_queue
print(json.dumps([module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]))
"""


def test_the_function_imports_nothing_from_the_checkout(runtime_parts: RuntimeParts, task_root: Path) -> None:
    """The function imports only from its package, the standard library and Lambda's client."""
    done = subprocess.run(
        (*INTERPRETER, "-c", WHERE_EVERYTHING_LIES),
        cwd=task_root,
        env={"PYTHONPATH": str(runtime_parts.client), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    files = [Path(file) for file in json.loads(done.stdout)]
    places = (task_root, runtime_parts.client, Path(sysconfig.get_path("stdlib")))
    assert [file for file in files if not any(map(file.is_relative_to, places))] == []
    assert task_root / "handler" / "app.py" in files


def test_an_environment_serves_many_invocations(stage: Stage, report_line: Callable[[str], None]) -> None:
    """Only the first invocation pays for the imports; each answer reports no failures."""
    with stage.serving() as service:
        for command in (opening("a-0"), *deposits("a-0", WARM_INVOCATIONS)):
            stage.send(command)
            service.pollers[0].poll_once()
        cold, *warm = [answer.seconds for answer in service.answers]
        memory = service.runtimes[0].memory_bytes_max()
    report_line(
        f"e2e invocation of one command: cold {cold:.2f} s, warm {median(warm) * 1000:.0f} ms, "
        f"at most {memory / 1e6:.0f} MB"
    )
    assert {answer.text for answer in service.answers} == {'{"batchItemFailures": []}'}
    assert len(stage.history().accepted) == 1 + WARM_INVOCATIONS
