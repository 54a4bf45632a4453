"""Draws a Mermaid block as the project's own SVG: the site loads no script that draws.

The block must be what `statewright diagram` prints for a definition that the page shows, so a picture that no
longer fits its machine is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.logging import getLogger

from statewright.cli.shared import graphviz
from statewright.diagrams.chart import chart_of
from statewright.diagrams.choices import Detail
from statewright.diagrams.dot import dot
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.page import drawn
from statewright.diagrams.plan import DiagramPlan, planned
from statewright.errors import DefinitionError
from statewright.language import load_definition


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(MachinePictures)
    return {"parallel_read_safe": True}


class MachinePictures(SphinxTransform):
    """Where Graphviz is not installed, the block stays as it is."""

    default_priority = 300

    def apply(self) -> None:
        blocks = [one for one in self.document.findall(nodes.literal_block) if one["language"] == "mermaid"]
        plans = {mermaid(plan).strip(): plan for plan in _plans(self.document)} if blocks else {}
        for block in blocks:
            plan = plans.get(block.astext().strip())
            if plan is None:
                getLogger(__name__).warning("no machine of this page is drawn like this", location=block)
            if plan is None or not graphviz.is_installed():
                block["language"] = "text"
                continue
            svg = drawn(graphviz.svg(dot(plan)), f"State diagram of {plan.chart.title}")
            block.replace_self(nodes.raw("", f'<figure class="machine">{svg}</figure>', format="html"))


def _plans(document: nodes.document) -> Iterator[DiagramPlan]:
    for block in document.findall(nodes.container):
        if not isinstance(block[0], nodes.caption) or ".machine." not in block[0].astext():
            continue
        try:
            definition = load_definition(block[1].astext().encode(), block[0].astext())
        except DefinitionError:
            continue  # the page shows its errors
        yield from (planned(chart_of(definition), detail) for detail in Detail)
