"""The errors of a build or an update. Each message says what to do."""

from __future__ import annotations

from collections.abc import Sequence


class DeployError(Exception):
    """The base of all errors in this folder."""


class UnknownTarget(DeployError):
    """A Python or processor that packages cannot be built for."""

    def __init__(self, given: str, expected: str) -> None:
        super().__init__(f'cannot build for "{given}"; expected {expected}')


class InterpreterMissing(DeployError):
    """Byte code and environment markers need the same Python version as Lambda."""

    def __init__(self, python: str, tried: Sequence[str]) -> None:
        super().__init__(
            f"no Python {python} with pip found (tried {', '.join(tried)}); install it, name one with "
            "--interpreter, or build for an installed version with --python"
        )


class StepFailed(DeployError):
    """A program that the build runs failed. `said`: the reason that it printed."""

    def __init__(self, step: str, said: str) -> None:
        super().__init__(f"{step} failed: {said}")


class PackageUnsound(DeployError):
    """The package does not contain what Lambda should run."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the package {reason}")


class RegionMissing(DeployError):
    """The SDK has no region in which to look for the function."""

    def __init__(self) -> None:
        super().__init__("no AWS region is set; set AWS_DEFAULT_REGION to the region of the function")


class CredentialsMissing(DeployError):
    """The SDK found no credentials."""

    def __init__(self) -> None:
        super().__init__("no AWS credentials found; set AWS_PROFILE to a profile with credentials")


class UpdateRefused(DeployError):
    """The function keeps its current code."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f'function "{function}" was not updated: {reason}')
