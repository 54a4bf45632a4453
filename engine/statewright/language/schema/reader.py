"""Reads the declared fields under `data`, `payload` and `types`.

Expands shorthands, inlines references to the file's types and reports contradictions at their exact
positions. Skips parts that the shape check has reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from statewright.diagnostics import Code, Finding, hint
from statewright.errors import DefinitionError
from statewright.language.schema.keywords import keyword_problems, well_formed
from statewright.language.schema.payloads import MISSING, Field
from statewright.language.schema.structure import Shape, normalise, shape_of
from statewright.language.schema.types import TYPE_NAMES, type_of
from statewright.language.schema.values import compile_rule
from statewright.language.schema.violations import PayloadError
from statewright.language.source.document import Document, DocumentPath
from statewright.language.source.text import FINDINGS_MAX, NODES_MAX
from statewright.language.wording import described, quoted
from statewright.strict_json import RoundedDouble

SCHEMA_DEPTH_MAX = 32  # after expanding references

_REFERENCE = "#/types/"
_SCHEMAS = ("items", "properties", "additionalProperties")


class FieldReader:
    """Reads fields and collects findings. `published`: the document passed the checks of an earlier version.

    References can multiply schemas, so the total number is limited for the whole document. Beyond a limit,
    every method raises DefinitionError with the findings so far.
    """

    def __init__(self, document: Document, *, published: bool = False) -> None:
        self.findings: list[Finding] = []
        self._document = document
        self._published = published
        types = document.at(("types",))
        self._types: Mapping[str, Any] = types if isinstance(types, dict) else {}
        self._within: list[str] = []  # the types being inlined, outermost first
        self._depth = 0
        self._schemas = 0
        self._reports = 0  # includes duplicates, which are not added to `findings`

    def read_types(self) -> None:
        """Check all types of the file, including unused ones."""
        for name in self._types:
            self._type(name, ("types", name))

    def read_fields(
        self, path: DocumentPath, *, optional: DocumentPath | None = None, defaults_needed: bool = False
    ) -> dict[str, Field]:
        """Return the fields of the mapping at `path`, if any.

        `optional`: the path of the list of optional fields. `defaults_needed`: report fields without a
        default.
        """
        written = self._document.at(path)
        fields = written if isinstance(written, dict) else {}
        absent = self._optional_names(optional, fields)
        read = {
            name: self._field(name, value, (*path, name), optional=name in absent)
            for name, value in fields.items()
        }
        for name, field in read.items():
            if defaults_needed and not field.has_default:
                message = f"data field {quoted(name)} needs a `default`: its value in a new aggregate"
                self._report(Code.DEFAULT, (*path, name), message, key=True)
        return read

    def _optional_names(self, path: DocumentPath | None, fields: Mapping[str, Any]) -> set[str]:
        written = self._document.at(path) if path is not None else None
        names = written if isinstance(written, list) else []
        for number, name in enumerate(names):
            if isinstance(name, str) and name not in fields and path is not None:
                message = f"`optional` lists {quoted(name)}, which is not a field{hint(name, list(fields))}"
                self._report(Code.UNKNOWN_FIELD, (*path, number), message)
        return {name for name in names if isinstance(name, str)}

    def _field(self, name: str, written: Any, path: DocumentPath, *, optional: bool) -> Field:
        reports_before = self._reports
        schema = self._schema(written, path)
        default = schema.get("default", MISSING)
        if default is not MISSING and self._reports == reports_before:
            schema["default"] = default = self._fitting_default(schema, default, (*path, "default"))
        return Field(name, schema, type_of(schema), optional, default, schema.get("description"))

    def _fitting_default(self, schema: Mapping[str, Any], default: Any, path: DocumentPath) -> Any:
        try:
            return compile_rule(schema).conform(default)
        except PayloadError as error:
            message = f"the default does not fit the field's schema: {error}"
            self._report(Code.DEFAULT, path, message)
            return default

    def _schema(self, written: Any, path: DocumentPath) -> dict[str, Any]:
        """Return the canonical schema: sorted, shorthands expanded, references inlined, objects closed."""
        self._schemas += 1
        self._depth += 1
        if self._schemas > NODES_MAX:
            self._refuse(path, f"more than {NODES_MAX:,} schemas once references are expanded")
        if self._depth > SCHEMA_DEPTH_MAX:
            self._refuse(path, f"schemas are nested deeper than {SCHEMA_DEPTH_MAX} levels")
        schema = self._expanded({"type": written} if isinstance(written, str) else written, path)
        self._depth -= 1
        return dict(sorted(schema.items()))

    def _expanded(self, written: Any, path: DocumentPath) -> dict[str, Any]:
        if not isinstance(written, dict):
            return {}
        if "$ref" in written:
            return self._referenced(written, path)
        schema = well_formed(self._with_literals(written))
        if "type" in schema:
            schema["type"] = _type_names(schema["type"])
        problems = list(keyword_problems(schema, published=self._published))
        for keyword, problem in problems:
            self._report(Code.PAYLOAD_SCHEMA, (*path, keyword), problem)
        self._read_parts(schema, path)
        return schema if problems else self._with_fitting_choices(schema, path)

    def _with_literals(self, written: Mapping[str, Any]) -> dict[str, Any]:
        return {
            keyword: value if keyword in _SCHEMAS else self._literal(value)
            for keyword, value in written.items()
        }

    def _literal(self, value: Any) -> Any:
        """The literal as in the published normal form, in which a rounded double has no exact integer.

        In a published document it becomes a plain double, which earlier versions used.
        """
        match value:
            case dict():
                return {name: self._literal(part) for name, part in value.items()}
            case list():
                return [self._literal(item) for item in value]
            case RoundedDouble():
                return float(value) if self._published else RoundedDouble(value)
            case _:
                return value

    def _read_parts(self, schema: dict[str, Any], path: DocumentPath) -> None:
        """Replace nested schemas by their canonical form, and close objects with named properties."""
        if "items" in schema:
            schema["items"] = self._schema(schema["items"], (*path, "items"))
        if "properties" in schema:
            schema["properties"] = {
                name: self._schema(part, (*path, "properties", name))
                for name, part in sorted(schema["properties"].items())
            }
            schema.setdefault("additionalProperties", False)
        if isinstance(schema.get("additionalProperties"), dict):
            inner = (*path, "additionalProperties")
            schema["additionalProperties"] = self._schema(schema["additionalProperties"], inner)
        if "required" in schema:
            schema["required"] = sorted(set(schema["required"]))

    def _with_fitting_choices(self, schema: dict[str, Any], path: DocumentPath) -> dict[str, Any]:
        """Normalise the values of `enum` and `const`."""
        shape = shape_of(schema)
        if "enum" in schema:
            choices = enumerate(schema["enum"])
            schema["enum"] = [
                self._fitting(shape, choice, (*path, "enum", number)) for number, choice in choices
            ]
        if "const" in schema:
            schema["const"] = self._fitting(shape, schema["const"], (*path, "const"))
        return schema

    def _fitting(self, shape: Shape, value: Any, path: DocumentPath) -> Any:
        try:
            return normalise(shape, value)
        except PayloadError as error:
            self._report(Code.PAYLOAD_SCHEMA, path, f"{described(value)} is not allowed here: {error}")
            return value

    def _referenced(self, written: Mapping[str, Any], path: DocumentPath) -> dict[str, Any]:
        reference = str(written["$ref"])
        name = reference.removeprefix(_REFERENCE)
        if name == reference:
            return {}
        if name not in self._types:
            known = hint(name, list(self._types))
            message = f"unknown type {quoted(name)}{known}"
            self._report(Code.PAYLOAD_SCHEMA, (*path, "$ref"), message)
            return {}
        own = well_formed(
            self._with_literals({key: value for key, value in written.items() if key != "$ref"})
        )
        inherited = {
            key: value for key, value in self._type(name, (*path, "$ref")).items() if key != "default"
        }
        return {**inherited, **own}

    def _type(self, name: str, path: DocumentPath) -> dict[str, Any]:
        """The canonical schema of a type of the file. `path`: the path of the reference to it."""
        if name in self._within:
            cycle = " -> ".join([*self._within[self._within.index(name) :], name])
            self._report(Code.PAYLOAD_SCHEMA, path, f"circular reference between types: {cycle}")
            return {}
        self._within.append(name)
        schema = self._schema(self._types[name], ("types", name))
        self._within.pop()
        return schema

    def _report(self, code: Code, path: DocumentPath, message: str, *, key: bool = False) -> None:
        """Add a finding unless it is a duplicate: a type is read for each field that refers to it."""
        self._reports += 1
        finding = self._document.finding(code, path, message, key=key)
        if finding not in self.findings:
            self.findings.append(finding)
        if len(self.findings) == FINDINGS_MAX:
            raise DefinitionError(self.findings)

    def _refuse(self, path: DocumentPath, message: str) -> NoReturn:
        raise DefinitionError([*self.findings, self._document.finding(Code.LIMIT, path, message)])


def _type_names(written: str | list[Any]) -> str | list[str]:
    """Return one name, or several with "null" last; all types if one is misspelt or none is given.

    A bare null counts as "null". The shape check reports both mistakes.
    """
    listed = [written] if isinstance(written, str) else written
    names = ["null" if name is None else name for name in listed]
    is_known = bool(names) and all(name in TYPE_NAMES for name in names)
    meant = [name for name in TYPE_NAMES if name in names or not is_known]
    return meant[0] if len(meant) == 1 else meant
