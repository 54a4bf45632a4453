"""Make pytest explain the assertions of the contract suites, which are not test modules themselves."""

from __future__ import annotations

import pytest

for suite in ("appending", "event_store", "finding", "reading", "scanning"):
    pytest.register_assert_rewrite(f"tests.contracts.{suite}")
