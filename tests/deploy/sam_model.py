"""What AWS's own translator makes of a template; a program, run by the interpreter that has it installed.

`check FILE` names what its model refuses and the linters let pass; `transform FILE` prints the template that
CloudFormation would get. Run by `tests.deploy.template`. What only that interpreter has is imported where it
is used, so that a search for doctests can import this file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


class NoManagedPolicies:
    """Replaces a request to IAM: the template uses no managed policy."""

    def load(self) -> dict[str, str]:
        return {}


def main(action: str, path: str) -> int:
    from samcli.yamlhelper import yaml_parse  # type: ignore[import-not-found,unused-ignore]

    template = yaml_parse(Path(path).read_text())
    if action == "transform":
        print(json.dumps(_transformed(template)))
        return 0
    refused = _refused(template)
    print("\n".join(refused))
    return 1 if refused else 0


def _transformed(template: dict[str, Any]) -> dict[str, Any]:
    """With the package in a bucket, as `sam deploy` puts it there first."""
    from samtranslator.translator.transform import transform  # type: ignore[import-not-found,unused-ignore]

    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://packages/package.zip"
    result: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    return result


def _refused(template: dict[str, Any]) -> list[str]:
    """The model tries each type that a resource or an event may have; what all of them refuse is wrong."""
    from pydantic.v1 import ValidationError  # type: ignore[import-not-found,unused-ignore]
    from samtranslator.internal.schema_source.schema import (  # type: ignore[import-not-found,unused-ignore]
        SamModel,
    )

    try:
        SamModel.parse_obj(template)
    except ValidationError as error:
        counts = Counter(".".join(map(str, one["loc"])) for one in error.errors())
        return sorted(place for place, count in counts.items() if count == max(counts.values()))
    return []


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
