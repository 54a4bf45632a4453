"""Rules about commands: whether each is accepted somewhere, and whether accepting it comes to anything."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.model import Branch
from statewright.lint.rule import Remark, rule
from statewright.lint.subject import Subject, reads


@rule(
    Code.COMMAND_WITHOUT_EFFECT,
    "command-without-effect",
    why="Wherever the command is accepted nothing is stored: senders hear yes, and nothing has happened.",
    bad="""
        machine: ticket
        initial: open
        states:
          open:
            accepts:
              Assign: {emit: []}
              Close: done
          done: {final: true}
        """,
    good="""
        machine: ticket
        initial: open
        states:
          open:
            accepts:
              Assign: {emit: Assigned, target: taken}
              Close: done
          taken:
            accepts:
              Assign: {emit: []}
              Close: done
          done: {final: true}
        """,
)
def commands_without_effect(subject: Subject) -> Iterator[Remark]:
    """Also where every branch refuses."""
    for command, branches in subject.branches_by_command().items():
        if any(branch.emits for branch in branches):
            continue
        refused = all(branch.reject is not None for branch in branches)
        message = "is refused by every branch" if refused else "is accepted and never stores anything"
        yield Remark(branches[0].path, f'"{command}" {message}')


@rule(
    Code.COMMAND_NOT_ACCEPTED,
    "command-not-accepted",
    why="The command is declared and no state accepts it: whoever sends it is refused for ever.",
    bad="""
        machine: door
        initial: closed
        commands: {Open: {}, Close: {}, Lock: {}}
        states:
          closed: {accepts: {Open: open}}
          open: {accepts: {Close: closed}}
        """,
    good="""
        machine: door
        initial: closed
        commands: {Open: {}, Close: {}, Lock: {}}
        states:
          closed: {accepts: {Open: open, Lock: locked}}
          open: {accepts: {Close: closed}}
          locked: {final: true}
        """,
)
def commands_not_accepted(subject: Subject) -> Iterator[Remark]:
    listed = subject.branches_by_command()
    for command in subject.definition.commands or {}:
        if command not in listed:
            yield Remark(("commands", command), f'no state accepts command "{command}"', key=True)


@rule(
    Code.REFUSAL_WITH_TWO_MEANINGS,
    "refusal-with-two-meanings",
    why="Programs act on the code, people on the message. One code with two messages makes programs treat "
    "two things alike.",
    bad="""
        machine: order
        initial: open
        states:
          open:
            accepts:
              Ship:
                - {guard: command.weight > 2000, reject: NOT_POSSIBLE, message: The parcel is too heavy.}
                - {guard: "!command.paid", reject: NOT_POSSIBLE, message: Nobody has paid yet.}
                - {target: shipped}
          shipped: {final: true}
        """,
    good="""
        machine: order
        initial: open
        states:
          open:
            accepts:
              Ship:
                - {guard: command.weight > 2000, reject: TOO_HEAVY, message: The parcel is too heavy.}
                - {guard: "!command.paid", reject: NOT_PAID, message: Nobody has paid yet.}
                - {target: shipped}
          shipped: {final: true}
        """,
)
def refusals_with_two_meanings(subject: Subject) -> Iterator[Remark]:
    first: dict[str, Branch] = {}
    for _, branch in subject.branches():
        if branch.reject is None or branch.message is None:
            continue
        other = first.setdefault(branch.reject, branch)
        if other.message != branch.message:
            line = subject.definition.document.position((*other.path, "message")).line
            message = f'"{branch.reject}" has another message at line {line}; two reasons need two codes'
            yield Remark((*branch.path, "reject"), message)


@rule(
    Code.TIMEOUT_WITHOUT_EFFECT,
    "timeout-without-effect",
    why="When the time is over the command comes, and in this state it stores nothing: the timeout is as "
    "good as none.",
    bad="""
        machine: offer
        initial: open
        states:
          open:
            timeout: {after: P14D, command: Expire}
            accepts:
              Send: sent
              Expire: {reject: STILL_OPEN}
          sent: {accepts: {Expire: expired}}
          expired: {final: true}
        """,
    good="""
        machine: offer
        initial: open
        states:
          open:
            timeout: {after: P14D, command: Expire}
            accepts:
              Send: sent
              Expire: expired
          sent: {accepts: {Expire: expired}}
          expired: {final: true}
        """,
)
def timeouts_without_effect(subject: Subject) -> Iterator[Remark]:
    definition = subject.definition
    answers: dict[str, list[Branch]] = {}
    for leaf, accepts in subject.table.rows.items():
        for state, timeout in definition.timeouts_of(leaf).items():
            answers.setdefault(state, []).extend(accepts.get(timeout.command, ()))
    for name, branches in answers.items():
        timeout_ = definition.states[name].timeout
        if timeout_ is not None and branches and not any(branch.emits for branch in branches):
            message = f'in "{name}" the command "{timeout_.command}" of the timeout stores nothing'
            yield Remark((*timeout_.path, "command"), message)


@rule(
    Code.COMMAND_FIELD_UNUSED,
    "command-field-unused",
    why="Senders must give the field, and neither a guard nor an event looks at it: what they say is lost.",
    bad="""
        machine: order
        initial: open
        commands: {Cancel: {payload: {reason: {type: string, maxLength: 80}}}}
        events: {OrderCancelled: {}}
        states:
          open: {accepts: {Cancel: {emit: OrderCancelled, target: cancelled}}}
          cancelled: {final: true}
        """,
    good="""
        machine: order
        initial: open
        commands: {Cancel: {payload: {reason: {type: string, maxLength: 80}}}}
        events: {OrderCancelled: {payload: {reason: string}}}
        states:
          open: {accepts: {Cancel: {emit: OrderCancelled, target: cancelled}}}
          cancelled: {final: true}
        """,
)
def command_fields_unused(subject: Subject) -> Iterator[Remark]:
    listed = subject.branches_by_command()
    for command in (subject.definition.commands or {}).values():
        branches = listed.get(command.name, [])
        for field in command.payload.fields:
            if branches and not any(_uses(branch, field) for branch in branches):
                message = f'no guard and no event uses "{field}" of command "{command.name}"'
                yield Remark(("commands", command.name, "payload", field), message, key=True)


def _uses(branch: Branch, field: str) -> bool:
    """Whether the command's field is copied into an event or looked at."""
    copied = any(emission.copied is None or field in emission.copied for emission in branch.emits)
    return copied or any(reads(expression, "command", field) for expression in branch.expressions)


RULES = (
    *(commands_without_effect, commands_not_accepted, refusals_with_two_meanings),
    *(timeouts_without_effect, command_fields_unused),
)
