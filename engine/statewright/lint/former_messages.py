"""Recognises findings by the messages that baselines of format 1 stored.

The wording may have changed since, so only the names that a message quotes are compared.
"""

from __future__ import annotations

import re

from statewright.diagnostics import Finding

_QUOTED = re.compile(r'"([^"]*)"')
_CODE_FIRST = re.compile(r"^`([^`]*)`")


def is_former_message(message: str, finding: Finding) -> bool:
    """Whether an earlier version may have written the message for this finding, given the same file and code.

    The message must quote all that the finding is about, and nothing that the finding does not name.
    """
    rest = _on_one_line(_CODE_FIRST.sub(r'"\1"', message))
    about = set(map(_on_one_line, finding.about))
    if not all(f'"{name}"' in rest for name in about):
        return False
    path = (step for step in finding.path or () if isinstance(step, str))
    others = {_on_one_line(name) for name in (*path, *_QUOTED.findall(finding.message))}
    for name in sorted(about | others, key=len, reverse=True):
        rest = rest.replace(f'"{name}"', "")
    return '"' not in rest


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
