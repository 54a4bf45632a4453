"""The Lambda package is reproducible, holds only runtime dependencies, and runs on its own."""

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
    """The transitive requirements of a distribution, without extras."""
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
    """An interpreter of the version; without one, skip the test or, in CI, fail it."""
    try:
        return find_interpreter(target)
    except InterpreterMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


def test_a_build_is_reproducible(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second build into another folder gives the same bytes, and its checksum is printed."""
    here, again = package.target, tmp_path / "again.zip"
    assert main(["--python", here.python, "--architecture", here.architecture, "--out", str(again)]) == 0
    assert again.read_bytes() == package.path.read_bytes()
    assert f"sha256 {package.sha256}\n{again}\n" in capsys.readouterr().out


def test_it_runs_a_batch_with_nothing_else_installed(task_root: Path, tmp_path: Path) -> None:
    """The handler turns a command into an event in a SQLite file."""
    assert events_of_a_batch(task_root, "handler.app", tmp_path) == ["Open"]


def test_the_sdk_supports_every_service_that_the_handler_calls(task_root: Path, ministack: str) -> None:
    """The package has service descriptions for these services only, and they work."""
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
    """The flags after the magic number mean "hash-based, unchecked"; see PEP 552."""
    compiled = {file.with_suffix("").with_suffix("").name: file for file in task_root.rglob("*.pyc")}
    assert {file.read_bytes()[4:8] for file in compiled.values()} == {b"\x01\x00\x00\x00"}


def test_python_runs_the_byte_code(task_root: Path, tmp_path: Path) -> None:
    """Python ignores a source file that was changed after the build."""
    shutil.copytree(task_root / "statewright", tmp_path / "statewright")
    (tmp_path / "statewright" / "__init__.py").write_text("__version__ = 'changed'\n")
    assert run_alone(tmp_path, "import statewright; print(statewright.__version__)") == f"{__version__}\n"


def test_byte_code_names_files_where_lambda_has_them(task_root: Path) -> None:
    """Byte code contains the path /var/task, so tracebacks show the file's path on Lambda."""
    [compiled] = (task_root / "handler" / "__pycache__").glob("app.*.pyc")
    assert b"/var/task/handler/app.py" in compiled.read_bytes()


@pytest.mark.parametrize("architecture", MACHINES)
def test_it_is_built_for_other_pythons_and_processors(architecture: str, tmp_path: Path) -> None:
    """Every native module is for Python 3.13 and the given processor, on any build machine."""
    target = Target("3.13", architecture)
    out = tmp_path / "statewright-lambda.zip"
    built = build_package("3.13", architecture, interpreter=interpreter_of(target), out=out)
    native = {name for name in ZipFile(out).namelist() if name.endswith(".so")}
    ending = f".cpython-313-{MACHINES[architecture]}-linux-gnu.so"
    assert {name.split("/")[0] for name in native if name.endswith(ending)} == {"re2", "rpds", "yaml"}
    assert all(name.endswith(ending) for name in native)
    assert "typing-extensions" not in {each.name for each in built.distributions}


def test_it_holds_no_development_tools(package: Package) -> None:
    """It holds the project's transitive requirements and the subpackages that the handler needs."""
    held = {canonicalize_name(each.name) for each in package.distributions}
    assert held - {"statewright"} == needed_by("statewright")
    names = ZipFile(package.path).namelist()
    left_out = tuple(str(path.relative_to(ROOT / "engine")) for path in NOT_ON_LAMBDA)
    assert not [name for name in names if name.startswith((*left_out, "tests", "bin/"))]


def test_packages_that_the_handler_must_not_import_are_left_out() -> None:
    """The build leaves out exactly the packages that the import contract forbids to the handler."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [forbidden] = [one["forbidden_modules"] for one in contracts if one["name"].startswith("the Lambda path")]
    left_out = {"statewright." + path.stem for path in NOT_ON_LAMBDA}
    assert left_out == {name for name in forbidden if name.startswith("statewright.")}


def test_every_distribution_brings_its_licence(package: Package) -> None:
    """All distributions, including this project, keep their licence files."""
    names = ZipFile(package.path).namelist()
    holders = {name.split(".dist-info/")[0].rsplit("-", 1)[0] for name in names if "/LICEN" in name.upper()}
    installed = {each.name.replace("-", "_") for each in package.distributions[:-1]}
    assert "LICENSE" in names
    assert {holder.lower() for holder in holders} >= installed


def test_installation_records_are_removed(package: Package) -> None:
    """Files written by the installer, which differ between machines, are not in the package."""
    notes = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json")
    assert not [name for name in ZipFile(package.path).namelist() if name.endswith(notes)]


def test_it_is_small(package: Package, report_line: Callable[[str], None]) -> None:
    """The package is below 8 MB; the SDK's unused service descriptions alone would add 15 MB."""
    sizes = f"{package.zipped_bytes:,} bytes, {package.unpacked_bytes:,} unpacked"
    report_line(f"Lambda package for {package.target}: {sizes}, {package.files} files")
    assert package.zipped_bytes < 8_000_000


def test_the_table_accounts_for_every_byte(package: Package) -> None:
    """The sizes of the distributions sum to the unpacked size; the last one is this project."""
    with ZipFile(package.path) as archive:
        own = [entry for entry in archive.infolist() if entry.filename.split("/")[0] in {*OWN, "LICENSE"}]
    assert package.distributions[-1].size == sum(entry.file_size for entry in own)
    assert sum(each.size for each in package.distributions) == package.unpacked_bytes


def test_every_folder_of_this_project_is_imported_by_the_handler(package: Package) -> None:
    """Folders needed only by the command line are left out."""
    graph = grimp.build_graph("statewright", "handler", cache_dir=None)
    imported = graph.find_upstream_modules("handler.app") | {"handler.app"}
    needed = {module.rpartition(".")[0].replace(".", "/") or module for module in imported}
    names = [name for name in ZipFile(package.path).namelist() if name.endswith(".py")]
    packed = {name.rpartition("/")[0] for name in names if name.split("/")[0] in OWN}
    assert packed <= needed
