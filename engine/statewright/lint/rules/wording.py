"""Rules about what a name says to readers and to other tools. All of them are advice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.lint.rule import Remark, rule
from statewright.lint.subject import Subject

_WORD = re.compile(r"[A-Z][a-z0-9]*")

# Words that stand alone in Mermaid's state diagrams or in DOT.
_DIAGRAM_WORDS = frozenset(
    {"class", "classdef", "click", "default", "direction", "end", "note", "state", "style"}
    | {"digraph", "edge", "graph", "node", "strict", "subgraph"}
)
# Only verbs whose past has another form and that are hardly ever nouns at the beginning of an event's name.
_VERBS = frozenset(
    {
        "Accept",
        "Add",
        "Apply",
        "Approve",
        "Assign",
        "Begin",
        "Cancel",
        "Change",
        "Choose",
        "Close",
        "Complete",
    }
    | {"Confirm", "Create", "Deliver", "Delete", "Finish", "Give", "Mark", "Open", "Pay", "Place", "Publish"}
    | {"Reject", "Remove", "Report", "Send", "Set", "Ship", "Start", "Submit", "Take", "Update", "Withdraw"}
)


@rule(
    Code.UNPORTABLE_NAME,
    why="Diagram languages have words of their own. A state that is called like one of them breaks every "
    "exporter that does not escape names.",
)
def unportable_names(subject: Subject) -> Iterator[Remark]:
    for state in subject.definition.states.values():
        own = state.name.rpartition(".")[2]
        if own.casefold() in _DIAGRAM_WORDS:
            yield Remark(
                state.path, f"\"{own}\" is a word of Mermaid's or DOT's own, choose another", key=True
            )


@rule(
    Code.EVENT_IN_THE_IMPERATIVE,
    why="An event is a fact and stays in the stream for ever. In the past tense nobody takes it for a wish.",
)
def events_in_the_imperative(subject: Subject) -> Iterator[Remark]:
    """Only declared ones: where there is no catalogue, events may bear the commands' names."""
    commands = subject.definition.commands or {}
    for event in subject.definition.events or {}:
        if event in commands or _is_imperative(event):
            yield Remark(("events", event), f'event "{event}" reads like a wish, name the fact', key=True)


@rule(
    Code.COMMAND_IN_THE_PAST,
    why="A command may be refused. In the past tense it reads as if it had happened already.",
)
def commands_in_the_past(subject: Subject) -> Iterator[Remark]:
    for command in subject.definition.commands or {}:
        if _is_past(command):
            yield Remark(
                ("commands", command), f'command "{command}" reads like a fact, name the wish', key=True
            )


def _is_imperative(name: str) -> bool:
    """Begins with a verb, and no word is in the past tense: AddItem, but not LimitSet or OrderPlaced."""
    words = _WORD.findall(name)
    return bool(words) and words[0] in _VERBS and not any(word.endswith(("ed", "en")) for word in words[1:])


def _is_past(name: str) -> bool:
    """OrderPlaced, but neither MarkShipped nor Proceed."""
    words = _WORD.findall(name)
    return len(words) > 1 and words[-1].endswith("ed") and words[0] not in _VERBS
