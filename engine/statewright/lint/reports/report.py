"""What every printer is given: one run of the checks over some files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from statewright.lint.paths import posix_path
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
            key = (posix_path(result.finding.file), result.finding.code.id, result.lasting_message)
            seen[key] += 1
            text = "\0".join((*key, str(seen[key])))
            yield result, hashlib.sha256(text.encode()).hexdigest()
