"""The stack that deploy/template.yaml describes, transformed and with all references resolved.

Supports the intrinsic functions that the template uses and knows no resource types. It lets tests check the
resources that would be created instead of the text of the template.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.emulators.servers import REGION

TEMPLATE = Path(__file__).parent.parent.parent / "deploy" / "template.yaml"
SAM_MODEL = Path(__file__).with_name("sam_model.py")
STACK_NAME = "orders"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
}


def run_tool(
    *command: object, home: Path, aws: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a deployment tool with `home` as its home and `aws` as its only AWS configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"HOME": str(home), "AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(
        [str(word) for word in command],
        env=environment | dict(aws or {}),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def transformed(sam: Path, *, home: Path) -> dict[str, Any]:
    """The template as CloudFormation receives it from SAM."""
    done = run_tool(sam / "bin" / "python", SAM_MODEL, "transform", TEMPLATE, home=home)
    if done.returncode:
        raise RuntimeError(done.stderr)
    template: dict[str, Any] = json.loads(done.stdout)
    return template


class Stack:
    """The resources and outputs of `template` with `parameters`; omitted parameters have their defaults.

    A reference to a resource resolves to its logical name in lower case, which is valid for buckets and
    tables; an attribute resolves to `Name.Attribute`. `resources` and `outputs` are keyed by name and omit
    entries whose condition is false.
    """

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        declared = template["Parameters"]
        if strangers := parameters.keys() - declared.keys():
            raise ValueError(f"no such parameter: {', '.join(sorted(strangers))}")
        self._references = {
            **{name: name.lower() for name in template["Resources"]},
            **{name: str(parameter["Default"]) for name, parameter in declared.items()},
            **PSEUDO_PARAMETERS,
            **parameters,
        }
        self._conditions = template["Conditions"]
        self.resources = self._present(template["Resources"])
        self.outputs = self._present(template["Outputs"])

    def properties(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.resources[name]["Properties"]
        return properties

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of each resource of this type, by logical name."""
        return {name: each["Properties"] for name, each in self.resources.items() if each["Type"] == kind}

    def _present(self, section: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._value(each)
            for name, each in section.items()
            if "Condition" not in each or self._holds({"Condition": each["Condition"]})
        }

    def _value(self, node: Any) -> Any:
        match node:
            case {"Ref": name}:
                return self._references[name]
            case {"Fn::GetAtt": [name, attribute]}:
                return f"{name}.{attribute}"
            case {"Fn::Sub": [text, variables]}:
                return self._filled_in(text, self._value(variables))
            case {"Fn::Sub": text}:
                return self._filled_in(text, {})
            case {"Fn::If": [condition, then, otherwise]}:
                return self._value(then if self._holds({"Condition": condition}) else otherwise)
            case dict():
                values = {key: self._value(value) for key, value in node.items()}
                return {key: value for key, value in values.items() if value is not None}
            case list():
                return [value for value in map(self._value, node) if value is not None]
        return node

    def _filled_in(self, text: str, variables: Mapping[str, str]) -> str:
        def replacement(found: re.Match[str]) -> str:
            name, _, attribute = found[1].partition(".")
            return f"{name}.{attribute}" if attribute else str({**self._references, **variables}[name])

        return re.sub(r"\$\{([^}]+)\}", replacement, text)

    def _holds(self, condition: Mapping[str, Any]) -> bool:
        match condition:
            case {"Condition": name}:
                return self._holds(self._conditions[name])
            case {"Fn::Equals": [left, right]}:
                return str(self._value(left)) == str(self._value(right))
            case {"Fn::And": others}:
                return all(self._holds(other) for other in others)
            case {"Fn::Not": [other]}:
                return not self._holds(other)
        raise ValueError(f"unknown condition {condition}")
