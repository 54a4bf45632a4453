"""Where definitions are, as a value, and the one function that opens the source there.

An adapter is imported only when a source of that kind is opened: the AWS SDK takes longer to load than most
commands to run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from statewright.registry.place import S3Place

if TYPE_CHECKING:
    from statewright.registry.port import DefinitionSource

DefinitionLocation = Path | S3Place  # a folder, or what was published to a bucket
TTL_SECONDS = 60.0


def open_definitions(
    location: DefinitionLocation, *, ttl_seconds: float = TTL_SECONDS, attempts: int = 1
) -> DefinitionSource:
    """`attempts`: how often one request to S3 is sent.

    Raises SettingsError and SourceUnavailable where there are no definitions at all.
    """
    match location:
        case S3Place() as place:
            from statewright.registry.s3 import S3Source, s3_client

            return S3Source(s3_client(attempts=attempts), place, ttl_seconds=ttl_seconds)
        case folder:
            from statewright.registry.files import FilesSource

            return FilesSource(folder, ttl_seconds=ttl_seconds)
