"""Shows files from the top of the repository as pages, and makes links between files of the repository work.

`top_level_pages` in conf.py names the files. Each has a stub in docs/ for readers on GitHub.
"""

from __future__ import annotations

import re
from os.path import normpath, relpath
from pathlib import Path

from sphinx.application import Sphinx

LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("repository", "", "env")
    app.add_config_value("top_level_pages", {}, "env")
    app.connect("source-read", with_repository_links, priority=400)
    return {"parallel_read_safe": True}


def with_repository_links(app: Sphinx, page: str, source: list[str]) -> None:
    docs, root = Path(app.srcdir), Path(app.confdir).parent
    pages = {root / name: docs / f"{stub}.md" for stub, name in app.config.top_level_pages.items()}
    pages[root / "README.md"] = docs / f"{app.config.root_doc}.md"
    name = app.config.top_level_pages.get(page)
    if name is not None:
        app.env.note_dependency(root / name)
        source[0] = (root / name).read_text(encoding="utf-8")
    folder = root if name is not None else (docs / page).parent

    def led(link: re.Match[str]) -> str:
        target = Path(normpath(folder / link["path"]))
        target = pages.get(target, target)
        if not target.is_relative_to(docs) and target.exists():
            return f"{app.config.repository}/blob/main/{target.relative_to(root)}{link['anchor'] or ''}"
        return f"{relpath(target, (docs / page).parent)}{link['anchor'] or ''}"

    source[0] = LINK.sub(led, source[0])
