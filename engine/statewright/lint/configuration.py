"""The configuration of a project's checks, in pyproject.toml or statewright.toml.

Defines the keys and their values, but reads no files. An unknown key or code is an error, because a typo must
not switch a check off silently.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

from statewright.diagnostics import Code, Severity, hint
from statewright.errors import StatewrightError
from statewright.language.wording import described
from statewright.reports.paths import posix_path

OWN_FILE = "statewright.toml"
SHARED_FILE = "pyproject.toml"
SECTION = "check"

_SHARED_PREFIX = ("tool", "statewright")

_CODES = {code.id: code for code in Code}

Reasons = Mapping[Code, str]


class ConfigurationError(StatewrightError):
    """The configuration is invalid. The message has the file, the key and the fix."""

    def __init__(self, file: PurePath, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration of a project's checks.

    `select`: prefixes of codes; empty selects all. Errors are always selected. `ignore`, `per_file_ignores`:
    the reasons to ignore a code, in all files or in those that match a pattern. `path_of`: maps a checked
    file to the path that patterns are compared with.
    """

    select: tuple[str, ...] = ()
    ignore: Reasons = field(default_factory=dict)
    per_file_ignores: Mapping[str, Reasons] = field(default_factory=dict)
    severity: Mapping[Code, Severity] = field(default_factory=dict)
    baseline: Path | None = None
    path_of: Callable[[str], str] = posix_path

    def selects(self, code: Code) -> bool:
        return code.severity is Severity.ERROR or not self.select or code.id.startswith(self.select)

    def reason_to_ignore(self, code: Code, file: str) -> str | None:
        """The configured reason to ignore the code in this file, or None."""
        if code in self.ignore:
            return self.ignore[code]
        path = self.path_of(file)
        reasons = (
            reasons for pattern, reasons in self.per_file_ignores.items() if fnmatchcase(path, pattern)
        )
        return next((found[code] for found in reasons if code in found), None)


def parse_configuration(text: str, file: Path) -> Configuration | None:
    """The configuration in the text; None for a shared file without a section for Statewright.

    A baseline is relative to the file's folder. Raises ConfigurationError.
    """
    prefix = () if file.name == OWN_FILE else _SHARED_PREFIX
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(file, "not valid TOML", str(error)) from error
    for key in prefix:
        table = table.get(key) if isinstance(table, dict) else None
    return _read(file, table, ".".join((*prefix, SECTION))) if isinstance(table, dict) else None


def _read(file: Path, table: Mapping[str, Any], place: str) -> Configuration:
    section = table.get(SECTION, {})
    if unknown := sorted(table.keys() - {SECTION}):
        raise ConfigurationError(file, unknown[0], f'unknown key; expected "{SECTION}"')
    _expect(isinstance(section, dict), file, place, f"expected a table, found {described(section)}")
    if unknown := sorted(section.keys() - _READERS.keys()):
        raise ConfigurationError(file, f"{place}.{unknown[0]}", f"unknown key{hint(unknown[0], [*_READERS])}")
    values = {key: _READERS[key](file, f"{place}.{key}", value) for key, value in section.items()}
    return Configuration(**{key.replace("-", "_"): value for key, value in values.items()})


def _selection(file: Path, key: str, value: Any) -> tuple[str, ...]:
    strings = isinstance(value, list) and all(isinstance(item, str) for item in value)
    _expect(strings, file, key, f"expected a list of codes, found {described(value)}")
    for item in value:
        known = any(code.startswith(item) for code in _CODES)
        _expect(known, file, key, f'no code starts with "{item}"; `statewright rules` lists all codes')
    return tuple(value)


def _reasons(file: Path, key: str, value: Any) -> Reasons:
    _expect(isinstance(value, dict), file, key, f'expected CODE = "reason", found {described(value)}')
    reasons = {}
    for name, reason in value.items():
        code = _code(file, key, name)
        given = isinstance(reason, str) and bool(reason.strip())
        _expect(given, file, f"{key}.{name}", f"expected a reason in words, found {described(reason)}")
        reasons[code] = reason
    return reasons


def _patterns(file: Path, key: str, value: Any) -> Mapping[str, Reasons]:
    tables = isinstance(value, dict)
    _expect(tables, file, key, f'expected "PATTERN" = {{CODE = "reason"}}, found {described(value)}')
    return {pattern: _reasons(file, f'{key}."{pattern}"', reasons) for pattern, reasons in value.items()}


def _severities(file: Path, key: str, value: Any) -> Mapping[Code, Severity]:
    _expect(isinstance(value, dict), file, key, f'expected CODE = "info", found {described(value)}')
    severities = {}
    for name, text in value.items():
        code = _code(file, key, name)
        known = text in [*Severity]
        _expect(known, file, f"{key}.{name}", f"expected error, warning or info, found {described(text)}")
        severities[code] = Severity(text)
    return severities


def _baseline(file: Path, key: str, value: Any) -> Path:
    named = isinstance(value, str) and bool(value)
    _expect(named, file, key, f"expected the name of a file, found {described(value)}")
    return file.parent / str(value)


def _code(file: Path, key: str, name: str) -> Code:
    """The code of that name, which must not be an error: the configuration cannot ignore errors."""
    code = _CODES.get(name)
    if code is None:
        raise ConfigurationError(file, key, f'unknown code "{name}"; `statewright rules` lists all codes')
    _expect(
        code.severity is not Severity.ERROR,
        file,
        key,
        f'"{name}" is an error and cannot be ignored or changed',
    )
    return code


def _expect(condition: bool, file: Path, key: str, problem: str) -> None:
    if not condition:
        raise ConfigurationError(file, key, problem)


_READERS: Mapping[str, Callable[[Path, str, Any], Any]] = {
    "select": _selection,
    "ignore": _reasons,
    "per-file-ignores": _patterns,
    "severity": _severities,
    "baseline": _baseline,
}
