"""`statewright docs`: the files that it writes, and its errors."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.commands import CONFIG, Cli


def test_docs_writes_a_page_per_machine_an_index_and_the_messages(cli: Cli, tmp_path: Path) -> None:
    """Stdout lists the files written."""
    result = cli("docs", CONFIG, "--into", "site/pages")
    written = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "site/pages").iterdir())
    assert sorted(result.stdout.splitlines()) == written
    names = ["account.machine.html", "asyncapi.yaml", "door.machine.html", "index.html", "order.machine.html"]
    assert [Path(path).name for path in written] == names


def test_the_same_definitions_give_the_same_files(cli: Cli, tmp_path: Path) -> None:
    """Committed pages change only if their machines change."""
    for folder in ("one", "two"):
        cli("docs", CONFIG, "--into", folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_text() == (tmp_path / "two" / path.name).read_text()


def test_without_graphviz_the_diagram_is_text(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Graphviz, the page contains the diagram as text, and a message suggests installing it."""
    monkeypatch.setenv("PATH", "/nowhere")
    result = cli("docs", CONFIG / "door.machine.yaml", "--into", "site")
    assert '<pre class="mermaid">---\ntitle: ' in (tmp_path / "site/door.machine.html").read_text()
    assert "install the package graphviz" in result.stderr


def test_the_messages_are_plain_yaml(cli: Cli, tmp_path: Path) -> None:
    """The AsyncAPI document has no YAML anchors, which many readers do not support."""
    cli("docs", CONFIG, "--into", "site")
    text = (tmp_path / "site/asyncapi.yaml").read_text()
    assert "&id" not in text
    assert yaml.safe_load(text)["asyncapi"] == "3.0.0"


def test_nothing_is_written_if_a_definition_is_broken(cli: Cli, tmp_path: Path) -> None:
    """The findings of all files are printed, and no page is written."""
    (tmp_path / "x.machine.yaml").write_text("machine: x\n")
    one_event_leads_apart = "{A: {emit: E, target: c}, B: {emit: E, target: d}}"
    (tmp_path / "y.machine.yaml").write_text(
        f"machine: y\ninitial: b\nstates: {{b: {{accepts: {one_event_leads_apart}}}, c: {{}}, d: {{}}}}\n"
    )
    result = cli("docs", CONFIG, "x.machine.yaml", "y.machine.yaml", "--into", "site")
    assert (result.exit_code, (tmp_path / "site").exists()) == (1, False)
    assert "x.machine.yaml:1:1: " in result.stdout
    assert "[SW203]" in result.stdout


def test_without_the_folder_config_the_definitions_must_be_named(cli: Cli) -> None:
    """The error gives the folder that was searched and the file names that it was searched for."""
    result = cli("docs", "--into", "site")
    assert result.exit_code == 2
    assert 'no *.machine.yaml, *.machine.yml, *.machine.json in folder "."' in result.stderr


def test_a_page_that_was_not_written_is_named_and_kept(cli: Cli, tmp_path: Path) -> None:
    """An existing page of a machine that was not given is reported as outdated; other files are ignored."""
    (tmp_path / "site").mkdir()
    for name in ("gate.machine.html", "logo.html"):
        (tmp_path / "site" / name).write_text("x")
    result = cli("docs", CONFIG, "--into", "site")
    assert "site/gate.machine.html: outdated page" in result.stderr
    assert "logo" not in result.stderr
    assert (tmp_path / "site/gate.machine.html").exists()


def test_a_machine_that_is_declared_twice_exits_2(cli: Cli, tmp_path: Path) -> None:
    """Two definitions of one machine are an error, because their pages would have the same name."""
    (tmp_path / "copy.machine.yaml").write_text((CONFIG / "door.machine.yaml").read_text())
    result = cli("docs", CONFIG, "copy.machine.yaml", "--into", "site")
    assert result.exit_code == 2
    assert 'both declare machine "door"' in result.stderr


def test_a_folder_without_definitions_exits_2(cli: Cli, tmp_path: Path) -> None:
    """Writing no pages must not look like success."""
    (tmp_path / "empty").mkdir()
    assert cli("docs", "empty", "--into", "site").exit_code == 2
