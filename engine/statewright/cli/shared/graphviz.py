"""Runs Graphviz to draw a graph as SVG."""

from __future__ import annotations

import shutil
import subprocess

import click

from statewright.wording import duration_text

SECONDS_MAX = 60
PROGRAM = "dot"
# With a hundred states, dot spends minutes on small improvements of the layout.
# https://graphviz.org/docs/attrs/nslimit/, https://graphviz.org/docs/attrs/mclimit/
_LIMITS = ("-Gnslimit=2", "-Gnslimit1=2", "-Gmclimit=0.5")


class NotDrawn(click.UsageError):
    """Drawing failed. The message adds alternatives to `reason`."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}; {remedy}")


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


def svg(graph: str, *, seconds_max: float = SECONDS_MAX) -> str:
    """Draw a graph in the DOT language. Raises NotDrawn."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NotDrawn(
            f'svg needs Graphviz, and its program "{PROGRAM}" is not on PATH',
            "install the package graphviz, or use --format mermaid or --format dot",
        )
    command = [program, "-Tsvg", *_LIMITS]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=graph.encode(), capture_output=True, timeout=seconds_max, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotDrawn(
            f"{PROGRAM} was stopped after {duration_text(seconds_max)}",
            "use --detail states or --format mermaid",
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise NotDrawn(f"{PROGRAM} failed: {said}", "use --format mermaid")
    return done.stdout.decode()
