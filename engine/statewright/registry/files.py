"""Definitions from the files of a folder and its subfolders.

A file is read again when its size or time has changed. A broken file is logged with its findings and affects
no other machine: its last good version stays, or its machine is unknown after a cold start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from statewright.clock import wall_seconds
from statewright.errors import DefinitionError, SettingsError
from statewright.language import load_definition
from statewright.language.source.files import definition_files, read_definition_file
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.port import SourceState

_UNREAD = (0, 0)  # matches no file, so the file is read at the next refresh

_LOGGER = logging.getLogger("statewright.sources")


@dataclass(frozen=True, slots=True)
class _File:
    """A file when it was last seen. `machine`: the last good version, None before the first."""

    changed: tuple[int, int]
    machine: Machine | None
    broken: bool = False


class FilesSource:
    """A `DefinitionSource`. Raises SettingsError if the folder is missing or two files declare one machine.

    If either happens later, it is logged and the known machines stay. `clock`: in seconds; must continue
    while the process is frozen.
    """

    def __init__(
        self, folder: Path, *, ttl_seconds: float = 60.0, clock: Callable[[], float] = wall_seconds
    ) -> None:
        self._folder = folder
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = Lock()
        self._files = self._look({})
        self._machines = _by_name(self._files, folder)
        self._looked_at = self._current_at = clock()
        self._folder_broken = False

    def machine(self, name: str, *, look: bool = True) -> Machine | None:
        if look:
            self.look_if_due()
        return self._machines.get(name)

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
        """Whether no broken file can affect `name`; one that never loaded may declare any machine."""
        broken = [file.machine for file in self._files.values() if file.broken]
        return not self._folder_broken and not any(one is None or one.name == name for one in broken)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._machines))

    def state(self) -> SourceState:
        broken = sum(file.broken for file in self._files.values()) + self._folder_broken
        return SourceState(max(0.0, self._clock() - self._current_at), broken)

    def _is_due(self) -> bool:
        return not 0 <= self._clock() - self._looked_at < self._ttl_seconds

    def _look_again(self) -> None:
        now = self._clock()
        try:
            files = self._look(self._files)
            self._machines = _by_name(files, self._folder)
        except SettingsError as error:
            _LOGGER.error("keeping the current definitions: %s", error)
            self._folder_broken = True
        else:
            self._files, self._folder_broken = files, False
            self._current_at = now
        finally:
            self._looked_at = now  # only now, so that other threads wait for the result

    def _look(self, known: Mapping[Path, _File]) -> dict[Path, _File]:
        """The files in the folder now. Unchanged files are not read again.

        Files in a subfolder that can no longer be listed are kept.
        """
        if not self._folder.is_dir():
            raise SettingsError("DEFINITIONS_PATH", f'"{self._folder}" is not a folder')
        lost: set[Path] = set()

        def note(error: OSError) -> None:
            _LOGGER.error("folder %s cannot be searched: %s", error.filename, error.strerror)
            lost.add(Path(error.filename))

        paths = definition_files(self._folder, unreadable=note)
        kept = {
            path: _File(_UNREAD, file.machine, broken=True)
            for path, file in known.items()
            if lost.intersection(path.parents)
        }
        return kept | {path: _seen(path, known.get(path)) for path in paths}


def _by_name(files: Mapping[Path, _File], folder: Path) -> dict[str, Machine]:
    owners: dict[str, Path] = {}
    machines: dict[str, Machine] = {}
    for path, file in files.items():
        if file.machine is None:
            continue
        name = file.machine.name
        if name in owners:
            both = " and ".join(f'"{one.relative_to(folder)}"' for one in (owners[name], path))
            raise SettingsError("DEFINITIONS_PATH", f'{both} both declare machine "{name}"')
        owners[name], machines[name] = path, file.machine
    return machines


def _seen(path: Path, before: _File | None) -> _File:
    last_good = before.machine if before else None
    try:
        status = path.stat()
        changed = (status.st_mtime_ns, status.st_size)
        if before and before.changed == changed:
            return before
        machine = compile_machine(load_definition(read_definition_file(path), path.name))
    except OSError as error:
        _LOGGER.error("%s cannot be read: %s", path.name, error.strerror)
        return _File(_UNREAD, last_good, broken=True)
    except DefinitionError as error:
        outcome = "its machine keeps the last good version" if last_good else "its machine is unknown"
        _LOGGER.error("%s is broken; %s:", path.name, outcome)
        for finding in error.findings:
            _LOGGER.error("%s", finding.headline())
        return _File(changed, last_good, broken=True)
    return _File(changed, machine)
