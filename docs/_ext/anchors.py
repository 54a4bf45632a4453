"""Lets links and the search find an anchor that is a line of HTML: `<a id="sw101"></a>`."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

ANCHOR = re.compile(r'^<a id="(?P<name>[\w-]+)"></a>$', re.MULTILINE)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", with_targets)
    return {"parallel_read_safe": True}


def with_targets(_app: Sphinx, _page: str, source: list[str]) -> None:
    source[0] = ANCHOR.sub("```{index} ! \\g<name>\n:name: \\g<name>\n```", source[0])
