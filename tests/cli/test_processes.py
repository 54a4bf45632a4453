"""Tests that need a real process: start-up, pipes, signals, terminals and memory."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import CONFIG, envelope, place

pytestmark = pytest.mark.slow

RUN = [
    sys.executable,
    "-c",
    "from statewright.cli.__main__ import run; run()",
    "run",
    "--definitions",
    str(CONFIG),
]
ENVIRONMENT = dict(os.environ)
PATIENCE_SECONDS = 60  # time limit for a process that should have ended by itself
HEAVY = {"boto3", "botocore", "jsonschema", "transitions", "yaml", "sqlite3"}

# Runs the command line and prints its peak memory. `ru_maxrss` would not do, because on Linux it starts at
# the memory that the parent had at the fork.
MEASURED = """
import sys
from pathlib import Path
from statewright.cli.main import statewright
try:
    statewright(prog_name="statewright")
finally:
    print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def python(code: str, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the code in a fresh interpreter."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, **options)


LIGHT = [["--help"], ["run", "--help"], ["--version"], ["completion", "zsh"]]


@pytest.mark.parametrize("arguments", LIGHT)
def test_light_commands_load_no_heavy_library(arguments: list[str]) -> None:
    """This keeps help and completion fast."""
    code = (
        "import sys\nfrom statewright.cli.main import statewright\n"
        "try: statewright(prog_name='statewright')\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    assert python(code, *arguments).stderr == "[]\n"


def test_check_and_run_do_not_load_the_aws_sdk() -> None:
    """Loading the SDK takes longer than running a check."""
    for module in (
        "statewright.cli.check.report",
        "statewright.cli.shared.definitions",
        "statewright.cli.shared.event_history",
        "statewright.cli.shared.event_store",
        "statewright.cli.import_.history_file",
        "statewright.aws.app",
    ):
        code = f"import sys, {module}\nprint({{'boto3', 'botocore'}} & set(sys.modules))"
        assert python(code).stdout == "set()\n"


def test_the_installed_script_calls_run() -> None:
    """The entry point `run` is the whole program."""
    [script] = entry_points(group="console_scripts", name="statewright")
    done = python(f"from {script.module} import {script.attr}; {script.attr}()", "eval", "1 + 1")
    assert (done.stdout, done.returncode) == ("2\n", 0)


def test_without_click_the_script_says_what_to_install() -> None:
    """A missing extra exits with code 2, because it is not a finding."""
    code = "import sys\nsys.modules['click'] = None\nfrom statewright.cli.__main__ import run\nrun()"
    done = python(code, "check", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: the command line needs click; run `pip install 'statewright[cli]'`\n"


def test_ctrl_c_during_the_imports_ends_quietly() -> None:
    """The process exits with code 130, as shells expect, and prints no traceback."""
    code = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from statewright.cli.__main__ import run\nrun()"
    )
    done = python(code, "check")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_closed_pipe_ends_the_run_quietly() -> None:
    """`statewright run … | head -1` prints no message about the broken pipe."""
    process = subprocess.Popen(
        [*RUN, "-", "--format", "json"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    lines = "\n".join(place(f"c-{n}", f"o-{n}") for n in range(500)).encode()
    with process.stdin as stdin, process.stderr as stderr:
        stdin.write(lines)
        stdin.close()
        said = stderr.read().decode()
    assert process.wait(PATIENCE_SECONDS) == 1
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_ctrl_c_prints_a_summary(tmp_path: Path) -> None:
    """The summary counts the commands that were run, and the exit code is 130."""
    process = subprocess.Popen(
        [*RUN, "-", "--db", str(tmp_path / "e.db"), "--verbose"],
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A background job would inherit an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n".join(place(f"c-{n}", "o-1") for n in range(10)) + "\n")
    process.stdin.flush()
    shown = [process.stdout.readline() for _ in range(10)]
    process.send_signal(signal.SIGINT)
    summary, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert shown[0] == "<stdin>:1: order/o-1 PlaceOrder: ACCEPTED\n"
    assert summary.split()[-2:] == ["10", "commands"]


def test_a_killed_run_can_be_restarted_without_loss_or_repetition(tmp_path: Path) -> None:
    """Commands stored before the kill are duplicates on the second run; the rest are accepted."""
    count = 400
    lines = "\n".join(place(f"c-{n}", f"o-{n}") for n in range(count))
    (tmp_path / "in.jsonl").write_text(lines)
    command = [*RUN, str(tmp_path / "in.jsonl"), "--db", str(tmp_path / "e.db")]
    process = subprocess.Popen(
        [*command, "--verbose"],
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    with process.stdout as stdout:
        shown = [stdout.readline() for _ in range(25)]
        process.kill()
        process.wait(PATIENCE_SECONDS)
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    counts = {code: int(number) for number, code in map(str.split, done.stdout.splitlines())}
    assert all("ACCEPTED" in line for line in shown)
    assert counts["DUPLICATE"] >= len(shown)
    assert counts["DUPLICATE"] + counts["ACCEPTED"] == counts["commands"] == count


def test_a_terminal_shows_progress_and_a_pipe_does_not(tmp_path: Path) -> None:
    """Progress goes to stderr as a percentage of the file, so that stdout contains only results."""
    (tmp_path / "in.jsonl").write_text("\n".join(place(f"c-{n}", f"o-{n}") for n in range(30)))
    ours, theirs = pty.openpty()
    command = [*RUN, str(tmp_path / "in.jsonl")]
    on_terminal = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    said = os.read(ours, 100_000)
    os.close(ours)
    in_pipe = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True)
    assert b"100%" in said
    assert b"%" not in in_pipe.stderr + in_pipe.stdout + on_terminal.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
def test_memory_does_not_grow_with_the_input(tmp_path: Path, report_line: Any) -> None:
    """Three times as many commands use at most 10% more memory."""
    small, large = (peak_kilobytes(tmp_path / f"{count}.db", count) for count in (8_000, 24_000))
    report_line(f"statewright run, peak memory: {small:,} kB for 8,000 commands, {large:,} kB for 24,000")
    assert large < small * 1.1


def peak_kilobytes(db: Path, count: int) -> int:
    """Return the peak memory of a run whose commands are accepted, repeated, refused or malformed."""
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURED, *RUN[3:], "-", "--db", str(db)],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stderr
    with process.stdin as stdin, process.stderr as stderr:
        stdin.writelines(f"{line}\n" for line in mixed_commands(count))
        stdin.close()
        peak = stderr.read().split()[-1]
    assert process.wait(PATIENCE_SECONDS) == 1
    return int(peak)


def mixed_commands(count: int) -> Iterator[str]:
    """Yield batches of ten commands per aggregate; few are stored, so that the disk matters little."""
    for first in range(0, count, 10):
        for n in range(first, first + 10):
            match (first // 10) % 40:
                case 0:
                    yield envelope(f"c-{n}", "door", f"d-{first}", "Close" if n % 2 else "Open")
                case 1:
                    yield envelope(f"c-{n - 10}", "door", f"d-{first - 10}", "Close" if n % 2 else "Open")
                case even if even % 2 == 0:
                    yield envelope(f"c-{n}", "nowhere", f"x-{n}", "Go")
                case _:
                    yield f"{{ malformed {n}"
