"""What the table holds after a scenario, read by rules of its own: no fold of the engine's is used here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from statewright.stores.port import EventStore
from statewright.stores.record import Commit, StoredCommand

SIGNS = {"MoneyDeposited": 1, "MoneyWithdrawn": -1}


@dataclass(frozen=True, slots=True)
class History:
    """`streams`: the commits of each, oldest first."""

    streams: Mapping[str, tuple[Commit, ...]]

    @classmethod
    def of(cls, store: EventStore) -> Self:
        """Everything that the store holds."""
        keys = [summary.stream for summary in store.streams()]
        return cls({key: store.read(key).commits for key in keys})

    @property
    def commits(self) -> Iterator[Commit]:
        for commits in self.streams.values():
            yield from commits

    @property
    def accepted(self) -> list[str]:
        """The ids of accepted commands, as often as they stand there."""
        return [command.id for command in self._commands() if command.outcome == "accepted"]

    @property
    def refused(self) -> list[str]:
        """The ids of commands whose refusal is recorded, as often as they stand there."""
        return [command.id for command in self._commands() if command.outcome != "accepted"]

    def has_gaps(self) -> bool:
        """Whether the versions of any stream's commits are other than 1 to n, each event counting one."""
        return any(_misplaced(commits) for commits in self.streams.values())

    def balances(self) -> dict[str, int]:
        """The money of each account, from its events."""
        return {key: sum(map(_moved, commits)) for key, commits in self.streams.items()}

    def balances_by_commands(self, sent: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        """The money of each account, from the commands that were sent and the outcomes that stand there.

        Raises ValueError for an outcome that the balance at its place does not allow.
        """
        return {key: _balance(commits, sent) for key, commits in self.streams.items()}

    def _commands(self) -> Iterator[StoredCommand]:
        for commit in self.commits:
            yield from commit.commands


def _misplaced(commits: tuple[Commit, ...]) -> bool:
    version = 1
    for commit in commits:
        if commit.version != version:
            return True
        version += len(commit.events)
    return False


def _moved(commit: Commit) -> int:
    return sum(
        SIGNS[event.type] * int(json.loads(event.data)["amount"])
        for event in commit.events
        if event.type in SIGNS
    )


def _balance(commits: tuple[Commit, ...], sent: Mapping[str, Mapping[str, Any]]) -> int:
    balance = 0
    for stored in (command for commit in commits for command in commit.commands):
        command = sent[stored.id]
        amount = command["data"].get("amount", 0)
        match command["command"], stored.outcome:
            case "Open", "accepted":
                pass
            case "Deposit", "accepted":
                balance += amount
            case "Withdraw", "accepted" if amount <= balance:
                balance -= amount
            case "Withdraw", "INSUFFICIENT_FUNDS" if amount > balance:
                pass
            case name, outcome:
                raise ValueError(f"{stored.id}: {name} of {amount} was {outcome} at a balance of {balance}")
    return balance
