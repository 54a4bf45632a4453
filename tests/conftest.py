"""Shared fixtures, a Hypothesis profile without deadlines, and a summary of measured values."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.distribution import installed, wheel
from tests.emulators.fixtures import (
    asyncapi_parser,
    browser,
    dynamodb_local,
    graphviz,
    mermaid_page,
    ministack,
    node,
    sam,
    sarif_schema,
    site,
    yaml_language_server,
)

__all__ = [
    "asyncapi_parser",
    "browser",
    "dynamodb_local",
    "graphviz",
    "installed",
    "mermaid_page",
    "ministack",
    "node",
    "sam",
    "sarif_schema",
    "site",
    "wheel",
    "yaml_language_server",
]

# Deadlines would fail tests on a busy machine.
settings.register_profile(
    "unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)  # before -m deselects tests
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need one of the services imported above."""
    for item in items:
        if not _fixtures_of(item).isdisjoint(__all__):
            item.add_marker(pytest.mark.services)


def _fixtures_of(item: pytest.Item) -> set[str]:
    """The fixtures of a test, including fixtures named by its parameters."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = (value for value in parameters if isinstance(value, str))
    return {*getattr(item, "fixturenames", ()), *named}


@pytest.fixture
def report_line(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A function that adds a line of text to the summary of the test run."""
    return lambda line: record_property("report_line", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    lines = sorted(
        {str(line) for report in reports for name, line in report.user_properties if name == "report_line"}
    )
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
