"""A block that names its file behind the language (```yaml door.machine.yaml) shows the name as a caption."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

FENCE = re.compile(r"^```(?P<language>\w+) (?P<file>\S+)$", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", with_captions)
    return {"parallel_read_safe": True}


def with_captions(_app: Sphinx, _page: str, source: list[str]) -> None:
    source[0] = FENCE.sub(r"```{code-block} \g<language>\n:caption: \g<file>\n", source[0])
