"""The examples in README.md and docs/ are written to a folder and run there, as a reader would do it.

A block with a file name after its language (```yaml door.machine.yaml) is that file. In a `console` block,
a shell in that folder runs each line that begins with `$ `, and the lines below show its output. The folder
is empty at first, and the blocks of a document build on each other, so a document contains every file that
its commands need. If a block uses AWS, there is an empty table `events` in DynamoDB Local and an empty bucket
`shop-definitions` in ministack. `python -m tests.docs.examples` writes the real output into all documents.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.emulators import servers
from tests.emulators.clients import client_of, environment_of, new_bucket, new_table

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SHOWN_TIME = "2026-11-23T12:00:00.000000Z"
ON_AWS = re.compile(r"^\$ .*(s3://|--table|bench\.units)", re.MULTILINE)
TABLE = "events"
BUCKET = "shop-definitions"


def documents() -> list[Path]:
    """Return every document that may contain examples."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def needs_aws(document: str) -> bool:
    """Return whether a command in the document uses AWS."""
    return ON_AWS.search(document) is not None


def prepared_aws(dynamodb: str, others: str) -> dict[str, str]:
    """Create the table and the bucket, and return the environment variables that point to them."""
    tables, buckets = client_of("dynamodb", dynamodb), client_of("s3", others)
    if TABLE in tables.list_tables()["TableNames"]:
        tables.delete_table(TableName=TABLE)
    new_table(tables, TABLE)
    if BUCKET in [bucket["Name"] for bucket in buckets.list_buckets()["Buckets"]]:
        for version in buckets.list_object_versions(Bucket=BUCKET).get("Versions", ()):
            buckets.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
        buckets.delete_bucket(Bucket=BUCKET)
    new_bucket(buckets, BUCKET)
    return environment_of(dynamodb=dynamodb, others=others)


def executed(document: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Return the document with the real output of every console block, run in `folder`."""
    folder.mkdir()

    def replaced(match: re.Match[str]) -> str:
        body = match["body"]
        if match["language"] == "console":
            return f"```console\n{''.join(_transcript(body, folder, environment))}```"
        if match["file"]:
            path = folder / match["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        return match[0]

    return BLOCK.sub(replaced, document)


def _transcript(body: str, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    for line in body.splitlines():
        if line.startswith("$ "):
            yield f"{line}\n"
            yield TIME.sub(_shown_time, _run(line[2:], folder, environment))


def _shown_time(time: re.Match[str]) -> str:
    """Replace a time of today, which the command read from the clock, but no time from a file."""
    age = datetime.now(UTC) - datetime.fromisoformat(time[0])
    return SHOWN_TIME if abs(age) < timedelta(days=1) else time[0]


def _run(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    variables = {
        **os.environ,
        **environment,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    if "bench." in command:  # such a module is not installed; readers run it in the checkout
        variables["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def main() -> None:
    """Rewrite every document with the real output."""
    with (
        tempfile.TemporaryDirectory() as logs,
        servers.dynamodb_local(Path(logs) / "dynamodb-local") as dynamodb,
        servers.ministack(Path(logs) / "ministack") as others,
    ):
        for path in documents():
            document = path.read_text()
            environment = prepared_aws(dynamodb, others) if needs_aws(document) else {}
            with tempfile.TemporaryDirectory() as folder:
                path.write_text(executed(document, Path(folder) / "sample", environment))


if __name__ == "__main__":
    main()
