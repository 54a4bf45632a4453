"""Single commands and mixed traffic for the example machine `account`."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

REORDERED_BY_MAX = 120  # positions in the queue; some commands precede the opening of their account


def command(identifier: str, name: str, account: str, *, role: str = "teller", **data: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "machine": "account",
        "aggregate_id": account,
        "command": name,
        "data": data,
        "actor": {"id": "u-1", "roles": [role]},
    }


def opening(account: str) -> dict[str, Any]:
    return command(f"open-{account}", "Open", account, owner="Ada")


def deposits(account: str, count: int, *, amount: int = 5) -> list[dict[str, Any]]:
    return [command(f"{account}-{number}", "Deposit", account, amount=amount) for number in range(count)]


def unauthorised(identifier: str, account: str) -> dict[str, Any]:
    """A command that is rejected at every delivery, because tellers may not set limits."""
    return command(identifier, "SetLimit", account, limit=7)


def invalid(identifier: str, account: str) -> dict[str, Any]:
    """A command that never succeeds, because a deposit of 0 is invalid."""
    return command(identifier, "Deposit", account, amount=0)


def is_impossible(command: Mapping[str, Any]) -> bool:
    """Whether the command is unauthorised or invalid, as made by the two functions above."""
    return bool(command["command"] == "SetLimit" or command["data"].get("amount") == 0)


def traffic(random: Random, *, accounts: int, commands: int, repeated: int) -> list[dict[str, Any]]:
    """`commands` different commands, `repeated` of them twice, slightly out of order."""
    different = [
        _random_command(random, f"a-{number % accounts}", number // accounts) for number in range(commands)
    ]
    repeats = random.sample(range(commands), repeated)
    places = [*range(commands), *repeats]
    shuffled = sorted((place + random.uniform(0, REORDERED_BY_MAX), place) for place in places)
    return [different[place] for _, place in shuffled]


def _random_command(random: Random, account: str, turn: int) -> dict[str, Any]:
    """Opens the account on turn 0; later, one command in twenty can never be accepted."""
    if turn == 0:
        return opening(account)
    identifier = f"{account}-{turn}"
    kind = random.random()
    if kind < 0.025:
        return unauthorised(identifier, account)
    if kind < 0.05:
        return invalid(identifier, account)
    name = "Deposit" if kind < 0.6 else "Withdraw"
    return command(identifier, name, account, amount=random.randint(1, 100))
