"""Translates errors of the AWS SDK into StoreUnavailable (retry) or StoreMisconfigured (fix it first).

Messages name the table and the error code, but do not quote the service's message, which may contain a
payload.
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

# In addition to every status of 500 and above. Expired credentials are replaced by their rotation.
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
_CREDENTIALS = "no AWS credentials found; give the function a role, or set AWS_PROFILE"
_REGION = "no AWS region is set; set AWS_DEFAULT_REGION to the region of the table"


def client_error(error: BotoCoreError | ValueError) -> StoreError:
    """Why a client cannot be created."""
    return StoreMisconfigured(
        _REGION if isinstance(error, NoRegionError) else f"cannot create a DynamoDB client: {error}"
    )


def dynamodb_error(error: ClientError | BotoCoreError, *, action: str, table: str, region: str) -> StoreError:
    """The StoreError for an error of the SDK. `action`: the name of the operation, as in IAM."""
    match error:
        case ClientError():
            return _refusal(error, action=action, table=table, region=region)
        case NoCredentialsError() | PartialCredentialsError():
            return StoreMisconfigured(_CREDENTIALS)
        case ParamValidationError():
            return StoreMisconfigured(f'"{table}" is not a valid table name')
        case _:
            return StoreUnavailable(f'{action} on table "{table}" got no response: {type(error).__name__}')


def malformed_response(action: str, table: str) -> StoreUnavailable:
    """The error for a response that is truncated, or comes from a proxy instead of DynamoDB."""
    return StoreUnavailable(f'{action} on table "{table}" got a malformed response')


def _refusal(error: ClientError, *, action: str, table: str, region: str) -> StoreError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRANSIENT or status >= 500:
        return StoreUnavailable(f'{action} on table "{table}" failed: {code}')
    if not code or code.isdecimal():  # the SDK uses the status if the body has no error code
        return malformed_response(action, table)
    match code:
        case "ResourceNotFoundException":
            remedy = "set DYNAMO_TABLE_NAME or --table to the table of the stack"
            return StoreMisconfigured(f'table "{table}" does not exist in {region}; {remedy}')
        case "AccessDeniedException":
            return StoreMisconfigured(
                f'{action} on table "{table}" is not allowed; the role needs dynamodb:{action}'
            )
        case "ValidationException":
            keys = "its keys must be stream (string) and version (number)"
            return StoreMisconfigured(f'table "{table}" rejected {action} ({code}); {keys}')
        case _:
            remedy = "check the caller's credentials and clock"
            return StoreMisconfigured(f'table "{table}" in {region} rejected {action} ({code}); {remedy}')
