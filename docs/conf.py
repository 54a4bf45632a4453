"""Builds the documentation site with Sphinx: `make docs`. Every warning is an error."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "engine")]

from statewright import __version__  # noqa: E402 - found through the path above

repository = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]["urls"]["Source"]

project = "Statewright"
author = "The Statewright authors"
release = version = __version__
html_title = project

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "anchors",
    "file_names",
    "machine_pictures",
    "navigation",
    "public_names",
    "repository_links",
]
exclude_patterns = ["_build", "_ext", "_static"]
nitpicky = True

# The pages are read on GitHub as well, so they use its Markdown and its way to name the anchors of headings.
myst_heading_anchors = 4

# The pages in reading order; a pattern stands for the pages that match it, by name.
navigation = {
    "Guide": [
        "guide/first-machine",
        "guide/payloads-and-data",
        "guide/guards",
        "guide/hierarchy",
        "guide/testing",
        "guide/changing",
        "guide/running",
        "guide/deploying",
        "guide/operating",
        "guide/promises",
    ],
    "How to": [
        "howto/checking",
        "howto/editors",
        "howto/diagrams",
        "howto/publishing",
        "howto/verifying",
        "howto/migrating",
        "howto/upgrading",
    ],
    "Reference": [
        "reference/language",
        "reference/rules",
        "reference/command-line",
        "reference/settings",
        "reference/api",
        "reference/formats",
        "reference/compatibility",
    ],
    "Project": ["ARCHITECTURE", "decisions/README", "contributing", "changelog"],
}
subpages = {"decisions/README": "decisions/0*", "reference/api": "reference/names"}
top_level_pages = {"contributing": "CONTRIBUTING.md", "changelog": "CHANGELOG.md"}

# Docstrings put code between single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
add_module_names = False
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 120

html_theme = "furo"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_search_scorer = str(DOCS / "_ext" / "search_scorer.js")
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {
    "source_repository": repository,
    "source_branch": "main",
    "source_directory": "docs/",
    "top_of_page_buttons": ["view"],
    "light_css_variables": {"color-brand-primary": "#0550ae", "color-brand-content": "#0550ae"},
    "dark_css_variables": {"color-brand-primary": "#79c0ff", "color-brand-content": "#79c0ff"},
}
highlight_language = "text"
pygments_style = "default"
pygments_dark_style = "github-dark"

# In a console block the copy button takes the commands: neither the prompt nor the output.
copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"
