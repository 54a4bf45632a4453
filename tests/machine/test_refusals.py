"""Refusals as data: the kind and path of the element that refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from statewright.language.schema.payloads import Violation
from statewright.machine.messages import BranchResult, Invalid, InvalidKind, RefusalKind, Rejected, Verdict
from tests.given import command, machine_of, when

BOX = machine_of("""
    machine: box
    initial: open
    data: {coins: {type: integer, default: 0, maximum: 9}}
    commands:
      Put: {payload: {n: integer}}
      Split: {payload: {n: integer}}
      Lock: {payload: {}, roles: [owner]}
      Note:
        payload:
          lines: {type: array, items: {type: object, properties: {sku: {type: string}}, required: [sku]}}
      Close: {payload: {}}
      Burn: {payload: {n: integer}}
    events:
      Put: {payload: {n: {type: integer, maximum: 100}}, set: {coins: data.coins + 8 / event.n}}
      Halved: {payload: {half: integer}}
      Closed: {payload: {}}
      Burnt: {payload: {n: integer}, set: {coins: event.n}}
    invariants:
      - {check: "state != 'open' || data.coins != 7", message: 'data.coins: event "Put"'}
      - {check: "100 / (data.coins - 5) != 0", message: none}
    states:
      open:
        accepts:
          Put: {emit: Put}
          Split:
            - {guard: 8 / command.n > 100, emit: []}
            - {guard: command.n > 7, emit: Halved, with: {half: 1 / (command.n - 8)}}
            - {guard: command.n == 3, reject: ODD}
          Lock: {emit: []}
          Note: {emit: []}
          Close: {emit: Closed, target: closed}
          Burn: {emit: Burnt}
      closed: {final: true}
    """)
HALVED, PUT = ("events", "Halved"), ("events", "Put")
SPLIT = ("states", "open", "accepts", "Split")


def decided(name: str, data: dict[str, Any] | None = None, *, version: int | None = None) -> Verdict:
    return when(BOX, BOX.initial, replace(command(name, data), expected_version=version))


@pytest.mark.parametrize(
    ("name", "data", "code", "kind", "path"),
    [
        ("Lock", {}, "NOT_AUTHORIZED", RefusalKind.ROLES, ("commands", "Lock", "roles")),
        ("Split", {"n": 3}, "ODD", RefusalKind.BRANCH, (*SPLIT, 2)),
        ("Split", {"n": 2}, "GUARD_FAILED", RefusalKind.GUARD, SPLIT),
        ("Split", {"n": 0}, "EXPRESSION_ERROR", RefusalKind.GUARD, (*SPLIT, 0, "guard")),
        ("Split", {"n": 8}, "EXPRESSION_ERROR", RefusalKind.EVENT_PAYLOAD, (*HALVED, "payload", "half")),
        (
            "Put",
            {"n": 101},
            "INVARIANT_VIOLATED",
            RefusalKind.EVENT_PAYLOAD,
            ("events", "Put", "payload", "n"),
        ),
        ("Put", {"n": 0}, "EXPRESSION_ERROR", RefusalKind.EVENT_SET, (*PUT, "set")),
        ("Burn", {"n": 10}, "INVARIANT_VIOLATED", RefusalKind.DATA, ("data", "coins")),
        ("Burn", {"n": 7}, "INVARIANT_VIOLATED", RefusalKind.INVARIANT, ("invariants", 0)),
        ("Burn", {"n": 5}, "EXPRESSION_ERROR", RefusalKind.INVARIANT, ("invariants", 1)),
    ],
)
def test_a_refusal_names_the_element_that_refuses(
    name: str, data: dict[str, Any], code: str, kind: RefusalKind, path: tuple[str | int, ...]
) -> None:
    """Its kind and path do not depend on the message, which an author may have written."""
    verdict = decided(name, data)
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.kind, verdict.path) == (code, kind, path)


def test_a_version_mismatch_names_no_element_of_the_definition() -> None:
    """A version mismatch has no element, because the expected version comes from the command."""
    verdict = decided("Close", {}, version=4)
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.kind, verdict.path) == (
        "VERSION_MISMATCH",
        RefusalKind.EXPECTED_VERSION,
        (),
    )


def test_a_final_state_refuses_as_a_state() -> None:
    """Every command in a final state is refused with the state as the element."""
    closed = replace(BOX.initial, leaf="closed", version=1)
    verdict = when(BOX, closed, command("Close", {}))
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.kind, verdict.path) == (
        "FINAL_STATE",
        RefusalKind.STATE,
        ("states", "closed"),
    )


@pytest.mark.parametrize(
    ("data", "path", "violation"),
    [
        ({}, ("data", "lines"), Violation.MISSING),
        ({"lines": [], "line": 1}, ("data",), Violation.UNKNOWN_FIELD),
        ({"lines": [{"sku": 5}]}, ("data", "lines", 0, "sku"), Violation.TYPE),
        ({"lines": [{}]}, ("data", "lines", 0, "sku"), Violation.MISSING),
    ],
)
def test_an_invalid_payload_names_the_part_that_does_not_fit(
    data: dict[str, Any], path: tuple[str | int, ...], violation: Violation
) -> None:
    """The path starts at the command and uses numbers for list items."""
    verdict = decided("Note", data)
    assert isinstance(verdict, Invalid)
    assert (verdict.kind, verdict.path, verdict.violation) == (InvalidKind.PAYLOAD, path, violation)


def test_an_unknown_command_may_be_known_to_a_newer_definition() -> None:
    """Only an unknown command is marked as unknown, since a newer definition may declare it."""
    unknown, unfit = decided("Shut", {}), decided("Note", {})
    assert isinstance(unknown, Invalid)
    assert isinstance(unfit, Invalid)
    assert (unknown.kind, unknown.unknown, unfit.unknown) == (InvalidKind.UNKNOWN_COMMAND, True, False)


def test_the_error_of_a_guard_is_data_of_its_own() -> None:
    """The result is one of four values, followed by the error in the text for people."""
    verdict = decided("Split", {"n": 0})
    assert isinstance(verdict, Rejected)
    [trace] = verdict.trace
    assert (trace.result, trace.error) == (BranchResult.GUARD_ERROR, "division by zero")
    assert trace.result_text == "error: division by zero"
