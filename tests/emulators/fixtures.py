"""Fixtures that start each service once per test session and give its address.

If a service was not fetched, tests that use it are skipped or, in CI, fail.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulators import servers
from tests.emulators.asyncapi import ASYNCAPI_SCRIPT, AsyncapiVerdict, parsed_asyncapi
from tests.emulators.browser import MERMAID_SCRIPT, MermaidPage
from tests.emulators.devtools import BrowserPage, browser_page
from tests.emulators.provision import (
    DYNAMODB_LOCAL,
    MINISTACK,
    ROOT,
    SAM,
    SARIF_SCHEMA,
    YAML_LANGUAGE_SERVER,
)

SITE = ROOT / "dist" / "site"


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of DynamoDB Local."""
    _require(DYNAMODB_LOCAL / "loopback.so", "make emulators")
    with servers.dynamodb_local(tmp_path_factory.mktemp("dynamodb-local") / "log") as url:
        yield url


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ministack, which emulates SQS, S3 and other services."""
    _require(MINISTACK / "bin" / "ministack", "make emulators")
    with servers.ministack(tmp_path_factory.mktemp("ministack") / "log") as url:
        yield url


@pytest.fixture(scope="session")
def sam() -> Path:
    """The virtual environment with the AWS SAM CLI and the Lambda runtime emulator."""
    _require(SAM / "bin" / "sam", "make deploy-tools")
    return SAM


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    """The JSON Schema of SARIF documents."""
    path = SARIF_SCHEMA / "package" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
    _require(path, "make emulators")
    return json.loads(path.read_text())


@pytest.fixture(scope="session")
def mermaid_page(tmp_path_factory: pytest.TempPathFactory) -> MermaidPage:
    """A page that draws diagrams with Mermaid's script in a browser."""
    _require(MERMAID_SCRIPT, "make drawing-tools")
    _require(Path(shutil.which("chromium") or "chromium"), "install the package chromium")
    return MermaidPage(tmp_path_factory.mktemp("mermaid"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserPage]:
    """A browser page in which tests open URLs."""
    _require(Path(shutil.which("chromium") or "chromium"), "install the package chromium")
    with browser_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the documentation site."""
    _require(SITE / ".built", "make docs")
    with servers.files_of(SITE) as url:
        yield url


@pytest.fixture(scope="session")
def graphviz() -> None:
    """Requires `dot`, the Graphviz program that draws SVG."""
    _require(Path(shutil.which("dot") or "dot"), "install the package graphviz")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, which runs JavaScript."""
    program = shutil.which("node") or "node"
    _require(Path(program), "install node")
    return program


@pytest.fixture(scope="session")
def asyncapi_parser() -> Callable[[Path], AsyncapiVerdict]:
    """A function that parses a file with the official AsyncAPI parser."""
    _require(ASYNCAPI_SCRIPT, "make drawing-tools")
    _require(Path(shutil.which("node") or "node"), "install node")
    return parsed_asyncapi


@pytest.fixture(scope="session")
def yaml_language_server() -> Path:
    """The path of yaml-language-server, which editors use for YAML files; node runs it."""
    program = YAML_LANGUAGE_SERVER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    _require(program, "make emulators")
    _require(Path(shutil.which("node") or "node"), "install node")
    return program


def _require(path: Path, remedy: str) -> None:
    if path.exists():
        return
    reason = f"{path.name} was not fetched: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
