"""Draws Mermaid diagrams as in a reader's browser: with Mermaid's script in headless Chromium.

Each call of `draw` starts one browser with a separate profile, which exits on its own.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from tests.emulators.provision import MERMAID

MERMAID_SCRIPT = MERMAID / "package" / "dist" / "mermaid.min.js"
SECONDS_MAX = 120
VIRTUAL_MILLISECONDS = 60_000  # the limit on the page's virtual clock, which pauses while the page is busy

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
)
_PAGE = """<!doctype html><meta charset="utf-8"><pre id="result"></pre><div id="stage"></div>
<script src="mermaid.js"></script><script>
(async () => {
  mermaid.initialize({startOnLoad: false});
  const stage = document.getElementById("stage"), drawings = [];
  for (const [place, text] of DIAGRAMS.entries()) {
    try {
      stage.innerHTML = (await mermaid.render(`diagram${place}`, text)).svg;
      stage.querySelectorAll("br").forEach(one => one.replaceWith("\\n"));
      const labels = [...stage.querySelectorAll("foreignObject, text")]
        .map(one => one.textContent.trim()).filter(Boolean);
      const foreign = stage.querySelectorAll("img, script").length;
      drawings.push({labels, error: "", foreign});
    } catch (error) { drawings.push({labels: [], error: String(error), foreign: 0}); }
  }
  stage.remove();
  document.getElementById("result").textContent = JSON.stringify(drawings);
})();
</script>"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """`labels`: each text in the drawing, with its line breaks. `error`: Mermaid's error, or "".

    `foreign`: the number of `img` and `script` elements, which no diagram should contain.
    """

    labels: tuple[str, ...]
    error: str
    foreign: int


class MermaidPage:
    """A page in `folder` that draws diagrams."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "mermaid.js").symlink_to(MERMAID_SCRIPT)

    def draw(self, diagrams: Sequence[str]) -> list[Drawing]:
        """One drawing per diagram, in the same order."""
        page = self._folder / "page.html"
        texts = json.dumps(diagrams).replace("</", "<\\/")
        page.write_text(_PAGE.replace("DIAGRAMS", texts), encoding="utf-8")
        budget = f"--virtual-time-budget={VIRTUAL_MILLISECONDS}"
        profile = f"--user-data-dir={self._folder / 'profile'}"
        command = ["chromium", *OPTIONS, profile, budget, "--dump-dom", page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=True)
        [result] = re.findall(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL)
        return [
            Drawing(tuple(one["labels"]), one["error"], one["foreign"])
            for one in json.loads(unescape(result))
        ]
