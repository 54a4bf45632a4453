"""Sets the description of the distributions: README.md with links that also work on a package index."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

FILES = "https://github.com/statewright/statewright/blob/main/"
PICTURES = "https://raw.githubusercontent.com/statewright/statewright/main/"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^]]*)\]\((?P<target>(?!https?:|#)[^)]+)\)")


def with_absolute_links(text: str) -> str:
    """Point links to files of the repository at GitHub; an index shows the text without those files."""
    return _LINK.sub(lambda link: f"{link['picture']}[{link['text']}]({_address(link)})", text)


def _address(link: re.Match[str]) -> str:
    return (PICTURES if link["picture"] else FILES) + link["target"]


class DescriptionHook(MetadataHookInterface):
    """Called by hatchling when it builds a distribution."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the dynamic field `readme`."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": with_absolute_links(text)}
