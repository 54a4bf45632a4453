"""The state of a comparison: corresponding elements, search results, and how verdicts are made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from statewright.evolution.compat.change_kinds import ChangeKind, Consequence
from statewright.evolution.compat.correspondence import Pair
from statewright.evolution.compat.differences import Difference, Differences
from statewright.evolution.compat.searching import FoldDifference, Search
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted, place_of
from statewright.evolution.compat.witness import FoldWitness, Witness, fold_witness
from statewright.language.source.document import DocumentPath


@dataclass
class Comparison:
    """A comparison in progress.

    `explained`: indexes of the differing folds that a verdict already covers. `settled`: elements that
    already have a verdict or are proved equal. `located`: the kinds and locations of the verdicts so far.
    """

    pair: Pair
    found: Search
    differences: Differences
    explained: set[int] = field(default_factory=set)
    settled: set[DocumentPath] = field(default_factory=set)
    located: set[tuple[ChangeKind, str]] = field(default_factory=set)

    def verdict(
        self,
        kind: ChangeKind,
        message: str,
        old: DocumentPath | None = None,
        new: DocumentPath | None = None,
        *,
        at: DocumentPath | None = None,
        element: DocumentPath | None = None,
        settles: Iterable[DocumentPath] = (),
        witness: Witness | None = None,
        proved: bool = False,
        remedy: str | None = None,
        yaml: str | None = None,
    ) -> ChangeVerdict:
        """Make a verdict and mark the elements that it covers as settled.

        `old`, `new`: the place in each version; None if the version has no such element. `at`: the location,
        by default the place in the new version. `element`: the location to use if an earlier verdict of this
        kind already has the first one. `settles`: further elements that this verdict covers. `proved`: the
        break is certain although there is no witness.
        """
        pair = self.pair
        place = at if at is not None else new if new is not None else old
        location = dotted(place or ()) or "machine"
        if element is not None and (kind, location) in self.located:
            location = dotted(element)
        self.located.add((kind, location))
        self.settled.update(one for one in (place, *settles) if one is not None)
        certain = witness or proved or kind.consequence is Consequence.SAFE
        return ChangeVerdict(
            kind,
            pair.old.name,
            location,
            message,
            None if old is None else place_of(pair.old.definition, old),
            None if new is None else place_of(pair.new.definition, new),
            witness,
            None if certain else self.found.sequences,
            remedy,
            yaml,
        )

    def is_open(self, difference: Difference) -> bool:
        """Whether the element has no verdict yet, under its name in either version."""
        return self.settled.isdisjoint({difference.element, difference.old, difference.new})

    def settle_within(self, *place: str | int) -> None:
        """Mark everything inside an element as covered by the verdict on the element."""
        inside = (one for one in self.differences.elements if one[: len(place)] == place)
        self.settled.update(inside)

    def fold(self, matches: Callable[[FoldDifference], bool]) -> FoldWitness | None:
        """The first stream with a matching fold. All matching folds count as explained."""
        numbers = [number for number, fold in enumerate(self.found.folds) if matches(fold)]
        self.explained.update(numbers)
        witnesses = (fold_witness(self.pair, self.found.folds[number].events) for number in numbers)
        return next((witness for witness in witnesses if witness), None)

    def event_fold(
        self, event: str, matches: Callable[[FoldDifference], bool] = lambda _: True
    ) -> FoldWitness | None:
        """Like `fold`, for stored events with this name."""
        return self.fold(lambda fold: fold.event.type == event and matches(fold))

    def stream(self, shows: Callable[[FoldWitness], bool]) -> FoldWitness | None:
        """The first of all searched streams whose complete fold differs as `shows` requires."""
        witnesses = (fold_witness(self.pair, events) for events in self.found.streams)
        return next((witness for witness in witnesses if witness and shows(witness)), None)

    def unexplained(self) -> Iterator[FoldDifference]:
        """Differing folds that no verdict covers yet."""
        for number, fold in enumerate(self.found.folds):
            if number not in self.explained:
                yield fold
