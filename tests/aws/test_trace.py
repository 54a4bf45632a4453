"""The header of X-Ray: a sender may write anything into it."""

from __future__ import annotations

import pytest

from statewright.aws.sqs import trace_id_of

ROOT = "1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    "header",
    [
        f"Root={ROOT}",
        f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1",
        f"Self=1-63441c4a-abcdef012345678912345678;Root={ROOT};Sampled=?",
        f"Parent=53995c3f42cd8ad8; Root={ROOT}",
    ],
)
def test_the_root_is_the_trace(header: str) -> None:
    """At any place in the header."""
    assert trace_id_of(header) == ROOT


@pytest.mark.parametrize("header", ["", "Sampled=1", "Root=", "Root=1-2-3", f"Root={ROOT}0", f"ARoot={ROOT}"])
def test_a_malformed_root_is_not_a_trace(header: str) -> None:
    """It would only end in logs and streams."""
    assert trace_id_of(header) == ""
