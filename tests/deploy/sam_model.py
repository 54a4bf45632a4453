"""A program that validates or transforms a template with the AWS SAM translator.

`check FILE` prints the places that the translator's model rejects, which the linters do not; `transform FILE`
prints the template that CloudFormation would receive. Imports of the translator are local to the functions,
so that the collection of doctests can import this file without it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


class NoManagedPolicies:
    """Replaces a request to IAM; the template uses no managed policies."""

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
    """The transformed template, with the package in a bucket as after the upload by `sam deploy`."""
    from samtranslator.translator.transform import transform  # type: ignore[import-not-found,unused-ignore]

    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://packages/package.zip"
    result: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    return result


def _refused(template: dict[str, Any]) -> list[str]:
    """The places rejected by every type that the model tries for a resource or an event."""
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
