"""What the parser by AsyncAPI's authors says of the document that `docs` writes."""

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
    """Without an error, and it finds the messages."""
    cli("docs", CONFIG, EVERYTHING, "--into", "site")
    verdict = asyncapi_parser(tmp_path / "site/asyncapi.yaml")
    assert verdict.errors == ()
    assert {"order.command.Pay", "account.event.MoneyHeld", "everything.event.LineAdded"} <= verdict.messages


def test_the_parser_notices_a_fault(cli: Cli, tmp_path: Path, asyncapi_parser: Parser) -> None:
    """So that the test above could fail."""
    cli("docs", CONFIG, "--into", "site")
    path = tmp_path / "site/asyncapi.yaml"
    path.write_text(path.read_text().replace("action: receive", "action: take"))
    assert asyncapi_parser(path).errors
