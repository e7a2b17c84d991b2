"""Addresses as their country writes them, and positions."""

import random
import re

from faker import Faker

from benchmarks.labelled.markup import Value
from benchmarks.labelled.online import DIGITS, some

BORROWED = {"fr_BE": "fr_CH"}
"""Locales whose addresses Faker lacks, and the one that writes them alike."""

POSTCODES = {"GB": "UK_POSTCODE", "DE": "DE_PLZ", "CA": "CA_POSTAL_CODE"}
SPACED = {"IE": 3, "CA": 3}
TRIES = 50


def street(faker: Faker, rng: random.Random) -> Value:
    """Street and house number, on one line; what has no number is drawn again, as not everybody would label it."""
    for _ in range(TRIES):
        made = re.sub(r"\s*\n\s*", ", ", faker.street_address()).replace(" , ", ", ").strip()
        if re.search(r"[1-9]", made):
            return Value(made, "STREET_ADDRESS")
    return Value(f"{faker.street_name()} {rng.randrange(1, 200)}", "STREET_ADDRESS")


def postcode(faker: Faker, rng: random.Random, country: str) -> Value:
    """A postal code, most of them with the space or dash that the country puts into it."""
    made = faker.postcode()
    if country == "MX":
        made = some(rng, DIGITS, 5)
    elif country in SPACED and rng.random() < 0.7:
        compact = made.replace(" ", "")
        made = f"{compact[: SPACED[country]]} {compact[SPACED[country] :]}"
    elif country == "BR" and rng.random() < 0.7:
        compact = made.replace("-", "")
        made = f"{compact[:5]}-{compact[5:]}"
    return Value(made, POSTCODES.get(country, "POSTAL_CODE"))


def position(rng: random.Random) -> Value:
    """A pair of coordinates to a few metres: decimal, in degrees, as URI, as well-known text."""
    lat, lon = _pair(rng)
    degrees = f"{_dms(lat, 'NS')} {_dms(lon, 'EW')}"
    forms = (
        f"{lat:.6f}, {lon:.6f}",
        f"{lat:.5f},{lon:.5f}",
        degrees,
        f"geo:{lat:.5f},{lon:.5f}",
        f"POINT({lon:.6f} {lat:.6f})",
    )
    return Value(rng.choice(forms), "PRECISE_GEOLOCATION")


def lonlat(rng: random.Random) -> str:
    """A pair as GeoJSON orders it."""
    lat, lon = _pair(rng)
    return f"{lon:.6f}, {lat:.6f}"


def _pair(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(36, 60), rng.uniform(-9, 24)


def _dms(value: float, sides: str) -> str:
    side, value = sides[value < 0], abs(value)
    minutes = value % 1 * 60
    return f"{int(value)}°{int(minutes)}'{minutes % 1 * 60:.1f}\"{side}"
