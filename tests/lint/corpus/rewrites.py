"""Mistakes that change more than one word: a moved branch, a name changed everywhere, a copied file."""

from __future__ import annotations

import re
from random import Random

from statewright.diagnostics import Code
from tests.lint.corpus.planting import Planted, line_at, misspelt, planter, section


@planter(Code.MACHINE_TWICE)
def file_copied_under_its_old_name(text: str, random: Random) -> Planted | None:
    """The finding is in the new file, which is read after the old one."""
    return Planted(text, line_at(text, _found(r'^ *"?machine"?: ', text).start()), beside=text)


@planter(Code.SHAPE)
def first_state_forgotten(text: str, random: Random) -> Planted | None:
    """A missing key is reported at the start of the document."""
    without = re.sub(r'^(?:  )?"?initial"?: .*\n', "", text, flags=re.MULTILINE)
    return Planted(without, line_at(without, _found(r"^[^#\n]", without).start()))


@planter(Code.DUPLICATE_BRANCH)
def branch_pasted_twice(text: str, random: Random) -> Planted | None:
    match = _any(r"^ +- \{guard: .*\}\n", text, random)
    return match and Planted(text[: match.end()] + match[0] + text[match.end() :], line_at(text, match.end()))


@planter(Code.UNREACHABLE_BRANCH)
def branch_for_the_rest_moved_up(text: str, random: Random) -> Planted | None:
    match = _any(r"^( +- \{guard: .*\}\n)( +- \{emit: .*\}\n)", text, random)
    return match and _swapped(text, match)


@planter(Code.SHADOWED_BRANCH)
def tiers_in_the_wrong_order(text: str, random: Random) -> Planted | None:
    match = _any(r"^( +- \{guard: (\S+ >=?) \d+,.*\}\n)( +- \{guard: \2 \d+,.*\}\n)", text, random)
    return match and Planted(
        text[: match.start()] + match[3] + match[1] + text[match.end() :], line_at(text, match.start()) + 1
    )


@planter(Code.GUARD_GAP)
def neither_more_nor_less(text: str, random: Random) -> Planted | None:
    """Give the last branch a guard that covers the other side of the limit, but not the limit itself."""
    match = _any(
        r":\n +- \{guard: (command\.\w+) ([<>])(=?) (\d+), .*\n +- \{()emit: .*\}\n(?! +-)", text, random
    )
    if match is None:
        return None
    other = {"<": ">", ">": "<"}[match[2]]
    limit = int(match[4]) + {"<": 1, ">": -1}[match[2]] * (match[3] == "=")
    guard = f"guard: {match[1]} {other} {limit}, "
    return Planted(text[: match.start(5)] + guard + text[match.start(5) :], line_at(text, match.start(5)))


@planter(Code.REPLAY_RULE, Code.FIELD_SOURCE)
def one_event_for_two_ways(text: str, random: Random) -> Planted | None:
    """Let the second of two branches emit the event of the first, which has another target."""
    match = _any(r"emit: (\w+),.* target: (\w+)\}\n.*emit: (\w+),.*target: (?!\2\b)\w+\}\n", text, random)
    return match and Planted(
        text[: match.start(3)] + match[1] + text[match.end(3) :], line_at(text, match.start(3))
    )


@planter(
    Code.TIMEOUT_WITHOUT_EFFECT, Code.EVENT_NEVER_EMITTED, Code.UNREACHABLE_STATE, Code.COMMAND_WITHOUT_EFFECT
)
def timeout_that_only_nods(text: str, random: Random) -> Planted | None:
    match = _any(r"timeout: .*command: (\w+)\}\n +accepts:\n(?: {6}.*\n)*? {6}\1: (\{emit.*)\n", text, random)
    return match and Planted(
        text[: match.start(2)] + "{emit: []}" + text[match.end(2) :], line_at(text, match.start())
    )


@planter(Code.REFUSAL_WITH_TWO_MEANINGS)
def code_of_another_refusal(text: str, random: Random) -> Planted | None:
    match = _any(r"reject: (\w+), message: (?:.*\n)*?.*reject: (?!\1\b)(\w+), message: ", text, random)
    return match and Planted(
        text[: match.start(2)] + match[1] + text[match.end(2) :], line_at(text, match.start(2))
    )


@planter(Code.MISSPELT_ROLE, Code.ROLES_APART)
def misspelt_role(text: str, random: Random) -> Planted | None:
    """Misspell a role that is used in at least two other places."""
    uses = list(re.finditer(r"(?<=[\[ ])\w{6,}(?=[,\]])", "".join(re.findall(r"roles: \[.*?\]", text))))
    roles = sorted({use[0] for use in uses if sum(other[0] == use[0] for other in uses) > 2})
    match = _any(rf"roles: \[(?:\w+, )?({random.choice(roles)})\b", text, random) if roles else None
    return match and Planted(
        text[: match.start(1)] + misspelt(match[1], random) + text[match.end(1) :],
        line_at(text, match.start(1)),
    )


@planter(Code.INVARIANT_ALWAYS_HOLDS)
def bound_that_the_schema_has_already(text: str, random: Random) -> Planted | None:
    match = _any(r"^  (\w+): \{type: integer(),(?:.*\n)*  - \{check: data\.\1 >= 0,", text, random)
    if match is None:
        return None
    bounded = text[: match.start(2)] + ", minimum: 0" + text[match.end(2) :]
    return Planted(bounded, line_at(text, match.end()))


@planter(Code.UNDOCUMENTED)
def description_forgotten(text: str, random: Random) -> Planted | None:
    """Drop the description of one command or event; the finding is at the section."""
    name = random.choice(["commands", "events"])
    start, end = section(text, name)
    match = _any(r"description: .*?, (?=payload)", text[start:end], random)
    return match and Planted(
        text[: start + match.start()] + text[start + match.end() :], line_at(text, start)
    )


@planter(Code.UNPORTABLE_NAME)
def state_in_a_diagrams_words(text: str, random: Random) -> Planted | None:
    return _with_a_state_called(random.choice(["end", "default", "class", "note"]), text, random)


@planter(Code.NAMING)
def state_in_another_style(text: str, random: Random) -> Planted | None:
    return _with_a_state_called(random.choice(["AllDone", "allDone", "ALL_DONE"]), text, random)


@planter(Code.YAML_1_1)
def state_that_older_tools_misread(text: str, random: Random) -> Planted | None:
    return _with_a_state_called(random.choice(["off", "on", "y", "n"]), text, random)


def _with_a_state_called(name: str, text: str, random: Random) -> Planted | None:
    """Rename a final state, in its declaration and in every target."""
    match = _any(r"^  (\w+): \{.*final: true\}\n", text, random)
    if match is None or f'"{match[1]}"' in text:
        return None
    used = re.sub(rf"(?<=: ){match[1]}(?=[,}}\n])", name, text)
    line = line_at(text, match.start())
    lines = used.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(match[1], name, 1)
    return Planted("".join(lines), line)


def _swapped(text: str, match: re.Match[str]) -> Planted:
    return Planted(
        text[: match.start()] + match[2] + match[1] + text[match.end() :], line_at(text, match.start()) + 1
    )


def _found(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None
    return match


def _any(pattern: str, text: str, random: Random) -> re.Match[str] | None:
    matches = list(re.finditer(pattern, text, re.MULTILINE))
    return random.choice(matches) if matches else None


REWRITES = (
    *(
        file_copied_under_its_old_name,
        first_state_forgotten,
        branch_pasted_twice,
        branch_for_the_rest_moved_up,
    ),
    *(tiers_in_the_wrong_order, neither_more_nor_less, one_event_for_two_ways, timeout_that_only_nods),
    *(code_of_another_refusal, misspelt_role, bound_that_the_schema_has_already, description_forgotten),
    *(state_in_a_diagrams_words, state_in_another_style, state_that_older_tools_misread),
)
