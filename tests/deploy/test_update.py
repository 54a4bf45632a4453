"""Updates of a function's code, run against an emulated Lambda service."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from deploy.errors import PackageUnsound, UpdateRefused
from deploy.package import write_archive
from deploy.update import main, update_function
from tests.emulators.clients import client_of, environment_of, new_name

ROLE = "arn:aws:iam::000000000000:role/statewright"


@pytest.fixture
def client(ministack: str) -> Any:
    """A client of the Lambda service."""
    return client_of("lambda", ministack)


@pytest.fixture
def function(client: Any, tmp_path: Path) -> str:
    """The name of a new function for Python 3.13 on arm64."""
    name = new_name("function")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Architectures=["arm64"],
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": packed(tmp_path, "first").read_bytes()},
    )
    return name


@pytest.fixture
def environment(ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment variables that point the SDK to the emulator."""
    for name, value in environment_of(others=ministack).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without AWS configuration; tests may add variables."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


def packed(folder: Path, text: str, *, machine: str = "aarch64") -> Path:
    """A small package for Python 3.13 whose code contains `text`."""
    source = folder / text
    source.mkdir()
    (source / "app.py").write_text(f"def handler(event, context):\n    return {text!r}\n")
    (source / f"native.cpython-313-{machine}-linux-gnu.so").touch()
    write_archive(source, folder / f"{text}.zip")
    return folder / f"{text}.zip"


def code_of(client: Any, function: str) -> str:
    configuration: dict[str, str] = client.get_function_configuration(FunctionName=function)
    return configuration["CodeSha256"]


def sha256_of(package: Path) -> str:
    return base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()


def test_a_function_gets_the_packages_code(client: Any, function: str, tmp_path: Path) -> None:
    """The service reports the new checksum; the result has the checksums before and after."""
    before, package = code_of(client, function), packed(tmp_path, "second")
    update = update_function(client, function, package)
    assert code_of(client, function) == update.after == sha256_of(package)
    assert update.before == before


def test_the_same_code_is_not_sent_twice(client: Any, function: str, tmp_path: Path) -> None:
    """A second update leaves the function's revision unchanged."""
    package = packed(tmp_path, "second")
    update_function(client, function, package)
    revision = client.get_function_configuration(FunctionName=function)["RevisionId"]
    update_function(client, function, package)
    assert client.get_function_configuration(FunctionName=function)["RevisionId"] == revision


def test_a_dry_run_changes_nothing(client: Any, function: str, tmp_path: Path) -> None:
    """The result contains the package's checksum, but the function keeps its code."""
    before, package = code_of(client, function), packed(tmp_path, "second")
    update = update_function(client, function, package, dry_run=True)
    assert update.after == sha256_of(package)
    assert code_of(client, function) == before


def test_a_package_for_another_processor_is_refused(client: Any, function: str, tmp_path: Path) -> None:
    """The error names both targets, and the function keeps its code."""
    before, package = code_of(client, function), packed(tmp_path, "second", machine="x86_64")
    with pytest.raises(
        UpdateRefused, match=r"runs python3\.13 on arm64, but the package is for python3\.13 on x86_64"
    ):
        update_function(client, function, package)
    assert code_of(client, function) == before


def test_a_package_for_another_python_is_refused(client: Any, function: str, tmp_path: Path) -> None:
    """The error names the function's Python version, which cannot load the package's native modules."""
    client.update_function_configuration(FunctionName=function, Runtime="python3.12")
    with pytest.raises(UpdateRefused, match=r"it runs python3\.12 on arm64"):
        update_function(client, function, packed(tmp_path, "second"))


def test_a_package_that_is_too_large_to_send_is_refused(client: Any, function: str, tmp_path: Path) -> None:
    """The message suggests `make deploy`, which has no such limit."""
    package = packed(tmp_path, "second")
    with package.open("r+b") as archive:
        content = archive.read()
        archive.seek(0)
        archive.write(bytes(50 * 1024 * 1024) + content)
    with pytest.raises(PackageUnsound, match="`make deploy` uploads it through S3"):
        update_function(client, function, package)


@pytest.mark.parametrize("content", [None, b"no zip"])
def test_an_unreadable_package_names_the_remedy(client: Any, tmp_path: Path, content: bytes | None) -> None:
    """For a missing file or one that is not a zip, the error suggests `make package`."""
    package = tmp_path / "statewright-lambda.zip"
    if content is not None:
        package.write_bytes(content)
    with pytest.raises(PackageUnsound, match=f"{package} .*; run `make package`"):
        update_function(client, "nobody", package)


def test_the_command_line_prints_the_code_before_and_after(
    client: Any, function: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], environment: None
) -> None:
    """A dry run prints both checksums, too, and says on stderr that nothing was sent."""
    before, package = code_of(client, function), packed(tmp_path, "second")
    assert main([function, "--zip", str(package), "--dry-run"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"before {before}\nafter  {sha256_of(package)}\n"
    assert printed.err == "dry run: nothing was sent\n"


def test_the_command_line_names_an_unknown_function(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], environment: None
) -> None:
    """An unknown function gives exit code 2 and a message with its name."""
    assert main(["nobody", "--zip", str(packed(tmp_path, "second"))]) == 2
    assert "nobody" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("region", "remedy"), [("", "set AWS_DEFAULT_REGION"), ("eu-west-1", "set AWS_PROFILE")]
)
def test_the_command_line_names_missing_aws_configuration(
    no_account: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], region: str, remedy: str
) -> None:
    """The message suggests a variable for a missing region or for missing credentials."""
    if region:
        no_account.setenv("AWS_DEFAULT_REGION", region)
    assert main(["shop-Function"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("update: no AWS ")
    assert remedy in printed.err
