"""What an old repository lives with for now: findings in a file that shrinks, and grows only when told to.

Names and shapes below are on disk: a JSON document that is kept in version control. An entry holds no line
numbers, so that edits elsewhere in the file leave it valid.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from statewright.diagnostics import Severity
from statewright.errors import StatewrightError
from statewright.lint.configuration import relative_path
from statewright.lint.result import Origin, Result, Suppression

FORMAT = 1


class BaselineError(StatewrightError):
    """The file cannot be used as a baseline."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"{file}: {problem}; statewright check FILE… --baseline {file} --write-baseline makes one"
        )


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What a finding is known by: `file` as seen from the folder of the baseline."""

    file: str
    code: str
    message: str


Baseline = Counter[Entry]


def read_baseline(file: Path) -> Baseline:
    """How often each entry may occur. Raises BaselineError."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BaselineError(file, "no such file") from error
    except ValueError as error:
        raise BaselineError(file, f"not valid JSON: {error}") from error
    match document:
        case {"baseline": 1, "findings": list(items)}:
            return Baseline(dict(_entry(file, number, item) for number, item in enumerate(items, 1)))
        case _:
            raise BaselineError(file, 'expected {"baseline": 1, "findings": […]}')


def write_baseline(file: Path, baseline: Baseline) -> None:
    """One line for each entry, sorted, so that version control shows what came and what went."""
    lines = ",\n".join(
        json.dumps(
            {"file": entry.file, "code": entry.code, "message": entry.message, "count": count},
            ensure_ascii=False,
        )
        for entry, count in sorted(baseline.items())
    )
    findings = f"[\n{lines}\n]" if lines else "[]"
    file.write_text(f'{{"baseline": {FORMAT}, "findings": {findings}}}\n', encoding="utf-8")


def baseline_of(results: Iterable[Result], folder: Path) -> Baseline:
    """Everything that would count now, except errors: `publish` and the handler refuse those all the same."""
    return Baseline(_known_as(result, folder) for result in results if result.counts and _is_lenient(result))


def cover(results: Sequence[Result], baseline: Baseline, file: Path) -> tuple[list[Result], Baseline]:
    """The results, suppressed where the baseline has them, and what it has besides: entries that are gone."""
    left = Baseline(baseline)
    covered = []
    for result in results:
        entry = _known_as(result, file.parent)
        if result.counts and _is_lenient(result) and left[entry] > 0:
            left[entry] -= 1
            result = replace(result, suppression=Suppression(Origin.BASELINE, f"known since {file.name}"))
        covered.append(result)
    return covered, +left


def of_other_files(baseline: Baseline, names: Iterable[str], folder: Path) -> Baseline:
    """The entries about files that exist and are not among the `names`: whether they hold is not known."""
    looked_at = {relative_path(name, folder) for name in names}
    return Baseline(
        {
            entry: count
            for entry, count in baseline.items()
            if entry.file not in looked_at and (folder / entry.file).exists()
        }
    )


def _entry(file: Path, number: int, item: Any) -> tuple[Entry, int]:
    match item:
        case {"file": str(name), "code": str(code), "message": str(message), "count": int(count)} if (
            count > 0
        ):
            return Entry(name, code, message), count
        case _:
            raise BaselineError(file, f"entry {number} is not an object of file, code, message and count")


def _known_as(result: Result, folder: Path) -> Entry:
    finding = result.finding
    return Entry(relative_path(finding.file, folder), finding.code.id, result.lasting_message)


def _is_lenient(result: Result) -> bool:
    return result.finding.code.severity is not Severity.ERROR
