"""The files that `sam build` and `sam deploy` need to deploy a project's machines on AWS.

The stack template is deploy/template.yaml, which is part of the wheel. A project's copy differs only in the
place of the function's code and in its handler. Writes no files itself.
"""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from statewright import __version__
from statewright.cli.templates import stack_template, template_text

FUNCTION = Path("function")
"""The folder that `sam build` builds the function from: it contains requirements and no code."""

TEMPLATE = Path("template.yaml")
# SAM uses the first of these that exists.
_TEMPLATE_NAMES = ("template.yaml", "template.yml", "template.json")

IN_A_PROJECT = {
    "CodeUri: ../dist/statewright-lambda.zip": f"CodeUri: {FUNCTION.as_posix()}",
    "Handler: handler.app.lambda_handler": "Handler: statewright.aws.app.lambda_handler",
}
"""Replacements in the template of this repository, which deploys a zip file that was built beforehand."""

NEXT_STEPS = (
    "sam build",
    "sam deploy",
    "statewright publish config --to s3://…  # the output DefinitionsPlace of sam deploy",
)

_STACK_NAME_LENGTH_MAX = 60  # the name of the queue contains it, and is limited to 80 characters


# Lambda's names of processor architectures, by the names that operating systems use.
_ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64", "AMD64": "x86_64", "x86_64": "x86_64"}


def deployment_files(into: Path) -> dict[Path, str]:
    """The files' texts by path below the project's folder `into`, which gives the stack its name.

    The function uses the Python version and the processor architecture of this machine, because `sam build`
    needs a local Python of the same version, and wheels for the architecture.
    """
    template = _template()
    options = template_text("samconfig.toml").format(
        stack=_stack_name(into.resolve().name),
        runtime=_allowed(template, "Runtime", "python{}.{}".format(*sys.version_info)),
        architecture=_allowed(template, "Architecture", _ARCHITECTURES.get(platform.machine())),
    )
    return {
        TEMPLATE: template,
        FUNCTION / "requirements.txt": template_text("requirements.txt").format(version=__version__),
        Path("samconfig.toml"): options,
        Path(".gitignore"): template_text("gitignore"),
    }


def require_no_template(into: Path) -> None:
    """Raise UsageError if SAM would find an existing template."""
    for path in (into / name for name in _TEMPLATE_NAMES):
        if path.exists():
            remedy = "omit --deploy, or choose another --into"
            raise click.UsageError(f"{path.as_posix()} exists and is not overwritten; {remedy}")


def _template() -> str:
    text = stack_template()
    for line, replacement in IN_A_PROJECT.items():
        text = text.replace(line, replacement)
    return text


def _allowed(template: str, name: str, wanted: str | None) -> str:
    """`wanted` if the parameter allows it, else the parameter's default."""
    # BaseLoader reads CloudFormation functions such as !Ref as their arguments.
    parameter: dict[str, Any] = yaml.load(template, yaml.BaseLoader)["Parameters"][name]  # noqa: S506
    return wanted if wanted and wanted in parameter["AllowedValues"] else str(parameter["Default"])


def _stack_name(folder: str) -> str:
    """A valid name: a letter, then letters, digits and hyphens."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", folder).strip("-")
    if not name[:1].isalpha():
        name = f"statewright-{name}"
    return name[:_STACK_NAME_LENGTH_MAX].rstrip("-")
