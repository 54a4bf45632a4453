"""Clients of the services that tests start, and tables and buckets for single tests."""

from __future__ import annotations

import uuid
from typing import Any

import boto3
from botocore.config import Config

REGION = "eu-west-1"

# DynamoDB Local accepts only letters and digits.
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


def client_of(service: str, url: str, **config: Any) -> Any:
    """An SDK client for the service at `url`; `config`: arguments of botocore's Config."""
    return boto3.client(service, endpoint_url=url, region_name=REGION, config=Config(**config), **CREDENTIALS)


def environment_of(*, dynamodb: str | None = None, others: str | None = None) -> dict[str, str]:
    """The environment variables that point the SDK to the services at these addresses."""
    urls = {"AWS_ENDPOINT_URL": others, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    return {
        "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **{name: url for name, url in urls.items() if url},
    }


def new_name(kind: str) -> str:
    """A unique name for a table, queue, bucket or other resource."""
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def new_table(client: Any, name: str = "") -> str:
    """Create an empty event table with the keys of deploy/template.yaml and return its name."""
    name = name or new_name("events")
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "stream", "KeyType": "HASH"},
            {"AttributeName": "version", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "stream", "AttributeType": "S"},
            {"AttributeName": "version", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def new_bucket(client: Any, name: str = "") -> str:
    """Create an empty bucket with versioning, as in deploy/template.yaml, and return its name."""
    name = name or new_name("definitions")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name
