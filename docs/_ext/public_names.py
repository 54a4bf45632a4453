"""Lists everything in `statewright.__all__` on the page reference/names, from signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import statewright

PAGE = "reference/names"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", with_names)
    app.connect("missing-reference", resolved)
    return {"parallel_read_safe": True}


def with_names(_app: Sphinx, page: str, source: list[str]) -> None:
    if page == PAGE:
        source[0] += "\n".join(_sections())


def _sections() -> Iterator[str]:
    public = {name: getattr(statewright, name) for name in statewright.__all__}
    errors = {name for name, one in public.items() if inspect.isclass(one) and issubclass(one, Exception)}
    functions = {name for name, one in public.items() if inspect.isfunction(one)}
    yield from _section("Functions", "autofunction", sorted(functions))
    yield from _section("Classes", "autoclass", sorted(public.keys() - errors - functions))
    yield from _section("Errors", "autoexception", sorted(errors))


def _section(heading: str, directive: str, names: list[str]) -> Iterator[str]:
    yield from ("", f"## {heading}", "", "```{eval-rst}")
    for name in names:
        yield f".. {directive}:: statewright.{name}"
        if directive != "autofunction":
            yield from ("   :members:", "   :show-inheritance:")
        if directive == "autoclass" and issubclass(getattr(statewright, name), Enum):
            yield "   :undoc-members:"
        yield ""
    yield "```"


def resolved(
    app: Sphinx, env: BuildEnvironment, reference: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """Link a type in a signature to the public name, which another module may define.

    A type that is not public is shown without a link.
    """
    if reference.get("refdomain") != "py":
        return None
    name = reference["reftarget"].rpartition(".")[2]
    if name not in statewright.__all__:
        return shown
    python, page = env.domains.python_domain, reference["refdoc"]
    return python.resolve_xref(env, page, app.builder, "obj", f"statewright.{name}", reference, shown)
