"""The trace header of AWS X-Ray, which Lambda sets for an invocation and SQS hands on with a message.

Pure. `statewright.aws.sqs` reads a message's with it, `statewright.aws.app` the invocation's.
"""

from __future__ import annotations

import re

# https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
_ROOT = re.compile(r"(?:^|;) *Root=(1-[0-9a-f]{8}-[0-9a-f]{24}) *(?:;|$)")


def trace_id_of(header: str) -> str:
    """The trace that a header belongs to; "" where it names none that is well-formed.

    >>> trace_id_of("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    '1-5759e988-bd862e3fe1be46a994272793'
    """
    found = _ROOT.search(header)
    return found[1] if found else ""
