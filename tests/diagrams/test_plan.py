"""The plan of a diagram: arrows between states, lines in states, and their labels."""

from __future__ import annotations

from statewright.diagrams.chart import ANY_STATE
from statewright.diagrams.choices import Detail
from statewright.diagrams.plan import DiagramPlan
from tests.diagrams.machines import definition_of, plan_of

LIFT = definition_of("""
    machine: lift
    initial: idle
    commands: {Call: {roles: [rider]}, Stop: {}, Reset: {}, Open: {}, Halt: {}}
    data: {load: {type: integer, default: 0}}
    accepts: {Halt: {emit: Halted, target: broken}}
    states:
      idle:
        timeout: {after: PT90S, command: Stop}
        accepts:
          Call:
            - {guard: data.load>9, reject: TOO_HEAVY}
            - {emit: [Called, Started], target: moving}
          Stop: {emit: []}
          Open: {emit: Opened}
      moving:
        initial: up
        accepts: {Stop: {target: idle}, Reset: {target: moving}}
        states: {up: {accepts: {Call: {target: moving}}}, down: {}}
      broken: {final: true}
""")


def arrows(plan: DiagramPlan) -> dict[tuple[str, str], str]:
    return {(arrow.source, arrow.target): arrow.label for arrow in plan.arrows}


def test_an_arrow_names_command_roles_guard_and_events() -> None:
    """A later branch without a guard says `else`."""
    assert arrows(plan_of(LIFT))["idle", "moving"] == "Call (rider) [else] / Called, Started"


def test_internal_branches_refusals_and_timeouts_are_lines() -> None:
    """Branches without a target, refusals and timeouts are lines in their state."""
    assert plan_of(LIFT).lines["idle"] == (
        "idle",
        "after 1 minute 30 seconds: Stop",
        "Call (rider) [data.load > 9] / refused: TOO_HEAVY",
        "Stop / no events",
        "Open / Opened",
    )


def test_a_composite_that_enters_itself_says_so_in_a_line() -> None:
    """Layouts cannot draw an arrow from a box into itself."""
    assert plan_of(LIFT).lines["moving"] == ("moving", "Reset / Reset → moving")


def test_an_arrow_outwards_to_a_state_around_it_ends_at_its_first_leaf() -> None:
    """An arrow from inside a box to its border would be invisible."""
    assert ("moving.up", "moving.up") in arrows(plan_of(LIFT))


def test_branches_of_the_whole_machine_are_drawn_once() -> None:
    """Branches that every state accepts are drawn as arrows from a separate box."""
    assert arrows(plan_of(LIFT))[ANY_STATE, "broken"] == "Halt / Halted"


def test_less_detail_drops_guards_roles_refusals_and_timeouts() -> None:
    """Events are still shown."""
    plan = plan_of(LIFT, Detail.EVENTS)
    assert arrows(plan)["idle", "moving"] == "Call / Called, Started"
    assert plan.lines["idle"] == ("idle", "Stop / no events", "Open / Opened")


def test_the_least_detail_shows_commands_only() -> None:
    """Commands that do not change the state are left out."""
    plan = plan_of(LIFT, Detail.STATES)
    assert arrows(plan)["idle", "moving"] == "Call"
    assert plan.lines["idle"] == ("idle",)
