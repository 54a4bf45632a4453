"""What an error of the SDK means above the DynamoDB store: try again, or change something first.

Messages name the table and the service's code, never what the service said: that may quote a payload.
"""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)

from statewright.errors import StoreError, StoreMisconfigured, StoreUnavailable

# Beside every answer of status 500 and above. Expired credentials are replaced by whoever rotates them.
_TRANSIENT = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_CREDENTIALS = "no AWS credentials are found: give the function its role, or set AWS_PROFILE"
_REGION = "no AWS region is set: set AWS_DEFAULT_REGION to the region of the table"


def client_error(error: BotoCoreError | ValueError) -> StoreError:
    """Why a client cannot be made."""
    return StoreMisconfigured(_REGION if isinstance(error, NoRegionError) else f"the AWS SDK says: {error}")


def dynamodb_error(error: ClientError | BotoCoreError, *, action: str, table: str, region: str) -> StoreError:
    """`action`: the service's name of what was asked, as IAM writes it."""
    match error:
        case ClientError():
            return _refusal(error, action=action, table=table, region=region)
        case NoCredentialsError() | PartialCredentialsError():
            return StoreMisconfigured(_CREDENTIALS)
        case ParamValidationError():
            return StoreMisconfigured(f'"{table}" cannot be the name of a table')
        case _:
            return StoreUnavailable(f'{action} on table "{table}" has no answer: {type(error).__name__}')


def foreign_answer(action: str, table: str) -> StoreUnavailable:
    """What was answered is not what the service says: it was cut, or something stands between."""
    return StoreUnavailable(f'{action} on table "{table}" has an answer that is not the service\'s')


def _refusal(error: ClientError, *, action: str, table: str, region: str) -> StoreError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRANSIENT or status >= 500:
        return StoreUnavailable(f'{action} on table "{table}" failed: {code}')
    if not code or code.isdecimal():  # the SDK gives the status where the body names no error
        return foreign_answer(action, table)
    match code:
        case "ResourceNotFoundException":
            remedy = "DYNAMO_TABLE_NAME, or --table, names the table of the stack"
            return StoreMisconfigured(f'table "{table}" does not exist in {region}: {remedy}')
        case "AccessDeniedException":
            return StoreMisconfigured(
                f'may not {action} on table "{table}": the role needs dynamodb:{action}'
            )
        case "ValidationException":
            keys = "it needs the keys stream (string) and version (number)"
            return StoreMisconfigured(f'table "{table}" refuses {action} ({code}): {keys}')
        case _:
            remedy = "check the credentials and the clock of the caller"
            return StoreMisconfigured(f'table "{table}" in {region} refuses {action} ({code}): {remedy}')
