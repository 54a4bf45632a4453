"""A process of its own that does what Lambda's runtime does: it finds the handler by its configured name.

Run as a program. Standard input holds one event per line; the answers go to the file that is its argument,
because standard output belongs to the handler's metrics.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace


def main(answers: Path) -> None:
    """`_HANDLER` is the name in Lambda's own variable."""
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    lines = []
    for number, line in enumerate(sys.stdin, 1):
        context = SimpleNamespace(
            function_name="orders",
            memory_limit_in_mb="256",
            invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:orders",
            aws_request_id=f"request-{number}",
            get_remaining_time_in_millis=lambda: 30_000,
        )
        lines.append(json.dumps(handler(json.loads(line), context)))
    answers.write_text("\n".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
