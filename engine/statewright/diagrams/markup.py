"""Builds HTML safely: every text is escaped unless it is `Markup`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from statewright.escaping import PROSE, printable


class Markup(str):
    """Text that is already HTML."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """An element with its children. In names of attributes `_` means `-`, and a final `_` is dropped.

    >>> element("a", "1 < 2", href="#x", class_="wide")
    '<a href="#x" class="wide">1 &lt; 2</a>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], separator: str = "") -> Markup:
    """Join the parts, and escape those that are not markup."""
    return Markup(separator.join(part if isinstance(part, Markup) else _escaped(part) for part in parts))


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table with row headers in its first column; empty without rows. Wide tables scroll."""
    body = [
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in rest))
        for first, *rest in rows
    ]
    if not body:
        return Markup()
    head = element("tr", *(element("th", column, scope="col") for column in columns))
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", *body))
    return element("div", whole, class_="wide", role="region", tabindex="0", aria_label=caption)


def lines(texts: Iterable[str]) -> Markup:
    """Texts below each other."""
    return joined(texts, "<br>")


def code(text: str) -> Markup:
    return element("code", text)


def _escaped(text: str) -> str:
    return escape(printable(text, keep=PROSE))
