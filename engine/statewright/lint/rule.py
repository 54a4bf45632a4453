"""What a rule is: a code with its documentation, and the function that looks for breaches of it.

A function sees one `Subject` and yields `Remark`s; which code they get is the rule's business, so that no
function can speak in another rule's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent

from statewright.diagnostics import Code, Finding, Severity
from statewright.language.source.document import Path
from statewright.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about the value at `path`, or about its key."""

    path: Path
    message: str
    key: bool = False


Check = Callable[[Subject], Iterable[Remark]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`slug`: the code in words, stable like it. `fix`: the change that is always safe, "" for none.

    `bad` is a definition that breaks the rule and `good` one that keeps it; a line `---` separates files.
    `check`: None where the findings are made elsewhere. `despite_errors`: the check makes sense beside
    errors, too; most do not, because what a mistake hides would look like a hole.
    """

    code: Code
    slug: str
    why: str
    bad: str
    good: str
    fix: str = ""
    check: Check | None = None
    despite_errors: bool = False

    @property
    def severity(self) -> Severity:
        return self.code.severity

    @property
    def fragment(self) -> str:
        """Where docs/rules.md explains it: the part of a URL after "#"."""
        return self.code.id.lower()

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What the rule has to say about one definition."""
        for remark in self.check(subject) if self.check is not None else ():
            document = subject.definition.document
            yield document.finding(self.code, remark.path, remark.message, key=remark.key)


def rule(
    code: Code, slug: str, *, why: str, bad: str, good: str, fix: str = "", despite_errors: bool = False
) -> Callable[[Check], Rule]:
    """Make a rule of a function. The examples may be indented as the code around them is."""

    def make(check: Check) -> Rule:
        return Rule(code, slug, why, _text(bad), _text(good), fix, check, despite_errors)

    return make


def found_elsewhere(code: Code, slug: str, *, why: str, bad: str, good: str, fix: str = "") -> Rule:
    """The documentation of a code whose findings are made elsewhere."""
    return Rule(code, slug, why, _text(bad), _text(good), fix)


def _text(example: str) -> str:
    return dedent(example).lstrip("\n")
