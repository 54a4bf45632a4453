"""One of each service for a test session; a test asks for the address of what it needs.

A service that was not fetched skips the test, and fails it in CI.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators import servers
from tests.emulators.provision import DYNAMODB_LOCAL, MINISTACK, SAM


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Amazon's own engine."""
    _require(DYNAMODB_LOCAL / "loopback.so", "make emulators")
    with servers.dynamodb_local(tmp_path_factory.mktemp("dynamodb-local") / "log") as url:
        yield url


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of SQS, S3 and more."""
    _require(MINISTACK / "bin" / "ministack", "make emulators")
    with servers.ministack(tmp_path_factory.mktemp("ministack") / "log") as url:
        yield url


@pytest.fixture(scope="session")
def sam() -> Path:
    """The environment that holds AWS's deployment tool and the Lambda runtime emulator."""
    _require(SAM / "bin" / "sam", "make deploy-tools")
    return SAM


def _require(path: Path, remedy: str) -> None:
    if path.exists():
        return
    reason = f"{path.name} was not fetched: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
