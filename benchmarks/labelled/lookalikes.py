"""Numbers and codes that look like those of persons and are none: orders, parcels, articles, books, versions."""

import random
from collections.abc import Callable

from benchmarks.labelled.online import DIGITS, some

DIGITS_1 = DIGITS[1:]


def version4(rng: random.Random) -> str:
    """A version of four numbers, as an IPv4 address has them."""
    return f"{rng.randrange(1, 12)}.{rng.randrange(30)}.{rng.randrange(200)}.{rng.randrange(200)}"


def version(rng: random.Random) -> str:
    """A version of three numbers."""
    return f"{rng.randrange(1, 30)}.{rng.randrange(40)}.{rng.randrange(20)}"


def isbn(rng: random.Random) -> str:
    """The number of a book, with its check digit."""
    body = "978" + some(rng, DIGITS, 9)
    return f"{body[:3]}-{body[3]}-{body[4:8]}-{body[8:12]}-{_ean_digit(body)}"


def ean(rng: random.Random) -> str:
    """The number of an article, with its check digit."""
    body = "40" + some(rng, DIGITS, 10)
    return f"{body}{_ean_digit(body)}"


def _ean_digit(body: str) -> int:
    return -sum(int(d) * (1 + 2 * (n % 2)) for n, d in enumerate(body)) % 10


def order(rng: random.Random) -> str:
    """The number of an order."""
    forms = (
        f"#{some(rng, DIGITS, 8)}",
        f"ORD-{some(rng, DIGITS, 7)}",
        f"2024-{some(rng, DIGITS, 6)}",
        f"{some(rng, DIGITS_1, 3)}-{some(rng, DIGITS, 7)}-{some(rng, DIGITS, 7)}",
    )
    return rng.choice(forms)


def tracking(rng: random.Random) -> str:
    """The number of a parcel or of a registered letter."""
    parcels = "1Z" + some(rng, DIGITS + "ABCDEFW", 16), "JJD" + some(rng, DIGITS, 15)
    letters = "RR" + some(rng, DIGITS, 9) + "DE", some(rng, DIGITS_1, 1) + some(rng, DIGITS, 19)
    return rng.choice([*parcels, *letters])


def sku(rng: random.Random) -> str:
    """The number of an article in a shop."""
    return f"{some(rng, 'ABCDEFGHKLMNPRST', 2)}-{some(rng, DIGITS, 4)}-{rng.choice('SMLX')}"


def flight(rng: random.Random) -> str:
    """A flight."""
    return f"{rng.choice(('LH', 'BA', 'AF', 'KL'))}{rng.randrange(100, 3000)}"


def pnr(rng: random.Random) -> str:
    """The code of a booking."""
    return some(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6)


def clock(rng: random.Random) -> str:
    """A time of day."""
    return f"{rng.randrange(24)}:{rng.randrange(60):02}"


def year(rng: random.Random) -> str:
    """A year that is no birth."""
    return str(rng.randrange(1960, 2020))


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "version4": version4,
    "version": version,
    "isbn": isbn,
    "ean": ean,
    "order": order,
    "tracking": tracking,
    "sku": sku,
    "flight": flight,
    "pnr": pnr,
    "time": clock,
    "year": year,
}
