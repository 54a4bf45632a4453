"""Reads a DynamoDB export to S3 from a local folder, and partitions its items by stream.

Reads full exports in DynamoDB JSON, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
S3DataExport.Output.html. A manifest lists gzip files with their checksums. Their lines are in no particular
order, and the items of a stream are spread over many files; partitioning brings them together.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from statewright.errors import StatewrightError
from statewright.stores.dynamodb_item import Item, key_of
from statewright.wording import plural

MANIFEST = "manifest-files.json"
PARTS_MAX = 1000  # each part keeps an open file with a compressor in memory
_DATA_FILES = "*.json.gz"


class ExportUnusable(StatewrightError):
    """The message names the file and the remedy."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file with items of the export.

    `md5`, `items`: from the manifest; None without one.
    """

    path: Path
    md5: str | None = None
    items: int | None = None


def data_files(folder: Path) -> list[DataFile]:
    """The files listed in the manifest, or all files without a manifest, sorted. Raises ExportUnusable."""
    manifest = folder / MANIFEST
    if manifest.exists():
        files = [_listed(manifest, line) for line in manifest.read_text().splitlines() if line.strip()]
    else:
        files = [DataFile(path) for path in folder.rglob(_DATA_FILES)]
    if not files:
        raise ExportUnusable(
            folder, f"contains neither {MANIFEST} nor {_DATA_FILES}; name the folder of an export"
        )
    return sorted(files, key=lambda file: file.path)


def read_items(file: DataFile) -> Iterator[Item]:
    """Every item of the file, checked against the manifest. Raises ExportUnusable, OSError."""
    if file.md5 is not None and _md5(file.path) != file.md5:
        raise ExportUnusable(file.path, f"does not match its checksum in {MANIFEST}; copy it from S3 again")
    number = 0
    try:
        with gzip.open(file.path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _item(file.path, number, line)
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
        reason = f"is not a complete gzip file (readable up to line {number}); copy it from S3 again"
        raise ExportUnusable(file.path, reason) from error
    if file.items not in (None, number):
        raise ExportUnusable(
            file.path,
            f"has {plural(number, 'item')}, but {MANIFEST} lists {file.items:,}; copy it from S3 again",
        )


def part_of(stream: str, *, parts: int) -> int:
    """The part that a stream belongs to. Stable across processes and releases."""
    return int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8]) % parts


def partition(file: DataFile, folder: Path, *, parts: int) -> Iterator[tuple[int, Path]]:
    """Split a data file by part. Yields each part with a file of the same name below `folder`."""
    if not 1 <= parts <= PARTS_MAX:
        raise ValueError(f"parts must be from 1 to {PARTS_MAX}, not {parts}")
    written: dict[int, Path] = {}
    with ExitStack() as opened:
        outputs: dict[int, IO[str]] = {}
        for item in read_items(file):
            part = part_of(key_of(item)[0], parts=parts)
            if part not in outputs:
                written[part] = folder / f"{part:04}" / file.path.name
                written[part].parent.mkdir(parents=True, exist_ok=True)
                outputs[part] = opened.enter_context(gzip.open(written[part], "wt", encoding="utf-8"))
            outputs[part].write(json.dumps({"Item": item}) + "\n")
    yield from sorted(written.items())


def _listed(manifest: Path, line: str) -> DataFile:
    try:
        entry: Mapping[str, Any] = json.loads(line)
        key, items = str(entry["dataFileS3Key"]), int(entry["itemCount"])
        md5 = str(entry["md5Checksum"])
    except (ValueError, TypeError, LookupError) as error:
        raise ExportUnusable(manifest, "is not a list of data files; copy it from S3 again") from error
    path = manifest.parent / "data" / key.rpartition("/")[2]
    if not path.exists():
        raise ExportUnusable(path, f"does not exist, but {MANIFEST} lists it; copy the whole export from S3")
    return DataFile(path, md5, items)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return base64.b64encode(digest.digest()).decode()


def _item(path: Path, number: int, line: str) -> Item:
    try:
        item = json.loads(line)["Item"]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        remedy = "take a full export, with the format DYNAMODB_JSON"
        raise ExportUnusable(path, f"line {number} is not a table item; {remedy}") from error
    if not isinstance(item, dict):
        raise ExportUnusable(path, f'line {number}: "Item" is not an object')
    return item
