"""Three-valued logic after Kleene: true, false and unknown, where unknown is None; and days as they are compared."""

from collections.abc import Iterable
from datetime import date

Truth = bool | None


def every(values: Iterable[Truth]) -> Truth:
    """False when any is false, else unknown when any is unknown, else true."""
    seen = list(values)
    return False if False in seen else None if None in seen else True


def some(values: Iterable[Truth]) -> Truth:
    """True when any is true, else unknown when any is unknown, else false."""
    seen = list(values)
    return True if True in seen else None if None in seen else False


def negate(value: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if value is None else not value


def day(text: str) -> str:
    """A day in the one form in which days are compared as texts, YYYY-MM-DD.

    Raises:
        ValueError: when it is none.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        raise ValueError("give a date as YYYY-MM-DD") from None
