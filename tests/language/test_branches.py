"""Guards prove facts for their own `with`, for fields copied by name and for later branches."""

from __future__ import annotations

import pytest

from statewright.language import read_definition

TEXT = """\
machine: m
initial: a
data:
  owner: {type: [string, "null"], default: null}
  keeper: {type: [string, "null"], default: null}
commands:
  Own: {payload: {owner: string}}
  Go:
    roles: [ROLES]
    payload:
      note: string
      size: {type: [integer, "null"]}
      place: {type: object, properties: {city: {type: string}, zip: {type: [string, "null"]}}}
    optional: [note, size, place]
events:
  Went: {payload: PAYLOAD, set: {keeper: "SETTER"}}
  Owned: {payload: {owner: string}, set: {owner: event.owner}}
states:
  a:
    accepts:
      Own: {emit: Owned}
      Go:
"""
CITY = (
    "{place: {type: object, required: [city], "
    "properties: {city: {type: string}, zip: {type: [string, 'null']}}}}"
)


def findings(
    *branches: str, payload: str = "{}", optional: str = "", roles: str = "", setter: str = "data.owner"
) -> list[str]:
    """Return the findings, without positions, of a machine whose command `Go` has these branches."""
    declared = f"{payload}, optional: [{optional}]" if optional else payload
    text = TEXT.replace("PAYLOAD", declared).replace("SETTER", setter)
    text = text.replace("    roles: [ROLES]\n", f"    roles: [{roles}]\n" if roles else "")
    text += "".join(f"        - {{{branch}}}\n" for branch in branches)
    _, found = read_definition(text.encode(), "m.machine.yaml")
    return [f"{finding.code.id} {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("guard", "payload"),
    [
        ("has(command.note)", "{note: string}"),
        ("has(command.size) && command.size != null", "{size: integer}"),
        ("!(!has(command.size) || command.size == null)", "{size: integer}"),
        ("has(command.size) ? command.size == 3 : false", "{size: integer}"),
        ("has(command.size) && command.size in [1, 2]", "{size: integer}"),
        ("has(command.place) && has(command.place.city)", CITY),
    ],
)
def test_a_field_that_the_guard_tested_is_copied(guard: str, payload: str) -> None:
    """The guard proves that it is present, not null and complete, as the event needs."""
    assert findings(f'guard: "{guard}", emit: Went', payload=payload) == []


def test_a_field_that_is_absent_or_not_null_is_copied_to_an_optional_one() -> None:
    """A field that is absent or not null can be copied to an optional field."""
    guard = "!has(command.size) || command.size != null"
    assert findings(f'guard: "{guard}", emit: Went', payload="{size: integer}", optional="size") == []
    assert findings("emit: Went", payload="{size: integer}", optional="size")


@pytest.mark.parametrize(
    ("guard", "value"),
    [
        ("has(command.note)", "command.note"),
        ("data.owner != null", "data.owner"),
        ("data.owner != null && has(command.note)", "data.owner + command.note"),
        ("has(command.place) && has(command.place.zip) && command.place.zip != null", "command.place.zip"),
    ],
)
def test_with_can_use_values_that_the_guard_tested(guard: str, value: str) -> None:
    """Both see the same values."""
    assert (
        findings(f'guard: "{guard}", emit: Went, with: {{text: "{value}"}}', payload="{text: string}") == []
    )


def test_each_event_of_a_list_can_use_values_that_the_guard_tested() -> None:
    """All payloads are computed before any event is folded."""
    emit = "[{event: Owned, with: {owner: data.owner}}, Went]"
    assert (
        findings(f'guard: "data.owner != null && has(command.note)", emit: {emit}', payload="{note: string}")
        == []
    )


@pytest.mark.parametrize(
    "first",
    ["reject: NO", "emit: []", "emit: Owned, with: {owner: \"'nobody'\"}"],
    ids=lambda first: first[:5],
)
def test_later_branches_know_that_earlier_guards_were_false(first: str) -> None:
    """Later branches are reached only if its guard is false, whatever it does."""
    later = ("guard: \"command.note == ''\", reject: EMPTY", "emit: Went")
    assert findings(f'guard: "!has(command.note)", {first}', *later, payload="{note: string}") == []


def test_branches_rule_out_one_after_the_other() -> None:
    """Each branch adds the facts of its guard."""
    refusals = ('guard: "!has(command.size)", reject: NO', 'guard: "command.size == null", reject: NO_SIZE')
    assert findings(*refusals, "emit: Went", payload="{size: integer}") == []


@pytest.mark.parametrize(
    ("first", "later", "sender"),
    [("[boss]", "", ""), ("[boss]", ", roles: [clerk]", ""), ("[boss]", "", "clerk, boss")],
)
def test_a_branch_for_other_roles_proves_nothing(first: str, later: str, sender: str) -> None:
    """Its guard may not have been evaluated."""
    refusal = f'guard: "!has(command.note)", roles: {first}, reject: NO'
    (found,) = findings(refusal, f"emit: Went{later}", payload="{note: string}", roles=sender)
    assert found.startswith("SW309")


@pytest.mark.parametrize(
    ("first", "later", "sender"),
    [
        ("[boss, clerk]", ", roles: [clerk]", ""),
        ("[boss, clerk]", "", "clerk"),
        ("[boss]", ", roles: [boss]", ""),
    ],
)
def test_a_branch_for_the_same_roles_was_evaluated(first: str, later: str, sender: str) -> None:
    """Every actor who reaches the later branch, or may send the command, has a role of the earlier one."""
    refusal = f'guard: "!has(command.note)", roles: {first}, reject: NO'
    assert findings(refusal, f"emit: Went{later}", payload="{note: string}", roles=sender) == []


@pytest.mark.parametrize("guard", ["has(command.note) || data.owner == null", "data.owner != null", "true"])
def test_a_guard_that_proves_nothing_about_the_field_does_not_help(guard: str) -> None:
    """It can be true without the field."""
    (found,) = findings(f'guard: "{guard}", emit: Went', payload="{note: string}")
    assert found.startswith("SW309")


def test_a_setter_knows_nothing_of_guards() -> None:
    """Replay evaluates no guards."""
    guard = 'guard: "data.owner != null", emit: Went'
    (found,) = findings(guard, setter="data.owner + '!'")
    assert '"data.owner" may be null here' in found


def test_a_known_fact_can_be_tested_again() -> None:
    """A branch may repeat a test for clarity."""
    assert (
        findings('guard: "data.owner == null", reject: NO', 'guard: "data.owner != null", emit: Went') == []
    )


def test_a_mistake_in_a_guard_causes_no_further_findings() -> None:
    """The facts that it would prove are unknown."""
    broken = 'guard: "has(command.note) && command.size + true", emit: Went'
    found = findings(broken, 'emit: Went, with: {note: "command.note"}', payload="{note: string}")
    assert {line[:5] for line in found} == {"SW303"}
    assert not any('"command.note" may be absent' in line for line in found)
