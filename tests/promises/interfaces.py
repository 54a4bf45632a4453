"""Describes interfaces as comparable values: the command line, keys of JSON, JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import click

NOT_PROMISED = {
    "description",
    "title",
    "examples",
    "$comment",
    "markdownDescription",
}  # text for people


def surface(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """Lines for the command, its arguments in order, its sorted options, and its subcommands."""
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield f"{name}{' (hidden)' if command.hidden else ''}"
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    yield from (_argument(one) for one in command.params if isinstance(one, click.Argument))
    yield from sorted(_option(one, context) for one in options)
    if isinstance(command, click.Group):
        for child in sorted(command.list_commands(context)):
            found = command.get_command(context, child)
            assert found is not None
            yield from surface(found, f"{name} {child}", context)


def key_paths(value: Any, path: str = "") -> set[str]:
    """The path of each key at any depth, e.g. `findings[].code`."""
    match value:
        case dict():
            return {
                one
                for key, inner in value.items()
                for one in {f"{path}.{key}".lstrip("."), *key_paths(inner, f"{path}.{key}".lstrip("."))}
            }
        case list():
            return {one for inner in value for one in key_paths(inner, f"{path}[]")}
    return set()


def promised(schema: Any, *, names: bool = False) -> Any:
    """A JSON Schema without its texts. `names`: the keys are names of properties, not keywords."""
    match schema:
        case dict():
            return {
                key: promised(value, names=key in ("properties", "$defs", "patternProperties") and not names)
                for key, value in schema.items()
                if names or key not in NOT_PROMISED
            }
        case list():
            return [promised(one) for one in schema]
    return schema


def _argument(argument: click.Argument) -> str:
    needed = "required" if argument.required else "optional"
    number = "any number" if argument.nargs == -1 else argument.nargs
    return f"  argument {needed}, {number}{_kind(argument)}"


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(sorted((*option.opts, *option.secondary_opts)))
    facts = {
        "flag": option.is_flag,
        "required": option.required,
        "repeated": option.multiple,
        "variable": option.envvar,
        "default": None if option.is_flag or option.required else _default(option, context),
    }
    told = [key if value is True else f"{key} {value}" for key, value in facts.items() if value]
    return "; ".join((f"  {names}{_kind(option)}", *told))


def _kind(parameter: click.Parameter) -> str:
    match parameter.type:
        case click.Choice() as kind:
            words = [one.name.lower() if isinstance(one, Enum) else str(one) for one in kind.choices]
            return f", one of {' '.join(words)}{'' if kind.case_sensitive else ' in any case'}"
        case click.IntRange() as kind:
            return f", a number from {kind.min}{'' if kind.max is None else f' to {kind.max}'}"
        case click.Path() as kind:
            facts = {
                "exists": kind.exists,
                "file": kind.file_okay,
                "folder": kind.dir_okay,
                "-": kind.allow_dash,
            }
            return f", a path: {' '.join(fact for fact, holds in facts.items() if holds)}"
        case _ if isinstance(parameter, click.Option) and (parameter.metavar or "").startswith("["):
            return f", {parameter.metavar}"
        case kind:
            return "" if kind.name == "boolean" else f", {kind.name}"


def _default(option: click.Option, context: click.Context) -> str:
    match option.get_default(context, call=False):
        case tuple() as defaults:
            return " ".join(map(str, defaults))
        case str() | int() | Path() as default:
            return str(default)
        case default:
            return "computed" if callable(default) else ""
