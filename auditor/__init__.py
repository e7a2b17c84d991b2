"""Audit a training dataset for personal data, secrets and rights before a model is trained on it.

>>> import auditor
>>> audit = auditor.audit("data/lake", recipe="full")        # doctest: +SKIP
>>> audit.result, audit.findings.num_rows                    # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.api import Audit, audit

__version__ = "0.1.0"
__all__ = ["Audit", "__version__", "audit"]


def __getattr__(name: str) -> object:
    """Load the library on first use: ``auditor --help`` must not wait for Arrow."""
    if name in ("Audit", "audit"):
        from auditor import api

        return getattr(api, name)
    raise AttributeError(f"module 'auditor' has no attribute {name!r}")
