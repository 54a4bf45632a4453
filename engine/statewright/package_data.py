"""Locates folders that are inside the package in a wheel and at the top level in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def data_folder(name: str) -> Path:
    """The path of the folder `schemas` or `deploy`."""
    shipped = _PACKAGE / name
    return shipped if shipped.is_dir() else _CHECKOUT / name
