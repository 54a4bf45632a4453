"""Builds a definition from a document: catalogues, states and branches, then whole-machine checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.diagnostics import Code, Finding, hint
from statewright.errors import EvaluationError
from statewright.language.branches import read_accepts
from statewright.language.catalogues import read_commands, read_data, read_events
from statewright.language.cel import evaluate
from statewright.language.cel.types import BOOL
from statewright.language.draft import Draft, items, mapping, notes, text
from statewright.language.model import Definition, Invariant, State
from statewright.language.renames import check_moved_states, check_state_renames, old_state_names
from statewright.language.schema.payloads import record_type
from statewright.language.schema.reader import FieldReader
from statewright.language.scope import StateNode, state_tree, states_called
from statewright.language.source.document import Document, DocumentPath
from statewright.language.timeouts import check_timeouts, read_timeout


def build_definition(
    document: Document, *, published: bool = False
) -> tuple[Definition | None, list[Finding]]:
    """Return the definition and the findings. The definition is None if the document has no states.

    Parts with errors are replaced by placeholders so that the other checks can continue.
    """
    written = document.value
    fields = FieldReader(document, published=published)
    draft = Draft(document, state_tree(written.get("states")), fields, fields.findings, published=published)
    draft.data = read_data(draft)
    draft.data_type = record_type(draft.data)
    draft.commands = read_commands(draft)
    draft.events = read_events(draft)
    states = {node.name: _state(draft, node) for node in draft.root.below()}
    if not states:
        return None, draft.findings
    check_state_renames(draft)
    version = written.get("version", 1)
    definition = Definition(
        machine=text(written.get("machine")) or "",
        version=int(version) if isinstance(version, int | float) else 1,
        initial=_initial(draft, draft.root, written, ("initial",)) or next(iter(states)),
        data=draft.data,
        states=states,
        commands=draft.commands,
        events=draft.events,
        accepts=read_accepts(draft, written.get("accepts"), ("accepts",), draft.root),
        invariants=_invariants(draft, written.get("invariants")),
        notes=notes(written),
        document=document,
    )
    check_moved_states(draft, definition)
    check_timeouts(draft, definition)
    _check_invariants(draft, definition)
    return definition, draft.findings


def _state(draft: Draft, node: StateNode) -> State:
    written, path = node.written, node.path
    final = written.get("final") is True
    if final:
        for key in ("accepts", "states", "initial", "timeout"):
            if key in written:
                answers = " to refuse or ignore commands" if key == "accepts" else ""
                remedy = f"remove it, or remove `final: true`{answers}"
                message = f'final state "{node.name}" cannot have `{key}`; {remedy}'
                draft.report(Code.FINAL_STATE, (*path, key), message, key=True)
    return State(
        name=node.name,
        path=path,
        parent=node.parent.name if node.parent is not None and node.parent.name else None,
        initial=_initial(draft, node, written, (*path, "initial")),
        final=final,
        composite=bool(node.children),
        accepts=read_accepts(draft, written.get("accepts"), (*path, "accepts"), node),
        timeout=read_timeout(draft, written.get("timeout"), (*path, "timeout")),
        renamed_from=old_state_names(node),
        notes=notes(written),
    )


def _initial(draft: Draft, node: StateNode, written: Mapping[str, Any], path: DocumentPath) -> str | None:
    """The absolute name of the initial child. The machine itself is treated like a composite state."""
    name = text(written.get("initial"))
    children = list(node.children)
    if name is None:
        if children and node.name:
            message = f'composite state "{node.name}" needs `initial`{hint("", children)}'
            draft.report(Code.INITIAL, node.path, message, key=True)
        return None
    if not children and node.name:
        message = f'state "{node.name}" has no nested states, so it cannot have `initial`'
        draft.report(Code.INITIAL, path, message, key=True)
        return None
    if name not in node.children:
        where = f' in "{node.name}"' if node.name else ""
        draft.report(Code.UNKNOWN_STATE, path, f'unknown state "{name}"{where}{_child_hint(node, name)}')
        return None
    return node.children[name].name


def _child_hint(node: StateNode, name: str) -> str:
    """The end of a message about an unknown child: suggest a nested state of that name or a similar child."""
    deeper = states_called([state.name for state in node.below()], name)
    if not deeper:
        return hint(name, list(node.children))
    child = next(child for child in node.children.values() if deeper[0].startswith(f"{child.name}."))
    own = child.name.rpartition(".")[2]
    return f'; "{deeper[0]}" is nested in "{own}", so write "{own}" here and set `initial` in "{own}"'


def _invariants(draft: Draft, written: Any) -> tuple[Invariant, ...]:
    names = draft.names_of_invariants()
    invariants = []
    for number, entry in enumerate(items(written)):
        path = ("invariants", number)
        if "check" not in mapping(entry):
            continue
        check = draft.expression((*path, "check"), entry["check"], names, BOOL)
        message = text(mapping(entry).get("message")) or f"{check.source} must hold"
        invariants.append(Invariant(check, message, path))
    return tuple(invariants)


def _check_invariants(draft: Draft, definition: Definition) -> None:
    """Report invariants that do not hold for a new aggregate. Runs only if there are no other findings."""
    if draft.findings:
        return
    data = {name: field.default for name, field in definition.data.items()}
    state = definition.leaf_of(definition.initial)
    for invariant in definition.invariants:
        path = (*invariant.path, "check")
        try:
            holds = evaluate(invariant.check, {"data": data, "state": state})
        except EvaluationError as error:
            draft.report(
                Code.INVARIANT, path, f"the invariant cannot be evaluated for the initial data: {error}"
            )
            continue
        if holds is not True:
            message = f'invariant "{invariant.check.source}" does not hold for the initial data'
            draft.report(Code.INVARIANT, path, message)
