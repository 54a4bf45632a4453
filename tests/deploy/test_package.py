"""The package as Lambda gets it: the same bytes twice, nothing but the runtime set, and it runs alone."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.errors import InterpreterMissing
from deploy.interpreter import find_interpreter
from deploy.package import NOT_ON_LAMBDA, OWN, ROOT, Package, build_package, main
from deploy.target import MACHINES, Target
from statewright import __version__
from tests.deploy.alone import events_of_a_batch, run_alone
from tests.emulators.clients import environment_of

pytestmark = pytest.mark.e2e


def needed_by(distribution: str) -> set[str]:
    """Its requirements without extras, and theirs."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        for text in metadata.requires(waiting.pop()) or ():
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            if name not in found and (
                requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            ):
                found.add(name)
                waiting.append(name)
    return found


def interpreter_of(target: Target) -> Path:
    """An interpreter of the version, or a skipped test; in CI a failed one."""
    try:
        return find_interpreter(target)
    except InterpreterMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


def test_the_same_bytes_come_twice(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Built in another folder, at another time, with another hash seed; the checksum is printed."""
    here, again = package.target, tmp_path / "again.zip"
    assert main(["--python", here.python, "--architecture", here.architecture, "--out", str(again)]) == 0
    assert again.read_bytes() == package.path.read_bytes()
    assert f"sha256 {package.sha256}\n{again}\n" in capsys.readouterr().out


def test_it_runs_a_batch_with_nothing_else_installed(task_root: Path, tmp_path: Path) -> None:
    """One command, through the real handler, into an event of a SQLite file."""
    assert events_of_a_batch(task_root, "handler.app", tmp_path) == ["Open"]


def test_every_service_that_the_handler_calls_answers(task_root: Path, ministack: str) -> None:
    """The descriptions of the others were dropped, and these work as before."""
    code = """
        import boto3
        session = boto3.Session()
        session.client("dynamodb").list_tables()
        session.client("s3").list_buckets()
        session.client("sqs").list_queues()
        session.client("sts").get_caller_identity()
        print(*session.get_available_services())
    """
    assert run_alone(task_root, code, environment_of(others=ministack)).split() == [
        "dynamodb",
        "s3",
        "sqs",
        "sts",
    ]


def test_all_byte_code_is_marked_as_never_checked(task_root: Path) -> None:
    """PEP 552: the flags behind the magic number say hash-based, unchecked."""
    compiled = {file.with_suffix("").with_suffix("").name: file for file in task_root.rglob("*.pyc")}
    assert {file.read_bytes()[4:8] for file in compiled.values()} == {b"\x01\x00\x00\x00"}


def test_the_byte_code_is_what_runs(task_root: Path, tmp_path: Path) -> None:
    """A source that was changed after the build is not looked at."""
    shutil.copytree(task_root / "statewright", tmp_path / "statewright")
    (tmp_path / "statewright" / "__init__.py").write_text("__version__ = 'changed'\n")
    assert run_alone(tmp_path, "import statewright; print(statewright.__version__)") == f"{__version__}\n"


def test_byte_code_names_files_where_lambda_has_them(task_root: Path) -> None:
    """And not where the build had them."""
    [compiled] = (task_root / "handler" / "__pycache__").glob("app.*.pyc")
    assert b"/var/task/handler/app.py" in compiled.read_bytes()


@pytest.mark.parametrize("architecture", MACHINES)
def test_it_is_built_for_other_pythons_and_processors(architecture: str, tmp_path: Path) -> None:
    """Every native module is for Python 3.13 and the processor, whatever runs the build."""
    target = Target("3.13", architecture)
    out = tmp_path / "statewright-lambda.zip"
    built = build_package("3.13", architecture, interpreter=interpreter_of(target), out=out)
    native = {name for name in ZipFile(out).namelist() if name.endswith(".so")}
    ending = f".cpython-313-{MACHINES[architecture]}-linux-gnu.so"
    assert {name.split("/")[0] for name in native if name.endswith(ending)} == {"re2", "rpds", "yaml"}
    assert all(name.endswith(ending) for name in native)
    assert "typing-extensions" not in {each.name for each in built.distributions}


def test_it_holds_no_tool_of_developers(package: Package) -> None:
    """It holds what the project declares, what that needs in turn, and of our own what the handler needs."""
    held = {canonicalize_name(each.name) for each in package.distributions}
    assert held - {"statewright"} == needed_by("statewright")
    names = ZipFile(package.path).namelist()
    left_out = tuple(str(path.relative_to(ROOT / "engine")) for path in NOT_ON_LAMBDA)
    assert not [name for name in names if name.startswith((*left_out, "tests", "bin/"))]


def test_packages_that_the_handler_must_not_import_are_left_out() -> None:
    """All of it: the import contract of the Lambda path is the one list of both."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [forbidden] = [one["forbidden_modules"] for one in contracts if one["name"].startswith("the Lambda path")]
    left_out = {"statewright." + path.stem for path in NOT_ON_LAMBDA}
    assert left_out == {name for name in forbidden if name.startswith("statewright.")}


def test_every_distribution_brings_its_licence(package: Package) -> None:
    """All distributions keep their licences, including this project."""
    names = ZipFile(package.path).namelist()
    holders = {name.split(".dist-info/")[0].rsplit("-", 1)[0] for name in names if "/LICEN" in name.upper()}
    installed = {each.name.replace("-", "_") for each in package.distributions[:-1]}
    assert "LICENSE" in names
    assert {holder.lower() for holder in holders} >= installed


def test_notes_about_the_installation_are_removed(package: Package) -> None:
    """What an installer notes differs from machine to machine."""
    notes = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json")
    assert not [name for name in ZipFile(package.path).namelist() if name.endswith(notes)]


def test_it_is_small(package: Package, report_line: Callable[[str], None]) -> None:
    """A zip of megabytes, not of tens: the SDK's unused descriptions alone are fifteen."""
    sizes = f"{package.zipped_bytes:,} bytes, {package.unpacked_bytes:,} unpacked"
    report_line(f"Lambda package for {package.target}: {sizes}, {package.files} files")
    assert package.zipped_bytes < 8_000_000


def test_the_table_accounts_for_every_byte(package: Package) -> None:
    """What no distribution owns is ours."""
    with ZipFile(package.path) as archive:
        own = [entry for entry in archive.infolist() if entry.filename.split("/")[0] in {*OWN, "LICENSE"}]
    assert package.distributions[-1].size == sum(entry.file_size for entry in own)
    assert sum(each.size for each in package.distributions) == package.unpacked_bytes


def test_every_folder_of_ours_is_one_that_the_handler_imports(package: Package) -> None:
    """What only the command line needs stays at home."""
    graph = grimp.build_graph("statewright", "handler", cache_dir=None)
    imported = graph.find_upstream_modules("handler.app") | {"handler.app"}
    needed = {module.rpartition(".")[0].replace(".", "/") or module for module in imported}
    names = [name for name in ZipFile(package.path).namelist() if name.endswith(".py")]
    packed = {name.rpartition("/")[0] for name in names if name.split("/")[0] in OWN}
    assert packed <= needed
