"""Every element whose normal form differs between two versions, with its place in both.

The list must be complete, because an element that is missing here gets no verdict. `changes` decides the
meaning of each difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from statewright.evolution.compat.correspondence import Pair
from statewright.evolution.compat.expression_forms import Names
from statewright.evolution.compat.surface import BranchSurface, Surface, surface_of
from statewright.language.source.document import DocumentPath

Alignment = list[tuple[int | None, int | None]]  # None if one list lacks the branch

ORDER = "order"  # the path step for the order of branches in a list


@dataclass(frozen=True, slots=True)
class Difference:
    """An element that differs between the versions.

    `element`: the path under current names. `old`, `new`: the path in each document, or None.
    """

    element: DocumentPath
    old: DocumentPath | None
    new: DocumentPath | None


@dataclass(frozen=True, slots=True)
class BranchDifference(Difference):
    """A difference in the list of branches for a command in a state.

    `part`: the path within the branch, or `order`; empty if one version lacks the branch or list. `before`,
    `after`: the branch's index in each list, or None. Both are None for the list as a whole.
    """

    command: str
    part: DocumentPath = ()
    before: int | None = None
    after: int | None = None

    @property
    def is_list(self) -> bool:
        return self.before is None and self.after is None


@dataclass(frozen=True)
class Differences:
    """All differences between two versions.

    `branches`: by old leaf and old command, the differences in the list of branches. `aligned`: the indexes
    of corresponding branches in these lists.
    """

    elements: Mapping[DocumentPath, Difference]
    branches: Mapping[tuple[str, str], tuple[BranchDifference, ...]]
    aligned: Mapping[tuple[str, str], Alignment]

    def __bool__(self) -> bool:
        return bool(self.elements or any(self.branches.values()))


def differences_of(pair: Pair) -> Differences:
    """Compare both versions under corresponding names."""
    old, new = surface_of(pair.old, names_of_old(pair)), surface_of(pair.new, names_of_new(pair))
    elements = {one.element: one for one in (*_elements(pair, old, new), *_guessed_commands(pair))}
    branches, alignments = {}, {}
    for leaf, command, before, after in _lists(pair, old, new, elements):
        branches[leaf, command] = tuple(_of_lists(command, before, after))
        alignments[leaf, command] = _aligned(before, after)
    return Differences(elements, branches, alignments)


def _shared_fields(pair: Pair) -> dict[str, frozenset[str]]:
    old, new = pair.old.definition.events or {}, pair.new.definition.events or {}
    shared = {}
    for name, now in pair.events.items():
        if name in old and now in new:
            before = {new[now].fields_renamed.get(field, field) for field in old[name].payload.fields}
            shared[now] = frozenset(before & new[now].payload.fields.keys())
    return shared


def _upcast(pair: Pair) -> dict[str, frozenset[str]]:
    old, new = pair.old.definition.events or {}, pair.new.definition.events or {}
    links = {
        now: new[now].upcasts[old[name].version - 1 :]
        for name, now in pair.events.items()
        if name in old and now in new
    }
    return {name: frozenset(field for link in chain for field in link) for name, chain in links.items()}


def names_of_old(pair: Pair) -> Names:
    """Map the names of the old version to those of the new one."""
    commands, events = pair.new.definition.commands or {}, pair.new.definition.events or {}
    return Names(
        states=pair.states,
        commands=pair.commands,
        events=pair.events,
        data=pair.data,
        command_fields={name: spec.fields_renamed for name, spec in commands.items()},
        event_fields={name: spec.fields_renamed for name, spec in events.items()},
        shared_fields=_shared_fields(pair),
        upcast=_upcast(pair),
    )


def names_of_new(pair: Pair) -> Names:
    """The new version keeps its own names."""
    return Names(shared_fields=_shared_fields(pair), upcast=_upcast(pair))


def _guessed_commands(pair: Pair) -> Iterator[Difference]:
    """Guessed renames of commands, under their old names because senders still use these."""
    for name, now in pair.guessed_commands.items():
        yield Difference(("commands", name), ("commands", name), ("commands", now))


def _elements(pair: Pair, old: Surface, new: Surface) -> Iterator[Difference]:
    """Differing elements, without the contents of an element that only one version has.

    A new version that declares no commands still knows a command that no state lists.
    """
    for place in dict.fromkeys([*old.elements, *new.elements]):
        before, after = old.elements.get(place), new.elements.get(place)
        if before and after and before.text == after.text:
            continue
        if len(place) == 2 and place[0] == "commands" and after is None and pair.new.commands is None:
            continue
        if not any(_is_in_one_version(old, new, above) for above in _around(place)):
            yield Difference(place, before.path if before else None, after.path if after else None)


def _around(place: DocumentPath) -> Iterator[DocumentPath]:
    """The elements that both versions need for this one to be comparable."""
    if place[0] == "moves":
        yield from (("states", place[1]), ("events", place[2]))
    yield from (place[:length] for length in range(2, len(place)))


def _is_in_one_version(old: Surface, new: Surface, place: DocumentPath) -> bool:
    before, after = old.elements.get(place), new.elements.get(place)
    if place[2:] == ("payload",) and before and after:
        return before.text != after.text  # declared in one version only
    return (before is None) != (after is None)


def _lists(
    pair: Pair, old: Surface, new: Surface, elements: Mapping[DocumentPath, Difference]
) -> Iterator[tuple[str, str, Sequence[BranchSurface], Sequence[BranchSurface]]]:
    """Both lists of branches, by leaf and command of the old version.

    Skips states that are final in only one version, and commands that only one version knows.
    """
    former = {now: was for was, now in pair.commands.items()}
    for leaf, row in pair.old.rows.items():
        now = pair.states.get(leaf)
        if now is None or now not in pair.new.rows or ("states", now, "final") in elements:
            continue
        added = (former[name] for name in pair.new.rows[now] if name in former)
        for command in dict.fromkeys([*row, *added]):
            name = pair.commands.get(command, command)
            if command in pair.commands or ("commands", name) not in elements:
                yield leaf, command, old.rows.get((now, name), ()), new.rows.get((now, name), ())


def _aligned(before: Sequence[BranchSurface], after: Sequence[BranchSurface]) -> Alignment:
    old, new = [one.text for one in before], [one.text for one in after]
    if len(old) == len(new):
        return [(number, number) for number in range(len(old))]
    pairs: Alignment = []
    for _, start, end, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        both = min(end - start, high - low)
        pairs += [(start + step, low + step) for step in range(both)]
        pairs += [(number, None) for number in range(start + both, end)]
        pairs += [(None, number) for number in range(low + both, high)]
    return pairs


def _of_lists(
    command: str, before: Sequence[BranchSurface], after: Sequence[BranchSurface]
) -> Iterator[BranchDifference]:
    old, new = _list_path(before), _list_path(after)
    if not before or not after:
        yield BranchDifference(new or old or (), old, new, command)
        return
    old_texts, new_texts = [one.text for one in before], [one.text for one in after]
    if old_texts == new_texts:
        return
    if sorted(old_texts) == sorted(new_texts):
        yield BranchDifference((*(new or ()), ORDER), old, new, command, (ORDER,))
        return
    for was, now in _aligned(before, after):
        if now is None and was is not None:
            path = before[was].path
            yield BranchDifference(path, path, None, command, (), was, None)
        elif was is None and now is not None:
            path = after[now].path
            yield BranchDifference(path, None, path, command, (), None, now)
        elif was is not None and now is not None:
            yield from _of_branches(command, before[was], after[now], was, now)


def _of_branches(
    command: str, before: BranchSurface, after: BranchSurface, was: int, now: int
) -> Iterator[BranchDifference]:
    for part in dict.fromkeys([*before.parts, *after.parts]):
        if before.parts.get(part) != after.parts.get(part):
            old = (*before.path, *part) if part in before.parts else None
            new = (*after.path, *part) if part in after.parts else None
            yield BranchDifference((*after.path, *part), old, new, command, part, was, now)


def _list_path(branches: Sequence[BranchSurface]) -> DocumentPath | None:
    if not branches:
        return None
    path = branches[0].path
    return path[:-1] if isinstance(path[-1], int) else path
