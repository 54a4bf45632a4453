"""The trace id is read from the X-Ray header, into which a sender may write anything."""

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
def test_the_root_is_the_trace_id(header: str) -> None:
    """The root may be anywhere in the header."""
    assert trace_id_of(header) == ROOT


@pytest.mark.parametrize("header", ["", "Sampled=1", "Root=", "Root=1-2-3", f"Root={ROOT}0", f"ARoot={ROOT}"])
def test_a_malformed_root_is_ignored(header: str) -> None:
    """Otherwise it would end up in logs and streams."""
    assert trace_id_of(header) == ""
