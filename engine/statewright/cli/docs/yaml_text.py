"""A document as YAML that every reader takes: no anchors, and nothing invisible."""

from __future__ import annotations

from typing import Any

import yaml

from statewright.escaping import printable


def yaml_text(document: object) -> str:
    """A text with invisible characters stands in double quotes, where YAML has Python's escapes for them."""
    return printable(
        yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True),
        keep="\n",
    )


class _Dumper(yaml.SafeDumper):
    """Many readers of YAML take no anchors, and equal parts of a schema are no reason for one."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.replace("\n", "").isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represented)
