"""The text templates of `statewright init`."""

from __future__ import annotations

from importlib.resources import files

from statewright.package_data import data_folder


def template_text(name: str) -> str:
    """The text of a file in this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def stack_template() -> str:
    """The text of deploy/template.yaml, which a wheel contains as package data."""
    return (data_folder("deploy") / "template.yaml").read_text(encoding="utf-8")
