"""How a project's files are found: configuration, baseline and schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.cli.shared.project import nearest_configuration, nearest_schema, read_baseline
from statewright.lint.baseline import BaselineError
from statewright.lint.configuration import ConfigurationError


def configured(folder: Path, text: str, name: str = "statewright.toml") -> Path:
    """Write this configuration into the folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_the_nearest_configuration_upwards_is_used(tmp_path: Path) -> None:
    """A pyproject.toml without a statewright table is skipped; paths are relative to the file's folder."""
    configured(tmp_path, '[tool.statewright.check]\nselect = ["SW1"]', "pyproject.toml")
    below = configured(tmp_path / "a" / "b", "[project]", "pyproject.toml")
    found = nearest_configuration(below)
    assert (found.select, found.path_of(str(below / "x.yaml"))) == (("SW1",), "a/b/x.yaml")


def test_statewright_toml_wins_over_pyproject_toml(tmp_path: Path) -> None:
    """In one folder, statewright.toml is read first."""
    configured(tmp_path, '[check]\nselect = ["SW1"]')
    configured(tmp_path, '[tool.statewright.check]\nselect = ["SW2"]', "pyproject.toml")
    assert nearest_configuration(tmp_path).select == ("SW1",)


def test_a_baseline_is_relative_to_the_configuration(tmp_path: Path) -> None:
    """The path does not depend on the current folder."""
    below = tmp_path / "a"
    below.mkdir()
    found = nearest_configuration(configured(tmp_path, '[check]\nbaseline = "known.json"') / "a")
    assert found.baseline is not None
    assert found.baseline.resolve() == tmp_path / "known.json"


def test_a_configuration_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """A file that is not UTF-8 is reported like one that is not TOML."""
    (tmp_path / "statewright.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        nearest_configuration(tmp_path)


@pytest.mark.parametrize(("content", "problem"), [(None, "no such file"), (b"\xff", "not valid JSON")])
def test_a_baseline_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """A project that relies on a baseline must learn that it is missing or broken."""
    if content is not None:
        (tmp_path / "known.json").write_bytes(content)
    with pytest.raises(BaselineError, match=problem):
        read_baseline(tmp_path / "known.json")


def test_the_schema_is_the_nearest_above_the_file(tmp_path: Path) -> None:
    """The schema may be in a parent folder or in its `schemas`; without one, the result is None."""
    folder = tmp_path / "machines" / "orders"
    (tmp_path / "schemas").mkdir()
    folder.mkdir(parents=True)
    file = str(folder / "lamp.machine.yaml")
    assert nearest_schema(file) is None
    (tmp_path / "schemas" / "machine.schema.json").write_text("{}")
    assert nearest_schema(file) == "../../schemas/machine.schema.json"
    (folder / "machine.schema.json").write_text("{}")
    assert nearest_schema(file) == "machine.schema.json"
