"""The resources that deploy/template.yaml creates, after transformation by SAM."""

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
    """After ten receives the message moves to the dead-letter queue, which accepts no other source."""
    stack = stack_with(fifo=fifo)
    queue, dead_letters = stack.properties("CommandQueue"), stack.properties("DeadLetterQueue")
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{queue['QueueName']}"
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": "DeadLetterQueue.Arn",
        "maxReceiveCount": RECEIVES,
    }
    assert dead_letters["RedriveAllowPolicy"] == {"redrivePermission": "byQueue", "sourceQueueArns": [arn]}


@KINDS
def test_both_queues_have_the_requested_type(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """With `fifo`, both queues are FIFO queues and the command queue's name ends in .fifo."""
    stack = stack_with(fifo=fifo)
    queue, dead_letters = stack.properties("CommandQueue"), stack.properties("DeadLetterQueue")
    assert queue["QueueName"].endswith(".fifo") is fifo
    assert queue.get("FifoQueue", False) is dead_letters.get("FifoQueue", False) is fifo


def test_no_message_is_redelivered_while_its_batch_is_handled(stack: Stack) -> None:
    """The visibility timeout is six times the function's timeout, as Lambda recommends."""
    assert stack.properties("Function")["Timeout"] == 30
    assert stack.properties("CommandQueue")["VisibilityTimeout"] == 180


def test_no_message_expires_before_it_is_dead_lettered(stack: Stack) -> None:
    """Ten deliveries take at most half the retention; the dead-letter queue retains longer."""
    outage = sum(min(DELAY_SECONDS_FIRST * 2**receive, DELAY_SECONDS_MAX) for receive in range(RECEIVES))
    retention = stack.properties("CommandQueue")["MessageRetentionPeriod"]
    assert outage <= retention / 2
    assert stack.properties("DeadLetterQueue")["MessageRetentionPeriod"] == 14 * 86400 > retention


@KINDS
def test_the_mapping_uses_partial_batch_responses(stack_with: Callable[..., Stack], fifo: bool) -> None:
    """The mapping reports batch item failures and uses batches of ten, the maximum for FIFO queues."""
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


def test_concurrency_is_limited_only_by_the_mapping(template: dict[str, Any], stack: Stack) -> None:
    """The function has no reserved concurrency, since throttled deliveries would count as receives."""
    assert "ReservedConcurrentExecutions" not in stack.properties("Function")
    limits = template["Parameters"]["MaximumConcurrency"]
    assert (limits["MinValue"], limits["MaxValue"]) == (2, 1000)


def test_the_role_has_exactly_the_listed_permissions(stack: Stack) -> None:
    """Each action is limited to a resource, except X-Ray actions, which do not support that."""
    assert _permissions(stack) == ROLE


def test_an_additional_permission_is_detected(template: dict[str, Any]) -> None:
    """An added Scan action appears in the set of permissions."""
    wider = copy.deepcopy(template)
    [policy] = wider["Resources"]["FunctionRole"]["Properties"]["Policies"]
    [on_table] = [each for each in policy["PolicyDocument"]["Statement"] if "dynamodb:Query" in str(each)]
    on_table["Action"].append("dynamodb:Scan")
    assert _permissions(Stack(wider, {})) - ROLE == {("dynamodb:Scan", "EventTable.Arn")}


def test_a_customer_managed_key_is_used_everywhere_and_granted(stack_with: Callable[..., Stack]) -> None:
    """Queues, table and bucket use the key, and the role may decrypt and generate data keys."""
    stack = stack_with(KmsKeyArn=KEY)
    assert _permissions(stack) - ROLE == {("kms:Decrypt", KEY), ("kms:GenerateDataKey", KEY)}
    for queue in ("CommandQueue", "DeadLetterQueue"):
        assert stack.properties(queue)["KmsMasterKeyId"] == KEY
        assert "SqsManagedSseEnabled" not in stack.properties(queue)
    assert stack.properties("EventTable")["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert _encryption(stack) == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}


def test_the_function_has_the_target_of_the_package(stack_with: Callable[..., Stack]) -> None:
    """The default is Python 3.13 on arm64, as in `make package`; parameters can change both."""
    function = stack_with().properties("Function")
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    function = stack_with(Runtime="python3.12", Architecture="x86_64").properties("Function")
    assert (function["Runtime"], function["Architectures"]) == ("python3.12", ["x86_64"])


def test_the_function_has_only_the_role_of_the_template(stack: Stack) -> None:
    """SAM does not generate a role, and the role has no managed policies."""
    [(name, role)] = stack.of_type("AWS::IAM::Role").items()
    assert stack.properties("Function")["Role"] == f"{name}.Arn"
    assert "ManagedPolicyArns" not in role


def test_the_handler_understands_its_environment(stack_with: Callable[..., Stack]) -> None:
    """The handler reads its settings from the variables that the template sets."""
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
    """Without parameters, the optional settings have the handler's defaults."""
    environment = stack.properties("Function")["Environment"]["Variables"]
    needed = ("DYNAMO_TABLE_NAME", "S3_BUCKET_NAME", "S3_CONFIG_PREFIX", "DEAD_LETTER_QUEUE_URL")
    assert read_settings(environment) == read_settings({name: environment[name] for name in needed})


def test_every_disposition_of_refusals_can_be_chosen(template: dict[str, Any]) -> None:
    """OnRefusal allows the handler's values and "", which means the handler's default."""
    assert set(template["Parameters"]["OnRefusal"]["AllowedValues"]) == {"", *OnRefusal}


@pytest.mark.parametrize(
    ("prefix", "taken"), [("definitions", True), ("live/a.b", True), ("/live", False), ("live/", False)]
)
def test_a_prefix_has_no_slash_at_its_ends(template: dict[str, Any], prefix: str, taken: bool) -> None:
    """The handler strips such slashes, so the role's resource would not match the prefix."""
    pattern = template["Parameters"]["DefinitionsPrefix"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, prefix)) is taken


def test_the_table_has_the_keys_that_the_store_is_tested_with(stack: Stack) -> None:
    """The deployed table has the same keys and billing mode as the tables in tests."""
    asked: dict[str, Any] = {}
    new_table(SimpleNamespace(create_table=asked.update))
    table = stack.properties("EventTable")
    for part in ("KeySchema", "AttributeDefinitions", "BillingMode"):
        assert table[part] == asked[part]


def test_the_table_protects_events_from_deletion(stack: Stack) -> None:
    """The table has no TTL, has point-in-time recovery, and is protected from deletion."""
    table = stack.properties("EventTable")
    assert "TimeToLiveSpecification" not in table
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


@pytest.mark.parametrize("name", ["EventTable", "DefinitionsBucket", "DefinitionsBucketPolicy"])
def test_table_and_bucket_outlive_the_stack(stack: Stack, name: str) -> None:
    """The resource is retained when the stack is deleted or the resource is replaced."""
    resource = stack.resources[name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_bucket_is_private_versioned_and_encrypted(stack: Stack) -> None:
    """Public access and access lists are blocked, and objects are versioned and encrypted."""
    bucket = stack.properties("DefinitionsBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert _encryption(stack) == {"SSEAlgorithm": "AES256"}


def test_the_bucket_refuses_plain_text_transport(stack: Stack) -> None:
    """The only statement of its policy denies all requests without TLS."""
    [policy] = stack.of_type("AWS::S3::BucketPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["DefinitionsBucket.Arn", "DefinitionsBucket.Arn/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_log_retention_can_be_set(stack_with: Callable[..., Stack]) -> None:
    """The function writes to the log group that has the given retention."""
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
