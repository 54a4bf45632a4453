"""Rules about the text of the file, where its letters matter and not what they came to."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.source.yaml_1_1 import misreading
from statewright.lint.context import LintContext
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.YAML_1_1,
    why="Here YAML 1.2 is read, where `on`, `y` and `12:30` are strings, 012 is twelve and 1e3 is a number. "
    "Tools for YAML 1.1 take them for true, true, 750, ten and text, so templates and formatters change what "
    "they mean.",
    fix="Put the value in quotes, where it is text.",
    needs=(),
)
def yaml_1_1(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    misread = {
        place: found for place, text in document.plain_at.items() if text and (found := misreading(text))
    }
    told = context.damage.places
    for places, is_key in ((document.keys_at, True), (document.values_at, False)):
        for path, place in places.items():
            meaning = misread.get(place)
            if meaning and path not in told and (is_key or not isinstance(document.at(path), dict | list)):
                message = f"`{document.plain_at[place]}` without quotes is {meaning} to tools for YAML 1.1"
                yield Diagnostic(path, message, key=is_key, about=(document.plain_at[place],))
