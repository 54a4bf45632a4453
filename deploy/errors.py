"""What stops a build or an update.

Each message says what to do; `deploy.package` and `deploy.update` print it and end.
"""

from __future__ import annotations

from collections.abc import Sequence


class DeployError(Exception):
    """Everything that this folder raises on purpose."""


class UnknownTarget(DeployError):
    """Nothing can be built for this Python or processor."""

    def __init__(self, given: str, expected: str) -> None:
        super().__init__(f'cannot build for "{given}"; expected {expected}')


class InterpreterMissing(DeployError):
    """Byte code and markers need the very Python that Lambda will run."""

    def __init__(self, python: str, tried: Sequence[str]) -> None:
        super().__init__(
            f"no Python {python} with pip found (tried {', '.join(tried)}); install it, name one with "
            "--interpreter, or build for an installed version with --python"
        )


class StepFailed(DeployError):
    """A program that the build calls ended with an error; `said` is what it printed as the reason."""

    def __init__(self, step: str, said: str) -> None:
        super().__init__(f"{step} failed: {said}")


class PackageUnsound(DeployError):
    """What was built is not what Lambda should run."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the package {reason}")


class RegionMissing(DeployError):
    """An account has functions in many regions, and the SDK is told of none."""

    def __init__(self) -> None:
        super().__init__("no AWS region is set; set AWS_DEFAULT_REGION to the region of the function")


class CredentialsMissing(DeployError):
    """The SDK has looked everywhere that it knows."""

    def __init__(self) -> None:
        super().__init__("no AWS credentials found; set AWS_PROFILE to a profile that has some")


class UpdateRefused(DeployError):
    """The function keeps the code that it has."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f'function "{function}" was not updated: {reason}')
