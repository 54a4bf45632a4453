"""The HTML page about a machine and the index of all pages. Both load nothing and run no scripts.

The caller supplies the picture, which may need Graphviz. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from statewright.diagrams.chart import chart_of
from statewright.diagrams.markup import Markup, element, joined
from statewright.diagrams.sections import sections
from statewright.language.model import Definition

PAGE_NAMES: Final = "*.machine.html"

# Load nothing and run nothing, even if a description contains HTML.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = Markup(
    """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1f2328; background: #fff; max-width: 72rem;
  margin: 0 auto; padding: 1rem; }
a { color: #0550ae; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: break-word; }
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; font-size: 1.25rem; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d0d7de; }
thead th { background: #f6f8fa; }
@media print { body { max-width: none; } .wide, figure { overflow: visible; }
  tr { break-inside: avoid; } nav { display: none; } }
"""
)


def machine_page(definition: Definition, *, picture: Markup) -> str:
    """The page about a machine. `picture`: from `drawn` or `written`."""
    title, description = chart_of(definition).title, definition.notes.description
    parts = [
        element("nav", element("a", "All machines", href="index.html"), aria_label="Pages"),
        element("h1", title),
        element("p", description) if description else Markup(),
        element(
            "figure", picture, element("figcaption", "States and the commands that change them"), tabindex="0"
        ),
        *sections(definition),
    ]
    return _document(title, parts)


def index_page(definitions: Iterable[Definition]) -> str:
    """The page with links to all machines."""
    entries = [
        element(
            "li",
            element("a", chart_of(one).title, href=page_name(one)),
            f": {one.notes.description}" if one.notes.description else "",
        )
        for one in definitions
    ]
    description = element("p", "Messages: ", element("a", "asyncapi.yaml", href="asyncapi.yaml"))
    return _document("Machines", [element("h1", "Machines"), element("ul", *entries), description])


def page_name(definition: Definition) -> str:
    """The file name of a page. Every machine name is a valid file name, and none collides with the index."""
    return PAGE_NAMES.replace("*", definition.machine)


def drawn(svg: str, title: str) -> Markup:
    """The SVG that Graphviz drew, without the declarations of a separate XML file."""
    root = element("svg", role="img", aria_label=title).removesuffix("></svg>")
    return Markup(re.sub(r"^.*?<svg", lambda _: root, svg, count=1, flags=re.DOTALL))


def written(diagram: str) -> Markup:
    """The text of a Mermaid diagram, in an element with the class that Mermaid tools draw."""
    return element("pre", diagram, class_="mermaid")


def _document(title: str, parts: Iterable[str]) -> str:
    head = [
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", _STYLE),
    ]
    body = element("body", element("main", joined(parts, "\n")))
    return f"<!doctype html>\n{element('html', element('head', *head), body, lang='en')}\n"
