"""Builds the zip that Lambda runs: the locked dependencies, this project's packages, and byte code.

The same sources, interpreter and target give the same bytes. See
docs/decisions/0014-what-the-package-holds.md for the parts that are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from deploy.contents import (
    Distribution,
    distributions_in,
    drop_installer_notes,
    refuse_misfit,
    refuse_unlisted,
    sizes_in,
)
from deploy.errors import DeployError, StepFailed
from deploy.interpreter import find_interpreter
from deploy.target import MACHINES, Target
from statewright import __version__

ROOT = Path(__file__).parent.parent
DEPLOYED = ROOT / "dist" / "statewright-lambda.zip"
"""The code that deploy/template.yaml refers to: a copy of the last package that was built."""

LOCKED = ROOT / "requirements" / "lambda.txt"
OWN = {"statewright": "engine/statewright", "statewright/schemas": "schemas", "handler": "handler"}
"""This project's folders in the package, and their places in the checkout."""

NOT_ON_LAMBDA = tuple(
    ROOT / "engine" / "statewright" / name
    for name in ("analysis", "cli", "diagrams", "evolution", "lint", "reports", "scenarios")
)
SERVICES = ("dynamodb", "s3", "sqs", "sts")
"""The services whose SDK data is packaged. Add a service here when code calls it."""

_TASK_ROOT = "/var/task"
# The earliest time in a zip, so that the archive does not depend on the current time.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class Package:
    """A built zip. `distributions`: by name, this project last; their sizes add up to `unpacked_bytes`."""

    path: Path
    target: Target
    sha256: str
    zipped_bytes: int
    unpacked_bytes: int
    files: int
    distributions: tuple[Distribution, ...]


def build_package(
    python: str, architecture: str, *, interpreter: Path | None = None, out: Path | None = None
) -> Package:
    """Build for Python `python` ("3.13") on `architecture` ("arm64" or "x86_64"), on any machine.

    `interpreter`: a Python of that version; found if not given. `out`: the zip; by default in dist/. Takes
    about six seconds, and needs the network or pip's cache. Raises DeployError.
    """
    target = Target(python, architecture)
    runner = find_interpreter(target, given=interpreter)
    path = out or ROOT / "dist" / f"statewright-{__version__}-{target.runtime}-{target.architecture}.zip"
    with TemporaryDirectory(prefix="statewright-package-") as name:
        folder = Path(name)
        _install(folder, target, runner)
        _copy_own(folder)
        _drop_unused_services(folder)
        _compile(folder, runner)
        distributions = distributions_in(folder, target)
        refuse_unlisted(distributions, locked=LOCKED)
        drop_installer_notes(folder)
        sizes = sizes_in(folder)
        refuse_misfit(sizes, target)
        write_archive(folder, path)
    return _package(path, target, sizes, distributions)


def write_archive(folder: Path, path: Path) -> None:
    """Write a zip of all files in `folder`. Its bytes depend only on their names and contents.

    `path` appears once it is complete.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    with ZipFile(partial, "w") as archive:
        for name, file in sorted(files.items()):
            archive.writestr(_entry(name), file.read_bytes(), ZIP_DEFLATED, compresslevel=9)
    partial.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the package, print its contents, and copy it to where `make deploy` finds it."""
    options = _options(arguments)
    try:
        package = build_package(
            options.python, options.architecture, interpreter=options.interpreter, out=options.out
        )
    except DeployError as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    if options.out is None:
        shutil.copyfile(package.path, DEPLOYED)
    print(_report(package))
    return 0


def _install(folder: Path, target: Target, interpreter: Path) -> None:
    """Install the dependencies with the target's Python, for which pip then evaluates markers."""
    platforms = (word for platform in target.platforms for word in ("--platform", platform))
    fitting = ("--python-version", target.python, "--implementation", "cp", *platforms)
    exactly = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(LOCKED))
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")
    _run("pip", [interpreter, "-I", "-m", "pip", "install", "--target", folder, *quietly, *fitting, *exactly])
    shutil.rmtree(folder / "bin", ignore_errors=True)


def _copy_own(folder: Path) -> None:
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    for packed, source in OWN.items():
        shutil.copytree(ROOT / source, folder / packed, ignore=_left_out)


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not _runs_on_lambda(Path(folder, name))}


def _runs_on_lambda(path: Path) -> bool:
    if path in NOT_ON_LAMBDA:
        return False
    return path.name != "__pycache__" if path.is_dir() else path.suffix in (".py", ".json")


def _drop_unused_services(folder: Path) -> None:
    """Remove the SDK data of unused services. Other files are not changed."""
    for service in (folder / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)


def _compile(folder: Path, interpreter: Path) -> None:
    """Compile byte code that Python uses without checking the source, as times in the zip are not real."""
    unchecked = ("-q", "--invalidation-mode", "unchecked-hash")
    as_unpacked = ("-s", folder, "-p", _TASK_ROOT)
    _run("compileall", [interpreter, "-I", "-m", "compileall", *unchecked, *as_unpacked, folder])


def _run(step: str, command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise StepFailed(step, next((line for line in said if line.startswith("ERROR")), said[-1]))


def _entry(name: str) -> ZipInfo:
    """A zip entry that every user may read, because Lambda unpacks and runs as different users."""
    entry = ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (_REGULAR_FILE | (0o755 if name.endswith(".so") else 0o644)) << 16
    return entry


def _package(
    path: Path, target: Target, sizes: Mapping[str, int], distributions: tuple[Distribution, ...]
) -> Package:
    unpacked = sum(sizes.values())
    own = Distribution("statewright", __version__, unpacked - sum(each.size for each in distributions))
    content = path.read_bytes()
    return Package(
        path=path,
        target=target,
        sha256=hashlib.sha256(content).hexdigest(),
        zipped_bytes=len(content),
        unpacked_bytes=unpacked,
        files=len(sizes),
        distributions=(*distributions, own),
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="package", description="Build the zip that Lambda runs.")
    parser.add_argument(
        "--python", default="3.13", metavar="X.Y", help="Python of the runtime (default: %(default)s)"
    )
    parser.add_argument(
        "--architecture", default="arm64", choices=MACHINES, help="processor (default: %(default)s)"
    )
    parser.add_argument(
        "--interpreter", type=Path, metavar="PATH", help="a Python X.Y with pip, used for the build"
    )
    parser.add_argument("--out", type=Path, metavar="PATH", help="the zip to write (default: in dist/)")
    return parser.parse_args(arguments)


def _report(package: Package) -> str:
    table = [f"{each.name:30}{each.version:18}{each.size:12,}" for each in package.distributions]
    return "\n".join(
        [
            f"{'distribution':30}{'version':18}{'bytes':>12}",
            *table,
            f"{package.files} files, {package.zipped_bytes:,} bytes, {package.unpacked_bytes:,} unpacked",
            f"sha256 {package.sha256}",
            str(package.path),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
