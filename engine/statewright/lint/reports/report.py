"""What every printer is given: one run of the checks over some files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from statewright.lint.result import CheckResult


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`results`: sorted, suppressed ones among them. `files`: all that were checked, in that order."""

    results: tuple[CheckResult, ...]
    files: tuple[str, ...]

    def counting(self) -> Iterator[CheckResult]:
        return (result for result in self.results if result.counts)

    def fingerprinted(self) -> Iterator[tuple[CheckResult, str]]:
        """Each result with a name that stays the same when the finding moves to another line.

        Several of one file that are equal but for their lines are told apart by their order.
        """
        seen: Counter[tuple[str, str, str]] = Counter()
        for result in self.results:
            key = (path_of(result.finding.file), result.finding.code.id, result.lasting_message)
            seen[key] += 1
            text = "\0".join((*key, str(seen[key])))
            yield result, hashlib.sha256(text.encode()).hexdigest()


def path_of(file: str) -> str:
    """With slashes on every system, and without a leading `./`."""
    return PurePath(file).as_posix()


def uri_of(file: str) -> str:
    """A reference that is relative where the file's name is."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
