"""One row of a report: what is said about one place of one file, whichever command says it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statewright.diagnostics import Severity
from statewright.reports.paths import posix_path


@dataclass(frozen=True, slots=True)
class Problem:
    """`rule`: its stable id. `identity`: what tells it from others of its rule and file, whatever lines move.

    `details`: the lines below the message, such as a witness. `suppressed`: it is known, and does not count.
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
    """For each a name that stays the same when it moves to another line.

    Several that have all but their lines in common are told apart by their order, the suppressed ones among
    them: to suppress one changes no name of another.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for problem in problems:
        key = (posix_path(problem.file), problem.rule, problem.identity)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
