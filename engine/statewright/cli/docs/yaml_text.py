"""Writes YAML that every parser reads: no anchors and no invisible characters."""

from __future__ import annotations

from typing import Any

import yaml

from statewright.escaping import printable


def yaml_text(document: object) -> str:
    """The document as YAML. Quoted text has Python's escapes, so invisible characters are quoted."""
    return printable(
        yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True),
        keep="\n",
    )


class _Dumper(yaml.SafeDumper):
    """Repeats equal parts of a document, because many YAML parsers do not support anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.replace("\n", "").isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represented)
