"""Shows files from the top of the repository as pages of the site, and leads links to and from them.

`top_level_pages` in conf.py names them. The page in docs/ is a stub for readers on GitHub.
"""

from __future__ import annotations

import re
from os.path import normpath, relpath
from pathlib import Path

from sphinx.application import Sphinx

LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("top_level_pages", {}, "env")
    app.connect("source-read", with_top_level_pages, priority=400)
    return {"parallel_read_safe": True}


def with_top_level_pages(app: Sphinx, page: str, source: list[str]) -> None:
    docs, root = Path(app.srcdir), Path(app.srcdir).parent
    file = root / app.config.top_level_pages[page] if page in app.config.top_level_pages else None
    if file is not None:
        app.env.note_dependency(file)
        source[0] = file.read_text(encoding="utf-8")
    written_in = file.parent if file is not None else (docs / page).parent
    pages = {str(root / name): docs / f"{one}.md" for one, name in app.config.top_level_pages.items()}
    pages[str(root / "README.md")] = docs / f"{app.config.root_doc}.md"

    def led(link: re.Match[str]) -> str:
        target = normpath(written_in / link["path"])
        return f"{relpath(pages.get(target, target), (docs / page).parent)}{link['anchor'] or ''}"

    source[0] = LINK.sub(led, source[0])
