"""Findings: rendering, order and suggestions."""

from __future__ import annotations

import time

import pytest

from statewright.diagnostics import Code, Finding, Position, hint, nearest, sort_findings


def finding(line: int = 3, column: int = 5, source_line: str = "", **changes: object) -> Finding:
    fields = {"file": "a.yaml", "code": Code.SHAPE, "message": "expected a list", **changes}
    return Finding(position=Position(line, column), source_line=source_line, **fields)


def test_a_headline_is_place_message_and_code() -> None:
    """The headline has the form that editors and CI parse."""
    assert finding().headline() == "a.yaml:3:5: expected a list [SW005]"


def test_the_caret_is_under_the_column_after_tabs() -> None:
    """The caret's line repeats the tabs of the source line."""
    assert finding(source_line="\tab: 1").render().splitlines()[1:] == ["  | \tab: 1", "  | \t   ^"]


def test_the_caret_is_under_the_column_after_wide_characters() -> None:
    """The caret moves two columns for each wide character."""
    assert finding(column=4, source_line="日本 x").render().splitlines()[-1] == "  |      ^"


def test_without_a_source_line_no_caret_is_shown() -> None:
    """A finding without a source line renders as its headline."""
    assert finding().render() == finding().headline()


def test_findings_are_sorted_by_file_and_place_without_repetitions() -> None:
    """Sorted findings do not depend on the order of the checks."""
    first, second, other = finding(2), finding(10), finding(1, file="b.yaml")
    assert sort_findings([other, second, first, second]) == [first, second, other]


@pytest.mark.parametrize(
    ("name", "known", "guess"),
    [
        ("pay", ["Pay", "Play"], "Pay"),
        ("totl", ["total", "paid"], "total"),
        ("zzz", ["total", "paid"], None),
        ("x", [], None),
        ("orderplacd", ["OrderPaid", "OrderPlaced"], "OrderPlaced"),
        ("", ["a"], None),
    ],
)
def test_the_nearest_name_is_offered_only_when_it_is_near(
    name: str, known: list[str], guess: str | None
) -> None:
    """A name that differs only in case is the nearest, and distant names are not suggested."""
    assert nearest(name, known) == guess


@pytest.mark.parametrize(
    "slip",
    [
        "aiting_0700_state",
        "wating_0700_state",
        "waiting_0700_stat",
        "waiitng_0700_state",
        "Waiting_0700_States",
    ],
)
def test_among_thousands_of_names_the_nearest_is_found(slip: str) -> None:
    """A typo at any position is recognised, although only some names are compared."""
    known = [f"{kind}_{number:04}_state" for number in range(750) for kind in ("waiting", "packed")]
    assert nearest(slip, known) == "waiting_0700_state"


def test_a_name_of_more_than_64_characters_has_no_hint() -> None:
    """Names of more than 64 characters are not compared, because that would take seconds."""
    assert nearest("x" * 64, ["x" * 63]) == "x" * 63
    assert nearest("x" * 65, ["x" * 64]) is None
    assert nearest("x" * 60, ["x" * 65]) is None


@pytest.mark.slow
def test_the_cost_of_a_hint_hardly_grows_with_the_names() -> None:
    """At most 24 names are compared, so 200 hints among 3,000 names take less than five seconds."""
    known = [f"state_{number:04}" for number in range(3_000)]
    started = time.process_time()
    hints = [hint(f"stat_{number:04}", known) for number in range(200)]
    assert hints[7] == '; did you mean "state_0007"?'
    assert time.process_time() - started < 5


def test_without_a_similar_name_some_known_names_are_listed() -> None:
    """The hint lists up to eight known names."""
    assert hint("zzz", ["paid", "total"]) == '; expected one of "paid", "total"'
    assert hint("zzz", [f"name{number}" for number in range(20)]).endswith('"name15", …')


def test_every_code_is_used_once() -> None:
    """No two findings share a code, because suppressions refer to codes."""
    ids = [code.value[0] for code in Code]
    assert len(set(ids)) == len(ids)
