"""Fixtures that give each test a prefix of its own in one S3 bucket."""

from __future__ import annotations

import pytest

from tests.emulators.clients import client_of, new_bucket
from tests.registry.harness import Place, place_in


@pytest.fixture(scope="session")
def definitions_bucket(ministack: str) -> str:
    return new_bucket(client_of("s3", ministack))


@pytest.fixture
def place(ministack: str, definitions_bucket: str) -> Place:
    return place_in(ministack, definitions_bucket)
