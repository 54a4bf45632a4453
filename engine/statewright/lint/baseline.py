"""The baseline: a file of known findings, which `check` suppresses until they are fixed.

Names and shapes below are on disk: a JSON document under version control. An entry holds no line number and
no message, so it stays valid when the file is edited elsewhere and when a message is reworded. This module
neither reads nor writes files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from statewright.diagnostics import Severity
from statewright.errors import StatewrightError
from statewright.lint.former_messages import is_former_message
from statewright.lint.identity import Identity, identity_of
from statewright.lint.result import CheckResult, Origin, Suppression

FORMAT = 2


class BaselineError(StatewrightError):
    """The file cannot be used as a baseline."""

    def __init__(self, file: PurePath, problem: str) -> None:
        super().__init__(
            f"{file}: {problem}; write one with: statewright check FILE… --baseline {file} --write-baseline"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A known finding. `file`: relative to the folder of the baseline."""

    file: str
    identity: Identity

    def __str__(self) -> str:
        about = ", ".join(self.identity.about)
        place = f" at {self.identity.at}" if self.identity.at else ""
        return f"{self.file}: {self.identity.code}{place}{f' ({about})' if about else ''}"

    def document(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "code": self.identity.code,
            "at": self.identity.at,
            "about": self.identity.about,
        }


@dataclass(frozen=True, slots=True)
class FormerEntry:
    """A known finding in a baseline of format 1, which stored the message instead of the identity."""

    file: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message} [{self.code}]"

    def document(self) -> dict[str, Any]:
        return {"file": self.file, "code": self.code, "message": self.message}


Baseline = Counter[Entry | FormerEntry]
PathOf = Callable[[str], str]
"""Maps a checked file to its path relative to the folder of the baseline."""


def parse_baseline(text: str, file: PurePath) -> Baseline:
    """Return each entry with the number of findings that it covers. Raises BaselineError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BaselineError(file, f"not valid JSON: {error}") from error
    match document:
        case {"baseline": 1 | 2, "findings": list(items)}:
            return Baseline(dict(_entry(file, number, item) for number, item in enumerate(items, 1)))
        case _:
            raise BaselineError(file, f'expected {{"baseline": {FORMAT}, "findings": […]}}')


def baseline_text(baseline: Baseline) -> str:
    """One line per entry, sorted, so that a change in version control is easy to review."""
    lines = ",\n".join(sorted(map(_line, baseline.items())))
    findings = f"[\n{lines}\n]" if lines else "[]"
    return f'{{"baseline": {FORMAT}, "findings": {findings}}}\n'


def baseline_of(results: Iterable[CheckResult], path_of: PathOf) -> Baseline:
    """A baseline of all findings that are not suppressed, except errors, which cannot be ignored."""
    return Baseline(_entry_of(result, path_of) for result in results if result.counts and _is_lenient(result))


def apply_baseline(
    results: Sequence[CheckResult], baseline: Baseline, *, name: str, path_of: PathOf
) -> tuple[list[CheckResult], Baseline]:
    """The results, with known ones suppressed, and the entries that match no result."""
    left = Baseline(baseline)
    applied = []
    for result in results:
        entry = _matching(left, result, path_of) if result.counts and _is_lenient(result) else None
        if entry is not None:
            left[entry] -= 1
            result = replace(result, suppression=Suppression(Origin.BASELINE, f"known since {name}"))
        applied.append(result)
    return applied, +left


def _matching(left: Baseline, result: CheckResult, path_of: PathOf) -> Entry | FormerEntry | None:
    entry = _entry_of(result, path_of)
    if left[entry] > 0:
        return entry
    return next(_former_entries(left, entry, result), None)


def _former_entries(left: Baseline, entry: Entry, result: CheckResult) -> Iterator[FormerEntry]:
    for former, count in left.items():
        if isinstance(former, FormerEntry) and count > 0:
            is_about_it = (former.file, former.code) == (entry.file, entry.identity.code)
            if is_about_it and is_former_message(former.message, result.finding):
                yield former


def _line(counted: tuple[Entry | FormerEntry, int]) -> str:
    entry, count = counted
    return json.dumps({**entry.document(), "count": count}, ensure_ascii=False)


def _entry(file: PurePath, number: int, item: Any) -> tuple[Entry | FormerEntry, int]:
    match item:
        case {"file": str(name), "code": str(code), "message": str(message), "count": int(count)} if (
            count > 0
        ):
            return FormerEntry(name, code, message), count
        case {
            "file": str(name),
            "code": str(code),
            "at": str(at),
            "about": list(about),
            "count": int(count),
        } if count > 0 and all(isinstance(one, str) for one in about):
            return Entry(name, Identity(code, at, tuple(about))), count
        case _:
            raise BaselineError(
                file, f"entry {number} must be an object with file, code, at, about and count"
            )


def _entry_of(result: CheckResult, path_of: PathOf) -> Entry:
    return Entry(path_of(result.finding.file), identity_of(result.finding))


def _is_lenient(result: CheckResult) -> bool:
    return result.finding.code.severity is not Severity.ERROR
