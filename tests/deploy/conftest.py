"""The package, for the tests of this folder."""

from __future__ import annotations

from tests.deploy.fixtures import package, task_root

__all__ = ["package", "task_root"]
