"""Rules about commands: whether a state accepts them, and whether they have an effect."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.model import OUTCOME_WORDS, Branch
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext, reads
from statewright.lint.damage import Basis
from statewright.lint.rule import Diagnostic, rule


@rule(
    Code.COMMAND_WITHOUT_EFFECT,
    why="No branch of the command emits an event, so sending it never has an effect, even if it is accepted.",
    needs={Basis.MOVES},
)
def commands_without_effect(context: LintContext) -> Iterator[Diagnostic]:
    """Includes commands that every branch refuses, but not commands that only dead ends accept."""
    answers = _answers_of_ends(context)
    for command, branches in context.branches_by_command().items():
        if any(branch.emits for branch in branches) or all(branch.path in answers for branch in branches):
            continue
        if context.damage.mentions(command):
            continue
        refused = all(branch.reject is not None for branch in branches)
        message = "is refused by every branch" if refused else "is accepted, but no branch emits an event"
        yield Diagnostic(branches[0].path, f'command "{command}" {message}', about=(command,))


@rule(
    Code.COMMAND_NOT_ACCEPTED,
    why="The command is declared, but no state accepts it, so every such command is refused.",
    needs={Basis.BRANCHES},
)
def commands_not_accepted(context: LintContext) -> Iterator[Diagnostic]:
    listed = context.branches_by_command()
    for command in context.definition.commands or {}:
        if command not in listed and not context.damage.mentions(command):
            yield Diagnostic(("commands", command), f'no state accepts command "{command}"', key=True)


@rule(
    Code.REFUSAL_WITH_TWO_MEANINGS,
    why="One refusal code has two different messages. Programs react to the code, so they cannot distinguish "
    "the two reasons.",
    needs={Basis.KEYS},
)
def refusals_with_two_meanings(context: LintContext) -> Iterator[Diagnostic]:
    first: dict[str, Branch] = {}
    for _, branch in context.branches():
        if branch.reject is None or branch.message is None:
            continue
        other = first.setdefault(branch.reject, branch)
        if other.message != branch.message:
            line = context.definition.document.position((*other.path, "message")).line
            message = (
                f'code "{branch.reject}" has a different message on line {line}; use one code per reason'
            )
            yield Diagnostic((*branch.path, "reject"), message)


@rule(
    Code.RESERVED_WORD_CODE,
    why="Logs, dead letters and streams use this word for an outcome of the engine, in upper or lower case. "
    "A refusal with this code looks like an accepted command or a failure.",
    needs={Basis.KEYS},
)
def outcome_words_as_codes(context: LintContext) -> Iterator[Diagnostic]:
    for _, branch in context.branches():
        if branch.reject is not None and branch.reject.upper() in OUTCOME_WORDS:
            message = f'"{branch.reject}" is the name of an engine outcome; choose another code'
            yield Diagnostic((*branch.path, "reject"), message)


@rule(
    Code.TIMEOUT_WITHOUT_EFFECT,
    why="When the timer fires, its command emits no event in this state, so the timeout has no effect.",
    needs={Basis.MOVES},
)
def timeouts_without_effect(context: LintContext) -> Iterator[Diagnostic]:
    definition = context.definition
    answers: dict[str, list[Branch]] = {}
    for leaf, accepts in context.table.rows.items():
        for state, timeout in definition.timeouts_of(leaf).items():
            answers.setdefault(state, []).extend(accepts.get(timeout.command, ()))
    for name, branches in answers.items():
        timeout_ = definition.states[name].timeout
        if timeout_ is None or context.damage.touches(timeout_.path):
            continue
        if branches and not any(branch.emits for branch in branches):
            message = (
                f'the timeout has no effect: command "{timeout_.command}" emits no event in state "{name}"'
            )
            yield Diagnostic((*timeout_.path, "command"), message)


@rule(
    Code.COMMAND_FIELD_UNUSED,
    why="Senders provide the field, but no guard and no event uses it, so its value is lost.",
    needs={Basis.BRANCHES, Basis.SOURCES},
)
def command_fields_unused(context: LintContext) -> Iterator[Diagnostic]:
    listed = context.branches_by_command()
    for command in (context.definition.commands or {}).values():
        branches = listed.get(command.name, [])
        if not branches or any(context.damage.touches(branch.path) for branch in branches):
            continue
        for field in command.payload.fields:
            if not any(_uses(branch, field) for branch in branches) and not context.damage.mentions(field):
                message = f'field "{field}" of command "{command.name}" is not used by any guard or event'
                yield Diagnostic(("commands", command.name, "payload", field), message, key=True)


def _answers_of_ends(context: LintContext) -> set[DocumentPath]:
    """The branches that occur only in dead ends. The initial state does not count as a dead end."""
    initial = context.definition.leaf_of(context.definition.initial)
    ends = set(context.ends()) - {initial}
    paths: dict[bool, set[DocumentPath]] = {True: set(), False: set()}
    for leaf, accepts in context.table.rows.items():
        paths[leaf in ends].update(branch.path for branches in accepts.values() for branch in branches)
    return paths[True] - paths[False]


def _uses(branch: Branch, field: str) -> bool:
    """Whether the branch copies the command's field into an event or reads it in an expression."""
    copied = any(emission.copied is None or field in emission.copied for emission in branch.emits)
    return copied or any(reads(expression, "command", field) for expression in branch.expressions)
