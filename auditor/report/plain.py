"""Anything of an audit as plain JSON values in a fixed order."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import Any

from auditor.report.mask import mask_name, safe_text

NAME_CHARS = 240
"""Names longer than this are cut, with what is missing said."""


def visible(text: str) -> str:
    """``text`` on its lines, with invisible characters shown."""
    return safe_text(text, keep="\n\t")


def plain(value: Any, text: Callable[[str], str] = visible) -> Any:
    """``value`` as JSON types: maps sorted by key, no NaN, nothing that is not UTF-8; ``text`` treats each string."""
    if isinstance(value, Enum):
        return plain(value.value, text)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {text(str(k)): plain(v, text) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, set | frozenset):
        return sorted((plain(v, text) for v in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(v, text) for v in value]
    return text(str(value))


def number(value: float) -> float | None:
    """``value`` to six decimals; None where it is not finite."""
    return round(float(value), 6) if math.isfinite(value) else None


def name(text: str) -> str:
    """A name of the data, masked once more in case it was not, and not longer than :data:`NAME_CHARS`."""
    masked = mask_name(text)
    extra = len(masked) - NAME_CHARS
    return masked if extra <= 0 else f"{masked[:NAME_CHARS]}… [{extra} more chars]"


def prose(text: str) -> str:
    """A sentence of ours or of a rule file on one line."""
    return safe_text(" ".join(text.split()))
