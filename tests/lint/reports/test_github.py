"""GitHub annotations: one workflow command per finding, escaped as the runner requires."""

from __future__ import annotations

from dataclasses import replace

from statewright.diagnostics import Code
from statewright.lint.reports.formats import PRINTERS
from tests.lint.reports.sample import SAMPLE, report, result


def test_each_finding_that_counts_is_an_annotation() -> None:
    """The level follows the severity."""
    assert list(PRINTERS["github"](SAMPLE)) == [
        '::error file=machines/door.machine.yaml,line=3,col=3,title=SW101::"SW101" is wrong',
        '::warning file=machines/door.machine.yaml,line=5,col=3,title=SW003::"SW003" is wrong',
        '::notice file=machines/door.machine.yaml,line=7,col=3,title=SW702::"SW702" is wrong',
    ]


def test_a_message_cannot_end_the_command_or_begin_another() -> None:
    """Line breaks and percent signs are escaped."""
    [line] = PRINTERS["github"](report(result(Code.NAMING, message="100%0A\r\n::error::x")))
    assert line.endswith(r"::100%250A\r\n::error::x")


def test_a_file_name_cannot_add_properties() -> None:
    """Colons and commas are escaped."""
    named = result(Code.NAMING)
    named = replace(named, finding=replace(named.finding, file="a,line=1:b%.yaml"))
    [line] = PRINTERS["github"](report(named))
    assert line.startswith("::notice file=a%2Cline=1%3Ab%25.yaml,line=4,")
