"""The function as invoked by Lambda keeps its handler name, answers, log fields and metrics."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.promises.files import TODAY, documents, golden_lines, golden_text
from tests.promises.playing import without_wording

ROOT = Path(__file__).parent.parent.parent
HANDLERS = golden_text("interfaces/handlers.txt").splitlines()
ON_LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "orders",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # no queue can be reached
    "_X_AMZN_TRACE_ID": "Root=1-67891233-abcdef012345678912345678;Sampled=1",
}

# Fields that differ from run to run or when source lines move.
VARYING = {
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+00:00)"),
    "location": re.compile(r"\w+:\d+"),
}


@dataclass(frozen=True)
class Invoked:
    """The output of a process. `lines`: its log, except the line about SQLite's journal mode."""

    answers: list[Any]
    lines: list[dict[str, Any]]
    metrics: list[dict[str, Any]]


def invoke(folder: Path, variables: Mapping[str, str]) -> Invoked:
    """Invoke the handler in a process with each recorded event in turn."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "_HANDLER": HANDLERS[0],
        "SQLITE_PATH": str(folder / "events.db"),
        "DEFINITIONS_PATH": str(TODAY),
        "SNAPSHOT_EVERY": "3",
        **variables,
    }
    command = [sys.executable, str(Path(__file__).with_name("lambda_runtime.py")), str(folder / "answers")]
    process = subprocess.run(
        command,
        env=environment,
        input=golden_text("handler/events.jsonl"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    answers = documents((folder / "answers").read_text())
    lines = [line for line in documents(process.stderr) if "journal mode" not in line["message"]]
    return Invoked(answers, lines, documents(process.stdout))


@pytest.fixture(scope="module")
def on_lambda(tmp_path_factory: pytest.TempPathFactory) -> Invoked:
    return invoke(tmp_path_factory.mktemp("lambda"), ON_LAMBDA)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_configured_handler_is_found(name: str) -> None:
    """Existing templates and functions refer to the handler by these names."""
    module, _, function = name.rpartition(".")
    statement = f"import sys, {module}; sys.exit(not callable({module}.{function}))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "AWS_DEFAULT_REGION": "eu-west-1"}
    assert subprocess.run([sys.executable, "-c", statement], env=environment, timeout=60).returncode == 0


def test_events_get_the_same_answers_on_lambda(on_lambda: Invoked) -> None:
    """The answers are the same even though no queue can be reached."""
    assert on_lambda.answers == golden_lines("handler/lambda_answers.jsonl")


def test_log_lines_on_lambda_have_the_same_fields(on_lambda: Invoked) -> None:
    """The log lines of messages, batch and invocation have the same fields and values."""
    assert [comparable(line) for line in on_lambda.lines] == golden_lines("handler/lambda_log.jsonl")


def test_metrics_have_the_same_names_and_values(on_lambda: Invoked) -> None:
    """Alarms and dashboards rely on the same namespace, dimensions, units and values."""
    assert [timeless(document) for document in on_lambda.metrics] == golden_lines("handler/metrics.jsonl")


def test_log_lines_outside_lambda_have_the_same_fields(tmp_path: Path) -> None:
    """Outside Lambda, log lines lack the invocation's keys, and no metrics are emitted."""
    process = invoke(tmp_path, {"POWERTOOLS_SERVICE_NAME": "orders"})
    assert [comparable(line) for line in process.lines] == golden_lines("handler/local_log.jsonl")
    assert process.metrics == []


def comparable(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line without varying fields, whose format is checked, and without the wording of its reason."""
    for name, pattern in VARYING.items():
        assert pattern.fullmatch(line[name]), line
    return without_wording({key: value for key, value in line.items() if key not in VARYING})


def timeless(document: dict[str, Any]) -> dict[str, Any]:
    """The document without the timestamp and the exact age of definitions, which depends on it."""
    assert isinstance(document["_aws"].pop("Timestamp"), int)
    return {key: bool(value >= 0) if key == "DefinitionAge" else value for key, value in document.items()}
