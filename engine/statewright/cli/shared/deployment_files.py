"""The files with which `sam build` and `sam deploy` bring a project's machines to AWS.

The stack is the one of deploy/template.yaml, which the wheel ships; a project's template differs from it only
in where SAM finds the function's code and how Lambda calls it. Writes no file itself.
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
"""The folder that `sam build` installs: it holds the requirements and no code."""

TEMPLATE = Path("template.yaml")
# SAM takes the first of these.
_TEMPLATE_NAMES = ("template.yaml", "template.yml", "template.json")

IN_A_PROJECT = {
    "CodeUri: ../dist/statewright-lambda.zip": f"CodeUri: {FUNCTION.as_posix()}",
    "Handler: handler.app.lambda_handler": "Handler: statewright.aws.app.lambda_handler",
}
"""What differs from the template of this repository, which deploys a package that it has built."""

NEXT_STEPS = (
    "sam build",
    "sam deploy",
    "statewright publish config --to s3://…  # the output DefinitionsPlace of sam deploy",
)

_STACK_NAME_LENGTH_MAX = 60  # the queue is called after the stack, and may have 80 characters


# Lambda's names of processors, by those that operating systems have for them.
_ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64", "AMD64": "x86_64", "x86_64": "x86_64"}


def deployment_files(into: Path) -> dict[Path, str]:
    """Their texts by path below the project's folder `into`, which gives the stack its name.

    The function runs the Python and on the processor that are here: whatever else is asked for, `sam build`
    needs that Python, and wheels for that processor.
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
    """Raises UsageError where SAM would find another template."""
    for path in (into / name for name in _TEMPLATE_NAMES):
        if path.exists():
            remedy = "leave out --deploy, or choose another --into"
            raise click.UsageError(f"{path.as_posix()} exists and is never overwritten: {remedy}")


def _template() -> str:
    text = stack_template()
    for line, replacement in IN_A_PROJECT.items():
        text = text.replace(line, replacement)
    return text


def _allowed(template: str, name: str, wanted: str | None) -> str:
    """`wanted` where the parameter can have it, else the parameter's default."""
    # This loader builds text, lists and maps, and takes the functions of CloudFormation for their arguments.
    parameter: dict[str, Any] = yaml.load(template, yaml.BaseLoader)["Parameters"][name]  # noqa: S506
    return wanted if wanted and wanted in parameter["AllowedValues"] else str(parameter["Default"])


def _stack_name(folder: str) -> str:
    """A letter, then letters, digits and hyphens."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", folder).strip("-")
    if not name[:1].isalpha():
        name = f"statewright-{name}"
    return name[:_STACK_NAME_LENGTH_MAX].rstrip("-")
