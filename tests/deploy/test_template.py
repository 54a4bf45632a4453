"""What deploy/template.yaml creates, read from the template as CloudFormation gets it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from statewright.aws.settings import Settings, read_settings
from statewright.registry.location import S3Place
from statewright.runtime.results import OnRefusal
from statewright.runtime.settling import DELAY_SECONDS_FIRST, DELAY_SECONDS_MAX
from statewright.stores.location import DynamoTable
from tests.deploy.template import Stack
from tests.emulators.clients import new_table

pytestmark = pytest.mark.e2e

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
RECEIVES = 10
KINDS = pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])

ROLE = {
    ("sqs:ReceiveMessage", "CommandQueue.Arn"),
    ("sqs:DeleteMessage", "CommandQueue.Arn"),
    ("sqs:GetQueueAttributes", "CommandQueue.Arn"),
    ("sqs:ChangeMessageVisibility", "CommandQueue.Arn"),
    ("sqs:SendMessage", "DeadLetterQueue.Arn"),
    ("dynamodb:PutItem", "EventTable.Arn"),
    ("dynamodb:Query", "EventTable.Arn"),
    ("s3:GetObject", "arn:aws:s3:::definitionsbucket/definitions/*"),
    ("s3:ListBucket", "arn:aws:s3:::definitionsbucket if StringLike s3:prefix definitions/*"),
    ("logs:CreateLogStream", "FunctionLogs.Arn"),
    ("logs:PutLogEvents", "FunctionLogs.Arn"),
    ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"),
}


@KINDS
def test_a_message_is_delivered_ten_times(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """Then the queue moves it to the dead-letter queue, which takes messages from no other."""
    stack = stack_with(fifo=fifo)
    queue, dead_letters = stack.properties("CommandQueue"), stack.properties("DeadLetterQueue")
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{queue['QueueName']}"
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": "DeadLetterQueue.Arn",
        "maxReceiveCount": RECEIVES,
    }
    assert dead_letters["RedriveAllowPolicy"] == {"redrivePermission": "byQueue", "sourceQueueArns": [arn]}


@KINDS
def test_both_queues_are_of_the_kind_that_was_asked_for(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """A FIFO queue moves messages only to FIFO queues, and its name ends in .fifo."""
    stack = stack_with(fifo=fifo)
    queue, dead_letters = stack.properties("CommandQueue"), stack.properties("DeadLetterQueue")
    assert queue["QueueName"].endswith(".fifo") is fifo
    assert queue.get("FifoQueue", False) is dead_letters.get("FifoQueue", False) is fifo


def test_no_message_returns_while_its_batch_is_in_work(stack: Stack) -> None:
    """Lambda asks for six times the timeout."""
    assert stack.properties("Function")["Timeout"] == 30
    assert stack.properties("CommandQueue")["VisibilityTimeout"] == 180


def test_no_message_expires_before_it_is_moved(stack: Stack) -> None:
    """Ten deliveries in an outage fit in half the retention; in the dead-letter queue age goes on."""
    outage = sum(min(DELAY_SECONDS_FIRST * 2**receive, DELAY_SECONDS_MAX) for receive in range(RECEIVES))
    retention = stack.properties("CommandQueue")["MessageRetentionPeriod"]
    assert outage <= retention / 2
    assert stack.properties("DeadLetterQueue")["MessageRetentionPeriod"] == 14 * 86400 > retention


@KINDS
def test_the_mapping_honours_the_answer_of_the_handler(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """Without the response type a failed message would be deleted; FIFO allows ten messages in a batch."""
    stack = stack_with(fifo=fifo)
    [mapping] = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    assert mapping == {
        "EventSourceArn": "CommandQueue.Arn",
        "FunctionName": "function",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Enabled": True,
        "BatchSize": "10",
        "ScalingConfig": {"MaximumConcurrency": "10"},
    } | ({} if fifo else {"MaximumBatchingWindowInSeconds": "0"})


def test_concurrency_is_limited_at_the_queue_alone(template: dict[str, Any], stack: Stack) -> None:
    """A reserved concurrency below the mapping's would throttle deliveries, which count as received."""
    assert "ReservedConcurrentExecutions" not in stack.properties("Function")
    limits = template["Parameters"]["MaximumConcurrency"]
    assert (limits["MinValue"], limits["MaxValue"]) == (2, 1000)


def test_the_role_may_do_what_is_listed_and_nothing_else(stack: Stack) -> None:
    """Every action with its resource; a wildcard only if no resource can be named."""
    assert _permissions(stack) == ROLE


def test_one_permission_more_would_be_seen(template: dict[str, Any]) -> None:
    """An additional Scan changes the set."""
    wider = copy.deepcopy(template)
    [policy] = wider["Resources"]["FunctionRole"]["Properties"]["Policies"]
    [on_table] = [each for each in policy["PolicyDocument"]["Statement"] if "dynamodb:Query" in str(each)]
    on_table["Action"].append("dynamodb:Scan")
    assert _permissions(Stack(wider, {})) - ROLE == {("dynamodb:Scan", "EventTable.Arn")}


def test_a_key_of_ones_own_is_used_everywhere_and_granted(stack_with: Callable[..., Stack]) -> None:
    """Queues, table and bucket are under the key; the role may decrypt and make data keys with it."""
    stack = stack_with(KmsKeyArn=KEY)
    assert _permissions(stack) - ROLE == {("kms:Decrypt", KEY), ("kms:GenerateDataKey", KEY)}
    for queue in ("CommandQueue", "DeadLetterQueue"):
        assert stack.properties(queue)["KmsMasterKeyId"] == KEY
        assert "SqsManagedSseEnabled" not in stack.properties(queue)
    assert stack.properties("EventTable")["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert _encryption(stack) == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}


def test_the_function_runs_what_the_package_is_built_for(stack_with: Callable[..., Stack]) -> None:
    """Python 3.13 on arm64, the defaults of `make package`."""
    function = stack_with().properties("Function")
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    function = stack_with(Runtime="python3.12", Architecture="x86_64").properties("Function")
    assert (function["Runtime"], function["Architectures"]) == ("python3.12", ["x86_64"])


def test_the_function_has_no_other_role(stack: Stack) -> None:
    """SAM would write one with managed policies on every resource."""
    [(name, role)] = stack.of_type("AWS::IAM::Role").items()
    assert stack.properties("Function")["Role"] == f"{name}.Arn"
    assert "ManagedPolicyArns" not in role


def test_the_handler_understands_its_environment(stack_with: Callable[..., Stack]) -> None:
    """Each setting comes from the resource or the parameter that it names."""
    stack = stack_with(
        OnRefusal="record", DefinitionsPrefix="a/b", DefinitionsTtlSeconds="5", SnapshotEvery="7"
    )
    environment = stack.properties("Function")["Environment"]["Variables"]
    assert read_settings(environment) == Settings(
        events=DynamoTable("eventtable"),
        definitions=S3Place("definitionsbucket", "a/b"),
        dead_letter_queue_url="deadletterqueue",
        on_refusal=OnRefusal.RECORD,
        definitions_ttl_seconds=5,
        snapshot_every=7,
    )


def test_the_defaults_are_those_of_the_handler(stack: Stack) -> None:
    """A stack without parameters runs as a handler without settings."""
    environment = stack.properties("Function")["Environment"]["Variables"]
    needed = ("DYNAMO_TABLE_NAME", "S3_BUCKET_NAME", "S3_CONFIG_PREFIX", "DEAD_LETTER_QUEUE_URL")
    assert read_settings(environment) == read_settings({name: environment[name] for name in needed})


def test_every_disposition_of_refusals_can_be_chosen(template: dict[str, Any]) -> None:
    """The parameter takes what the handler takes, and nothing, which leaves it to the code."""
    assert set(template["Parameters"]["OnRefusal"]["AllowedValues"]) == {"", *OnRefusal}


@pytest.mark.parametrize(
    ("prefix", "taken"), [("definitions", True), ("live/a.b", True), ("/live", False), ("live/", False)]
)
def test_a_prefix_has_no_slash_at_its_ends(template: dict[str, Any], prefix: str, taken: bool) -> None:
    """The handler takes such slashes away, and the role's resource would name another prefix."""
    pattern = template["Parameters"]["DefinitionsPrefix"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, prefix)) is taken


def test_the_table_has_the_keys_that_the_store_is_tested_with(stack: Stack) -> None:
    """The tables of the tests and the deployed one are alike."""
    asked: dict[str, Any] = {}
    new_table(SimpleNamespace(create_table=asked.update))
    table = stack.properties("EventTable")
    for part in ("KeySchema", "AttributeDefinitions", "BillingMode"):
        assert table[part] == asked[part]


def test_no_event_goes_away(stack: Stack) -> None:
    """No time to live, a copy of any second, and no deletion of the table by mistake."""
    table = stack.properties("EventTable")
    assert "TimeToLiveSpecification" not in table
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


@pytest.mark.parametrize("name", ["EventTable", "DefinitionsBucket", "DefinitionsBucketPolicy"])
def test_table_and_bucket_outlive_the_stack(stack: Stack, name: str) -> None:
    """Deletion and replacement leave it where it is."""
    resource = stack.resources[name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_bucket_is_private_versioned_and_encrypted(stack: Stack) -> None:
    """No access list can open it, and every object keeps its former versions."""
    bucket = stack.properties("DefinitionsBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert _encryption(stack) == {"SSEAlgorithm": "AES256"}


def test_the_bucket_refuses_plain_text_transport(stack: Stack) -> None:
    """The one statement of its policy denies everything that does not come over TLS."""
    [policy] = stack.of_type("AWS::S3::BucketPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["DefinitionsBucket.Arn", "DefinitionsBucket.Arn/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_log_lines_are_kept_for_a_while(stack_with: Callable[..., Stack]) -> None:
    """The function writes to the group that has the retention."""
    stack = stack_with(LogRetentionDays="7")
    assert stack.properties("FunctionLogs")["RetentionInDays"] == "7"
    assert stack.properties("Function")["LoggingConfig"] == {"LogGroup": "functionlogs"}
    assert stack.properties("Function")["TracingConfig"] == {"Mode": "Active"}


def _permissions(stack: Stack) -> set[tuple[str, str]]:
    """Each action that the function's role allows, with its resource."""
    [policy] = stack.properties("FunctionRole")["Policies"]
    return {
        (action, _allowed_on(statement))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _listed(statement["Action"])
    }


def _allowed_on(statement: dict[str, Any]) -> str:
    if statement["Effect"] != "Allow":
        raise ValueError(f"unexpected effect in {statement}")
    conditions = [
        f" if {operator} {key} {value}"
        for operator, tested in statement.get("Condition", {}).items()
        for key, value in tested.items()
    ]
    return " and ".join(_listed(statement["Resource"])) + "".join(conditions)


def _listed(one_or_more: str | list[str]) -> list[str]:
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more


def _encryption(stack: Stack) -> dict[str, str]:
    [rule] = stack.properties("DefinitionsBucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    encryption: dict[str, str] = rule["ServerSideEncryptionByDefault"]
    return encryption
