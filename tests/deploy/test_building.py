"""The parts of a build: target, interpreter, contents and archive."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.contents import UNPACKED_BYTES_MAX, Distribution, refuse_misfit, refuse_unlisted
from deploy.errors import InterpreterMissing, PackageUnsound, StepFailed, UnknownTarget
from deploy.interpreter import find_interpreter
from deploy.package import DEPLOYED, ROOT, build_package, main, write_archive
from deploy.target import Target, target_of
from tests.deploy.fixtures import target_here

NATIVE = "rpds/rpds.cpython-313-aarch64-linux-gnu.so"


def program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_target_is_read_from_native_modules() -> None:
    """The file names of native modules contain the Python version and the processor."""
    assert target_of(["six.py", NATIVE]) == Target("3.13", "arm64")


def test_two_targets_in_one_package_are_refused() -> None:
    """Native modules for two processors are an error, because no function could load both."""
    with pytest.raises(PackageUnsound, match=r"python3\.13 on arm64 and python3\.13 on x86_64"):
        target_of([NATIVE, NATIVE.replace("aarch64", "x86_64")])


@pytest.mark.parametrize(("python", "architecture"), [("3.10", "arm64"), ("313", "arm64"), ("3.13", "arm")])
def test_an_unknown_target_is_named(python: str, architecture: str) -> None:
    """The error names an old Python, a misspelt version or an unknown processor."""
    with pytest.raises(UnknownTarget, match=f'cannot build for "({python}|{architecture})"'):
        Target(python, architecture)


def test_the_running_interpreter_is_used_if_it_has_the_right_version() -> None:
    """A build for the running version needs no other interpreter."""
    assert find_interpreter(target_here()) == Path(sys.executable)


def test_an_interpreter_of_another_version_is_refused_with_the_remedy() -> None:
    """The error suggests `--interpreter`; another version would select the wrong requirements."""
    with pytest.raises(InterpreterMissing, match="--interpreter"):
        find_interpreter(Target("3.99", "arm64"), given=Path(sys.executable))


def test_a_shim_on_the_path_that_only_prints_an_error_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the shim, such as version managers install for each known version."""
    shim = program(tmp_path / "python3.99", "echo 'python3.99: command not found' >&2; exit 127")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(InterpreterMissing, match=str(shim)):
        find_interpreter(Target("3.99", "arm64"))


def test_a_version_managers_interpreters_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest patch release is chosen, compared by number: 3.99.10 is newer than 3.99.2."""
    program(tmp_path / "pyenv", f"echo {tmp_path}")
    for version in ("3.99.2", "3.99.10"):
        (tmp_path / "versions" / version / "bin").mkdir(parents=True)
        program(tmp_path / "versions" / version / "bin" / "python", "echo cpython-399")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert find_interpreter(Target("3.99", "arm64")) == tmp_path / "versions/3.99.10/bin/python"


def test_a_distribution_that_is_not_locked_is_refused(tmp_path: Path) -> None:
    """Locked distributions pass, whether spelt as in the lock file or not."""
    locked = tmp_path / "lambda.txt"
    locked.write_text(
        "six==1.17.0 \\\n    --hash=sha256:00\ntyping-extensions==4.1 ; python_version < '3.13'\n"
    )
    refuse_unlisted(
        [Distribution("six", "1.17.0", 1), Distribution("typing-extensions", "4.1", 1)], locked=locked
    )
    with pytest.raises(
        PackageUnsound, match=r"contains pytest 8\.4, six 1\.16\.0, which lambda\.txt does not list"
    ):
        refuse_unlisted([Distribution("pytest", "8.4", 1), Distribution("six", "1.16.0", 1)], locked=locked)


def test_files_for_another_target_are_refused() -> None:
    """The error names both targets."""
    with pytest.raises(PackageUnsound, match=r"is for python3\.13 on arm64, expected python3\.12 on arm64"):
        refuse_misfit({NATIVE: 1}, Target("3.12", "arm64"))


def test_a_package_above_the_size_limit_of_lambda_is_refused() -> None:
    """A package one byte below the limit passes, one at the limit is rejected."""
    refuse_misfit({NATIVE: 1, "a.py": UNPACKED_BYTES_MAX - 2}, Target("3.13", "arm64"))
    with pytest.raises(PackageUnsound, match="has 262,144,000 bytes unpacked"):
        refuse_misfit({NATIVE: 1, "a.py": UNPACKED_BYTES_MAX - 1}, Target("3.13", "arm64"))


def test_a_failed_installation_leaves_no_package_and_says_why(tmp_path: Path) -> None:
    """The error quotes the reason given by pip, not the last line of its output."""
    script = "case $* in *install*) echo 'ERROR: no wheel'; echo bye; exit 1;; esac; echo cpython-399"
    interpreter = program(tmp_path / "python", script)
    with pytest.raises(StepFailed, match="pip failed: ERROR: no wheel"):
        build_package("3.99", "arm64", interpreter=interpreter, out=tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


def test_the_template_deploys_the_built_package() -> None:
    """`CodeUri` in the template is the path that the build writes to."""
    template = (ROOT / "deploy" / "template.yaml").read_text()
    assert f"CodeUri: ../{DEPLOYED.relative_to(ROOT)}\n" in template


def test_an_archive_does_not_depend_on_times_and_modes(tmp_path: Path) -> None:
    """Archives of equal contents are identical, even if the files were created in another order."""
    contents = {"b.py": "1", "a/native.so": "2", "a.py": "3"}
    for folder, names in (("one", list(contents)), ("two", list(reversed(contents)))):
        for name in names:
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(contents[name])
            file.chmod(0o600 if folder == "one" else 0o755)
            os.utime(file, (time.time(), len(folder + name)))
        write_archive(tmp_path / folder, tmp_path / f"{folder}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_files_of_an_archive_are_readable_and_native_modules_executable(tmp_path: Path) -> None:
    """All users get these permissions, because Lambda unpacks and runs the code as different users."""
    (tmp_path / "folder").mkdir()
    for name in ("a.py", "b.so"):
        (tmp_path / "folder" / name).touch(0o600)
    write_archive(tmp_path / "folder", tmp_path / "out.zip")
    entries = ZipFile(tmp_path / "out.zip").infolist()
    assert {entry.filename: entry.external_attr >> 16 for entry in entries} == {
        "a.py": 0o100644,
        "b.so": 0o100755,
    }


def test_the_command_line_names_an_unsupported_version(capsys: pytest.CaptureFixture[str]) -> None:
    """An unsupported version gives exit code 2 and a message on stderr only."""
    assert main(["--python", "3.9"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count('"3.9"')) == ("", 1)
