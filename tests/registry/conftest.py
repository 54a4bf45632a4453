"""A prefix in S3 for each test of this folder."""

from tests.registry.fixtures import definitions_bucket, place

__all__ = ["definitions_bucket", "place"]
