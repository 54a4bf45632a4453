"""Where definitions lie in S3: a bucket and a prefix, and the one way to write both, `s3://bucket/prefix`."""

from __future__ import annotations

import re
from dataclasses import dataclass

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class S3Place:
    """`prefix` has no slash at either end; "" is the bucket's top."""

    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, bucket: str, prefix: str) -> S3Place:
        """Slashes around the prefix do not matter. Raises ValueError for what is no name of a bucket."""
        if not _BUCKET.fullmatch(bucket):
            raise ValueError(f'"{bucket}" is no name of a bucket')
        return cls(bucket, prefix.strip("/"))

    @classmethod
    def parse(cls, text: str) -> S3Place:
        """Raises ValueError for anything but `s3://bucket` or `s3://bucket/prefix`.

        >>> S3Place.parse("s3://shop/live/")
        S3Place(bucket='shop', prefix='live')
        """
        if not text.startswith("s3://"):
            raise ValueError(f'"{text}" does not begin with s3://')
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        return cls.of(bucket, prefix)

    def key(self, name: str) -> str:
        """The key of an object below the prefix."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}" if self.prefix else f"s3://{self.bucket}"
