"""Lines that tests have measured, shown at the end of the run, with and without workers."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def report_line(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Give a line of text to the summary of the whole run."""
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
