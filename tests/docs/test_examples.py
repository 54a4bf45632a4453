"""The documents show the real output of their commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.examples import ROOT, documents, executed, needs_aws, prepared_aws


@pytest.mark.slow
@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_example_shows_its_real_output(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """`python -m tests.docs.examples` updates the documents."""
    document = path.read_text()
    environment = {}
    if needs_aws(document):
        addresses = (request.getfixturevalue(service) for service in ("dynamodb_local", "ministack"))
        environment = prepared_aws(*addresses)
    assert executed(document, tmp_path / "folder", environment) == document
