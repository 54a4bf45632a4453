"""Type-checks calls of functions and methods, and reports unknown ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statewright.diagnostics import hint
from statewright.errors import EvaluationError
from statewright.language.cel import syntax, types
from statewright.language.cel.functions import FUNCTIONS, MACROS, METHODS, Function
from statewright.language.cel.narrowing import Scope
from statewright.language.cel.spellings import spelling_hint
from statewright.language.cel.syntax import Node
from statewright.language.cel.types import Type
from statewright.language.cel.unsupported import TYPE_VALUES, namespaced, not_supported, unsupported_part

if TYPE_CHECKING:
    from statewright.language.cel.checker import Checker


def type_of_call(checker: Checker, node: syntax.Call, scope: Scope) -> Type:
    library_function = namespaced(node, scope.names)
    function = (METHODS if node.method else FUNCTIONS).get(node.function)
    if function is None or library_function is not None:
        return _unknown_function(checker, node, library_function or node.function, scope)
    arguments = [
        checker.usable(part, scope) if node.function != "dyn" else checker.type_of(part, scope)
        for part in node.arguments
    ]
    for argument in node.arguments[1:] if node.method else node.arguments:
        _check_literal(checker, node.function, function, argument)
    return checker.resolved(node, f"{node.function}()", function, arguments)


def report_unsupported(checker: Checker, node: Node, what: str, name: str) -> Type:
    """Report a part of CEL that is not supported, once per name, but type values once in total."""
    message = not_supported(what, name)
    said = what if what == TYPE_VALUES else message
    if any(fault.message.startswith(said) for fault in checker.faults):
        return types.DYN
    return checker.fault(node, message)


def _unknown_function(checker: Checker, node: syntax.Call, name: str, scope: Scope) -> Type:
    """Report an unknown function. Its arguments are not checked: they could use variables of a macro."""
    before = len(checker.faults)
    if node.method and name == node.function:
        checker.usable(node.arguments[0], scope)
    if len(checker.faults) > before:
        return types.DYN
    if (what := unsupported_part(name)) is not None:
        return report_unsupported(checker, node, what, f"{name}()")
    functions, methods = [*FUNCTIONS, "has"], [*METHODS, *MACROS]
    if name in (functions if node.method else methods):
        right = f"a function; write {name}(…)" if node.method else f"a method; write x.{name}(…)"
        return checker.fault(node, f'"{name}" is {right}')
    kind, known = ("method", methods) if node.method else ("function", functions)
    return checker.fault(node, f'unknown {kind} "{name}"{spelling_hint(name) or hint(name, known)}')


def _check_literal(checker: Checker, name: str, function: Function, argument: Node) -> None:
    """Report arguments whose text alone shows that the call would fail."""
    if function.literal_only and not isinstance(argument, syntax.Literal):
        checker.fault(argument, f"the pattern of {name}() must be a literal")
    if function.reads_text and isinstance(argument, syntax.Literal) and isinstance(argument.value, str):
        try:
            function.reads_text(argument.value)
        except EvaluationError as error:
            checker.fault(argument, str(error))
