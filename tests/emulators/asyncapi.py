"""Parses a document with the official AsyncAPI parser, run by node."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.emulators.provision import ASYNCAPI_PARSER

ASYNCAPI_SCRIPT = ASYNCAPI_PARSER / "package" / "browser" / "index.js"
SECONDS_MAX = 120
PROGRAM = Path(__file__).with_name("asyncapi.js")


@dataclass(frozen=True, slots=True)
class AsyncapiVerdict:
    """`messages`: the ids of the messages in the document; empty if it has errors."""

    errors: tuple[str, ...]
    messages: frozenset[str]


def parsed_asyncapi(path: Path) -> AsyncapiVerdict:
    """The parser's verdict on the file."""
    command = ["node", str(PROGRAM), str(ASYNCAPI_SCRIPT), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=True)
    verdict = json.loads(done.stdout)
    return AsyncapiVerdict(tuple(verdict["errors"]), frozenset(verdict["messages"]))
