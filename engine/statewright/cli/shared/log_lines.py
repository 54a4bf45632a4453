"""Routes log lines while a command runs, and restores the logging configuration at the end.

At a terminal, outcomes matter more than log lines: only warnings of sources and stores are shown by default.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from statewright.escaping import printable

PORTS = ("statewright.sources", "statewright.stores")


@contextmanager
def quiet() -> Iterator[None]:
    """Print warnings of sources and stores to stderr as plain text, and drop all other log lines."""
    with ExitStack() as stack:
        stack.enter_context(_routed("statewright", logging.NullHandler(), logging.CRITICAL))
        for name in PORTS:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(_PlainLines())
            stack.enter_context(_routed(name, handler, logging.WARNING))
        yield


class _PlainLines(logging.Formatter):
    """Only the message, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(record.getMessage())


@contextmanager
def as_json(handler: logging.Handler) -> Iterator[None]:
    """Send every log line to `handler` in Lambda's format, and close the handler at the end."""
    from statewright.aws.logs import JsonLines  # local, so that --help does not import the handler

    handler.setFormatter(JsonLines())
    with _routed("statewright", handler, logging.INFO):
        yield


@contextmanager
def _routed(name: str, handler: logging.Handler, level: int) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before
        handler.close()
