"""Finds, reads and writes the files that influence checks: configuration, baseline and machine schema.

`statewright.lint` defines their formats.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from statewright.lint.baseline import Baseline, BaselineError, baseline_text, parse_baseline
from statewright.lint.configuration import (
    OWN_FILE,
    SHARED_FILE,
    Configuration,
    ConfigurationError,
    parse_configuration,
)

_SCHEMA = "machine.schema.json"
_SCHEMA_PLACES = (Path(_SCHEMA), Path("schemas", _SCHEMA))


def nearest_configuration(folder: Path) -> Configuration:
    """The configuration in the folder or in the nearest one above, or else an empty one.

    statewright.toml takes precedence over pyproject.toml. Raises ConfigurationError, OSError.
    """
    for candidate in (folder, *folder.parents):
        for file in (candidate / OWN_FILE, candidate / SHARED_FILE):
            if file.is_file() and (configuration := parse_configuration(_toml(file), file)) is not None:
                return _located(configuration, candidate)
    return _located(Configuration(), folder)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline. Raises BaselineError."""
    try:
        return parse_baseline(file.read_text(encoding="utf-8"), file)
    except FileNotFoundError as error:
        raise BaselineError(file, "no such file") from error
    except UnicodeDecodeError as error:
        raise BaselineError(file, f"not valid JSON: {error}") from error


def write_baseline(file: Path, baseline: Baseline) -> None:
    file.write_text(baseline_text(baseline), encoding="utf-8")


def entries_of_unchecked_files(baseline: Baseline, checked: Iterable[str], folder: Path) -> Baseline:
    """The entries for files that exist but were not checked, so they may still be needed.

    `folder`: the folder of the baseline.
    """
    paths = {relative_path(name, folder) for name in checked}
    return Baseline(
        {
            entry: count
            for entry, count in baseline.items()
            if entry.file not in paths and (folder / entry.file).exists()
        }
    )


def relative_path(file: str, folder: Path) -> str:
    """The path of the file relative to the folder, with slashes on every system."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive of Windows
        return Path(file).as_posix()


def nearest_schema(file: str) -> str | None:
    """The path to the nearest machine schema above the file or in a `schemas` folder there."""
    folder = Path(os.path.abspath(file)).parent
    candidates = (above / place for above in (folder, *folder.parents) for place in _SCHEMA_PLACES)
    found = next((candidate for candidate in candidates if candidate.is_file()), None)
    return None if found is None else relative_path(str(found), folder)


def _toml(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(file, "not valid TOML", str(error)) from error


def _located(configuration: Configuration, folder: Path) -> Configuration:
    """Make the baseline relative to the current folder, and checked files to the configuration's folder."""
    baseline = configuration.baseline and Path(os.path.relpath(configuration.baseline))
    return replace(configuration, baseline=baseline, path_of=partial(relative_path, folder=folder))
