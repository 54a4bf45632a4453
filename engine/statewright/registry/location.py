"""The location of definitions as a value, a folder or `s3://bucket/prefix`, and the function that opens it.

Adapters are imported only when needed, because loading the AWS SDK takes longer than most commands run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statewright.registry.port import DefinitionSource

TTL_SECONDS = 60.0

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class S3Place:
    """A bucket and a prefix without slashes at either end; "" is the whole bucket."""

    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, bucket: str, prefix: str) -> S3Place:
        """A place; slashes around the prefix are removed. Raises ValueError for an invalid bucket name."""
        if not _BUCKET.fullmatch(bucket):
            raise ValueError(f'"{bucket}" is not a valid bucket name')
        return cls(bucket, prefix.strip("/"))

    @classmethod
    def parse(cls, text: str) -> S3Place:
        """Parse `s3://bucket` or `s3://bucket/prefix`. Raises ValueError.

        >>> S3Place.parse("s3://shop/live/")
        S3Place(bucket='shop', prefix='live')
        """
        if not text.startswith("s3://"):
            raise ValueError(f'"{text}" does not start with s3://')
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        return cls.of(bucket, prefix)

    def key(self, name: str) -> str:
        """The key of an object under the prefix."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}" if self.prefix else f"s3://{self.bucket}"


DefinitionLocation = Path | S3Place  # a folder, or published definitions


def open_definitions(
    location: DefinitionLocation, *, ttl_seconds: float = TTL_SECONDS, attempts: int = 1
) -> DefinitionSource:
    """Open the definitions at `location`. `attempts`: how often a request to S3 is sent.

    Raises SettingsError and SourceUnavailable if no definition can be read.
    """
    match location:
        case S3Place() as place:
            from statewright.registry.s3 import S3Source, s3_client

            return S3Source(s3_client(attempts=attempts), place, ttl_seconds=ttl_seconds)
        case folder:
            from statewright.registry.files import FilesSource

            return FilesSource(Path(folder), ttl_seconds=ttl_seconds)
