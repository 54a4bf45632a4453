"""A Lambda process from its init phase to its responses, log and metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.aws.lambda_process import ON_LAMBDA, TRACE_ID, environment, invoked
from tests.runtime.events import body, event, failures

pytestmark = pytest.mark.slow

BATCH = event(body("1", amount=1), body("2", amount=13))
UNREACHABLE_QUEUES = ON_LAMBDA | {
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
}
SENDERS_TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"


def test_a_second_delivery_uses_the_stored_outcome(tmp_path: Path) -> None:
    """The responses name the failures, and the log has each message once per delivery."""
    process = invoked(environment(tmp_path), BATCH)
    assert [failures(answer) for answer in process.answers] == [["m-1"], ["m-1"]]
    codes = [line["code"] for line in process.lines if line["message"] == "command settled"]
    assert codes == ["ACCEPTED", "UNLUCKY", "DUPLICATE", "UNLUCKY"]


def test_a_local_process_loads_no_sdk(tmp_path: Path) -> None:
    """A process without queues imports no SDK, Powertools or CLI, and writes no metrics to stdout."""
    process = invoked(environment(tmp_path), BATCH)
    assert not process.modules & {"boto3", "aws_lambda_powertools", "statewright.cli"}
    assert process.metrics == ()
    assert not any("function_request_id" in line for line in process.lines)


@pytest.mark.parametrize("platform", [{}, ON_LAMBDA], ids=["locally", "on Lambda"])
def test_a_wrong_environment_fails_visibly(platform: dict[str, str]) -> None:
    """The error names the variable, and no response could delete a message."""
    process = invoked(platform, BATCH)
    assert (process.failed, process.answers) == (True, ())
    last = process.stderr.splitlines()[-1]
    assert last.startswith("statewright.errors.SettingsError: DYNAMO_TABLE_NAME: is not set")


def test_the_init_phase_fails_for_a_wrong_environment() -> None:
    """The process fails before it receives an event."""
    process = invoked(ON_LAMBDA, BATCH, after_init="print('{}')")
    assert (process.failed, process.metrics) == (True, ())


def test_the_handler_is_built_in_the_init_phase(tmp_path: Path) -> None:
    """The objects built there are frozen, and garbage collection is enabled again."""
    built = f"os.path.exists({str(tmp_path / 'events.db')!r})"
    shown = f"import gc; sys.exit(str((gc.isenabled(), gc.get_freeze_count() > 0, {built})))"
    process = invoked(environment(tmp_path) | ON_LAMBDA, BATCH, after_init=shown)
    assert process.stderr.splitlines()[-1] == "(True, True, True)"


def test_a_local_process_builds_nothing_at_import(tmp_path: Path) -> None:
    """The command line imports the module too."""
    shown = f"sys.exit(str(os.path.exists({str(tmp_path / 'events.db')!r})))"
    assert invoked(environment(tmp_path), BATCH, after_init=shown).stderr == "False\n"


def test_a_store_that_cannot_be_opened_fails_the_messages_until_it_can(tmp_path: Path) -> None:
    """The init phase raises no alarm; the first event raises one, and the second opens the store."""
    late = tmp_path / "late"
    variables = environment(tmp_path) | UNREACHABLE_QUEUES | {"SQLITE_PATH": str(late / "events.db")}
    batch = event(body("1", amount=1), body("2", amount=1))
    process = invoked(variables, batch, after_each=f"os.makedirs({str(late)!r}, exist_ok=True)")
    assert [failures(answer) for answer in process.answers] == [["m-0", "m-1"], []]
    [alarm] = [line for line in process.lines if "alarm" in line]
    assert (alarm["alarm"], alarm["delays_refused"]) == ("not_started", 2)  # one per message
    assert [document.get("NotStarted") for document in process.metrics] == [1, None]


def test_on_lambda_every_line_names_its_invocation(tmp_path: Path) -> None:
    """The keys are those of Powertools, which is not imported although it is installed here."""
    process = invoked(environment(tmp_path) | ON_LAMBDA, BATCH)
    first, last = (line for line in process.lines if line["message"] == "batch settled")
    assert {key: last[key] for key in last if key.startswith(("function_", "xray_", "service", "cold_"))} == {
        "service": "statewright",
        "cold_start": False,
        "function_name": "orders",
        "function_memory_size": "256",
        "function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "function_request_id": "r-1",
        "xray_trace_id": TRACE_ID,
    }
    assert (first["cold_start"], first["function_request_id"]) == (True, "r-0")
    assert not any(module.startswith("aws_lambda_powertools") for module in process.modules)


def test_on_lambda_each_batch_writes_its_metrics(tmp_path: Path) -> None:
    """The metrics have the service and namespace of Powertools, and only the first batch is a cold start."""
    variables = {"POWERTOOLS_SERVICE_NAME": "shop", "POWERTOOLS_METRICS_NAMESPACE": "Shop"}
    process = invoked(environment(tmp_path) | ON_LAMBDA | variables, BATCH)
    wholes = [document for document in process.metrics if "code" not in document]
    assert [(one["Accepted"], one["Duplicate"], one["Refused"]) for one in wholes] == [(1, 0, 1), (0, 1, 1)]
    assert [one["ColdStart"] for one in wholes] == [1, 0]
    assert [one["code"] for one in process.metrics if "code" in one] == ["UNLUCKY", "UNLUCKY"]
    assert {one["service"] for one in process.metrics} == {"shop"}
    assert {one["_aws"]["CloudWatchMetrics"][0]["Namespace"] for one in process.metrics} == {"Shop"}


def test_provisioned_concurrency_is_not_a_cold_start(tmp_path: Path) -> None:
    """No message waited for its init phase."""
    variables = ON_LAMBDA | {"AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency"}
    process = invoked(environment(tmp_path) | variables, event())
    assert [document["ColdStart"] for document in process.metrics] == [0, 0]


def test_a_message_without_a_correlation_id_is_stored_with_its_trace(tmp_path: Path) -> None:
    """The log also has the trace, and a redelivery is still a duplicate."""
    traced = event(body("1", amount=1))
    traced["Records"][0]["attributes"] = {"AWSTraceHeader": f"Root={SENDERS_TRACE_ID};Sampled=1"}
    process = invoked(environment(tmp_path) | ON_LAMBDA, traced)
    settled = [line for line in process.lines if line["message"] == "command settled"]
    assert [(line["code"], line["xray_trace_id"]) for line in settled] == [
        ("ACCEPTED", SENDERS_TRACE_ID),
        ("DUPLICATE", SENDERS_TRACE_ID),
    ]


@pytest.mark.parametrize(("initialization", "refused"), [("snap-start", ["m-1"]), ("on-demand", [])])
def test_a_process_restored_from_a_snapshot_refreshes_its_definitions(
    tmp_path: Path, initialization: str, refused: list[str]
) -> None:
    """Definitions in a SnapStart snapshot may be weeks old, although the clock makes them look fresh."""
    variables = environment(tmp_path) | ON_LAMBDA | {"AWS_LAMBDA_INITIALIZATION_TYPE": initialization}
    file = tmp_path / "till.machine.yaml"
    changed = file.read_text().replace("command.amount == 13", "command.amount == 14")
    rewrite = f"open({str(file)!r}, 'w').write({changed!r} + '\\n')"
    process = invoked(variables, event(body("1", amount=1), body("2", amount=14)), after_init=rewrite)
    assert failures(process.answers[0]) == refused
