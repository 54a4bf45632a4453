"""The texts that `statewright init` fills in. Knows nothing of what goes into them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]
_SHIPPED, _CHECKOUT = _PACKAGE / "deploy", _PACKAGE.parents[1] / "deploy"


def template_text(name: str) -> str:
    """A file of this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def stack_template() -> str:
    """deploy/template.yaml, the only copy: a wheel holds it as data, a checkout beside the package."""
    folder = _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT
    return (folder / "template.yaml").read_text(encoding="utf-8")
