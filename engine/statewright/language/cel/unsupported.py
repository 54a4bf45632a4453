"""Parts of CEL and its extension libraries that are not supported, for messages only.

A function that is not listed here is reported as unknown.
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


def not_supported(what: str, *names: str) -> str:
    """The message for a part of CEL that is not supported. `what`: a plural noun phrase."""
    return ": ".join((f"{what} are not supported", *names))


def namespaced(call: Call, names: Collection[str]) -> str | None:
    """The extension library function that is called, such as `math.abs`, unless a value has that name."""
    receiver = call.arguments[0] if call.method else None
    if isinstance(receiver, Name) and receiver.name in _NAMESPACES and receiver.name not in names:
        return f"{receiver.name}.{call.function}"
    return None


def unsupported_part(function: str) -> str | None:
    """The unsupported part of CEL that a function belongs to; None if CEL does not have it either."""
    if function in _NAMES or "." in function:
        return _EXTENSIONS
    return _VALUES.get(function)
