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
    rest = " ".join(_CODE_FIRST.sub(r'"\1"', message).split())
    if not all(f'"{name}"' in rest for name in finding.about):
        return False
    path = {step for step in finding.path or () if isinstance(step, str)}
    for name in sorted({*finding.about, *path, *_QUOTED.findall(finding.message)}, key=len, reverse=True):
        rest = rest.replace(f'"{name}"', "")
    return '"' not in rest
