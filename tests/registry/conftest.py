"""A place in S3 for the tests of this folder."""

from tests.registry.fixtures import definitions_bucket, place

__all__ = ["definitions_bucket", "place"]
