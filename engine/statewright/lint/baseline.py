"""What an old repository lives with for now: findings in a file that shrinks, and grows only when told to.

Names and shapes below are on disk: a JSON document that is kept in version control. An entry holds no line
numbers, so that other edits of the file leave it valid. Nothing here reads or writes the file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from statewright.diagnostics import Severity
from statewright.errors import StatewrightError
from statewright.lint.result import CheckResult, Origin, Suppression

FORMAT = 1


class BaselineError(StatewrightError):
    """The file cannot be used as a baseline."""

    def __init__(self, file: PurePath, problem: str) -> None:
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
PathOf = Callable[[str], str]
"""A checked file as seen from the folder of the baseline."""


def parse_baseline(text: str, file: PurePath) -> Baseline:
    """How often each entry may occur. Raises BaselineError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BaselineError(file, f"not valid JSON: {error}") from error
    match document:
        case {"baseline": 1, "findings": list(items)}:
            return Baseline(dict(_entry(file, number, item) for number, item in enumerate(items, 1)))
        case _:
            raise BaselineError(file, 'expected {"baseline": 1, "findings": […]}')


def baseline_text(baseline: Baseline) -> str:
    """One line for each entry, sorted, so that version control shows what came and what went."""
    lines = ",\n".join(
        json.dumps(
            {"file": entry.file, "code": entry.code, "message": entry.message, "count": count},
            ensure_ascii=False,
        )
        for entry, count in sorted(baseline.items())
    )
    findings = f"[\n{lines}\n]" if lines else "[]"
    return f'{{"baseline": {FORMAT}, "findings": {findings}}}\n'


def baseline_of(results: Iterable[CheckResult], path_of: PathOf) -> Baseline:
    """Everything that would count now, except errors: `publish` and the handler refuse those all the same."""
    return Baseline(_entry_of(result, path_of) for result in results if result.counts and _is_lenient(result))


def apply_baseline(
    results: Sequence[CheckResult], baseline: Baseline, *, name: str, path_of: PathOf
) -> tuple[list[CheckResult], Baseline]:
    """The results, suppressed where the baseline has them, and what it has besides: entries that are gone."""
    left = Baseline(baseline)
    applied = []
    for result in results:
        entry = _entry_of(result, path_of)
        if result.counts and _is_lenient(result) and left[entry] > 0:
            left[entry] -= 1
            result = replace(result, suppression=Suppression(Origin.BASELINE, f"known since {name}"))
        applied.append(result)
    return applied, +left


def _entry(file: PurePath, number: int, item: Any) -> tuple[Entry, int]:
    match item:
        case {"file": str(name), "code": str(code), "message": str(message), "count": int(count)} if (
            count > 0
        ):
            return Entry(name, code, message), count
        case _:
            raise BaselineError(file, f"entry {number} is not an object of file, code, message and count")


def _entry_of(result: CheckResult, path_of: PathOf) -> Entry:
    finding = result.finding
    return Entry(path_of(finding.file), finding.code.id, result.lasting_message)


def _is_lenient(result: CheckResult) -> bool:
    return result.finding.code.severity is not Severity.ERROR
