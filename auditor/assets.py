"""Find the data that ships with the auditor, in a checkout and in an installed wheel."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _base() -> Path:
    """Folder holding ``recipes``, ``reports`` and ``data``: inside the wheel, else the checkout."""
    packaged = _PACKAGE / "_assets"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def recipes() -> Path:
    """Folder of audit recipes, vocabulary, detectors and regimes."""
    return _base() / "recipes"


def templates() -> Path:
    """Folder of the Jinja report templates."""
    return _base() / "reports" / "templates"


def samples() -> Path:
    """Folder of the synthetic sample datasets."""
    return _base() / "data" / "samples"
