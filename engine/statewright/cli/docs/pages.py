"""Writes pages about definitions: one for each machine, an index and the AsyncAPI document.

`statewright.diagrams` makes their content; Graphviz draws the pictures if it is installed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import click

from statewright.cli.docs.yaml_text import yaml_text
from statewright.cli.shared import graphviz
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.input_files import named_files
from statewright.cli.shared.output import print_lines, print_message
from statewright.diagnostics import Finding
from statewright.diagrams.asyncapi import asyncapi
from statewright.diagrams.chart import chart_of
from statewright.diagrams.choices import Detail
from statewright.diagrams.dot import dot
from statewright.diagrams.markup import Markup
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.page import PAGE_NAMES, drawn, index_page, machine_page, page_name, written
from statewright.diagrams.plan import planned
from statewright.errors import DefinitionError
from statewright.escaping import printable
from statewright.json_schemas import load_schema
from statewright.language import Definition, load_definition
from statewright.language.source.files import read_definition_file
from statewright.machine.compiled import compile_machine
from statewright.wording import plural


def write_pages(paths: Sequence[Path], *, into: Path) -> ExitCode:
    """Write all files and print their paths; write nothing if a definition is invalid (DefinitionError)."""
    definitions = _definitions([Path(name) for name in named_files(map(str, paths))])
    if not graphviz.is_installed():
        print_message("the pages show their diagrams as text; install the package graphviz to show pictures")
    texts = {page_name(one): machine_page(one, picture=_picture(one)) for one in definitions}
    texts["index.html"] = index_page(definitions)
    document = asyncapi(definitions, command=load_schema("command"), event=load_schema("event"))
    texts["asyncapi.yaml"] = yaml_text(document)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (into / name).write_text(text, encoding="utf-8")
        print_lines([str(into / name)])
    _report_outdated_pages(into, texts)
    print_message(f"documented {plural(len(definitions), 'machine')}")
    return ExitCode.CLEAN


def _definitions(files: Sequence[Path]) -> list[Definition]:
    """The definitions sorted by machine. Raises DefinitionError with the findings of all files."""
    declared: dict[str, Path] = {}
    definitions: list[Definition] = []
    findings: list[Finding] = []
    for file in files:
        try:
            definition = compile_machine(load_definition(read_definition_file(file), str(file))).definition
        except DefinitionError as error:
            findings += error.findings
            continue
        other = declared.setdefault(definition.machine, file)
        if other != file:
            raise click.UsageError(f'"{other}" and "{file}" both declare machine "{definition.machine}"')
        definitions.append(definition)
    if findings:
        raise DefinitionError(findings)
    return sorted(definitions, key=lambda one: one.machine)


def _picture(definition: Definition) -> Markup:
    """The drawing, or the diagram's text if Graphviz is missing or fails."""
    plan = planned(chart_of(definition), Detail.ALL)
    if graphviz.is_installed():
        try:
            return drawn(graphviz.svg(dot(plan)), plan.chart.title)
        except graphviz.NotDrawn as error:
            print_message(
                f'the page of machine "{definition.machine}" shows its diagram as text: {error.reason}'
            )
    return written(mermaid(plan))


def _report_outdated_pages(folder: Path, written_names: Collection[str]) -> None:
    """Report pages of machines that no longer exist. Deleting them is up to the user."""
    for path in sorted(folder.glob(PAGE_NAMES)):
        if path.name not in written_names:
            print_message(f"{printable(str(path))}: outdated page: no definition declares its machine")
