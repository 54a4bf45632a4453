"""Rules about how values are written in the file."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.source.yaml_1_1 import misreading
from statewright.lint.context import LintContext
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.YAML_1_1,
    why="Statewright reads YAML 1.2, where `on`, `y` and `12:30` are strings, `012` is twelve and `1e3` is a "
    "number. Tools for YAML 1.1 read them as true, true, 750, ten and a string, so templates and formatters "
    "can change their meaning.",
    fix="Put quotes around the value if it is a string.",
    needs=(),
)
def yaml_1_1(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    misread = {
        place: (text, meaning)
        for place, text in document.plain_at.items()
        if text and (meaning := misreading(text))
    }
    for places, is_key in ((document.keys_at, True), (document.values_at, False)):
        for path, place in places.items():
            value = path[-1] if is_key else document.at(path)
            if place in misread and path not in context.damage.places and not isinstance(value, dict | list):
                text, meaning = misread[place]
                remedy = "; put it in quotes" if isinstance(value, str) else ""
                message = f"unquoted `{text}` is {meaning} in YAML 1.1{remedy}"
                yield Diagnostic(path, message, key=is_key, about=(text,))
