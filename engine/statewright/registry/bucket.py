"""A prefix in an S3 bucket: conditional reads, conditional writes and listing.

Independent of definitions. Translates errors of the SDK, so callers never see botocore. Every message names
the object and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from statewright.errors import UNREADABLE_ANSWER, SourceUnavailable
from statewright.registry.location import S3Place

PAGES_MAX = 10  # of 1,000 keys each

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 409 means a concurrent write
# whose result is still open, 404 a concurrent deletion.
_LOST_RACE = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


@dataclass(frozen=True, slots=True)
class Stored:
    """An object. `etag` identifies this content in later conditional requests."""

    content: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The object still has the ETag of the request."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The object does not exist."""


class Bucket:
    """The objects under a prefix in an S3 bucket. All methods raise SourceUnavailable.

    `client`: of boto3 for S3. Names are relative to the prefix.
    """

    def __init__(self, client: Any, place: S3Place) -> None:
        self._client = client
        self.place = place

    def uri(self, name: str) -> str:
        """The address of an object for messages, with invisible characters escaped."""
        key = self.place.key(name)
        shown = key if key.isprintable() else key.encode("unicode_escape").decode()
        return f"s3://{self.place.bucket}/{shown}"

    def get(self, name: str, *, bytes_max: int, unless: str | None = None) -> Stored | Unchanged | Absent:
        """The object, unless its ETag is `unless`. Reads at most `bytes_max` + 1 bytes.

        Makes one request, and a second one if access is denied.
        """
        condition = {} if unless is None else {"IfNoneMatch": unless}
        with self._translated(name, "s3:GetObject"):
            try:
                answer = self._client.get_object(**self._address(name), **condition)
            except ClientError as error:
                match _code(error):
                    case "304":
                        return Unchanged()
                    case "NoSuchKey":
                        return Absent()
                    case "AccessDenied" | "403" if self._is_missing(name):
                        return Absent()
                raise
            # Not `with answer["Body"]`: that yields the raw stream, whose errors the SDK does not translate.
            with closing(answer["Body"]) as body:
                # Only a complete read verifies length and checksum.
                size = None if answer["ContentLength"] <= bytes_max else bytes_max + 1
                return Stored(body.read(size), answer["ETag"])

    def put(self, name: str, content: bytes, *, replacing: str | None) -> bool:
        """Write JSON if the object has the ETag `replacing`, or does not exist (None).

        Return False if another writer was faster, or an earlier attempt of this call whose response was lost.
        """
        condition = {"IfNoneMatch": "*"} if replacing is None else {"IfMatch": replacing}
        with self._translated(name, "s3:PutObject"):
            try:
                answer = self._client.put_object(
                    **self._address(name), Body=content, ContentType="application/json", **condition
                )
                _require(answer, "ETag")
            except ClientError as error:
                if _code(error) in _LOST_RACE:
                    return False
                raise
        return True

    def names(self) -> list[str]:
        """The first 10,000 objects under the prefix. One request per 1,000."""
        prefix = self.place.key("")
        found: list[str] = []
        with self._translated("", "s3:ListBucket"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.place.bucket, Prefix=prefix
            )
            for page in islice(pages, PAGES_MAX):
                _require(page, "IsTruncated")
                found += [one["Key"].removeprefix(prefix) for one in page.get("Contents", ())]
        return found

    def _is_missing(self, name: str) -> bool:
        """Whether a denied key is missing. S3 denies missing keys too if ListBucket is limited."""
        key = self.place.key(name)
        try:
            first = self._client.list_objects_v2(Bucket=self.place.bucket, Prefix=key, MaxKeys=1)
        except (ClientError, BotoCoreError):
            return False
        _require(first, "IsTruncated")
        return all(one["Key"] != key for one in first.get("Contents", ()))

    def _address(self, name: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.key(name)}

    @contextmanager
    def _translated(self, name: str, action: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise SourceUnavailable(self._reason(error, name, action)) from error
        except (BotoCoreError, HTTPError, OSError) as error:  # an interrupted body raises any of them
            raise SourceUnavailable(f"{self.uri(name)} cannot be reached: {error}") from error
        except UNREADABLE_ANSWER as error:
            raise SourceUnavailable(f"S3 sent a malformed response for {self.uri(name)}") from error

    def _reason(self, error: ClientError, name: str, action: str) -> str:
        code, said = _code(error), error.response["Error"].get("Message", "")
        match code:
            case "NoSuchBucket":
                return f'bucket "{self.place.bucket}" does not exist in this account and region'
            case "AccessDenied" | "403":
                return (
                    f"access to {self.uri(name)} is denied; the role needs {action} on {self._arn(action)}, "
                    "and s3:ListBucket limited to the prefix, without which S3 also denies access to "
                    f"missing keys ({said})"
                )
            case _:
                return f"{self.uri(name)} failed with {code}: {said}"

    def _arn(self, action: str) -> str:
        bucket = f"arn:aws:s3:::{self.place.bucket}"
        return bucket if action == "s3:ListBucket" else f"{bucket}/{self.place.key('*')}"


def _require(answer: Mapping[str, Any], member: str) -> None:
    """Raise LookupError for a response without `member`, such as one from a proxy that answers 200."""
    if member not in answer:
        raise LookupError(member)


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", "unknown"))
