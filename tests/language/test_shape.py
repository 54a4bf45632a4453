"""The shape of a document: each fault gives a specific message at the offending key or value."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from tests.language.documents import shape_findings

_LEAST = "machine: m\ninitial: a\nstates: {a: }\n"

_ORDER = """\
# yaml-language-server: $schema=../schemas/machine.schema.json
machine: order
version: 3
description: An order from basket to doorstep.
initial: draft
data:
  total: {type: integer, default: 0, description: Minor units.}
  paid:  {type: integer, default: 0}
commands:
  PlaceOrder: {payload: {total: {type: integer, minimum: 0}}}
  Pay:        {payload: {amount: {type: integer, minimum: 1}}, roles: [customer, clerk]}
  Cancel:     {payload: {reason: {type: string, maxLength: 200}}}
  ExpirePayment: {}
  Pack: {}
  Ship: {}
  ConfirmDelivery: {}
events:
  OrderPlaced:     {payload: {total: integer},  set: {total: event.total}}
  PaymentReceived: {payload: {amount: integer}, set: {paid: data.paid + event.amount}}
  OrderPaid:       {payload: {amount: integer}, set: {paid: data.paid + event.amount}}
  OrderCancelled:  {payload: {reason: string}}
  PaymentExpired: {}
  OrderPacked: {}
  OrderShipped: {}
  OrderDelivered: {}
states:
  draft:
    accepts:
      PlaceOrder:
        - {guard: command.total == 0, reject: NOTHING_TO_PAY, message: An empty order cannot be placed.}
        - {emit: OrderPlaced, target: awaiting_payment}
  awaiting_payment:
    timeout: {after: PT24H, command: ExpirePayment}
    accepts:
      Pay:
        - {guard: data.paid + command.amount >= data.total, emit: OrderPaid, target: fulfilment}
        - {emit: PaymentReceived}
      ExpirePayment: {emit: PaymentExpired, target: cancelled}
      Cancel: {emit: OrderCancelled, target: cancelled}
  fulfilment:
    initial: picking
    accepts:
      Cancel: {emit: OrderCancelled, target: cancelled}
    states:
      picking: {accepts: {Pack: {emit: OrderPacked, target: packed}}}
      packed:  {accepts: {Ship: {emit: OrderShipped, target: shipped}}}
      shipped:
        accepts:
          ConfirmDelivery: {emit: OrderDelivered, target: delivered}
          Cancel: {reject: ALREADY_SHIPPED}
  delivered: {final: true}
  cancelled: {final: true}
invariants:
  - {check: data.paid <= data.total, message: An order cannot be overpaid.}
"""

_EVERYTHING = """\
$schema: machine.schema.json
language: 1
machine: m
version: 1
description: Everything that the language has.
tags: [a]
meta: {owner: [b, 1]}
initial: a
types:
  Money: {type: object, properties: {cents: {type: integer}}, required: [cents], x-unit: EUR}
  Short: string
data:
  plain: {type: [integer, 'null'], default: null, renamed_from: [simple], enum: [1, null]}
  money: {$ref: '#/types/Money', default: {cents: 0}, description: Referred to.}
  map: {type: object, additionalProperties: {type: string, pattern: ^a$}, default: {}}
commands:
  Pay: {payload: {amount: number, note: {type: string}}, optional: [note], roles: [clerk], tags: [a]}
  Empty:
events:
  Paid:
    payload: {amount: number}
    optional: [amount]
    set: {plain: 0, money: 'event.x', map: null}
    renamed_from: [Payed]
    retired: [{from: a.b, target: c}, {from: c}]
accepts: {Pay: c}
states:
  a:
    initial: b
    renamed_from: [old.name]
    timeout: {after: P1D, command: Tick}
    states: {b: }
    accepts:
      One: {guard: true, roles: [clerk], emit: [], description: d, tags: [t], meta: {}}
      Two: [{emit: [Paid, {event: Paid, with: {amount: 1.5}}]}, {reject: NO, on_refusal: drop}]
      Three: {emit: Paid, with: {amount: 1}, target: a.b}
  c: {final: true, description: The end.}
invariants: [{check: true}]
"""


@pytest.mark.parametrize("text", [_ORDER, _EVERYTHING, _LEAST], ids=["order", "everything", "least"])
def test_a_good_document_has_no_finding(text: str) -> None:
    """The schema covers the whole language."""
    assert shape_findings(text) == []


@pytest.mark.parametrize("section", ["commands", "events", "data", "types"])
def test_an_empty_section_is_an_empty_mapping(section: str) -> None:
    """YAML writes it as a key without a value."""
    assert shape_findings(f"{_LEAST}{section}:\n") == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("initail: a", '4:1: unknown key "initail"; did you mean "initial"? [SW006]'),
        ("context: {}", '4:1: unknown key "context"; did you mean "data"? [SW006]'),
        ("version: 0", "4:10: expected at least 1, found 0 [SW005]"),
        ("version: new", '4:10: expected an integer, found "new" [SW005]'),
        ("language: 2", "4:11: expected 1, found 2 [SW005]"),
        ("data: {a-b: integer}", '4:8: "a-b" is not a field name (a letter or _, then letters, digits'),
        ("data: {a: intger}", '4:11: "intger" is not the name of a type; did you mean "integer"? [SW005]'),
        (
            "data: {a: {type: intger}}",
            '4:18: "intger" is not the name of a type; did you mean "integer"? [SW005]',
        ),
        ("data: {a: 3}", "4:11: expected the name of a type or a schema, found 3 [SW005]"),
        ("data: {a: {minimun: 3}}", '4:12: unknown key "minimun"; did you mean "minimum"? [SW006]'),
        (
            "data: {a: {type: array, items: {renamed_from: [b]}}}",
            '4:33: "renamed_from" is only allowed on the fields',
        ),
        (
            "data: {a: {type: object, properties: {sku: string}}}",
            '4:44: expected a schema, found "string"; write {type: string} [SW005]',
        ),
        ("data: {a: {type: array, items: strng}}", '4:32: expected a schema, found "strng" [SW005]'),
        (
            "data: {a: {type: [string, null]}}",
            '4:27: a bare null is not the name of a type; write "null" in quotes [SW005]',
        ),
        ("data: {a: {$ref: Money}}", '4:18: "Money" is not a reference like #/types/Money [SW005]'),
        (
            "data: {a: {$ref: '#/types/M', minimum: 1}}",
            '4:31: "minimum" cannot be combined with `$ref` [SW401]',
        ),
        (
            "data: {a: {type: number, multipleOf: 0}}",
            "4:38: expected a number greater than 0, found 0 [SW005]",
        ),
        ("commands: {Pay: {optional: note}}", '4:28: expected a list, found "note" [SW005]'),
        ("commands: {Pay: {roles: []}}", "4:25: expected at least one entry, found an empty list [SW005]"),
        ("events: {Paid: {set: {a: [1]}}}", "4:26: expected an expression, found a list [SW005]"),
        ("events: {Paid: {retired: [{target: a}]}}", '4:27: missing key "from" [SW005]'),
        ("accepts: {Pay: 3}", "4:16: expected a target, a branch or a list of branches, found 3 [SW005]"),
        ("accepts: {Pay: []}", "4:16: expected at least one entry, found an empty list [SW005]"),
        ("accepts: {Pay: [a]}", '4:17: expected a branch, found "a" [SW005]'),
        ("accepts: {Pay: {cond: x}}", '4:17: unknown key "cond"; did you mean "guard"? [SW006]'),
        ("accepts: {Pay: {dest: x}}", '4:17: unknown key "dest"; did you mean "target"? [SW006]'),
        (
            "accepts: {Pay: {guard: 3}}",
            "4:24: expected an expression that is true or false, found 3 [SW005]",
        ),
        ("accepts: {Pay: {rejects: NO}}", '4:17: unknown key "rejects"; did you mean "reject"? [SW006]'),
        ("accepts: {Pay: {Reject: NO}}", '4:17: unknown key "Reject"; did you mean "reject"? [SW006]'),
        ("accepts: {Pay: {error: NO}}", '4:17: unknown key "error"; did you mean "reject"? [SW006]'),
        ("accepts: {Pay: {on_refusl: drop}}", '4:17: unknown key "on_refusl"; did you mean "on_refusal"?'),
        (
            "accepts: {Pay: {message: x}}",
            "4:17: `message` is only allowed together with `reject` [SW311]",
        ),
        (
            "accepts: {Pay: {reject: X, target: a}}",
            "4:28: a branch with `reject` emits no events; remove `target`",
        ),
        (
            "accepts: {Pay: {reject: X, on_refusal: dropp}}",
            '4:40: "dropp" is not allowed here; did you mean "drop"? [SW005]',
        ),
        (
            "accepts: {Pay: {emit: [3]}}",
            "4:24: expected an event's name or {event: NAME, with: {…}}, found 3",
        ),
        ('accepts: {Pay: "a b"}', '4:16: "a b" is not the name of a state, dotted or not [SW005]'),
        ('accepts: {"Pay\\n": a}', '4:11: "Pay\\n" is not a name (a letter, then letters, digits, _ or -'),
        ("invariants: [data.a > 0]", '4:14: expected an invariant, found "data.a > 0" [SW005]'),
        ("invariants: [{message: x}]", '4:14: missing key "check" [SW005]'),
    ],
)
def test_a_fault_is_reported_at_its_place(line: str, finding: str) -> None:
    """Each fault gives one finding, in the terms of the language."""
    assert [found[: len(finding)] for found in shape_findings(_LEAST + line)] == [finding]


def test_a_missing_key_is_reported_at_its_mapping() -> None:
    """At the top level there is no key to point at."""
    assert shape_findings("initial: a\nstates: {a: {timeout: {after: P1D}}}") == [
        '1:1: missing key "machine" [SW005]',
        '2:14: missing key "command" [SW005]',
    ]


def test_a_state_offers_its_own_keys() -> None:
    """Terms of other libraries are translated."""
    findings = shape_findings("machine: m\ninitial: a\nstates:\n  a:\n    on: {}\n    finl: true\n")
    assert findings == [
        '5:5: unknown key "on"; did you mean "accepts"? [SW006]',
        '6:5: unknown key "finl"; did you mean "final"? [SW006]',
    ]


def test_at_most_200_findings_are_given() -> None:
    """A file with 5,000 faults does not cause 5,000 searches for similar names."""
    started = time.process_time()
    assert len(shape_findings(_LEAST + "".join(f"k{number}: 1\n" for number in range(5_000)))) == 200
    assert time.process_time() - started < 5


@pytest.mark.parametrize("keyword", ["items", "additionalProperties"])
def test_the_deepest_document_fits_in_the_interpreters_stack(keyword: str) -> None:
    """Walking 64 levels of schemas leaves a third of the default stack unused."""
    outer = {"items": "array", "additionalProperties": "object"}[keyword]
    levels = 61
    text = f"{_LEAST}data: {{a: {f'{{type: {outer}, {keyword}: ' * levels}{{foo: 1}}{'}' * levels}}}"
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(shape_findings(text)))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(700)
    try:
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
    assert ["unknown key" in finding for finding in found] == [True]
