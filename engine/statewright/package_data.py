"""Folders that the wheel ships inside the package and the checkout has at its top level."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def data_folder(name: str) -> Path:
    """`schemas`, or `deploy`."""
    shipped = _PACKAGE / name
    return shipped if shipped.is_dir() else _CHECKOUT / name
