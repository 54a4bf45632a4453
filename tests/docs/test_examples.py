"""What the documents show is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, documents, executed

LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sample_is_what_running_it_prints(path: Path, tmp_path: Path) -> None:
    """`python -m tests.docs.examples` brings a document up to date."""
    assert executed(path.read_text(), tmp_path / "folder") == path.read_text()


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    """Links are relative to the document."""
    targets = [match["target"] for match in LINK.finditer(path.read_text())]
    assert [target for target in targets if not (path.parent / target).exists()] == []
