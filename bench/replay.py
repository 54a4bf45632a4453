"""Replay of the order machine, compared with triggers of `transitions` and with a hand-written fold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import transitions

from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.evolve import replay
from statewright.machine.messages import AggregateState, Event

CONFIG = Path(__file__).parent.parent / "config"
PAYMENTS = 998
ROUNDS = 7
REPEATS = 20


def order_machine() -> Machine:
    return compile_machine(
        load_definition((CONFIG / "order.machine.yaml").read_bytes(), "order.machine.yaml")
    )


def order_events() -> list[Event]:
    """A thousand events: an order paid in many parts, then packed."""
    paid = Event("OrderPaid", {"amount": 1}, "fulfilment.picking", "fulfilment")
    part = Event("PaymentReceived", {"amount": 1}, "awaiting_payment")
    placed = Event("OrderPlaced", {"total": PAYMENTS}, "awaiting_payment", "awaiting_payment")
    return [
        placed,
        *[part] * (PAYMENTS - 1),
        paid,
        Event("OrderPacked", {}, "fulfilment.packed", "fulfilment.packed"),
    ]


def fold_by_hand(events: Iterable[Event]) -> tuple[str, dict[str, Any]]:
    """The fold that a programmer would write for this machine: no checks, one dict."""
    leaf, data = "draft", {"total": 0, "paid": 0}
    for event in events:
        match event.type:
            case "OrderPlaced":
                leaf = "awaiting_payment"
                data = {**data, "total": event.data["total"]}
            case "PaymentReceived":
                data = {**data, "paid": data["paid"] + event.data["amount"]}
            case "OrderPaid":
                leaf = "fulfilment.picking"
                data = {**data, "paid": data["paid"] + event.data["amount"]}
            case "OrderPacked":
                leaf = "fulfilment.packed"
    return leaf, data


class Order:
    """A model for the library; each event is triggered as its users would."""

    def __init__(self) -> None:
        self.data = {"total": 0, "paid": 0}
        self.machine = transitions.Machine(
            model=self,
            states=["draft", "awaiting_payment", "fulfilment.picking", "fulfilment.packed"],
            initial="draft",
            auto_transitions=False,
            send_event=True,
        )
        add = self.machine.add_transition
        add("OrderPlaced", "draft", "awaiting_payment", before=self.place)
        add("PaymentReceived", "awaiting_payment", None, before=self.pay)
        add("OrderPaid", "awaiting_payment", "fulfilment.picking", before=self.pay)
        add("OrderPacked", "fulfilment.picking", "fulfilment.packed")

    def place(self, event: transitions.EventData) -> None:
        self.data["total"] = event.kwargs["payload"]["total"]

    def pay(self, event: transitions.EventData) -> None:
        self.data["paid"] += event.kwargs["payload"]["amount"]


def trigger_each(events: Iterable[Event]) -> tuple[str, dict[str, Any]]:
    order = Order()
    for event in events:
        order.trigger(event.type, payload=event.data)
    return order.state, order.data


def replay_events(machine: Machine, events: Iterable[Event]) -> tuple[str, dict[str, Any]]:
    state: AggregateState = replay(machine, machine.initial, events, stream="order/o", stored_by=3)
    return state.leaf, dict(state.data)


def best_seconds(contestants: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The best CPU time of each function; interleaved rounds spread a slow moment over all."""
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    return best


def print_replay() -> None:
    machine, events = order_machine(), order_events()
    contestants: dict[str, Callable[[], Any]] = {
        "a fold by hand": lambda: [fold_by_hand(events) for _ in range(REPEATS)],
        "statewright": lambda: [replay_events(machine, events) for _ in range(REPEATS)],
        "transitions, each event": lambda: [trigger_each(events) for _ in range(REPEATS)],
    }
    assert fold_by_hand(events) == replay_events(machine, events) == trigger_each(events)
    best = best_seconds(contestants)
    floor = best["a fold by hand"]
    print(f"replay of {len(events):,} events of the order machine, best of {ROUNDS}")
    for name, seconds in best.items():
        microseconds = seconds / REPEATS / len(events) * 1e6
        print(f"  {name:<26}{microseconds:8.2f} us/event{seconds / floor:8.1f} x the fold by hand")
    ratio = best["transitions, each event"] / best["statewright"]
    print(f"  statewright is {ratio:.1f} x faster than triggering each event")
