"""The places of verdicts: the element, and its line in each file."""

from __future__ import annotations

from textwrap import dedent

import pytest

from statewright.evolution.compat import ChangeKind, compare
from statewright.evolution.compat.verdicts import Place
from tests.given import machine_of

OLD = dedent("""
    machine: shop
    version: 1
    initial: open
    data:
      sum: {type: integer, default: 0}
    commands:
      Sell:
        payload:
          cost: {type: integer, minimum: 0, maximum: 50}
          code: {type: string, pattern: 'a{9}b'}
    events:
      Sold:
        payload:
          price: {type: integer, minimum: 0, maximum: 90}
          extra: {type: integer, default: 1}
        optional: [extra]
        set: {sum: data.sum + event.price + event.extra}
    states:
      open:
        accepts:
          Sell: {emit: Sold, with: {price: command.cost}}
""")

# Every element that a test edits has another name than in OLD, and another line number.
NEW = dedent("""
    machine: shop
    version: 2
    description: A shop.
    initial: open
    data:
      total: {renamed_from: [sum], type: integer, default: 0}
    commands:
      Sell:
        payload:
          cost: {type: integer, minimum: 0, maximum: 50}
          mark: {renamed_from: [code], type: string, pattern: 'a{9}b'}
    events:
      Paid:
        renamed_from: [Sold]
        payload:
          paid: {renamed_from: [price], type: integer, minimum: 0, maximum: 90}
          more: {renamed_from: [extra], type: integer, default: 1}
        optional: [more]
        set: {total: data.total + event.paid + event.more}
    states:
      open:
        accepts:
          Sell: {emit: Paid, with: {paid: command.cost}}
""")


def pointed_at(
    rule: ChangeKind, *edits: tuple[str, str], old: str = OLD, new: str = NEW
) -> tuple[str, str | None, str | None]:
    """The location, old line and new line of the only verdict of this kind on the edited NEW."""
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    found = compare(machine_of(old), machine_of(new)).verdicts
    (verdict,) = (one for one in found if one.kind is rule)
    return verdict.location, line_at(old, verdict.old), line_at(new, verdict.new)


def line_at(text: str, place: Place | None) -> str | None:
    return None if place is None else text.splitlines()[place.line - 1].strip()


ALSO_NOTE = ("default: 1}", "default: 1}\n      note: string")


def test_an_added_optional_field_of_an_event() -> None:
    """The old version has only the event."""
    edits = (ALSO_NOTE, ("optional: [more]", "optional: [more, note]"))
    assert pointed_at(ChangeKind.FIELD_ADDED, *edits) == ("events.Paid.payload.note", "Sold:", "note: string")


def test_an_added_required_field_of_an_event() -> None:
    """The old version has only the event."""
    edits = (ALSO_NOTE, ("with: {", "with: {note: \"'x'\", "))
    assert pointed_at(ChangeKind.FIELD_REQUIRED, *edits) == (
        "events.Paid.payload.note",
        "Sold:",
        "note: string",
    )


def test_a_field_of_an_event_that_is_no_longer_optional() -> None:
    """The old version says under `optional` that it may be absent."""
    edits = (("    optional: [more]\n", ""), ("with: {", "with: {more: '1', "))
    assert pointed_at(ChangeKind.FIELD_REQUIRED, *edits) == (
        "events.Paid.payload.more",
        "optional: [extra]",
        "more: {renamed_from: [extra], type: integer, default: 1}",
    )


@pytest.mark.parametrize(
    ("kind", "maximum"), [(ChangeKind.PAYLOAD_LOOSENED, 91), (ChangeKind.FIELD_NARROWED, 89)]
)
def test_another_bound_of_a_field_of_an_event(kind: ChangeKind, maximum: int) -> None:
    """The field under its old name and under the new one."""
    assert pointed_at(kind, ("maximum: 90", f"maximum: {maximum}")) == (
        "events.Paid.payload.paid",
        "price: {type: integer, minimum: 0, maximum: 90}",
        f"paid: {{renamed_from: [price], type: integer, minimum: 0, maximum: {maximum}}}",
    )


def test_another_default_of_a_field_of_an_event() -> None:
    """The field under its old name and under the new one."""
    assert pointed_at(ChangeKind.SET_CHANGED, ("default: 1", "default: 2")) == (
        "events.Paid.payload.more",
        "extra: {type: integer, default: 1}",
        "more: {renamed_from: [extra], type: integer, default: 2}",
    )


@pytest.mark.parametrize(
    ("kind", "schema"),
    [(ChangeKind.PAYLOAD_NARROWED, ", pattern: 'a{9}c'"), (ChangeKind.PAYLOAD_LOOSENED, "")],
)
def test_another_schema_of_a_field_of_a_command(kind: ChangeKind, schema: str) -> None:
    """The field under its old name and under the new one."""
    assert pointed_at(kind, (", pattern: 'a{9}b'", schema)) == (
        "commands.Sell.payload.mark",
        "code: {type: string, pattern: 'a{9}b'}",
        f"mark: {{renamed_from: [code], type: string{schema}}}",
    )


def test_an_added_field_of_a_command() -> None:
    """The old version has no such line."""
    edit = ("pattern: 'a{9}b'}", "pattern: 'a{9}b'}\n      free: string\n    optional: [free]")
    place = ("commands.Sell.payload.free", None, "free: string")
    assert pointed_at(ChangeKind.PAYLOAD_LOOSENED, edit) == place


def test_a_command_that_is_declared_for_the_first_time() -> None:
    """The payload is narrowed. The line is that of the command, even if no command can be tried."""
    old = "machine: m\nversion: 1\ninitial: a\nstates: {a: {accepts: {Go: b}}, b: {final: true}}\n"
    new = old.replace("version: 1", "version: 2\ncommands:\n  Go: {}")
    new = new.replace("initial: a", "initial: c").replace("{a:", "{c: {accepts: {Go: [{reject: NO}]}}, d:")
    found = pointed_at(ChangeKind.PAYLOAD_NARROWED, old=old, new=new)
    assert found == ("commands.Go.payload", None, "Go: {}")


def test_an_added_invariant() -> None:
    """Invariants share one location; the line is that of the new one."""
    edit = ("states:", "invariants:\n  - {check: data.total < 1000000000, message: Full.}\nstates:")
    line = "- {check: data.total < 1000000000, message: Full.}"
    assert pointed_at(ChangeKind.INVARIANT_TIGHTENED, edit) == ("invariants", None, line)


def test_a_tighter_bound_of_the_data() -> None:
    """The field under its old name and under the new one."""
    assert pointed_at(ChangeKind.INVARIANT_TIGHTENED, ("default: 0", "maximum: 8000000000, default: 0")) == (
        "data.total",
        "sum: {type: integer, default: 0}",
        "total: {renamed_from: [sum], type: integer, maximum: 8000000000, default: 0}",
    )
