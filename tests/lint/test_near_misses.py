"""Where rules draw their lines: what is almost a finding and is none."""

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
    """One state that accepts one command."""
    states = f"{{a: {{accepts: {{{command}: {{emit: {emit}}}}}}}}}"
    return f"machine: m\ninitial: a\n{section}\nstates: {states}\n"


def codes(text: str, file: str = "m.machine.yaml") -> set[Code]:
    """Of all that is found."""
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
def test_plain_text_that_older_tools_misread_is_told(written: str) -> None:
    """As a value that is text here."""
    assert codes(LAMP.replace("DESCRIPTION", written)) == {Code.YAML_1_1}


@pytest.mark.parametrize("written", ['"no"', "'12:30'", "no lamp", "the lamp is on", "yES", "1000", "1.50"])
def test_text_that_cannot_be_misread_is_not(written: str) -> None:
    """In quotes, as a part of a sentence, or the same in both versions."""
    assert Code.YAML_1_1 not in codes(LAMP.replace("DESCRIPTION", written))


@pytest.mark.parametrize(
    ("written", "is_told"), [("012", True), ("0o17", True), ("1e3", True), ("07", False)]
)
def test_a_number_that_has_another_value_is_told(written: str, is_told: bool) -> None:
    """012 is twelve here and ten there, 0o17 and 1e3 are text there; 07 is seven in both."""
    text = LAMP.replace("DESCRIPTION", "x").replace("initial", f"version: {written}\ninitial")
    assert (Code.YAML_1_1 in codes(text)) is is_told


@pytest.mark.parametrize("key", ["y", "NO", "on", "12:30", "0x_1", "2026-01-31"])
def test_a_key_that_older_tools_misread_is_told(key: str) -> None:
    """As a value is; and not the numbers that are keys of `upcast`."""
    (found,) = check_file(f"{LAMP.replace('DESCRIPTION', 'x')}meta: {{{key}: x}}\n".encode(), "m.yaml")
    assert found.code is Code.YAML_1_1
    assert found.message.startswith(f"unquoted `{key}` is ")


def test_json_has_no_plain_text() -> None:
    """Its strings are in quotes."""
    text = '{"machine": "lamp", "initial": "on", "states": {"on": {"accepts": {"SwitchOff": "on"}}}}'
    assert codes(text, "m.machine.json") == set()


@pytest.mark.parametrize("event", ["LimitSet", "OrderPaid", "Opened", "MoneyWithdrawn", "OpenDoorBroken"])
def test_events_in_the_past_are_left_alone(event: str) -> None:
    """Also those with an irregular verb, which no list knows."""
    assert codes(minimal(f"events: {{{event}: {{}}}}", emit=event)) == set()


@pytest.mark.parametrize("event", ["AddItem", "ReportIncident", "OpenDoor"])
def test_events_that_begin_with_a_verb_are_told(event: str) -> None:
    """They read like commands."""
    assert codes(minimal(f"events: {{{event}: {{}}}}", emit=event)) == {Code.EVENT_IN_THE_IMPERATIVE}


@pytest.mark.parametrize("command", ["MarkShipped", "Proceed", "ConfirmReceived", "Feed"])
def test_commands_in_the_imperative_are_left_alone(command: str) -> None:
    """Not every -ed is a past tense, and not every past tense a fact."""
    assert codes(minimal(f"commands: {{{command}: {{}}}}", command=command)) == set()


@pytest.mark.parametrize(
    ("name", "code"), [("PaymentFailed", Code.COMMAND_IN_THE_PAST), ("Pay", Code.EVENT_IN_THE_IMPERATIVE)]
)
def test_one_name_for_a_command_and_its_event_is_told_once(name: str, code: Code) -> None:
    """Which of the two is to blame its form says."""
    section = f"commands: {{{name}: {{}}}}\nevents: {{{name}: {{}}}}"
    assert codes(minimal(section, command=name, emit=name)) == {code}


@pytest.mark.parametrize("field", ["unit_price", "totalAmount", "fee", "price_total", "feeCharge"])
def test_money_is_told_by_the_last_word(field: str) -> None:
    """As names in English are built."""
    assert codes(minimal(f"commands: {{Go: {{payload: {{{field}: number}}}}}}")) == {Code.FLOATING_MONEY}


@pytest.mark.parametrize("field", ["price_factor", "weight", "amounts_seen", "total", "battery_charge"])
def test_what_only_has_to_do_with_money_is_left_alone(field: str) -> None:
    """A factor of prices is no price."""
    assert codes(minimal(f"commands: {{Go: {{payload: {{{field}: number}}}}}}")) == set()


def test_a_currency_makes_money_of_a_total() -> None:
    """In the same payload, and not elsewhere."""
    total, currency = "total: number", "currency: {type: string, maxLength: 3}"
    assert codes(minimal(f"commands: {{Go: {{payload: {{{total}, {currency}}}}}}}")) == {Code.FLOATING_MONEY}
    assert codes(
        minimal(f"commands: {{Go: {{payload: {{{total}}}}}, Pay: {{payload: {{{currency}}}}}}}")
    ) == {Code.COMMAND_NOT_ACCEPTED}


def test_a_share_is_no_money() -> None:
    """What has at most 100 is a percentage."""
    share = "{type: number, maximum: 100}"
    assert codes(minimal(f"commands: {{Go: {{payload: {{fee: {share}}}}}}}")) == set()


def test_an_event_that_copies_the_data_need_not_set_them() -> None:
    """It tells its readers how things stood."""
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


def test_a_kind_that_is_hardly_described_is_left_alone() -> None:
    """Who does not write descriptions does not want to be told so at each name."""
    bare = "".join(f"  s{number}: {{accepts: {{Go: s{number + 1}}}}}\n" for number in range(3))
    text = f"machine: m\ninitial: s0\nstates:\n{bare}  s3: {{final: true, description: The end.}}\n"
    assert codes(text) == set()


def test_a_way_out_through_a_dead_end_is_told_once() -> None:
    """The dead end is the cause."""
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
def test_a_state_that_only_answers_is_an_end(accepts: str, end: str) -> None:
    """Also beside a final state, and with commands that only it answers."""
    text = ANSWERS.replace("END", end).replace("ACCEPTS", accepts)
    assert codes(text if "c}" in end else text.replace("  c: {final: true}\n", "")) == set()


def test_a_state_that_accepts_nothing_is_a_dead_end() -> None:
    """Nobody says that it is meant."""
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
    ("sent", "stored", "told"),
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
def test_a_size_is_told_where_both_the_command_and_the_event_surely_allow_it(
    sent: str, stored: str, told: bool
) -> None:
    """A field without any bound counts nothing here, another rule asks for one."""
    assert (Code.COMMIT_TOO_LARGE in codes(LISTS.format(sent=sent, stored=stored))) is told


def test_no_bound_is_too_large_to_count() -> None:
    """Products of bounds may exceed every number."""
    schema = "{type: string, maxLength: 9223372036854775807}"
    for _ in range(20):
        schema = f"{{type: array, maxItems: 9223372036854775807, items: {schema}}}"
    assert Code.COMMIT_TOO_LARGE not in codes(LISTS.format(sent=schema, stored="array"))


@pytest.mark.parametrize(("emit", "told"), [("[First, Second]", True), ("First", False)])
def test_a_setter_is_lost_only_where_it_never_comes_to_anything(emit: str, told: bool) -> None:
    """Emitted alone elsewhere, the first event needs what it sets."""
    text = """\
machine: m
initial: a
data: {n: {type: integer, default: 0}}
events: {First: {set: {n: "1"}}, Second: {set: {n: "2"}}}
states: {a: {accepts: {Go: {emit: [First, Second]}, Run: {emit: EMIT}}}}
"""
    assert (Code.LOST_SETTER in codes(text.replace("EMIT", emit))) is told
