"""Lets Graphviz's own program draw a graph as SVG."""

from __future__ import annotations

import shutil
import subprocess

import click

from statewright.wording import duration_text

SECONDS_MAX = 60
PROGRAM = "dot"
# On a hundred states dot takes minutes to make a good layout a little better.
# https://graphviz.org/docs/attrs/nslimit/, https://graphviz.org/docs/attrs/mclimit/
_LIMITS = ("-Gnslimit=2", "-Gnslimit1=2", "-Gmclimit=0.5")


class NotDrawn(click.UsageError):
    """There is no drawing; `reason` says why, and the message also what a picture can be instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {remedy}")


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


def svg(graph: str, *, seconds_max: float = SECONDS_MAX) -> str:
    """The drawing of a graph in Graphviz's language. Raises NotDrawn."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NotDrawn(
            f'svg needs Graphviz, and there is no program "{PROGRAM}" on PATH',
            "install the package graphviz, or take --format mermaid or --format dot",
        )
    command = [program, "-Tsvg", *_LIMITS]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=graph.encode(), capture_output=True, timeout=seconds_max, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotDrawn(
            f"{PROGRAM} was stopped after {duration_text(seconds_max)}",
            "take --detail states or --format mermaid",
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise NotDrawn(f"{PROGRAM} failed: {said}", "take --format mermaid")
    return done.stdout.decode()
