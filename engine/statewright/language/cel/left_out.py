"""What CEL and its extension libraries have and this project leaves out, by the plural that names it.

Only for messages: a function that is listed nowhere is unknown, which is as good as left out.
"""

from __future__ import annotations

from collections.abc import Collection

from statewright.language.cel.syntax import Call, Name

TYPE_VALUES = "type values"
TYPE_NAMES = frozenset(
    {"bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint"}
)
_VALUES = {"bytes": "bytes values", "type": TYPE_VALUES, "uint": "uint values"}

# https://github.com/google/cel-go/tree/master/ext, and the libraries of Kubernetes
_EXTENSIONS = "functions of CEL's extension libraries"
_NAMESPACES = frozenset(
    {"base64", "cel", "jsonpatch", "lists", "math", "optional", "proto", "regex", "sets", "strings"}
)
_NAMES = frozenset(
    {"charAt", "format", "indexOf", "join", "lastIndexOf", "lowerAscii", "quote", "replace", "reverse"}
    | {"split", "substring", "trim", "upperAscii", "find", "findAll"}
    | {"distinct", "first", "flatten", "isSorted", "last", "max", "min", "slice", "sort", "sortBy", "sum"}
    | {"existsOne", "transformList", "transformMap", "transformMapEntry"}
    | {"hasValue", "optFlatMap", "optMap", "or", "orValue", "unwrapOpt", "value"}
    | {"cidr", "containsCIDR", "containsIP", "ip", "isCIDR", "isCanonical", "isIP", "isURL", "url"}
    | {"isQuantity", "isSemver", "quantity", "semver"}
)


def outside(what: str, *names: str) -> str:
    """How a part of CEL that this project leaves out is refused; `what` is in the plural."""
    return ": ".join((f"{what} are not supported", *names))


def namespaced(call: Call, names: Collection[str]) -> str | None:
    """The function of an extension library that a call names, as `math.abs`; `names`: of values."""
    receiver = call.arguments[0] if call.method else None
    if isinstance(receiver, Name) and receiver.name in _NAMESPACES and receiver.name not in names:
        return f"{receiver.name}.{call.function}"
    return None


def plural_of(function: str) -> str | None:
    """What a function that is left out belongs to; None for one that CEL does not have either."""
    if function in _NAMES or "." in function:
        return _EXTENSIONS
    return _VALUES.get(function)
