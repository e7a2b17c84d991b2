"""What a report format is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Format:
    """One way to write a report. ``render`` takes the objects of ``audit.json`` and of ``run.json`` (or None)."""

    name: str
    suffix: str
    media_type: str
    render: Callable[[dict[str, Any], dict[str, Any] | None], bytes]
