"""Parses JSON files. Each duplicate key and each invalid value becomes a finding."""

from __future__ import annotations

import json

from statewright.diagnostics import Code, Finding
from statewright.errors import DefinitionError
from statewright.language.source.text import FINDINGS_MAX, Source, Tree, excess, repeated_key
from statewright.language.wording import quoted
from statewright.strict_json import Problem, ProblemKind, Scan, double, integer, tokens


def parse_json(source: Source) -> Tree:
    """Parse JSON. Of duplicate keys, the last one wins. Raises DefinitionError if a value is lost."""
    _check_limits(source)
    try:
        value = json.loads(
            source.text, parse_int=integer, parse_float=double, parse_constant=lambda _name: None
        )
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
        raise DefinitionError([_finding(source, Code.SYNTAX, error.pos, message)]) from error
    scan = Scan(source.text)
    findings = tuple(_described(source, problem) for problem in scan.problems[:FINDINGS_MAX])
    if any(problem.kind is not ProblemKind.REPEATED_KEY for problem in scan.problems):
        raise DefinitionError(findings)
    values_at, keys_at = (
        {path: source.position_at(index) for path, index in places.items()}
        for places in (scan.values_at, scan.keys_at)
    )
    return Tree(value, values_at, keys_at, findings)


def _check_limits(source: Source) -> None:
    depth = count = 0
    for token in tokens(source.text):
        depth += (token[0] in "[{") - (token[0] in "]}")
        count += token[0] not in "]}"
        if message := excess(depth, count):
            raise DefinitionError([_finding(source, Code.LIMIT, token.start(), message)])


def _described(source: Source, problem: Problem) -> Finding:
    match problem.kind:
        case ProblemKind.REPEATED_KEY:
            first = source.position_at(problem.first)
            code, message = Code.DUPLICATE_KEY, repeated_key(problem.text, first)
        case ProblemKind.HALF_CHARACTER:
            code, message = Code.SYNTAX, "the escape is half of a surrogate pair"
        case ProblemKind.NOT_A_NUMBER:
            code, message = Code.SYNTAX, f"{problem.text} is not a JSON number"
        case ProblemKind.INTEGER_TOO_LARGE:
            code, message = Code.LIMIT, f"the integer {quoted(problem.text)} does not fit in 64 bits"
        case ProblemKind.DOUBLE_TOO_LARGE:
            code, message = Code.LIMIT, f"the number {quoted(problem.text)} is too large for a double"
    return _finding(source, code, problem.index, message)


def _finding(source: Source, code: Code, index: int, message: str) -> Finding:
    return source.finding(code, source.position_at(index), message)
