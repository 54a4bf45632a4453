"""The examples of the rules, loaded on demand.

`bad/SLUG.machine.yaml` violates one rule and no other, `bad/SLUG.out` is the output of `check` for it, and
`good/SLUG.machine.yaml` is the corrected file, without findings. A folder SLUG holds files that are checked
together; their names are in comments.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """The example of a rule.

    `bad` and `good`: one definition, or several under their file names. `output`: findings in `bad`.
    """

    bad: str
    output: str
    good: str

    @property
    def fix(self) -> tuple[str, ...]:
        """A diff from `bad` to `good` without headers; a line `...` means that lines are left out."""
        bad, good = self.bad.splitlines(), self.good.splitlines()
        _, _, _, *lines = unified_diff(bad, good, lineterm="", n=_CONTEXT_LINES)
        return tuple("..." if line.startswith("@@") else line.rstrip() for line in lines)


@cache
def example_of(slug: str) -> Example:
    """The example of the rule with this slug."""
    bad, good = files(__name__) / "bad", files(__name__) / "good"
    output = (bad / f"{slug}.out").read_text(encoding="utf-8")
    return Example(bad=_definitions(bad, slug), output=output, good=_definitions(good, slug))


def _definitions(folder: Traversable, slug: str) -> str:
    several = folder / slug
    if not several.is_dir():
        return (folder / f"{slug}.machine.yaml").read_text(encoding="utf-8")
    parts = sorted(several.iterdir(), key=lambda file: file.name)
    return "".join(f"# {part.name}\n{part.read_text(encoding='utf-8')}" for part in parts)
