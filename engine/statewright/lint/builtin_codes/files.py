"""Codes of the text and the shape of a file, and of several files together."""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import found_elsewhere

_DOOR = """
    machine: door
    initial: closed
    states:
      closed: {accepts: {Open: open}}
      open: {accepts: {Close: closed}}
    """

RULES = (
    found_elsewhere(
        Code.SYNTAX,
        "syntax",
        why="The text is neither YAML nor JSON, or not UTF-8, so nothing can be said about what it means.",
        bad="""
            machine: door
            initial: [closed
            states:
              closed: {accepts: {Open: open}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.DUPLICATE_KEY,
        "duplicate-key",
        why="YAML and JSON readers silently keep one of two entries with the same key, mostly the last.",
        bad="""
            machine: door
            initial: closed
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
              open: {accepts: {Lock: closed}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.YAML_FEATURE,
        "yaml-feature",
        why="Anchors, aliases, merge keys, tags and several documents make a file mean what is not written "
        "in it, and can make it grow without bound. JSON has none of them.",
        bad="""
            machine: door
            initial: closed
            states:
              closed: &state {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.SHAPE,
        "shape",
        why="A key is missing, or its value is not what the schema of definitions asks for.",
        bad="""
            machine: door
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.UNKNOWN_KEY,
        "unknown-key",
        why="A key that nobody knows would have no effect. The nearest known one is offered.",
        bad="""
            machine: door
            initial: closed
            states:
              closed: {acepts: {Open: open}, accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.UNUSED_IGNORE,
        "unused-ignore",
        why="A comment that ignores nothing, gives no reason or cannot be read outlives its cause and may "
        "one day hide a mistake. The form is `# statewright: ignore[CODE] reason`.",
        bad="""
            machine: door
            initial: closed
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}  # statewright: ignore[SW103] it stays open
            """,
        good=_DOOR,
        fix="Remove the codes that nothing needs, and with the last of them the comment. One that gives no "
        "reason or cannot be read stays.",
    ),
    found_elsewhere(
        Code.LIMIT,
        "limit",
        why="A file has at most 256 KiB, 64 levels and 20,000 values, and its numbers fit in 64 bits, so "
        "that no file takes more than a second to read.",
        bad="""
            machine: door
            version: 99999999999999999999
            initial: closed
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            """,
        good=_DOOR,
    ),
    found_elsewhere(
        Code.MACHINE_TWICE,
        "machine-twice",
        why="Streams belong to a machine by its name. Two files with one name cannot be loaded or published "
        "together, and which of them an aggregate would follow is chance.",
        bad="""
            machine: door
            initial: closed
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            ---
            machine: door
            initial: open
            states:
              open: {accepts: {Close: closed}}
              closed: {final: true}
            """,
        good="""
            machine: door
            initial: closed
            states:
              closed: {accepts: {Open: open}}
              open: {accepts: {Close: closed}}
            ---
            machine: gate
            initial: open
            states:
              open: {accepts: {Close: closed}}
              closed: {final: true}
            """,
    ),
)
