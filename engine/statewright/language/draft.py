"""The definition while it is read: the document, what was found so far, and the catalogues read first.

Readers take what has the right shape and pass over the rest, which the schema has reported already, so that
one mistake does not hide the others.
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

# Stands where an expression has a fault, so that the checks of the other parts go on. What it would have
# proved is not known, so nothing behind it is held to be unproved.
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
    """`commands` and `events` are None where the section is left out; `root` is the tree of states.

    `findings`: everything found so far, shared with the reader of fields. `published`: expressions passed
    the checks of some version, so what today's find wrong in their types is left to the values.
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
        """Add a finding at `path`, at its key where `key`, `offset` characters into its text.

        Raises DefinitionError with all of them when there are too many to read.
        """
        finding = self.document.finding(code, path, message, key=key, offset=offset, about=about)
        self.findings.append(finding)
        if len(self.findings) >= FINDINGS_MAX:
            raise DefinitionError(self.findings)

    def state_named(self, written: Any, path: DocumentPath, *, place: StateNode | None = None) -> str | None:
        """The absolute name of the state that is meant at `place`, the top level if none is given.

        None where nothing is written, or after an unknown name has been reported.
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
        """The compiled expression; `BROKEN` after its faults have been reported."""
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
        """An expression whose value is stored in `field`, or in an event that nobody declared."""
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
        """What `guard` and `with` see."""
        return {
            "data": self.data_type,
            "command": self._command_type(command),
            "actor": _ACTOR,
            "now": TIMESTAMP,
            "state": STRING,
        }

    def names_of_event(self, payload: Type) -> dict[str, Type]:
        """What `set` sees."""
        return {"data": self.data_type, "event": payload}

    def names_of_upcast(self) -> dict[str, Type]:
        """What `upcast` sees: an event whose shape is written nowhere any more."""
        return {"event": _OPEN}

    def names_of_invariants(self) -> dict[str, Type]:
        """What `invariants` see."""
        return {"data": self.data_type, "state": STRING}

    def _quoting_hint(self, path: DocumentPath) -> str:
        """The end of a message about an expression that breaks off, where YAML has cut it off."""
        cut = self.document.cut_by(path)
        return f'; YAML ends the value at "{cut}", so put the whole expression in quotes' if cut else ""

    def _command_type(self, command: str) -> Type:
        if self.commands is None or command not in self.commands:
            return _OPEN
        return record_type(self.commands[command].payload.fields)


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """`value` if it is text."""
    return value if isinstance(value, str) else None


def texts(value: Any) -> tuple[str, ...]:
    """The texts in the list `value`."""
    return tuple(item for item in items(value) if isinstance(item, str))


def notes(written: Mapping[str, Any]) -> Notes:
    """The element's description, tags and meta."""
    return Notes(text(written.get("description")), texts(written.get("tags")), mapping(written.get("meta")))
