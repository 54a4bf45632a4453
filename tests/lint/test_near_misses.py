"""The limits of rules: texts that are almost a finding, next to texts that are one."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Code
from statewright.lint import check_file

LAMP = """\
machine: lamp
initial: dark
states:
  dark: {accepts: {SwitchOn: {emit: SwitchedOn, target: bright}}, description: DESCRIPTION}
  bright: {accepts: {SwitchOff: {emit: SwitchedOff, target: dark}}}
"""


def minimal(section: str, *, command: str = "Go", emit: str = "Done") -> str:
    """Return a machine with one state that accepts one command."""
    states = f"{{a: {{accepts: {{{command}: {{emit: {emit}}}}}}}}}"
    return f"machine: m\ninitial: a\n{section}\nstates: {states}\n"


def codes(text: str, file: str = "m.machine.yaml") -> set[Code]:
    """Return the codes of all findings."""
    return {finding.code for finding in check_file(text.encode(), file)}


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "y",
        "12:30",
        "1_000",
        "0b1",
        "2026-01-01",
        "2026-01-31T12:00:00Z",
        "2026-01-31 12:00:00 +01:00",
        "=",
    ],
)
def test_an_unquoted_string_that_yaml_1_1_misreads_is_reported(written: str) -> None:
    """The value is a string in YAML 1.2."""
    assert codes(LAMP.replace("DESCRIPTION", written)) == {Code.YAML_1_1}


@pytest.mark.parametrize("written", ['"no"', "'12:30'", "no lamp", "the lamp is on", "yES", "1000", "1.50"])
def test_a_string_that_cannot_be_misread_is_not_reported(written: str) -> None:
    """It is quoted, part of a sentence, or the same in both YAML versions."""
    assert Code.YAML_1_1 not in codes(LAMP.replace("DESCRIPTION", written))


@pytest.mark.parametrize(
    ("written", "is_reported"), [("012", True), ("0o17", True), ("1e3", True), ("07", False)]
)
def test_a_number_with_another_value_in_yaml_1_1_is_reported(written: str, is_reported: bool) -> None:
    """In YAML 1.1, 012 is ten, and 0o17 and 1e3 are strings; 07 is seven in both."""
    text = LAMP.replace("DESCRIPTION", "x").replace("initial", f"version: {written}\ninitial")
    assert (Code.YAML_1_1 in codes(text)) is is_reported


@pytest.mark.parametrize("key", ["y", "NO", "on", "12:30", "0x_1", "2026-01-31"])
def test_a_key_that_yaml_1_1_misreads_is_reported(key: str) -> None:
    """The message quotes the key."""
    (found,) = check_file(f"{LAMP.replace('DESCRIPTION', 'x')}meta: {{{key}: x}}\n".encode(), "m.yaml")
    assert found.code is Code.YAML_1_1
    assert found.message.startswith(f"unquoted `{key}` is ")


def test_json_is_never_misread() -> None:
    """All strings in JSON are quoted."""
    text = '{"machine": "lamp", "initial": "on", "states": {"on": {"accepts": {"SwitchOff": "on"}}}}'
    assert codes(text, "m.machine.json") == set()


@pytest.mark.parametrize("event", ["LimitSet", "OrderPaid", "Opened", "MoneyWithdrawn", "OpenDoorBroken"])
def test_events_in_the_past_tense_are_not_reported(event: str) -> None:
    """Irregular verbs are recognized, too."""
    assert codes(minimal(f"events: {{{event}: {{}}}}", emit=event)) == set()


@pytest.mark.parametrize("event", ["AddItem", "ReportIncident", "OpenDoor"])
def test_events_that_start_with_a_verb_are_reported(event: str) -> None:
    """They read like commands."""
    assert codes(minimal(f"events: {{{event}: {{}}}}", emit=event)) == {Code.EVENT_IN_THE_IMPERATIVE}


@pytest.mark.parametrize("command", ["MarkShipped", "Proceed", "ConfirmReceived", "Feed"])
def test_commands_in_the_imperative_are_not_reported(command: str) -> None:
    """A name that ends in -ed can still be imperative."""
    assert codes(minimal(f"commands: {{{command}: {{}}}}", command=command)) == set()


@pytest.mark.parametrize(
    ("name", "code"), [("PaymentFailed", Code.COMMAND_IN_THE_PAST), ("Pay", Code.EVENT_IN_THE_IMPERATIVE)]
)
def test_a_name_shared_by_command_and_event_is_reported_once(name: str, code: Code) -> None:
    """The tense decides which of the two is wrong."""
    section = f"commands: {{{name}: {{}}}}\nevents: {{{name}: {{}}}}"
    assert codes(minimal(section, command=name, emit=name)) == {code}


@pytest.mark.parametrize("field", ["unit_price", "totalAmount", "fee", "price_total", "feeCharge"])
def test_the_last_word_of_a_name_can_mean_money(field: str) -> None:
    """The last word is the noun."""
    assert codes(minimal(f"commands: {{Go: {{payload: {{{field}: number}}}}}}")) == {Code.FLOATING_MONEY}


@pytest.mark.parametrize("field", ["price_factor", "weight", "amounts_seen", "total", "battery_charge"])
def test_names_related_to_money_are_not_reported(field: str) -> None:
    """A price factor is not a price."""
    assert codes(minimal(f"commands: {{Go: {{payload: {{{field}: number}}}}}}")) == set()


def test_a_total_with_a_currency_is_money() -> None:
    """Both must be in the same payload."""
    total, currency = "total: number", "currency: {type: string, maxLength: 3}"
    assert codes(minimal(f"commands: {{Go: {{payload: {{{total}, {currency}}}}}}}")) == {Code.FLOATING_MONEY}
    assert codes(
        minimal(f"commands: {{Go: {{payload: {{{total}}}}}, Pay: {{payload: {{{currency}}}}}}}")
    ) == {Code.COMMAND_NOT_ACCEPTED}


def test_a_percentage_is_not_money() -> None:
    """A maximum of 100 indicates a percentage."""
    share = "{type: number, maximum: 100}"
    assert codes(minimal(f"commands: {{Go: {{payload: {{fee: {share}}}}}}}")) == set()


def test_an_event_that_copies_data_does_not_have_to_set_them() -> None:
    """It records the current value."""
    text = """\
machine: m
initial: a
data: {total: {type: integer, default: 0}}
commands: {Add: {payload: {by: integer}}, Close: {}}
events:
  Added: {payload: {by: integer}, set: {total: data.total + event.by}}
  Closed: {payload: {total: integer}}
states:
  a: {accepts: {Add: {emit: Added}, Close: {emit: Closed, with: {total: data.total}, target: b}}}
  b: {final: true}
"""
    assert codes(text) == set()
    assert codes(text.replace("with: {total: data.total}", "with: {total: data.total + 1}")) == {
        Code.EVENT_NOT_APPLIED
    }


def test_mostly_undescribed_states_are_not_reported() -> None:
    """The author does not usually write descriptions."""
    bare = "".join(f"  s{number}: {{accepts: {{Go: s{number + 1}}}}}\n" for number in range(3))
    text = f"machine: m\ninitial: s0\nstates:\n{bare}  s3: {{final: true, description: The end.}}\n"
    assert codes(text) == set()


def test_only_the_dead_end_of_a_path_is_reported() -> None:
    """The states before it are not reported, because it is the cause."""
    states = "  a: {accepts: {Go: b, End: c}}\n  b: {accepts: {Go: d}}\n  c: {final: true}\n  d: {}\n"
    assert codes(f"machine: m\ninitial: a\nstates:\n{states}") == {Code.DEAD_END}


ANSWERS = """\
machine: m
initial: a
states:
  a: {accepts: {Go: END}}
  b: {accepts: ACCEPTS}
  c: {final: true}
"""


@pytest.mark.parametrize(
    "accepts",
    [
        "{Go: {reject: CLOSED}}",
        "{Go: {emit: []}}",
        "{Reopen: {reject: CLOSED}, Ping: {emit: []}}",
        '{Go: [{guard: "now > timestamp(command.at)", emit: []}, {reject: CLOSED}]}',
    ],
)
@pytest.mark.parametrize("end", ["b", "[{guard: command.done, emit: Done, target: c}, {target: b}]"])
def test_a_state_that_stores_nothing_is_an_end(accepts: str, end: str) -> None:
    """This also holds next to a final state, and for states with their own commands."""
    text = ANSWERS.replace("END", end).replace("ACCEPTS", accepts)
    assert codes(text if "c}" in end else text.replace("  c: {final: true}\n", "")) == set()


def test_a_state_that_accepts_nothing_is_a_dead_end() -> None:
    """It is reported because it is not declared final."""
    text = ANSWERS.replace("END", "b").replace("{accepts: ACCEPTS}", "{}").replace("  c: {final: true}\n", "")
    assert codes(text) == {Code.DEAD_END}


LISTS = """\
machine: m
initial: a
commands: {{Go: {{payload: {{list: {sent}}}}}}}
events: {{Done: {{payload: {{list: {stored}}}}}}}
states: {{a: {{accepts: {{Go: {{emit: Done}}}}}}}}
"""
LARGE = "{type: array, maxItems: 9000, items: {type: string, maxLength: 90}}"


@pytest.mark.parametrize(
    ("sent", "stored", "reported"),
    [
        (LARGE, LARGE, True),
        (LARGE, "{type: array, items: {type: string}}", True),
        (LARGE, "{type: array, maxItems: 9, items: {type: string, maxLength: 90}}", False),
        (LARGE, "{type: array, items: {type: string, maxLength: 9}}", False),
        (LARGE, "{type: array, items: {type: string, enum: [small, large]}}", False),
        (LARGE, '{type: array, items: {type: string, pattern: "^[a-z]{3}$"}}', False),
        (LARGE, "{type: array, uniqueItems: true, items: {type: string}}", False),
        ("{type: array, maxItems: 9223372036854775807, items: {type: array, items: {}}}", "array", False),
        ("{type: array, maxItems: 0, items: {}}", LARGE, False),
    ],
)
def test_a_commit_size_is_reported_if_command_and_event_allow_it(
    sent: str, stored: str, reported: bool
) -> None:
    """A field without a bound is left to another rule."""
    assert (Code.COMMIT_TOO_LARGE in codes(LISTS.format(sent=sent, stored=stored))) is reported


def test_huge_bounds_do_not_overflow() -> None:
    """Their product can exceed the largest float."""
    schema = "{type: string, maxLength: 9223372036854775807}"
    for _ in range(20):
        schema = f"{{type: array, maxItems: 9223372036854775807, items: {schema}}}"
    assert Code.COMMIT_TOO_LARGE not in codes(LISTS.format(sent=schema, stored="array"))


@pytest.mark.parametrize(("emit", "reported"), [("[First, Second]", True), ("First", False)])
def test_a_setter_is_lost_only_if_it_never_has_an_effect(emit: str, reported: bool) -> None:
    """A setter has an effect if its event is also emitted alone."""
    text = """\
machine: m
initial: a
data: {n: {type: integer, default: 0}}
events: {First: {set: {n: "1"}}, Second: {set: {n: "2"}}}
states: {a: {accepts: {Go: {emit: [First, Second]}, Run: {emit: EMIT}}}}
"""
    assert (Code.LOST_SETTER in codes(text.replace("EMIT", emit))) is reported
