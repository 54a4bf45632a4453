"""The identity of a finding, by which baselines and code hosts recognise it in a later version of the file.

It holds no line number, no position in a list and no part of the message, so it survives edits elsewhere in
the file and a change of wording. Baselines store its parts and fingerprints hash them: a change needs a new
format of both. See docs/decisions/0032-findings-are-known-by-their-place.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from statewright.diagnostics import Finding


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """The parts of a finding that stay the same.

    `at`: names of the document path, joined by dots. `about`: as in `Finding`, sorted.
    """

    code: str
    at: str
    about: tuple[str, ...]

    @property
    def text(self) -> str:
        """`at` and `about` as one text, for fingerprints."""
        return "\0".join((self.at, *self.about))


def identity_of(finding: Finding) -> Identity:
    """Findings that differ only in the position within a list share an identity; count them."""
    names = (step for step in finding.path or () if isinstance(step, str))
    return Identity(finding.code.id, ".".join(names), tuple(sorted(set(finding.about))))
