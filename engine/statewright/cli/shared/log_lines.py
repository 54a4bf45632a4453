"""Where the log lines of the handler and its ports go while a command runs.

A person at a terminal reads outcomes, not log lines: only warnings of sources and stores pass, unless all are
asked for. The way logging was is restored at the end.
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
    """Warnings of the ports go to stderr as plain text, nothing else goes anywhere."""
    with ExitStack() as stack:
        stack.enter_context(_routed("statewright", logging.NullHandler(), logging.CRITICAL))
        for name in PORTS:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(_PlainLines())
            stack.enter_context(_routed(name, handler, logging.WARNING))
        yield


class _PlainLines(logging.Formatter):
    """The message alone, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(record.getMessage())


@contextmanager
def as_json(handler: logging.Handler) -> Iterator[None]:
    """Every line goes to `handler`, which is closed at the end, as Lambda would log it."""
    from statewright.aws.logs import JsonLines  # here: `statewright --help` must start without the handler

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
