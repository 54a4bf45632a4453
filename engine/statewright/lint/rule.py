"""What a rule is: a code with its documentation, and the function that looks for violations of it.

A function sees one `LintContext` and yields `Diagnostic`s. The rule gives them its code, so that no function
can report under the code of another rule.
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
    """A message about the value at `path`, or about its key.

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
    """`fix`: the change that is always safe, "" for none.

    `check`: None where no function makes the findings. `needs`: what errors must have left intact, so that
    nothing that a mistake hides looks like a hole; None: the rule speaks only where there is no error.
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
        """The code in words, stable like it; the examples are found by it."""
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
        """What the rule has to say about one definition."""
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
    """Make a rule of a function."""

    def make(check: Check) -> Rule:
        return Rule(code, why, fix, check, None if needs is None else frozenset(needs))

    return make
