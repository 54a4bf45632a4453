"""docs/reference/settings.md lists every variable and parameter that the code reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from statewright.aws.settings import read_settings, read_telemetry

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text()
ENGINE = ROOT / "engine" / "statewright"
ROW = re.compile(r"^\| (?P<names>`\w+`(?:, `\w+`)*) \| (?P<cells>.*) \|$", re.MULTILINE)
NAME = re.compile(r"_?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
LEAST = {"SQLITE_PATH": "events.db", "DEFINITIONS_PATH": "config"}


def rows(heading: str) -> dict[str, list[str]]:
    """Return the cells of each name in the tables of a section."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return {
        name: re.split(r" *\| *", row["cells"])
        for row in ROW.finditer(section)
        for name in re.findall(r"`(\w+)`", row["names"])
    }


def names_in(path: Path) -> set[str]:
    """Return every string of the module that looks like the name of an environment variable."""
    strings = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    return {text for text in strings if isinstance(text, str) and NAME.fullmatch(text)}


def variables_of(path: Path) -> Iterator[str]:
    """Yield the variables that the module reads from `os.environ` or through an option of click."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=read, attr="get"), args=[ast.Constant(name), *_]):
                if ast.unparse(read) == "os.environ":
                    yield str(name)
            case ast.keyword(arg="envvar", value=ast.Constant(name)):
                yield str(name)


def template_parameters() -> dict[str, dict[str, Any]]:
    """Return the parameters of the stack, read without CloudFormation's tags."""

    class Loader(yaml.SafeLoader):
        """Loads a value with any tag as null."""

    Loader.add_multi_constructor("!", lambda _loader, _tag, _node: None)
    document = yaml.load((ROOT / "deploy" / "template.yaml").read_text(), Loader)
    parameters: dict[str, dict[str, Any]] = document["Parameters"]
    return parameters


def allowed(parameter: dict[str, Any]) -> str:
    """Return the allowed values of a parameter in the words of the page."""
    if "AllowedValues" in parameter:
        return ", ".join(str(one) for one in parameter["AllowedValues"] if one != "")
    return f"{parameter['MinValue']} to {parameter['MaxValue']}" if "MinValue" in parameter else "text"


def test_every_variable_of_the_handler_is_listed() -> None:
    """This includes the variables that Lambda sets."""
    assert set(rows("Handler")) == names_in(ENGINE / "aws" / "settings.py") | names_in(
        ENGINE / "aws" / "app.py"
    )


def test_every_variable_of_the_command_line_is_listed() -> None:
    """The page lists no other variables."""
    read = {name for path in (ENGINE / "cli").rglob("*.py") for name in variables_of(path)}
    assert set(rows("Command line")) == read


@pytest.mark.parametrize(
    ("name", "default"), [(name, row[1]) for name, row in rows("Handler").items() if len(row) > 1]
)
def test_a_documented_default_equals_an_unset_variable(name: str, default: str) -> None:
    """Setting the default explicitly changes nothing; variables without a default are not set."""
    given = {**LEAST, **({name: default} if default and name not in LEAST else {})}
    assert read_settings(given) == read_settings(LEAST)
    assert read_telemetry(given) == read_telemetry(LEAST)


def test_every_parameter_of_the_stack_is_listed() -> None:
    """The order, the allowed values, the defaults and the descriptions are those of the template."""
    declared = {
        name: [allowed(one), str(one["Default"]), one["Description"]]
        for name, one in template_parameters().items()
    }
    assert list(rows("Stack parameters").items()) == list(declared.items())
