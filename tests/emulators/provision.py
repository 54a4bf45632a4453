"""Fetches the services that tests run against into `.cache/`, each pinned by its checksums.

`make emulators` and `make deploy-tools` call it. The licence of DynamoDB Local, which is Amazon's own engine,
forbids redistribution: it is fetched when needed and must not be committed to the repository.
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
SARIF_SCHEMA = CACHE / "sarif-schema"
MERMAID = CACHE / "mermaid"
ASYNCAPI_PARSER = CACHE / "asyncapi-parser"
YAML_LANGUAGE_SERVER = CACHE / "yaml-language-server"

DYNAMODB_LOCAL_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
DYNAMODB_LOCAL_SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"

SARIF_SCHEMA_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SARIF_SCHEMA_SHA256 = "748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102"

MERMAID_PACKAGE = "mermaid@12.3.0"
MERMAID_SHA256 = "be0684e8d20bfc874df12c0f04927a5c482f57f2200eec54cca52a4583fd4040"

ASYNCAPI_PARSER_PACKAGE = "@asyncapi/parser@3.6.3"
ASYNCAPI_PARSER_SHA256 = "c83f5628b7b9650b545becb714ef7ce895caff76c4a6cf9ad14927b47ab441cf"


class Missing(Exception):
    """This machine lacks something that a service needs."""


def fetch_dynamodb_local() -> None:
    """Fetch the jar, and build a library that binds its listening socket to the loopback address."""
    _require("npm", "java", "gcc")
    _unpack(DYNAMODB_LOCAL, DYNAMODB_LOCAL_PACKAGE, sha256=DYNAMODB_LOCAL_SHA256)
    shim = Path(__file__).with_name("loopback.c")
    _run("gcc", "-shared", "-fPIC", "-O1", "-o", str(DYNAMODB_LOCAL / "loopback.so"), str(shim), "-ldl")


def fetch_ministack() -> None:
    """Install ministack, which emulates SQS, S3 and other services, in a virtual environment."""
    _install(MINISTACK, "ministack")


def fetch_sam() -> None:
    """Install the AWS SAM CLI; its wheel contains the Lambda runtime emulator."""
    _install(SAM, "sam")


def fetch_sarif_schema() -> None:
    """Fetch the JSON Schema of SARIF 2.1.0 from a package published by its authors."""
    _require("npm")
    _unpack(SARIF_SCHEMA, SARIF_SCHEMA_PACKAGE, sha256=SARIF_SCHEMA_SHA256)


def fetch_mermaid() -> None:
    """Fetch Mermaid, which draws diagrams in a browser with a single self-contained script."""
    _require("npm")
    _unpack(MERMAID, MERMAID_PACKAGE, sha256=MERMAID_SHA256)


def fetch_asyncapi_parser() -> None:
    """Fetch the official AsyncAPI parser; node can run its single-script build for browsers."""
    _require("npm")
    _unpack(ASYNCAPI_PARSER, ASYNCAPI_PARSER_PACKAGE, sha256=ASYNCAPI_PARSER_SHA256)


def fetch_yaml_language_server() -> None:
    """Install yaml-language-server with its dependencies."""
    _require("npm", "node")
    YAML_LANGUAGE_SERVER.mkdir(parents=True)
    for file in _locks("yaml-language-server"):
        shutil.copy(file, YAML_LANGUAGE_SERVER)
    _run("npm", "ci", "--ignore-scripts", folder=YAML_LANGUAGE_SERVER)


SERVICES: dict[str, Callable[[], None]] = {
    "dynamodb-local": fetch_dynamodb_local,
    "ministack": fetch_ministack,
    "sam": fetch_sam,
    "sarif-schema": fetch_sarif_schema,
    "mermaid": fetch_mermaid,
    "asyncapi-parser": fetch_asyncapi_parser,
    "yaml-language-server": fetch_yaml_language_server,
}


def main(names: list[str]) -> int:
    """Fetch the named services that are missing or out of date.

    A failure is reported and retried by the next run; it affects the exit code only in CI.
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
    """Fetch a service unless its stamp, a digest of the sources of the last fetch, is up to date."""
    stamp = CACHE / f"{name}.stamp"
    sources = [Path(__file__), *_locks(name)]
    wanted = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    print(f"fetching {name}", file=sys.stderr)
    shutil.rmtree(CACHE / name, ignore_errors=True)
    SERVICES[name]()
    stamp.write_text(wanted.hexdigest())


def _locks(name: str) -> list[Path]:
    """The lock files of the service; empty if its only checksum is in this file."""
    requirements = ROOT / "requirements"
    return [*requirements.glob(f"{name}.txt"), *sorted((requirements / name).glob("*.json"))]


def _require(*programs: str) -> None:
    lacking = [program for program in programs if shutil.which(program) is None]
    if lacking:
        raise Missing(f"{', '.join(lacking)} not found on PATH, its tests will be skipped")


def _unpack(folder: Path, package: str, *, sha256: str) -> None:
    folder.mkdir(parents=True)
    _run("npm", "pack", "--silent", package, "--pack-destination", str(folder))
    [archive] = folder.glob("*.tgz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sha256:
        raise Missing(f"{archive.name} has the checksum {found}, expected {sha256}")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    archive.unlink()


def _install(folder: Path, requirements: str) -> None:
    _run(sys.executable, "-m", "venv", str(folder))
    locked = ROOT / "requirements" / f"{requirements}.txt"
    # The file lists all dependencies; without --no-deps, pip resolves extras again, without their hashes.
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    _run(str(folder / "bin" / "pip"), "install", *options, "-r", str(locked))


def _run(*command: str, folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Missing(f"{command[0]} failed: {' '.join(last)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
