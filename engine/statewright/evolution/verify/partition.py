"""An export cut by stream, so that many may verify it side by side: data files to a folder for each part.

A data file holds items of many streams, and a stream lies in many data files. After this step a part holds
streams whole, and is verified like an export.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from statewright.evolution.verify.export import DataFile, read_items
from statewright.stores.dynamodb_item import key_of

PARTS_MAX = 1000  # as many files are open at once, with the memory of a compressor each


def part_of(stream: str, *, parts: int) -> int:
    """The same everywhere and always."""
    return int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8]) % parts


def partition(file: DataFile, folder: Path, *, parts: int) -> Iterator[tuple[int, Path]]:
    """The parts that have items in the file, each with a data file of the same name below `folder`."""
    if not 1 <= parts <= PARTS_MAX:
        raise ValueError(f"parts is {parts}, from 1 to {PARTS_MAX} are possible")
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
