"""Golden pairs: a definition in a folder `bad`, and its findings in an `.out` file in the same folder.

The examples of the rules are such pairs, and this folder has more. `python -m tests.lint.golden` rewrites
every `.out` and docs/reference/rules.md; review the changes.
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from statewright.cli.main import statewright
from statewright.diagnostics import Finding
from statewright.lint import check_definition, cross_file_findings, examples
from statewright.lint.configuration import Configuration
from statewright.lint.file_results import file_results

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "rules.md"
EXAMPLES = Path(examples.__file__).parent
_FOLDERS = (EXAMPLES, Path(__file__).parent)


def bad_cases() -> list[Path]:
    """Return all bad definitions."""
    return [case for folder in _FOLDERS for case in _cases(folder / "bad")]


def good_cases() -> list[Path]:
    """Return all good definitions, including the project's own `config`."""
    good = [case for folder in _FOLDERS for case in _cases(folder / "good")]
    return [*good, *sorted((ROOT / "config").glob("*.machine.*"))]


def output_of(case: Path) -> Path:
    """Return the path of the file with the expected findings."""
    return case.parent / f"{case.name.partition('.')[0]}.out"


def findings_in(case: Path) -> list[Finding]:
    """Return the findings that count in a file, or in the files of a folder."""
    paths = sorted(case.iterdir()) if case.is_dir() else [case]
    checked = [check_definition(path.read_bytes(), path.name) for path in paths]
    results = [
        result
        for path, file in zip(paths, checked, strict=True)
        for result in file_results(path.read_bytes(), path.name, file.findings, configuration=Configuration())
    ]
    return [*(result.finding for result in results if result.counts), *cross_file_findings(checked)]


def printed(case: Path) -> str:
    """Return the output of `statewright check`."""
    return "".join(f"{finding.render()}\n" for finding in findings_in(case))


def page() -> str:
    """Return the expected text of docs/reference/rules.md."""
    return CliRunner().invoke(statewright, ["rules", "--format", "markdown"]).stdout


def _cases(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() or ".machine." in path.name)


if __name__ == "__main__":
    for bad in bad_cases():
        output_of(bad).write_text(printed(bad))
    PAGE.write_text(page())
