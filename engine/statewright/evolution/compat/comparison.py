"""Two versions under comparison: what corresponds, what the search found, and how a verdict is made of it."""

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
    """`explained`: the folds, by their place in the search, that some verdict speaks of.

    `settled`: the elements that have a verdict of their own, or are proved equal. `located`: the kinds and
    locations of verdicts so far.
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
        """`old`, `new`: where the change stands in each version; None where it does not.

        `at`: the location, by default where it stands in the new version. `element`: the location instead,
        where another verdict of the kind has that one already. `settles`: what differs and is judged by this.

        `proved`: whether a break is certain to matter although there is no witness.
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
        """Whether nothing is said of the element yet, under the name of either version."""
        return self.settled.isdisjoint({difference.element, difference.old, difference.new})

    def settle_within(self, *place: str | int) -> None:
        """What is in an element matters to nobody, or is judged by what is said of the element."""
        inside = (one for one in self.differences.elements if one[: len(place)] == place)
        self.settled.update(inside)

    def fold(self, matches: Callable[[FoldDifference], bool]) -> FoldWitness | None:
        """The first stream that shows a fold of that kind; all of the kind count as explained."""
        numbers = [number for number, fold in enumerate(self.found.folds) if matches(fold)]
        self.explained.update(numbers)
        witnesses = (fold_witness(self.pair, self.found.folds[number].events) for number in numbers)
        return next((witness for witness in witnesses if witness), None)

    def event_fold(
        self, event: str, matches: Callable[[FoldDifference], bool] = lambda _: True
    ) -> FoldWitness | None:
        """The same of the stored events that have this name."""
        return self.fold(lambda fold: fold.event.type == event and matches(fold))

    def stream(self, shows: Callable[[FoldWitness], bool]) -> FoldWitness | None:
        """The first stream at all whose whole fold differs in that way."""
        witnesses = (fold_witness(self.pair, events) for events in self.found.streams)
        return next((witness for witness in witnesses if witness and shows(witness)), None)

    def unexplained(self) -> Iterator[FoldDifference]:
        """Folds that no verdict speaks of yet."""
        for number, fold in enumerate(self.found.folds):
            if number not in self.explained:
                yield fold
