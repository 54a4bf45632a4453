"""Accepted breaks: the format of `compat.accepted.yaml`, and which verdict an entry covers.

Reads no files and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from statewright.diagnostics import Code, Finding, hint
from statewright.errors import DefinitionError
from statewright.evolution.compat.change_kinds import ChangeKind, Consequence
from statewright.evolution.compat.remedies import yaml_flow
from statewright.evolution.compat.verdicts import ChangeVerdict, Key, Place
from statewright.language.source.document import Document, DocumentPath, load_document

_KEYS = ("machine", "rule", "location", "reason", "expires")
_KINDS = {kind.id: kind for kind in ChangeKind}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Accepts one change of one machine, up to and including the day `expires`."""

    machine: str
    kind: ChangeKind
    location: str
    reason: str
    expires: date
    place: Place

    def covers(self, verdict: ChangeVerdict) -> bool:
        """Whether the entry names this change, expired or not."""
        return self.key == verdict.key

    @property
    def key(self) -> Key:
        return (self.machine, self.kind, self.location)


@dataclass(frozen=True, slots=True)
class AppliedAcceptances:
    """The acceptances that match verdicts.

    `accepted`: the valid acceptance by verdict key. `expired`: those that matched but have expired.
    """

    accepted: Mapping[Key, Acceptance]
    expired: tuple[Acceptance, ...]
    unused: tuple[Acceptance, ...]


def apply_acceptances(
    verdicts: Iterable[ChangeVerdict], acceptances: Iterable[Acceptance], *, today: date
) -> AppliedAcceptances:
    """Match breaks with acceptances. Safe changes need no acceptance, so they never match."""
    breaks = [one for one in verdicts if one.kind.consequence is not Consequence.SAFE]
    used = {one: [verdict for verdict in breaks if one.covers(verdict)] for one in acceptances}
    return AppliedAcceptances(
        {one.key: one for one, covered in used.items() if covered and one.expires >= today},
        tuple(one for one, covered in used.items() if covered and one.expires < today),
        tuple(one for one, covered in used.items() if not covered),
    )


def read_acceptances(content: bytes, file: str) -> tuple[Acceptance, ...]:
    """Parse the file. Raises DefinitionError with every mistake at its line."""
    document = load_document(content, file)
    findings = list(document.findings)
    entries = document.value.get("accepted")
    if set(document.value) != {"accepted"} or not isinstance(entries, list):
        message = "expected a single key `accepted` with a list of entries"
        findings.append(document.finding(Code.SHAPE, (), message))
        entries = []
    acceptances = [_acceptance(document, ("accepted", number), findings) for number in range(len(entries))]
    if findings:
        raise DefinitionError(findings)
    return tuple(one for one in acceptances if one is not None)


def acceptance_text(verdict: ChangeVerdict) -> str:
    """A template entry for the verdict, as one line of YAML."""
    machine, kind, location = verdict.key
    entry = {"machine": machine, "rule": kind.id, "location": location}
    return f"- {yaml_flow({**entry, 'reason': '…', 'expires': 'YYYY-MM-DD'})}"


def _acceptance(document: Document, path: DocumentPath, findings: list[Finding]) -> Acceptance | None:
    entry = document.at(path)
    texts = entry if isinstance(entry, dict) else {}
    before = len(findings)
    if set(texts) != set(_KEYS) or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        message = f"an entry needs exactly the keys {', '.join(_KEYS)}, each with a non-empty string"
        findings.append(document.finding(Code.SHAPE, path, message))
        return None
    kind, expires = _KINDS.get(texts["rule"]), _day(texts["expires"])
    if kind is None:
        message = f'unknown rule "{texts["rule"]}"{hint(texts["rule"], list(_KINDS))}'
        findings.append(document.finding(Code.SHAPE, (*path, "rule"), message))
    if expires is None:
        message = f'"{texts["expires"]}" is not a date; expected one like 2027-01-31'
        findings.append(document.finding(Code.SHAPE, (*path, "expires"), message))
    if len(findings) > before or kind is None or expires is None:
        return None
    place = Place(document.file, document.position(path).line)
    return Acceptance(texts["machine"], kind, texts["location"], texts["reason"], expires, place)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
