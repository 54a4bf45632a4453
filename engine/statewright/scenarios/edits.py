"""Small mistakes that an author could make in a definition, each as one change of its normal form.

A change may produce a definition that does not load. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from statewright.canonical import canonical_json
from statewright.language.source.document import DocumentPath
from statewright.scenarios.variants import variants

DROPPED: Final = object()


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change of a normal form.

    `value`: the new value at `path` in the normal form; DROPPED removes it. `change`: a description.
    """

    path: DocumentPath
    value: Any
    change: str

    @property
    def identity(self) -> str:
        """A key that does not depend on the wording of `change`."""
        value = "dropped" if self.value is DROPPED else canonical_json(self.value)
        return f"{'.'.join(map(str, self.path))} {value}"


def edits(form: Mapping[str, Any], leaves: tuple[str, ...]) -> Iterator[Mutation]:
    """All mutations of a normal form. `leaves`: full names of states, as alternative targets."""
    for command, spec in form.get("commands", {}).items():
        yield from _of_roles(spec, ("commands", command), command)
    for event, spec in form.get("events", {}).items():
        yield from _of_expressions(spec.get("set", {}), ("events", event, "set"), event)
        for version, values in spec.get("upcast", {}).items():
            path = ("events", event, "upcast", version)
            yield from _of_expressions(values, path, f"upcast {version} of {event}")
    yield from _of_accepts(form, (), leaves)
    yield from _of_states(form, (), leaves)
    for number, invariant in enumerate(form.get("invariants", ())):
        place = ("invariants", number)
        yield Mutation(place, DROPPED, f"drop the invariant {invariant['check']}")
        yield from _of_expression(invariant["check"], (*place, "check"), "invariant")


def edited(value: Any, edit: Mutation) -> Any:
    """A copy of the value with the change; unchanged parts are shared."""
    return _put(value, edit.path, edit.value)


def _put(value: Any, path: DocumentPath, new: Any) -> Any:
    if not path:
        return new
    step: Any = path[0]
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    if len(path) == 1 and new is DROPPED:
        del copy[step]
    else:
        copy[step] = _put(copy.get(step) if isinstance(copy, dict) else copy[step], path[1:], new)
    return copy


def _of_states(parent: Mapping[str, Any], path: DocumentPath, leaves: tuple[str, ...]) -> Iterator[Mutation]:
    for name, state in parent.get("states", {}).items():
        place = (*path, "states", name)
        yield from _of_accepts(state, place, leaves)
        yield from _of_states(state, place, leaves)


def _of_accepts(state: Mapping[str, Any], path: DocumentPath, leaves: tuple[str, ...]) -> Iterator[Mutation]:
    for command, branches in state.get("accepts", {}).items():
        place = (*path, "accepts", command)
        if len(branches) == 1:
            yield Mutation(place, DROPPED, f"{command}: drop the only branch")
        for number, branch in enumerate(branches):
            if len(branches) > 1:
                yield Mutation((*place, number), DROPPED, f"{command}: drop branch {number + 1}")
            yield from _of_branch(branch, (*place, number), command, leaves)


def _of_branch(
    branch: Mapping[str, Any], path: DocumentPath, command: str, leaves: tuple[str, ...]
) -> Iterator[Mutation]:
    if "guard" in branch:
        # Removing the guard would make the branches after it unreachable, and the definition would not load.
        always = f"true || ({branch['guard']})"
        yield Mutation((*path, "guard"), always, f"{command}: drop the guard {branch['guard']}")
        yield from _of_expression(branch["guard"], (*path, "guard"), command, negate=True)
    yield from _of_roles(branch, path, command)
    if "target" in branch:
        yield from _of_target(branch["target"], (*path, "target"), command, leaves)
    if "emit" in branch:
        yield from _of_emissions(branch, path, command)


def _of_target(target: str, path: DocumentPath, command: str, leaves: tuple[str, ...]) -> Iterator[Mutation]:
    """Two mutations: no target, and the next leaf outside the target."""
    yield Mutation(path, DROPPED, f"{command}: stay instead of going to {target}")
    within = [f".{target}." in f".{leaf}." for leaf in leaves]
    first = within.index(True) if True in within else 0
    turned = [*leaves[first:], *leaves[:first]]
    other = next((leaf for leaf in turned if f".{target}." not in f".{leaf}."), None)
    if other is not None:
        yield Mutation(path, other, f"{command}: go to {other} instead of {target}")


def _of_emissions(branch: Mapping[str, Any], path: DocumentPath, command: str) -> Iterator[Mutation]:
    emissions = branch["emit"]
    if len(emissions) == 1:
        silent = {key: value for key, value in branch.items() if key != "target"} | {"emit": []}
        yield Mutation(path, silent, f"{command}: emit nothing instead of {emissions[0]['event']}")
    for number, emission in enumerate(emissions):
        place = (*path, "emit", number)
        if len(emissions) > 1:
            yield Mutation(place, DROPPED, f"{command}: drop the event {emission['event']}")
        yield from _of_expressions(emission.get("with", {}), (*place, "with"), emission["event"])


def _of_roles(spec: Mapping[str, Any], path: DocumentPath, command: str) -> Iterator[Mutation]:
    roles = spec.get("roles", ())
    if roles:
        yield Mutation((*path, "roles"), DROPPED, f"{command}: allow every role")
    for role in roles if len(roles) > 1 else ():
        others = [other for other in roles if other != role]
        yield Mutation((*path, "roles"), others, f"{command}: no longer allow role {role}")


def _of_expressions(values: Mapping[str, str], path: DocumentPath, owner: str) -> Iterator[Mutation]:
    for field, source in values.items():
        yield Mutation((*path, field), DROPPED, f"{owner}: drop {field}: {source}")
        yield from _of_expression(source, (*path, field), f"{owner}.{field}")


def _of_expression(
    source: str, path: DocumentPath, owner: str, *, negate: bool = False
) -> Iterator[Mutation]:
    for variant in variants(source, negate=negate):
        yield Mutation(path, variant, f"{owner}: {variant} instead of {source}")
