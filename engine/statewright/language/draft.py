"""The state of reading a definition: the document, the findings so far and the catalogues.

Readers skip parts of the wrong shape, which the shape check has already reported, so that one mistake does
not hide others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from statewright.diagnostics import Code, Finding
from statewright.errors import DefinitionError, ExpressionError, ExpressionFault
from statewright.language.assigned_values import unfit_parts
from statewright.language.cel import Expression, compile_expression
from statewright.language.cel.narrowing import IMPOSSIBLE, NOTHING, Facts
from statewright.language.cel.types import (
    BOOL,
    DYN,
    STRING,
    TIMESTAMP,
    ListOf,
    MapOf,
    Record,
    RecordField,
    Type,
)
from statewright.language.model import CommandSpec, EventSpec, Notes
from statewright.language.normal_form import expression_text
from statewright.language.schema.payloads import Field, record_type
from statewright.language.schema.reader import FieldReader
from statewright.language.scope import StateNode, look_up, state_hint
from statewright.language.source.document import Document, DocumentPath
from statewright.language.source.text import FINDINGS_MAX

# Replaces a faulty expression, so that other parts can still be checked. It is unknown which facts the
# correct expression would prove, so all facts count as proved after it.
BROKEN = replace(compile_expression("false", {}, expect=BOOL), if_true=IMPOSSIBLE, if_false=IMPOSSIBLE)

_ACTOR = Record({"id": RecordField(STRING), "roles": RecordField(ListOf(STRING))})
_OPEN = MapOf(STRING, DYN)
_CODES = {
    "syntax": Code.EXPRESSION_SYNTAX,
    "type": Code.EXPRESSION_TYPE,
    "value": Code.CONSTANT_OUTSIDE_SCHEMA,
}


@dataclass(slots=True)
class Draft:
    """A definition while it is read.

    `commands` and `events` are None if the section is missing; `root` is the tree of states. `findings` is
    shared with the field reader. `published`: expressions passed the checks of an earlier version, so type
    errors are left to be detected at run time.
    """

    document: Document
    root: StateNode
    fields: FieldReader
    findings: list[Finding]
    data: Mapping[str, Field] = field(default_factory=dict)
    data_type: Record = field(default_factory=lambda: Record({}))
    commands: Mapping[str, CommandSpec] | None = None
    events: Mapping[str, EventSpec] | None = None
    published: bool = False

    def report(
        self,
        code: Code,
        path: DocumentPath,
        message: str,
        *,
        key: bool = False,
        offset: int | None = None,
        about: tuple[str, ...] = (),
    ) -> None:
        """Add a finding for the value at `path`, or for its key; `offset` counts characters into its text.

        Raises DefinitionError with all findings once there are FINDINGS_MAX of them.
        """
        finding = self.document.finding(code, path, message, key=key, offset=offset, about=about)
        self.findings.append(finding)
        if len(self.findings) >= FINDINGS_MAX:
            raise DefinitionError(self.findings)

    def state_named(self, written: Any, path: DocumentPath, *, place: StateNode | None = None) -> str | None:
        """Resolve a state name as seen from `place` (default: the top level) to its absolute name.

        Returns None if no name is written or the name is unknown, which is reported.
        """
        name = text(written)
        if name is None:
            return None
        node = look_up(self.root, place or self.root, name)
        if node is None:
            states = [state.name for state in self.root.below()]
            self.report(Code.UNKNOWN_STATE, path, f'unknown state "{name}"{state_hint(name, states)}')
            return None
        return node.name

    def expression(
        self,
        path: DocumentPath,
        value: Any,
        names: Mapping[str, Type],
        expect: Type | None = None,
        *,
        facts: Facts = NOTHING,
    ) -> Expression:
        """Return the compiled expression, or `BROKEN` after reporting its faults."""
        text = expression_text(value)
        try:
            return compile_expression(text, names, expect=expect, facts=facts, lenient=self.published)
        except ExpressionError as error:
            self._report_faults(path, error.faults, text)
            return BROKEN

    def stored_expression(
        self,
        path: DocumentPath,
        value: Any,
        names: Mapping[str, Type],
        field: Field | None = None,
        *,
        facts: Facts = NOTHING,
    ) -> Expression:
        """Return an expression whose value is stored in `field`, or in an undeclared event if None."""
        expression = self.expression(path, value, names, field.type if field else DYN, facts=facts)
        if not self.published and expression is not BROKEN:
            faults = unfit_parts(expression, field.schema if field else {})
            self._report_faults(path, faults, expression.source)
        return expression

    def _report_faults(self, path: DocumentPath, faults: Iterable[ExpressionFault], text: str) -> None:
        for fault in faults:
            is_open = text[fault.offset :][:1] in ("'", '"') or text.count("(") > text.count(")")
            advice = self._quoting_hint(path) if fault.kind == "syntax" and is_open else ""
            self.report(_CODES[fault.kind], path, f"{fault.message}{advice}", offset=fault.offset)

    def names_of_command(self, command: str) -> dict[str, Type]:
        """The names available to `guard` and `with`."""
        return {
            "data": self.data_type,
            "command": self._command_type(command),
            "actor": _ACTOR,
            "now": TIMESTAMP,
            "state": STRING,
        }

    def names_of_event(self, payload: Type) -> dict[str, Type]:
        """The names available to `set`."""
        return {"data": self.data_type, "event": payload}

    def names_of_upcast(self) -> dict[str, Type]:
        """The names available to `upcast`; the event is untyped because its old shape is not declared."""
        return {"event": _OPEN}

    def names_of_invariants(self) -> dict[str, Type]:
        """The names available to `invariants`."""
        return {"data": self.data_type, "state": STRING}

    def _quoting_hint(self, path: DocumentPath) -> str:
        """The end of a message about an expression that YAML has cut off; "" if it has not."""
        cut = self.document.cut_by(path)
        return f'; YAML ends the value at "{cut}", so put the whole expression in quotes' if cut else ""

    def _command_type(self, command: str) -> Type:
        if self.commands is None or command not in self.commands:
            return _OPEN
        return record_type(self.commands[command].payload.fields)


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is a mapping, else an empty mapping."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty list."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """`value` if it is a string, else None."""
    return value if isinstance(value, str) else None


def texts(value: Any) -> tuple[str, ...]:
    """The strings in the list `value`."""
    return tuple(item for item in items(value) if isinstance(item, str))


def notes(written: Mapping[str, Any]) -> Notes:
    """The element's description, tags and meta."""
    return Notes(text(written.get("description")), texts(written.get("tags")), mapping(written.get("meta")))
