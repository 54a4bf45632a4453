"""Log lines through the formatter of Powertools for AWS Lambda, so that its settings apply to ours too.

Adds nothing but what `statewright.aws.logs` promises of each line. `statewright.aws.logs` imports it on
Lambda only, and only where Powertools is installed: the import takes about 60 ms.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from statewright.aws.logs import with_message_trace


class PowertoolsLines(LambdaPowertoolsFormatter):
    """Times are those of `JsonLines`: RFC 3339 in UTC."""

    def __init__(self, *, service: str) -> None:
        super().__init__(utc=True, use_rfc3339=True, service=service)

    def serialize(self, log: Any) -> str:
        """The last moment at which a line can be changed: Powertools sets the invocation's trace late."""
        return super().serialize(with_message_trace(log))
