"""The texts that `statewright init` fills in. Knows nothing of what goes into them."""

from __future__ import annotations

from importlib.resources import files

from statewright.package_data import data_folder


def template_text(name: str) -> str:
    """A file of this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def stack_template() -> str:
    """deploy/template.yaml, the only copy: a wheel holds it as data, a checkout beside the package."""
    return (data_folder("deploy") / "template.yaml").read_text(encoding="utf-8")
