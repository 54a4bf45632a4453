"""The examples of the rules, read when they are asked for.

`bad/SLUG.machine.yaml` breaks the rule and no other, `bad/SLUG.out` is what `check` prints about it, and
`good/SLUG.machine.yaml` has no finding. A folder SLUG holds files that are checked together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_BETWEEN_FILES = "---\n"


@dataclass(frozen=True, slots=True)
class Example:
    """`bad` and `good`: definitions, a line `---` separates files; `output`: the findings in the bad one."""

    bad: str
    output: str
    good: str


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
    return _BETWEEN_FILES.join(part.read_text(encoding="utf-8") for part in parts)
