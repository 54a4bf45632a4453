"""Parts of the checker's messages: how a type is shown, and what an author can write instead.

Pure text; finds no faults itself.
"""

from __future__ import annotations

from collections.abc import Callable

from statewright.language.cel.fitting import mixes_numbers
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Name, Node, path
from statewright.language.cel.types import Type

TYPE_LENGTH_MAX = 60


def shown(type_: Type) -> str:
    """A type in a message; a record of many fields would hide what the message says."""
    text = str(type_)
    return text if len(text) <= TYPE_LENGTH_MAX else f"{text[: TYPE_LENGTH_MAX - 1]}…"


def advise_conversion(*types: Type) -> str:
    """The end of a message about two types between which a conversion is all that lacks."""
    return ", convert one with int() or double()" if len(types) == 2 and mixes_numbers(*types) else ""


def advise_test(node: Node, tested: Node, condition: Callable[[Node], Node]) -> str:
    """The end of a message about a part that may lack a value: the test of `tested` that makes it usable.

    Facts are kept by path (`narrowing`), so what has none must become a macro's variable first.
    """
    if path(node) is not None:
        return f"test it first: {canonical(condition(tested))} && …"
    test = f"[{canonical(tested)}].exists(x, {canonical(condition(Name(0, 'x')))} && …)"
    return f"and only a name can be tested first, so give it one: {test}"
