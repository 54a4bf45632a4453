"""The AsyncAPI document of `statewright docs`, checked by the official AsyncAPI parser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli
from tests.emulators.asyncapi import AsyncapiVerdict
from tests.given import EVERYTHING

pytestmark = pytest.mark.e2e

Parser = Callable[[Path], AsyncapiVerdict]


def test_the_parser_accepts_every_example(cli: Cli, tmp_path: Path, asyncapi_parser: Parser) -> None:
    """The parser reports no errors and finds the messages of the example machines."""
    cli("docs", CONFIG, EVERYTHING, "--into", "site")
    verdict = asyncapi_parser(tmp_path / "site/asyncapi.yaml")
    assert verdict.errors == ()
    assert {"order.command.Pay", "account.event.MoneyHeld", "everything.event.LineAdded"} <= verdict.messages


def test_the_parser_rejects_an_invalid_document(cli: Cli, tmp_path: Path, asyncapi_parser: Parser) -> None:
    """An invalid document has errors, so the test of the valid one can fail."""
    cli("docs", CONFIG, "--into", "site")
    path = tmp_path / "site/asyncapi.yaml"
    path.write_text(path.read_text().replace("action: receive", "action: take"))
    assert asyncapi_parser(path).errors
