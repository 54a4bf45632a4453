"""Breaks that somebody accepted, each with a reason and a last day; kept beside the definitions, in git.

Owns the shape of `compat.accepted.yaml` and what an entry holds for. Reads no file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from statewright.diagnostics import Code, Finding, hint
from statewright.errors import DefinitionError
from statewright.evolution.compat.remedies import yaml_flow
from statewright.evolution.compat.rules import Consequence, Rule
from statewright.evolution.compat.verdicts import Key, Place, Verdict
from statewright.language.source.document import Document, Path, load_document

_KEYS = ("machine", "rule", "location", "reason", "expires")
_RULES = {rule.id: rule for rule in Rule}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Holds for one change of one machine, up to and including the day `expires`."""

    machine: str
    rule: Rule
    location: str
    reason: str
    expires: date
    place: Place

    def covers(self, verdict: Verdict) -> bool:
        """Whether this is the change; the day is another question."""
        return self.key == verdict.key

    @property
    def key(self) -> Key:
        return (self.machine, self.rule, self.location)


@dataclass(frozen=True, slots=True)
class Judged:
    """`accepted`: by a verdict's key, what holds for it. `expired`: what would hold but for its day."""

    accepted: Mapping[Key, Acceptance]
    expired: tuple[Acceptance, ...]
    unused: tuple[Acceptance, ...]


def judged(verdicts: Iterable[Verdict], acceptances: Iterable[Acceptance], *, today: date) -> Judged:
    """Which breaks are accepted today. Safe changes need no acceptance and use none up."""
    breaks = [one for one in verdicts if one.rule.consequence is not Consequence.SAFE]
    used = {one: [verdict for verdict in breaks if one.covers(verdict)] for one in acceptances}
    return Judged(
        {one.key: one for one, covered in used.items() if covered and one.expires >= today},
        tuple(one for one, covered in used.items() if covered and one.expires < today),
        tuple(one for one, covered in used.items() if not covered),
    )


def read_acceptances(content: bytes, file: str) -> tuple[Acceptance, ...]:
    """Raises DefinitionError with every fault, each at its line."""
    document = load_document(content, file)
    findings = list(document.findings)
    entries = document.value.get("accepted")
    if set(document.value) != {"accepted"} or not isinstance(entries, list):
        message = "expected the one key `accepted` with a list of entries"
        findings.append(document.finding(Code.SHAPE, (), message))
        entries = []
    acceptances = [_acceptance(document, ("accepted", number), findings) for number in range(len(entries))]
    if findings:
        raise DefinitionError(findings)
    return tuple(one for one in acceptances if one is not None)


def acceptance_text(verdict: Verdict) -> str:
    """An entry that is to be filled in: one line of YAML."""
    machine, rule, location = verdict.key
    entry = {"machine": machine, "rule": rule.id, "location": location}
    return f"- {yaml_flow({**entry, 'reason': '…', 'expires': 'YYYY-MM-DD'})}"


def _acceptance(document: Document, path: Path, findings: list[Finding]) -> Acceptance | None:
    entry = document.at(path)
    texts = entry if isinstance(entry, dict) else {}
    before = len(findings)
    if set(texts) != set(_KEYS) or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        message = f"an entry has exactly the keys {', '.join(_KEYS)}, each with a text"
        findings.append(document.finding(Code.SHAPE, path, message))
        return None
    rule, expires = _RULES.get(texts["rule"]), _day(texts["expires"])
    if rule is None:
        message = f'unknown rule "{texts["rule"]}"{hint(texts["rule"], list(_RULES))}'
        findings.append(document.finding(Code.SHAPE, (*path, "rule"), message))
    if expires is None:
        message = f'"{texts["expires"]}" is no day, expected one like 2027-01-31'
        findings.append(document.finding(Code.SHAPE, (*path, "expires"), message))
    if len(findings) > before or rule is None or expires is None:
        return None
    place = Place(document.file, document.position(path).line)
    return Acceptance(texts["machine"], rule, texts["location"], texts["reason"], expires, place)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
