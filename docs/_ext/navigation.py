"""Adds the tables of contents to pages, as `navigation` and `subpages` in conf.py list them.

They are kept out of the Markdown, where GitHub would show a directive as text.
"""

from __future__ import annotations

from collections.abc import Iterable

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("navigation", {}, "env")
    app.add_config_value("subpages", {}, "env")
    app.connect("source-read", with_contents)
    return {"parallel_read_safe": True}


def with_contents(app: Sphinx, page: str, source: list[str]) -> None:
    if page == app.config.root_doc:
        for caption, pages in app.config.navigation.items():
            source[0] += _toctree([f":caption: {caption}"], pages)
    if page in app.config.subpages:
        source[0] += _toctree([":glob:"], [f"/{app.config.subpages[page]}"])


def _toctree(options: Iterable[str], pages: Iterable[str]) -> str:
    return "\n".join(("", "", "```{toctree}", ":hidden:", *options, "", *pages, "```", ""))
