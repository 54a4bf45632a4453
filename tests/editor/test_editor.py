"""Diagnostics, hover texts and completions that the real yaml-language-server gives to editors."""

from __future__ import annotations

import re

import pytest

from statewright.json_schemas import load_schema
from statewright.language import load_definition
from tests.editor.conftest import Editor
from tests.editor.schema_keys import Key, schema_keys
from tests.given import CONFIG, SOUND_FILES

CORRECT = [
    *sorted(CONFIG.glob("*.scenarios.yaml")),
    *(path for path in SOUND_FILES if path.suffix == ".yaml"),
]
STATE = "machine: door\ninitial: shut\nstates:\n  shut:\n    "
BRANCH = f"{STATE}accepts:\n      Open:\n        - "
PLACEHOLDER = re.compile(r"\$\{\d+:([^}]*)\}")


def expanded(snippet: str) -> str:
    """The snippet as inserted when the user types nothing else."""
    return PLACEHOLDER.sub(r"\1", snippet)


def test_correct_files_show_no_mistake(editor: Editor) -> None:
    """The files are the definitions of config/ and the good examples of the rules."""
    opened = {
        path: editor(path.read_text(encoding="utf-8"), schema=path.suffixes[-2][1:]) for path in CORRECT
    }
    assert {path.name: file.mistakes for path, file in opened.items() if file.mistakes} == {}


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        (f"{STATE}fin: true\n", "fin"),
        (f"{STATE}final: maybe\n", "maybe"),
        (f"{BRANCH}{{reject: NO, on_refusal: retry}}\n", "retry"),
        (f"{BRANCH}{{emit: Opened, reject: NO}}\n", "emit"),
        ("machine: a door\ninitial: shut\nstates: {shut: }\n", "a door"),
        ("machine: door\ninitial: shut\nstates: {shut: }\ndata:\n  opened: {type: bool}\n", "bool"),
    ],
)
def test_a_mistake_is_underlined(editor: Editor, text: str, underlined: str) -> None:
    """Nothing else is underlined."""
    assert [place for place, _ in editor(text).mistakes] == [underlined]


def test_a_missing_key_is_named(editor: Editor) -> None:
    """The diagnostic for a missing key names the key."""
    [(_, message)] = editor("machine: door\nstates: {shut: }\n").mistakes
    assert message == 'Missing property "initial".'


@pytest.mark.parametrize("schema", ["machine", "scenarios"])
def test_hovering_over_any_key_shows_its_meaning(editor: Editor, schema: str) -> None:
    """Every key of the schemas has a hover text."""
    keys = schema_keys(load_schema(schema))
    assert keys

    def is_shown(key: Key) -> bool:
        shown = editor(key.document(), schema=schema).hover_on(key.name)
        return key.description != "" and key.description in shown

    assert [key.path for key in keys if not is_shown(key)] == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", {"machine", "version", "initial", "data", "commands", "events", "states", "invariants"}),
        (STATE, {"initial", "final", "accepts", "timeout", "states", "renamed_from"}),
        (BRANCH, {"guard", "roles", "reject", "message"}),
        (f"{BRANCH}reject: NO\n          on_refusal: ", {"redeliver", "dead_letter", "record", "drop"}),
        (f"{STATE}final: ", {"true", "false"}),
        ("data:\n  opened: ", {"string", "integer", "number", "boolean"}),
        ("data:\n  opened:\n    type: ", {"string", "integer", "number", "boolean"}),
    ],
)
def test_keys_and_values_are_completed(editor: Editor, text: str, offered: set[str]) -> None:
    """All proposals fit at the end of the text."""
    assert offered <= editor(text).completion_at_the_end().keys()


def test_keys_of_a_scenario_are_completed(editor: Editor) -> None:
    """The keys of its command are completed too."""
    text = "scenarios:\n  - name: it opens\n    when:\n      "
    offered = editor(text, schema="scenarios").completion_at_the_end()
    assert {"command", "data", "actor", "at", "expected_version"} <= offered.keys()


def test_the_snippet_of_an_empty_file_is_a_machine_that_loads(editor: Editor) -> None:
    """The proposed words are accepted unchanged."""
    text = expanded(editor("").completion_at_the_end()["new machine"])
    assert load_definition(text.encode(), "new.machine.yaml").states.keys() == {"open", "closed"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("commands:\n  ", "command"),
        ("events:\n  ", "event"),
        ("machine: door\ninitial: state\nstates:\n  ", "state"),
        ("machine: door\ninitial: state\nstates:\n  ", "final state"),
        ("machine: door\ninitial: state\nstates:\n  ", "composite state"),
        (f"{STATE}accepts:\n      ", "accepted command"),
        (BRANCH, "store"),
        (BRANCH, "store where"),
        (BRANCH, "refuse where"),
        ("invariants:\n  - ", "invariant"),
    ],
)
def test_a_snippet_is_offered_where_it_fits(editor: Editor, text: str, label: str) -> None:
    """It inserts keys that the schema allows there."""
    file = editor(text)
    indent = " " * len(text.rpartition("\n")[2].replace("- ", ""))
    inserted = expanded(file.completion_at_the_end()[label]).replace("\n", f"\n{indent}")
    assert [message for _, message in editor(text + inserted).mistakes if "not allowed" in message] == []
