"""Published definitions from S3, the handler's source on Lambda.

Owns when to refresh, and which machines stay if that fails: a good machine stays until another good one
replaces it. Reading and verifying is done by `statewright.registry.published`. Starts no threads.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from statewright.clock import wall_seconds
from statewright.errors import SourceUnavailable
from statewright.machine.compiled import Machine
from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.manifest import Manifest
from statewright.registry.port import LOOK_SECONDS_MAX, SourceState
from statewright.registry.published import Edition, Unusable, read_machine, require_manifest

AGE_TTLS_MAX = 10  # an alarm is raised after this many times to live without an answer

_LOGGER = logging.getLogger("statewright.sources")


def s3_client(*, attempts: int = 1) -> Any:
    """The SDK's client, with at most about four seconds per attempt.

    Raises SourceUnavailable if the SDK cannot be configured.
    """
    config = Config(
        connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": attempts}
    )
    try:
        return boto3.client("s3", config=config)
    except (BotoCoreError, ValueError) as error:
        remedy = "check AWS_PROFILE, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL"
        raise SourceUnavailable(f"cannot create an S3 client: {error}; {remedy}") from error


@dataclass(frozen=True, slots=True)
class _Look:
    """The result of a refresh, replaced as a whole.

    `broken`: machines whose live version cannot be used, and why. `is_current`: whether S3 answered every
    request.
    """

    edition: Edition
    machines: Mapping[str, Machine]
    broken: Mapping[str, SourceUnavailable]
    is_current: bool


class S3Source:
    """A `DefinitionSource`. Raises SourceUnavailable if there is no manifest or no usable definition.

    `client`: of boto3 for S3. `clock`: in seconds; must continue while the process is frozen.
    """

    def __init__(
        self,
        client: Any,
        place: S3Place,
        *,
        ttl_seconds: float = 60.0,
        clock: Callable[[], float] = wall_seconds,
    ) -> None:
        self._bucket = Bucket(client, place)
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = Lock()
        self._looked_at = self._current_at = clock()
        self._manifest_broken = False
        self._manifest_answered = True
        self._look = self._compiled(require_manifest(self._bucket), {})
        if not self._look.machines:
            reasons = "; ".join(map(str, self._look.broken.values()))
            raise Unusable(f"no definition in {place} can be used: {reasons}")

    def machine(self, name: str, *, look: bool = True) -> Machine | None:
        if look:
            self.look_if_due()
        return self._look.machines.get(name)

    def look_if_due(self) -> bool:
        if not self._is_due():
            return False
        with self._lock:
            due = self._is_due()
            if due:
                self._look_again()
        return due

    def refresh(self) -> None:
        with self._lock:
            self._look_again()

    def is_current(self, name: str) -> bool:
        return self._manifest_answered and name not in self._look.broken

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._look.machines))

    def state(self) -> SourceState:
        broken = sum(map(self._is_alarming, self._look.broken.values()))
        return SourceState(self._age_seconds(), broken + self._manifest_broken)

    def _is_due(self) -> bool:
        """Whether to refresh; also if the clock went back, as after restoring a SnapStart snapshot."""
        return not 0 <= self._clock() - self._looked_at < self._ttl_seconds

    def _age_seconds(self) -> float:
        return max(0.0, self._clock() - self._current_at)

    def _look_again(self) -> None:
        now = self._clock()
        self._current_at -= max(0.0, self._looked_at - now)  # keep the age if the clock went back
        try:
            self._take_up(now)
        finally:
            self._looked_at = now  # only now, so that other threads wait for the result

    def _take_up(self, now: float) -> None:
        try:
            edition = self._newer_edition()
        except SourceUnavailable as error:
            self._manifest_broken = self._is_alarming(error)
            self._manifest_answered = False
            self._log(f"keeping the current definitions: {error}", error)
            return
        if edition is not self._look.edition or self._look.broken:
            until = now + LOOK_SECONDS_MAX / 2
            self._look = self._compiled(edition, self._look.machines, until=until)
        self._manifest_broken, self._manifest_answered = False, True
        if self._look.is_current:
            self._current_at = now

    def _newer_edition(self) -> Edition:
        known = self._look.edition
        edition = require_manifest(self._bucket, known=known)
        if edition.manifest.number < known.manifest.number:
            raise Unusable(
                f"the manifest in {self._bucket.place} went back from number {known.manifest.number} to "
                f"{edition.manifest.number}; restore the newer one"
            )
        return edition

    def _compiled(self, edition: Edition, known: Mapping[str, Machine], *, until: float = math.inf) -> _Look:
        """The live machines. Those of `known` that are still live stay the same objects.

        Stops reading when the clock is past `until`; the next refresh continues.
        """
        machines: dict[str, Machine] = {}
        broken: dict[str, SourceUnavailable] = {}
        is_current = True
        for name in sorted({*edition.manifest.machines, *known}):
            last_good = known.get(name)
            try:
                machines[name] = self._live(edition.manifest, name, last_good, until=until)
            except SourceUnavailable as error:
                broken[name] = error
                is_current = is_current and isinstance(error, Unusable)
                if last_good:
                    machines[name] = last_good
                stays = f"version {last_good.version} stays live" if last_good else "it is unknown"
                self._log(f'machine "{name}" cannot be updated, so {stays}: {error}', error)
        return _Look(edition, machines, broken, is_current)

    def _live(self, manifest: Manifest, name: str, last_good: Machine | None, *, until: float) -> Machine:
        releases = manifest.machines.get(name)
        if releases is None:
            remedy = "restore the previous manifest, or publish its definition again"
            raise Unusable(f"the manifest in {self._bucket.place} no longer lists it; {remedy}")
        live = releases.current
        if last_good and live.version < last_good.version and last_good.version not in releases.versions:
            raise Unusable(
                f"the manifest in {self._bucket.place} does not list version {last_good.version}, so it "
                "derives from an older manifest; restore the newer one"
            )
        if last_good and (last_good.version, last_good.digest) == (live.version, live.digest):
            return last_good
        if self._clock() > until:
            raise SourceUnavailable("the refresh took too long; the next one continues")
        return read_machine(self._bucket, name, live)

    def _log(self, message: str, error: SourceUnavailable) -> None:
        alarm = self._is_alarming(error)
        fields = {"alarm": "definition"} if alarm else {}
        _LOGGER.log(logging.ERROR if alarm else logging.WARNING, message, extra=fields)

    def _is_alarming(self, error: SourceUnavailable) -> bool:
        """Whether no retry helps, or S3 has not answered for a long time."""
        return isinstance(error, Unusable) or self._age_seconds() > AGE_TTLS_MAX * self._ttl_seconds
