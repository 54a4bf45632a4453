"""Whether a file is JSON decides how it is read and which advice it gets."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Code
from statewright.language.source.text import decode
from statewright.lint import check_file

LAMP = '{"machine": "lamp", "initial": "on", "states": {"on": {"accepts": {"SwitchOff": "on"}}}}'


@pytest.mark.parametrize("file", ["lamp.machine.json", "LAMP.JSON", "<stdin>", "lamp"])
def test_json_is_known_by_its_name_or_its_look(file: str) -> None:
    """Standard input has no file name."""
    assert decode(f"\n {LAMP}".encode(), file).is_json


@pytest.mark.parametrize("file", ["lamp.machine.yaml", "lamp.YML"])
def test_json_in_a_yaml_file_is_read_as_yaml(file: str) -> None:
    """The file name takes precedence."""
    assert not decode(LAMP.encode(), file).is_json


@pytest.mark.parametrize("text", ["machine: lamp", "{machine: lamp}", "", "{}"])
def test_what_does_not_look_like_json_is_yaml(text: str) -> None:
    """A mapping in braces may be either, until a key in double quotes comes first."""
    assert not decode(text.encode(), "<stdin>").is_json


def test_long_json_on_standard_input_is_not_asked_for_a_comment() -> None:
    """Modelines and YAML 1.1 concern only YAML."""
    long = LAMP.replace(", ", ",\n" * 30)
    assert {finding.code for finding in check_file(long.encode(), "<stdin>")}.isdisjoint(
        {Code.NO_MODELINE, Code.YAML_1_1}
    )
