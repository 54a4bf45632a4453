"""Files designed to break a loader. Run as a program, it loads each and prints its processor time.

It runs in a separate process because a fault may crash the interpreter.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from statewright.errors import DefinitionError
from statewright.language.source.document import load_document

_DEEP = 100_000

CASES: dict[str, tuple[str, bytes]] = {
    "latin-1": ("m.yaml", "a: ä".encode("latin-1")),
    "utf-16": ("m.yaml", "a: 1".encode("utf-16")),
    "control characters": ("m.yaml", b"\x01" * 200_000),
    "two documents": ("m.yaml", b"a: 1\n---\nb: 2\n"),
    "many documents": ("m.yaml", b"---\n" * 60_000),
    "tabs": ("m.yaml", b"a:\n\tb: 1\n"),
    "duplicate keys": ("m.yaml", b"a: 1\n" * 9_000),
    "merge key": ("m.yaml", b"a: {b: 1}\n<<: {c: 1}\n"),
    "python object": ("m.yaml", b"a: !!python/object/apply:os.system [exit]\n"),
    "alias bomb": (
        "m.yaml",
        b"a0: &a0 [x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)),
    ),
    "deep flow lists": ("m.yaml", b"[" * _DEEP),
    "deep flow maps": ("m.yaml", b"{a: " * 60_000),
    "deep flow pairs": ("m.yaml", b"[a: " * 60_000),
    "deep dashes": ("m.yaml", b"- " * _DEEP),
    "deep questions": ("m.yaml", b"? " * _DEEP),
    "deep blocks": ("m.yaml", b"".join(b" " * n + b"a:\n" for n in range(700))),
    "deep json lists": ("m.json", b"[" * _DEEP),
    "deep json objects": ("m.json", b'{"a":' * 50_000),
    "many items": ("m.yaml", b"[" + b"1," * 120_000 + b"]"),
    "many json items": ("m.json", b"[" + b"1," * 120_000 + b"1]"),
    "many comments": ("m.yaml", b"#\n" * 120_000),
    "open quote": ("m.yaml", b'a: "' + b"\\n" * 120_000),
    "open json quotes": ("m.json", b'\\"' * 130_000),
    "50 MB": ("m.yaml", b"a: 1\n" * 10_000_000),
    "5,000 digits": ("m.yaml", b"a: " + b"9" * 5_000),
    "200,000 digits": ("m.yaml", b"a: 1" + b"0" * 200_000),
    "5,000 json digits": ("m.json", b'{"a": ' + b"9" * 5_000 + b"}"),
    "200,000 json exponents": ("m.json", b'{"a": 1e' + b"9" * 200_000 + b"}"),
    "lone surrogate": ("m.json", b'{"a": "\\ud800"}'),
    "lone yaml surrogate": ("m.yaml", b'a: "\\ud800"'),
    "nul": ("m.yaml", b"a: \x00"),
    "json nul": ("m.json", b'{"a": "\x00"}'),
    "empty": ("m.yaml", b""),
    "empty json": ("m.json", b""),
    "a list": ("m.yaml", b"- a\n"),
    "a json number": ("m.json", b"1"),
}


def main() -> None:
    for name, (file, content) in CASES.items():
        started = time.process_time()
        try:
            findings = len(load_document(content, file).findings)
        except DefinitionError as error:
            findings = len(error.findings)
        seconds = time.process_time() - started
        print(json.dumps([name, findings, seconds]), flush=True)
    # `ru_maxrss` is unsuitable: on Linux it starts at the parent's value at the fork.
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(json.dumps(["peak kilobytes", int(peak), 0]))


if __name__ == "__main__":
    main()
