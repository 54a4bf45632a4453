"""A client of the real yaml-language-server that sends an editor's requests and returns the answers.

It uses https://microsoft.github.io/language-server-protocol/ over stdin and stdout. The server is configured
to stay offline, so it knows only the schema that the open file names.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any

SECONDS_MAX = 30
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "hoverSchemaSource": False,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    }
}
_CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
    },
}


class LanguageServer:
    """A process of the server. Lines and columns count from 0, as in the protocol."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin = process.stdin
        self._received: Queue[dict[str, Any]] = Queue()
        self._published: dict[str, list[dict[str, Any]]] = {}
        self._last_id = 0
        Thread(target=_receive, args=(process.stdout, self._received), daemon=True).start()
        self._request("initialize", {"processId": None, "rootUri": None, "capabilities": _CAPABILITIES})
        self._send({"method": "initialized", "params": {}})

    def open(self, path: Path, text: str) -> None:
        """Open a path only once, because the server caches files by path and version."""
        opened = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": opened}})

    def diagnostics(self, path: Path) -> list[dict[str, Any]]:
        """The mistakes in an open file. The server reports them after a pause in typing."""
        while path.as_uri() not in self._published:
            self._next()
        return self._published[path.as_uri()]

    def hover(self, path: Path, *, line: int, column: int) -> str:
        """The Markdown shown at this position, or ""."""
        shown = self._request("textDocument/hover", _at(path, line, column))
        return shown["contents"]["value"] if shown else ""

    def completion(self, path: Path, *, line: int, column: int) -> dict[str, str]:
        """The proposals at this position: label -> inserted text."""
        offered = self._request("textDocument/completion", _at(path, line, column))
        return {item["label"]: item["insertText"] for item in offered["items"]}

    def _request(self, method: str, parameters: dict[str, Any]) -> Any:
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": parameters})
        while True:
            message = self._next()
            if message.get("id") == self._last_id and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _next(self) -> dict[str, Any]:
        """The next message. Answers the server's questions and keeps its notifications."""
        message = self._received.get(timeout=SECONDS_MAX)
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": _answer(message)})
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._stdin.flush()


@contextmanager
def running(program: Path, log: Path) -> Iterator[LanguageServer]:
    """A server for the duration of the block. Its stderr goes to the log."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            ["node", str(program), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            yield LanguageServer(process)
        finally:
            process.kill()
            process.communicate()


def _receive(stdout: IO[bytes], received: Queue[dict[str, Any]]) -> None:
    while header := stdout.readline():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            while stdout.readline() != b"\r\n":
                pass
            received.put(json.loads(stdout.read(int(value))))


def _at(path: Path, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": column}}


def _answer(request: dict[str, Any]) -> Any:
    """The answer to a question of the server: its settings, or null."""
    if request["method"] != "workspace/configuration":
        return None
    return [SETTINGS.get(item.get("section", "")) for item in request["params"]["items"]]
