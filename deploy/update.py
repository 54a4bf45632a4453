"""Replaces the code of an existing function, and changes nothing else.

Refuses a function that the package was not built for, which would otherwise fail at the next message. First
deployments and changes of the template use `make deploy`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy.errors import CredentialsMissing, DeployError, PackageUnsound, RegionMissing, UpdateRefused
from deploy.package import DEPLOYED
from deploy.target import Target, target_of

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: the maximum without S3.
ZIPPED_BYTES_MAX = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Update:
    """The function's code before and after, as Lambda's CodeSha256 (base64)."""

    before: str
    after: str


def update_function(client: Any, function: str, package: Path, *, dry_run: bool = False) -> Update:
    """Replace the code of `function` with the zip at `package`, and wait until the update is complete.

    `client`: of boto3 for Lambda. Sends nothing in a dry run, or if the function already has the code. Raises
    DeployError and the errors of the SDK.
    """
    content, target = _read(package)
    configuration = _settled(client, function)
    _refuse_misfit(function, configuration, target)
    before, wanted = configuration["CodeSha256"], _code_sha256(content)
    if dry_run or before == wanted:
        return Update(before, wanted)
    client.update_function_code(
        FunctionName=function,
        ZipFile=content,
        Architectures=[target.architecture],
        RevisionId=configuration["RevisionId"],
    )
    after = _settled(client, function)["CodeSha256"]
    if after != wanted:
        raise UpdateRefused(
            function, f"its code is {after}, expected {wanted}; somebody else may be updating it"
        )
    return Update(before, after)


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the function, and print the code before and after."""
    options = _options(arguments)
    try:
        update = update_function(_client(), options.function, options.zip, dry_run=options.dry_run)
    except (DeployError, BotoCoreError, ClientError, ValueError) as error:
        print(f"update: {error}", file=sys.stderr)
        return 2
    print(f"before {update.before}\nafter  {update.after}")
    if options.dry_run:
        print("dry run: nothing was sent", file=sys.stderr)
    return 0


def _client() -> Any:
    """A client for Lambda. Checks region and credentials first, for clearer messages than the SDK's."""
    session = boto3.Session()
    if session.region_name is None:
        raise RegionMissing
    if session.get_credentials() is None:
        raise CredentialsMissing
    return session.client("lambda")


def _read(package: Path) -> tuple[bytes, Target]:
    try:
        with ZipFile(package) as archive:
            target = target_of(archive.namelist())
    except OSError as error:
        raise PackageUnsound(f"{package} cannot be read ({error.strerror}); run `make package`") from None
    except BadZipFile:
        raise PackageUnsound(f"{package} is not a zip file; run `make package`") from None
    content = package.read_bytes()
    if len(content) > ZIPPED_BYTES_MAX:
        limit = f"{ZIPPED_BYTES_MAX:,} that Lambda accepts directly; `make deploy` uploads it through S3"
        raise PackageUnsound(f"{package} has {len(content):,} bytes, more than the {limit}")
    return content, target


def _settled(client: Any, function: str) -> Mapping[str, Any]:
    """The function's configuration, after waiting up to five minutes for a running update."""
    client.get_waiter("function_updated_v2").wait(FunctionName=function)
    configuration: Mapping[str, Any] = client.get_function_configuration(FunctionName=function)
    return configuration


def _refuse_misfit(function: str, configuration: Mapping[str, Any], target: Target) -> None:
    """Raise UpdateRefused unless the function has the target's runtime and processor."""
    runtime = configuration.get("Runtime", "a container image")
    architectures = configuration["Architectures"]
    if (runtime, architectures) != (target.runtime, [target.architecture]):
        runs = f"{runtime} on {', '.join(architectures)}"
        raise UpdateRefused(
            function, f"it runs {runs}, but the package is for {target}; build a matching package"
        )


def _code_sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="update", description="Replace the code of a function.")
    parser.add_argument("function", help="name or ARN")
    parser.add_argument("--zip", type=Path, default=DEPLOYED, metavar="PATH", help="(default: %(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="check everything, but send nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
