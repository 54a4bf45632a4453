"""The cost of `statewright check` as a process: one file and a thousand, compared with starting Python.

Times are processor seconds of all processes together, so a busy machine gives the same figures. The wall
time of a thousand files is about this time divided by the number of processors.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = Path(__file__).parent.parent / "config"
FILES = 1_000
ATTEMPTS = 5


def copied_definitions(folder: Path, count: int) -> None:
    """Copies of the example `order`, each with its own machine name."""
    order = (CONFIG / "order.machine.yaml").read_text()
    for number in range(count):
        text = re.sub(r"^machine: order$", f"machine: order-{number}", order, flags=re.MULTILINE)
        (folder / f"order-{number}.machine.yaml").write_text(text)


def processor_seconds(*arguments: str) -> float:
    """The processor time of one Python process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def print_check() -> None:
    print(f"statewright check, {FILES:,} definitions like config/order.machine.yaml, processor time")
    check = ("-m", "statewright.cli", "check")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copied_definitions(folder, FILES)
        start = min(processor_seconds("-c", "pass") for _ in range(ATTEMPTS))
        one = min(processor_seconds(*check, str(folder / "order-0.machine.yaml")) for _ in range(ATTEMPTS))
        many = processor_seconds(*check, str(folder))
    _print_row("Python starts and ends", start, start=start)
    _print_row("one definition", one, start=start)
    _print_row(f"{FILES:,} definitions", many, start=start)
    print(f"  per definition {many / FILES * 1000:.1f} ms, on {os.cpu_count()} processors")


def _print_row(name: str, seconds: float, *, start: float) -> None:
    print(f"  {name:<40}{seconds * 1000:10,.0f} ms{seconds / start:10,.1f} x a start of Python")
