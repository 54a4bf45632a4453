"""A row of a report: a problem at one place of one file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statewright.diagnostics import Severity
from statewright.reports.paths import posix_path


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at one place of a file.

    `rule`: the stable id of the rule. `details`: lines to print below the message, such as a witness.
    `identity`: distinguishes the problem from others of the rule in the file. It must not depend on line
    numbers or wording. `suppressed`: the project ignores the problem.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    identity: str
    details: tuple[str, ...] = ()
    suppressed: bool = False


def fingerprints(problems: Iterable[Problem]) -> Iterator[str]:
    """A fingerprint for each problem, which does not change when the problem moves to another line.

    Problems with the same file, rule and identity are numbered in order. Suppressed ones count too, so that a
    suppression does not change the fingerprints of others.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for problem in problems:
        key = (posix_path(problem.file), problem.rule, problem.identity)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
