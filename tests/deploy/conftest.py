"""Fixtures with the package and the template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.fixtures import package, task_root
from tests.deploy.template import Stack, transformed

__all__ = ["package", "task_root"]


@pytest.fixture(scope="session")
def template(sam: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template as CloudFormation receives it. Tests must not change it."""
    return transformed(sam, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def stack_with(template: dict[str, Any]) -> Callable[..., Stack]:
    """A function that builds the stack with given parameters; `fifo` selects FIFO queues."""

    def stack(*, fifo: bool = False, **parameters: str) -> Stack:
        return Stack(template, {"FifoQueue": str(fifo).lower(), **parameters})

    return stack


@pytest.fixture(scope="session")
def stack(stack_with: Callable[..., Stack]) -> Stack:
    """The stack with default parameters."""
    return stack_with()
