"""Features that are added to a correct definition: mistaken ones, and harmless ones that look suspicious.

Each file in `features/` contains one feature. Each line starts with the section that it is added to, where
`accepts` means the `accepts` of some state. In `mistaken/`, the first line is the expected code, and `<<<`
marks the line of the finding. HERE is the state whose `accepts` is extended, END a final state. Every feature
is about flagging a case, with names that occur in no definition of the corpus.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from random import Random

from statewright.diagnostics import Code
from tests.lint.corpus.planting import Planted, Planter, line_at

_FOLDER = Path(__file__).parent / "features"
_MARK = " <<<"
_CODES = {code.id: code for code in Code}
_CREATED = ("types", "data", "invariants")  # sections that a definition without them gets


def harmless() -> list[str]:
    """Return the correct features, sorted by name."""
    return [path.read_text() for path in sorted((_FOLDER / "harmless").iterdir())]


def mistaken() -> list[Planter]:
    """Return a planter for each mistaken feature; its names may also be reported as undescribed."""
    planters = []
    for path in sorted((_FOLDER / "mistaken").iterdir()):
        code, _, feature = path.read_text().partition("\n")
        name = path.stem.replace("_", " ")
        planters.append(
            Planter(name, _CODES[code], partial(_planted, feature), frozenset({Code.UNDOCUMENTED}))
        )
    return planters


def added(text: str, feature: str, random: Random) -> str | None:
    """Return the definition with the feature, or None if the feature cannot be added.

    A definition with a top-level `accepts` gets no feature, because its commands would apply in new states.
    """
    growing = list(re.finditer(r"^  (\w+):\n(?: {4}(?!accepts).*\n)*?    accepts:\n", text, re.MULTILINE))
    ends = re.findall(r"^  (\w+): \{.*final: true\}$", text, re.MULTILINE)
    if not growing or ("END" in feature and not ends) or re.search(r"^accepts:", text, re.MULTILINE):
        return None
    here = random.choice(growing)
    grown: str | None = text[: here.end()] + _lines(feature, "accepts", 6) + text[here.end() :]
    for section in ("types", "data", "commands", "events", "states", "invariants"):
        grown = grown and _inserted(grown, section, _lines(feature, section, 2))
    named = grown and re.sub(r"\bEND\b", random.choice(ends or [""]), grown)
    return named and re.sub(r"\bHERE", here[1], named)


def _planted(feature: str, text: str, random: Random) -> Planted | None:
    grown = added(text, feature, random)
    if grown is None:
        return None
    return Planted(grown.replace(_MARK, ""), line_at(grown, grown.index(_MARK)))


def _lines(feature: str, section: str, indent: int) -> str:
    rows = (row.split(" | ", 1) for row in feature.splitlines())
    return "".join(f"{' ' * indent}{text}\n" for name, text in rows if name == section)


def _inserted(text: str, section: str, lines: str) -> str | None:
    """Insert the lines at the start of the section; return None if it is missing or in flow style."""
    if lines and section in _CREATED and not re.search(rf"^{section}:", text, re.MULTILINE):
        text = text.replace("\nstates:\n", f"\n{section}:\nstates:\n")
    header = f"\n{section}:\n"
    return text.replace(header, header + lines) if header in text or not lines else None
