"""Engines map a function over items in worker processes and know nothing of what it does.

An engine yields one outcome per item, in any order: what the function returned, or :class:`Lost` with a reason code.
It never raises for a fault of one item.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Beat = Callable[[int, int], None]
"""``beat(rows, bytes)``: called by the function to say that it moves on."""


@dataclass(frozen=True)
class Lost:
    """An item whose worker died, hung or outgrew its memory; ``where`` names the place in code, never data."""

    reason: str
    where: str = ""


class Engine(Protocol):
    """The seam that a local pool, Ray and Spark share."""

    def map(self, function: Callable[[T, Beat], R], items: Iterable[T], slots: int) -> Iterator[tuple[T, R | Lost]]:
        """Apply ``function`` to every item with at most ``slots`` at a time."""
        ...
