"""Random expressions give the same results as in Google's cel-cpp, which does not know the types."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from statewright.errors import EvaluationError
from statewright.language.cel import compile_expression, evaluate
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.parser import parse
from statewright.language.cel.types import BOOL, DOUBLE, INT, STRING, ListOf, Type
from tests.language.cel.random_expressions import TYPES, Grammar, random_values

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="cel-expr-python has wheels for Linux only"),
]

CASES_PER_SEED = 1_000
Case = tuple[str, dict[str, object]]


def random_cases(seed: int, count: int) -> list[Case]:
    random = Random(seed)
    results: list[Type] = [INT, DOUBLE, STRING, BOOL, BOOL, ListOf(INT)]
    return [(Grammar(random).text(random.choice(results), 4), random_values(random)) for _ in range(count)]


def answers_of_cel_cpp(cases: list[Case]) -> list[list[str]]:
    worker = Path(__file__).with_name("cel_cpp_worker.py")
    batch = json.dumps({"types": {name: str(type_) for name, type_ in TYPES.items()}, "cases": cases})
    done = subprocess.run(
        [sys.executable, str(worker)], input=batch, capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def our_answer(source: str, values: dict[str, object]) -> list[str]:
    try:
        return ["value", repr(evaluate(compile_expression(source, TYPES), values))]
    except EvaluationError:
        return ["error"]


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_cel_cpp(seed: int, report_line: Callable[[str], None]) -> None:
    """Every expression that cel-cpp accepts gives an equal value, or an error in both."""
    cases = random_cases(seed, CASES_PER_SEED)
    theirs = answers_of_cel_cpp(cases)
    compared = [(case, answer) for case, answer in zip(cases, theirs, strict=True) if answer[0] != "refused"]
    different = [(case, answer, ours) for case, answer in compared if (ours := our_answer(*case)) != answer]
    errors = sum(answer[0] == "error" for _, answer in compared)
    report_line(
        f"cel-cpp, seed {seed}: {len(compared)} expressions compared, {errors} of them errors in both"
    )
    assert different == []
    assert compared


@pytest.mark.parametrize("seed", range(100, 104))
def test_types_do_not_change_results(seed: int) -> None:
    """Code compiled without types gives the same results as type-checked code."""
    for source, values in random_cases(seed, 250):
        untyped = compile_tree(parse(source), tuple(TYPES), {})
        try:
            answer = ["value", repr(untyped(*(values[name] for name in TYPES)))]
        except EvaluationError:
            answer = ["error"]
        assert answer == our_answer(source, values), source
