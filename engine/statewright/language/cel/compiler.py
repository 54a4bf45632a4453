"""Compiles a syntax tree to a Python function, using Python's own operators where the types are known.

The function's source consists only of fragments from this module and `functions`. Text written by an author
enters as constants in the namespace, never as code. A node without a type counts as dyn, so an unchecked tree
also compiles, to code that checks types at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from statewright.language.cel import syntax
from statewright.language.cel.fitting import inner_of
from statewright.language.cel.functions import (
    FUNCTIONS,
    MACROS,
    METHODS,
    NEGATION,
    OPERATORS,
    Function,
    resolve,
)
from statewright.language.cel.literals import constant_key
from statewright.language.cel.runtime import arithmetic, comparing, conforming, macros, values
from statewright.language.cel.syntax import Node, path, walk
from statewright.language.cel.types import BOOL, DOUBLE, DYN, STRING, ListOf, MapOf, Record, Scalar, Type

# The names available to generated code in addition to its constants; other builtins are not accessible.
_NAMESPACE: Mapping[str, object] = {
    "__builtins__": {"len": len},
    "FAILURES": values.FAILURES,
    **{
        function.__name__: function
        for function in (
            arithmetic.concatenate,
            comparing.contains,
            comparing.contains_scalar,
            comparing.equal,
            comparing.has,
            comparing.index,
            comparing.make_map,
            comparing.select,
            conforming.require,
            macros.conjunction,
            macros.disjunction,
            macros.negated,
            values.Meter,
            values.explain,
            values.overflow,
            values.truth,
            values.unknown,
        )
    },
}
NOTHING: Mapping[int, Type] = {}
_LOGICAL = {"&&": ("and", "conjunction"), "||": ("or", "disjunction")}


def compile_tree(
    tree: Node, names: Sequence[str], types: Mapping[int, Type], required: Mapping[int, Type] = NOTHING
) -> Callable[..., object]:
    """Return a function of the values of `names`, in that order, and of an optional Budget.

    The function raises only EvaluationError and BudgetExceeded. The values must fit the declared types.
    `types`, `required`: as in `Checked`; the tree may contain nodes with faults.
    """
    compiler = _Compiler(types, required)
    parameters = {name: f"p{number}" for number, name in enumerate(names)}
    result = compiler.code(tree, parameters).text
    return _function(", ".join(parameters.values()), result, compiler.constants, _price([tree]).budget_steps)


@dataclass(frozen=True, slots=True)
class _Code:
    """Python code for a value. `fails`: it may raise even if all data has its declared type."""

    text: str
    fails: bool


Variables = Mapping[str, str]  # name in the expression -> name in the generated code


def _function(
    parameters: str, result: str, constants: Mapping[str, object], budget_steps: int
) -> Callable[..., object]:
    lines = [
        f"def expression({parameters}{parameters and ', '}budget=None):",
        "    if budget is not None:",
        f"        budget.spend({budget_steps})",
        "    try:",
        *(["        meter = Meter(budget)"] if "meter" in result else []),
        f"        return {result}",
        "    except FAILURES as error:",
        "        raise explain(error) from None",
    ]
    namespace = {**_NAMESPACE, **constants}
    exec(compile("\n".join(lines), "<expression>", "exec"), namespace)  # noqa: S102 (contains no text written by an author)
    function = namespace["expression"]
    assert callable(function)
    return function


class _Compiler:
    def __init__(self, types: Mapping[int, Type], required: Mapping[int, Type]) -> None:
        self.types = types
        self.required = required
        self.constants: dict[str, object] = {}
        self.variables = 0
        self.loops = 0  # nested around the current node

    def type_of(self, node: Node) -> Type:
        return self.types.get(node.offset, DYN)

    def constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def code(self, node: Node, variables: Variables) -> _Code:
        code = self.unchecked(node, variables)
        if node.offset in self.required:
            return _Code(f"require({code.text}, {self.constant(self.required[node.offset])})", fails=True)
        return code

    def unchecked(self, node: Node, variables: Variables) -> _Code:
        match node:
            case syntax.Literal():
                return _Code(self.constant(node.value), fails=False)
            case syntax.Name() | syntax.Select() | syntax.Has():
                return self.reading(node, variables)
            case syntax.Unary() | syntax.Binary():
                return self.operation(node, variables)
            case syntax.Logical():
                return self.logical(node, variables)
            case syntax.Conditional():
                return self.conditional(node, variables)
            case syntax.Call():
                return self.call(node, variables)
            case syntax.Macro():
                return self.macro(node, variables)
            case _:
                return self.collection(node, variables)

    def reading(self, node: syntax.Name | syntax.Select | syntax.Has, variables: Variables) -> _Code:
        chain = path(node)
        if chain and (dotted := ".".join(chain)) in variables:
            return _Code(variables[dotted], fails=False)
        if isinstance(node, syntax.Name):
            return _Code(f"unknown({self.constant(node.name)})", fails=True)
        operand, field = self.code(node.operand, variables), self.constant(node.field)
        match node, self.type_of(node.operand):
            case syntax.Select(), Record():
                return _Code(f"{operand.text}[{field}]", operand.fails)
            case syntax.Select(), MapOf():
                return _Code(f"{operand.text}[{field}]", fails=True)
            case syntax.Has(), Record() | MapOf():
                return _Code(f"({field} in {operand.text})", operand.fails)
            case _:
                read = "has" if isinstance(node, syntax.Has) else "select"
                return _Code(f"{read}({operand.text}, {field})", fails=True)

    def operation(self, node: syntax.Unary | syntax.Binary, variables: Variables) -> _Code:
        match node:
            case syntax.Unary(operator="!"):
                operand = self.code(node.operand, variables)
                if self.type_of(node.operand) == BOOL:
                    return _Code(f"(not {operand.text})", operand.fails)
                return _Code(f"negated({operand.text})", fails=True)
            case syntax.Unary():
                return self.applied(NEGATION, (node.operand,), variables)
            case syntax.Binary(operator="==" | "!="):
                return self.equality(node, variables)
            case syntax.Binary(operator="in"):
                return self.membership(node, variables)
            case _:
                return self.applied(OPERATORS[node.operator], (node.left, node.right), variables)

    def applied(self, function: Function, arguments: Sequence[Node], variables: Variables) -> _Code:
        compiled = [self.code(argument, variables) for argument in arguments]
        resolution = resolve(function, [self.type_of(argument) for argument in arguments])
        texts = [argument.text for argument in compiled]
        fails = any(argument.fails for argument in compiled)
        if resolution and resolution.code and not self.repeats_text(*arguments):
            return _Code(resolution.code.format(*texts), fails or resolution.fails)
        passed = [*texts, "meter"] if function.metered else texts
        return _Code(f"{self.constant(function.implementation)}({', '.join(passed)})", fails=True)

    def repeats_text(self, *operands: Node) -> bool:
        """Whether a loop repeats work on unbounded strings; Python's operators spend no steps."""
        texts = any(inner_of(self.type_of(operand)) == STRING for operand in operands)
        has_literal = any(isinstance(operand, syntax.Literal) for operand in operands)
        return self.loops > 0 and texts and not has_literal

    def equality(self, node: syntax.Binary, variables: Variables) -> _Code:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, syntax.Literal) and other.value is None:
                operand = self.code(one, variables)
                return _Code(
                    f"({operand.text} {'is' if node.operator == '==' else 'is not'} None)", operand.fails
                )
        left, right = self.code(node.left, variables), self.code(node.right, variables)
        inline = _python_compares(self.type_of(node.left), self.type_of(node.right))
        if inline and not self.repeats_text(node.left, node.right):
            return _Code(f"({left.text} {node.operator} {right.text})", left.fails or right.fails)
        text = f"equal({left.text}, {right.text}, meter)"
        return _Code(text if node.operator == "==" else f"(not {text})", fails=True)

    def membership(self, node: syntax.Binary, variables: Variables) -> _Code:
        sought, within = self.code(node.left, variables), self.code(node.right, variables)
        match self.type_of(node.left), self.type_of(node.right):
            case Scalar("string"), Record() | MapOf(key=Scalar("string")):
                return _Code(f"({sought.text} in {within.text})", sought.fails or within.fails)
            # Python finds a NaN in a list by identity; in CEL it equals nothing.
            case type_, ListOf(item=item) if inner_of(type_) != DOUBLE and _python_compares(type_, item):
                return _Code(f"contains_scalar({sought.text}, {within.text}, meter)", fails=True)
            case _:
                return _Code(f"contains({sought.text}, {within.text}, meter)", fails=True)

    def logical(self, node: syntax.Logical, variables: Variables) -> _Code:
        """Use Python's operator up to the first operand that may fail; from there CEL's semantics differ."""
        word, function = _LOGICAL[node.operator]
        operands = [self.truth(operand, variables) for operand in node.operands]
        last = len(operands) - 1
        first_failing = next((at for at, operand in enumerate(operands) if operand.fails), last)
        if first_failing == last:
            texts = [operand.text for operand in operands]
        else:
            thunks = ", ".join(f"lambda: {operand.text}" for operand in operands[first_failing:])
            texts = [*(operand.text for operand in operands[:first_failing]), f"{function}({thunks})"]
        return _Code(f"({f' {word} '.join(texts)})", operands[first_failing].fails)

    def truth(self, node: Node, variables: Variables) -> _Code:
        code = self.code(node, variables)
        return code if self.type_of(node) == BOOL else _Code(f"truth({code.text})", fails=True)

    def conditional(self, node: syntax.Conditional, variables: Variables) -> _Code:
        condition = self.truth(node.condition, variables)
        then, otherwise = self.code(node.then, variables), self.code(node.otherwise, variables)
        text = f"({then.text} if {condition.text} else {otherwise.text})"
        return _Code(text, condition.fails or then.fails or otherwise.fails)

    def call(self, node: syntax.Call, variables: Variables) -> _Code:
        function = (METHODS if node.method else FUNCTIONS).get(node.function)
        if function is None:
            return _Code(f"unknown({self.constant(node.function)})", fails=True)
        return self.applied(function, node.arguments, variables)

    def macro(self, node: syntax.Macro, variables: Variables) -> _Code:
        operand = self.code(node.operand, variables)
        self.variables += 1
        variable = f"v{self.variables}"
        kept = {
            name: python for name, python in variables.items() if not name.startswith(f"{node.variable}.")
        }
        self.loops += 1
        bodies = [self.code(body, {**kept, node.variable: variable}).text for body in node.bodies]
        self.loops -= 1
        price = self.constant(_price(node.bodies))
        function = self.constant(MACROS[node.name][len(bodies)])
        lambdas = ", ".join(f"lambda {variable}: {body}" for body in bodies)
        return _Code(f"{function}({operand.text}, {lambdas}, meter, {price})", fails=True)

    def collection(self, node: Node, variables: Variables) -> _Code:
        match node:
            case syntax.ListLiteral():
                items = [self.code(item, variables) for item in node.items]
                return _Code(f"[{', '.join(item.text for item in items)}]", any(item.fails for item in items))
            case syntax.MapLiteral():
                return self.map_literal(node, variables)
            case syntax.Index():
                operand, at = self.code(node.operand, variables), self.code(node.index, variables)
                return _Code(f"index({operand.text}, {at.text})", fails=True)
            case _:
                raise TypeError(f"{type(node).__name__} is not a node of the syntax tree")

    def map_literal(self, node: syntax.MapLiteral, variables: Variables) -> _Code:
        entries = [[self.code(part, variables) for part in entry] for entry in node.entries]
        names = {constant_key(key) for key, _ in node.entries} - {None}
        if len(names) == len(entries):
            pairs = ", ".join(f"{key.text}: {value.text}" for key, value in entries)
            return _Code(f"{{{pairs}}}", any(value.fails for _, value in entries))
        pairs = ", ".join(f"({key.text}, {value.text})" for key, value in entries)
        return _Code(f"make_map({pairs})", fails=True)


def _price(bodies: Sequence[Node]) -> values.Price:
    """The price of evaluating all bodies once."""
    nodes = [node for body in bodies for node, _ in walk(body)]
    calls = sum(isinstance(node, syntax.Call) for node in nodes)
    weight = len(nodes) + calls * values.NODES_PER_BUDGET_STEP
    return values.Price(1 + len(nodes) // values.NODES_PER_STEP, 1 + weight // values.NODES_PER_BUDGET_STEP)


def _python_compares(left: Type, right: Type) -> bool:
    """Whether Python's `==` matches CEL's: for scalars of one type, which may be null."""
    left, right = inner_of(left), inner_of(right)
    return left == right and isinstance(left, Scalar) and left != DYN
