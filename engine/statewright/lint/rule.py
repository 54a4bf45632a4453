"""A rule: a code with its documentation, and the function that finds violations.

The function gets a `LintContext` and yields `Diagnostic`s. The rule adds its code, so that a function cannot
report under the code of another rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from statewright.diagnostics import Code, Finding, Severity
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext
from statewright.lint.damage import Basis
from statewright.lint.examples import Example, example_of


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message about the value at `path`, or about its key, without the code of a rule.

    `offset`: of a character in the text there. `about`: as in `Finding`, where the rule can report several
    things at one path, or one thing about several names.
    """

    path: DocumentPath
    message: str
    key: bool = False
    offset: int | None = None
    about: tuple[str, ...] = ()


Check = Callable[[LintContext], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its documentation.

    `fix`: describes the safe fix, or "". `check`: None if the findings are made elsewhere. `needs`: the
    aspects that errors must not have broken, because the rule would report consequences of an error
    otherwise. With None the rule runs only on definitions without errors.
    """

    code: Code
    why: str
    fix: str = ""
    check: Check | None = None
    needs: frozenset[Basis] | None = None

    @property
    def severity(self) -> Severity:
        return self.code.severity

    @property
    def slug(self) -> str:
        """The name of the rule, as stable as its code. The examples are found by it."""
        return self.code.name.lower().replace("_", "-")

    @property
    def title(self) -> str:
        """The slug as plain words, for headings."""
        return self.slug.replace("yaml-1-1", "YAML 1.1").replace("yaml-", "YAML ").replace("-", " ")

    @property
    def fragment(self) -> str:
        """The anchor of its section in docs/reference/rules.md."""
        return self.code.id.lower()

    @property
    def example(self) -> Example:
        return example_of(self.slug)

    def findings(self, context: LintContext) -> Iterator[Finding]:
        """The findings of this rule in one definition."""
        for violation in self.check(context) if self.check is not None else ():
            document = context.definition.document
            yield document.finding(
                self.code,
                violation.path,
                violation.message,
                key=violation.key,
                offset=violation.offset,
                about=violation.about,
            )


def rule(
    code: Code, *, why: str, fix: str = "", needs: Collection[Basis] | None = None
) -> Callable[[Check], Rule]:
    """Turn a function into a rule."""

    def make(check: Check) -> Rule:
        return Rule(code, why, fix, check, None if needs is None else frozenset(needs))

    return make
