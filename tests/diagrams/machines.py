"""Definitions from text, and one whose names are keywords of diagram languages."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from statewright.diagrams.chart import chart_of
from statewright.diagrams.choices import Detail
from statewright.diagrams.plan import DiagramPlan, planned
from statewright.language import Definition, load_definition

HOSTILE_NAMES = (
    "end",
    "class",
    "default",
    "note",
    "state",
    "a-b-",
    "x--x",
    "o__o",
    "style",
    "direction",
    "fork",
)
HOSTILE_TEXTS = (
    '"',
    "#",
    ";",
    ":",
    "<img src=x onerror=alert(1)>",
    "</pre><script>alert(1)</script>",
    "*a* _b_ `c`",
    "$$x$$",
    "fa:fa-car",
    "%%{init: {}}%%",
    "[x](http://a)",
    "\\n",
    "&lt;",
    "#35;",
    "é→😀",
    "{}",
    "-->",
    "{{",
)


def definition_of(text: str) -> Definition:
    """A definition from YAML text with any indentation."""
    return load_definition(textwrap.dedent(text).encode(), "test.machine.yaml")


def definition_in(path: Path) -> Definition:
    return load_definition(path.read_bytes(), path.name)


def plan_of(definition: Definition, detail: Detail = Detail.ALL) -> DiagramPlan:
    return planned(chart_of(definition), detail)


def hostile() -> Definition:
    """A ring of states with every hostile name, and guards and descriptions with every hostile text."""
    states = {}
    for place, name in enumerate(HOSTILE_NAMES):
        following = HOSTILE_NAMES[(place + 1) % len(HOSTILE_NAMES)]
        branches = [
            {
                "guard": f"command.text == {json.dumps(text, ensure_ascii=False)}",
                "reject": f"CODE-{number}",
                "message": text,
            }
            for number, text in enumerate(HOSTILE_TEXTS)
        ]
        states[name] = {
            "description": HOSTILE_TEXTS[place],
            "accepts": {
                name: [
                    *branches,
                    {
                        "guard": f"command.text != {json.dumps(HOSTILE_TEXTS[place], ensure_ascii=False)}",
                        "target": following,
                    },
                ]
            },
        }
    machine = {"machine": "end", "initial": "end", "description": HOSTILE_TEXTS[5], "states": states}
    return load_definition(json.dumps(machine).encode(), "end.machine.json")
