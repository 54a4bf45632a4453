"""What a new version asks of payloads and data, and when timeouts are due: what the texts tell of it.

Passes over the elements of which the search has shown more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from statewright.analysis.schemas import essence, losses
from statewright.evolution.compat.branches import command_renames
from statewright.evolution.compat.case import Case
from statewright.evolution.compat.remedies import KEEP_VALID, payload_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import Verdict, dotted
from statewright.language.model import CommandSpec
from statewright.language.schema.payloads import Field


def limit_verdicts(case: Case, told: Collection[str]) -> Iterator[Verdict]:
    """`told`: the locations of the search's verdicts."""
    yield from _payloads(case, told)
    yield from _roles(case)
    yield from _data(case, told)
    yield from _timeouts(case)
    if case.pair.new.commands is not None:
        for name in case.pair.old_commands - case.pair.commands.keys():
            if f"commands.{name}" not in told:
                message, path = f'command "{name}" is gone', ("commands", name)
                remedy = f'keep "{name}" until no queue holds one'
                yield case.verdict(
                    Rule.COMMAND_REMOVED, message, old=path, at=path, proved=True, remedy=remedy
                )
    for name in case.pair.new_commands - set(case.pair.commands.values()):
        yield case.verdict(Rule.COMMAND_ADDED, f'command "{name}" is added', new=("commands", name))


def _payloads(case: Case, told: Collection[str]) -> Iterator[Verdict]:
    """Of commands that the new version declares; what nobody declared could hold anything."""
    pair = case.pair
    for name in pair.commands:
        old = (pair.old.definition.commands or {}).get(name)
        new = (pair.new.definition.commands or {}).get(name)
        if old is None and new is not None and f"commands.{name}.payload" not in told:
            message = f'"{name}" takes the fields only that are declared now, it took any'
            declared = ("commands", name)
            yield case.verdict(Rule.PAYLOAD_NARROWED, message, new=declared, at=(*declared, "payload"))
        if old is None or new is None:
            continue
        yield from _forgotten(case, old, new, told)
        renamed = command_renames(case, name)
        before = {renamed.get(field, field): spec for field, spec in old.payload.fields.items()}
        for field in before.keys() | new.payload.fields.keys():
            path = ("commands", name, "payload", field)
            lost = _lost(before.get(field), new.payload.fields.get(field))
            if lost is None or dotted(path) in told:
                continue
            rule = Rule.PAYLOAD_NARROWED if lost else Rule.PAYLOAD_LOOSENED
            message = (
                f'"{field}" of command "{name}" {f"may be refused by its {lost}" if lost else "admits more"}'
            )
            old_path = ("commands", name, "payload", before[field].name) if field in before else None
            yield case.verdict(
                rule,
                message,
                old=old_path,
                new=path,
                remedy=KEEP_VALID if lost else None,
                yaml=payload_yaml(case.pair, name, field) if lost else None,
            )


def _forgotten(case: Case, old: CommandSpec, new: CommandSpec, told: Collection[str]) -> Iterator[Verdict]:
    """Former names of fields that the old version declared and the new one does not."""
    for former, name in old.fields_renamed.items():
        today = new.fields_renamed.get(name, name)
        path = ("commands", new.name, "payload", today)
        kept = former == today or new.fields_renamed.get(former) == today
        if today in new.payload.fields and not kept and dotted(path) not in told:
            yield case.verdict(
                Rule.PAYLOAD_NARROWED,
                f'"{today}" of command "{new.name}" no longer says that it was called "{former}"',
                old=("commands", old.name, "payload", name),
                new=path,
                yaml=payload_yaml(case.pair, new.name, today),
            )


def _roles(case: Case) -> Iterator[Verdict]:
    """Of commands of which the search has not shown anything else."""
    answered = {answer.request.command for answer in case.found.answers}
    pair = case.pair
    for name in pair.commands.keys() - answered:
        old = (pair.old.definition.commands or {}).get(name)
        new = (pair.new.definition.commands or {}).get(pair.commands[name])
        if old is not None and new is not None and set(old.roles) != set(new.roles):
            path = ("commands", new.name, "roles")
            message = f'"{new.name}" asks for other roles'
            yield case.verdict(Rule.ROLES_TIGHTENED, message, old=path, new=path)


def _lost(old: Field | None, new: Field | None) -> str | None:
    """By what a value may be refused now; "" where all that was good is; None where nothing changed."""
    if new is None:
        return "absence"
    if old is None:
        return "" if new.optional else "being required"
    lost = [
        *losses(old.schema, new.schema),
        *(["being required"] if old.optional and not new.optional else []),
    ]
    same = essence(old.schema) == essence(new.schema) and old.optional == new.optional
    return ", ".join(lost) or (None if same else "")


def _data(case: Case, told: Collection[str]) -> Iterator[Verdict]:
    """Fields of the data and invariants: only decisions check them."""
    pair = case.pair
    old, new = pair.old.definition, pair.new.definition
    for name in old.data.keys() - pair.data.keys():
        yield case.verdict(Rule.DATA_CHANGED, f'data field "{name}" is dropped', old=("data", name))
    for name in new.data.keys() - set(pair.data.values()):
        yield case.verdict(Rule.DATA_CHANGED, f'data field "{name}" is added', new=("data", name))
    for name, today in pair.data.items():
        lost = _lost(old.data[name], new.data[today])
        if lost is not None and f"data.{today}" not in told:
            rule = Rule.INVARIANT_TIGHTENED if lost else Rule.DATA_CHANGED
            message = f'data field "{today}" {f"may be refused by its {lost}" if lost else "admits more"}'
            yield case.verdict(rule, message, old=("data", name), new=("data", today))
    chains = {("data", name): today for name, today in pair.data.items()}
    known = {expression_text(one.check, chains) for one in old.invariants}
    for invariant in new.invariants:
        if invariant.check.canonical not in known and "invariants" not in told:
            message = f'"{invariant.check.source}" must hold now'
            yield case.verdict(Rule.INVARIANT_TIGHTENED, message, new=invariant.path, at=("invariants",))


def _timeouts(case: Case) -> Iterator[Verdict]:
    pair = case.pair
    for name, state in pair.old.definition.states.items():
        today = pair.new.definition.states.get(pair.states.get(name, ""))
        if today is None or state.timeout == today.timeout:
            continue
        before, after = (
            f'"{one.command}" after {one.after_seconds:,} s' if one else "nothing"
            for one in (state.timeout, today.timeout)
        )
        yield case.verdict(
            Rule.TIMEOUT_CHANGED,
            f'in "{name}" {after} becomes due, it was {before}',
            old=(*state.path, "timeout"),
            new=(*today.path, "timeout"),
            proved=True,
        )
