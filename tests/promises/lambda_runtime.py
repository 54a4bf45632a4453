"""A program that imports the handler by its configured name and invokes it, as Lambda's runtime does.

It reads one event per line from standard input and writes the answers to the file named by its argument,
because the handler writes metrics to standard output.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace


def main(answers: Path) -> None:
    """Invoke the handler named by `_HANDLER`, the variable that Lambda sets, for each event."""
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
