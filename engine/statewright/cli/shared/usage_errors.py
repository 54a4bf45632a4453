"""Rewords click's usage errors in the style of our own messages, and suggests similar names."""

from __future__ import annotations

import re

import click

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_EXTRA = re.compile(r"Got unexpected extra (arguments?) \((.*)\)", re.DOTALL)
_WORDINGS = (
    (re.compile(r"^File ('.*') is a directory\.$", re.DOTALL), r"\1 is a folder; name a file"),
    (re.compile(r"^Directory ('.*') is a file\.$", re.DOTALL), r"\1 is a file; name a folder"),
    (re.compile(r"is not a valid integer( range)?\.$"), "is not an integer"),
    (re.compile(r"is not in the range (\d+)<=x<=(\d+)\.$"), r"is not between \1 and \2"),
    (re.compile(r"is not in the range x>=(\d+)\.$"), r"is less than \1"),
)


def reworded(error: click.UsageError) -> str:
    """The message of a usage error. Only click's own messages change."""
    match error:
        case click.NoSuchOption():
            return f'unknown option "{error.option_name}"{_option_meant(error)}'
        case click.MissingParameter(param=click.Parameter() as missing, ctx=click.Context() as context):
            name = f"{missing.opts[-1]} " if isinstance(missing, click.Option) else ""
            return f"missing {missing.param_type_name} {name}{missing.make_metavar(context)}"
        case click.BadParameter(param=click.Option() as option):
            return f"{max(option.opts, key=len)}: {_restyled(error.message)}"
        case click.BadParameter() | click.BadOptionUsage():
            return _restyled(error.message)
        case _:
            return _EXTRA.sub(r'unexpected \1 "\2"', error.message)


def _option_meant(error: click.NoSuchOption) -> str:
    """Compares words without their dashes, which would make any two short options look alike."""
    from statewright.diagnostics import nearest

    if error.ctx is None or not error.option_name.startswith("--"):
        return ""
    wanted = error.option_name.removeprefix("--")
    options = (name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts)
    words = [name.removeprefix("--") for name in options if name.startswith("--")]
    longer = (word for word in words if f"{wanted}-".startswith(f"{word}-") or word.startswith(f"{wanted}-"))
    near = next(longer, None) or nearest(wanted, words)
    return "" if near is None else f'; did you mean "--{near}"?'


def _restyled(message: str) -> str:
    """Use lower case, double quotes and no full stop. Our own messages are like this already."""
    if not message.endswith("."):
        return message
    for click_words, our_words in _WORDINGS:
        message = click_words.sub(our_words, message)
    message = _QUOTED.sub(r'"\1"', message.removesuffix("."))
    return message[:1].lower() + message[1:]
