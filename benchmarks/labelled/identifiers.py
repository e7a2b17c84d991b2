"""Numbers of persons from ``identifiers.yaml``: valid ones, as people write them, with the words before them."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from auditor.rules.vocabulary import vocabulary
from benchmarks.labelled.checks import CHECKS
from benchmarks.labelled.markup import Value

TRIES = 20_000
PIECE = re.compile(r"\[([^\]]+)\]|%([ymdY])|(.)")
DIGITS, LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Identifier:
    """One kind of number: how to draw it, how to write it, what it is called."""

    entity: str
    country: str
    forms: tuple[str, ...]
    valid: str
    styles: tuple[str, ...]
    labels: tuple[str, ...]
    unseen: tuple[str, ...]
    also: tuple[str, ...]

    def draw(self, rng: random.Random) -> str:
        """A valid number as it is written.

        Raises:
            ValueError: when no valid one is found, which is a fault of the table.
        """
        check = _check(self.valid)
        for _ in range(TRIES):
            compact = _drawn(rng.choice(self.forms), rng)
            if check(compact):
                return styled(compact, rng.choice(self._styles(compact)))
        raise ValueError(f"{self.entity}: no valid number in {TRIES} tries; see its form in identifiers.yaml")

    def _styles(self, compact: str) -> tuple[str, ...]:
        """The styles of that length; as it is where there is none."""
        return tuple(s for s in self.styles if s.count("X") == len(compact)) or ("X" * len(compact),)

    def label(self, rng: random.Random, *, held_out: bool = False) -> str:
        """What somebody writes before it; of the final set every second label stands nowhere else."""
        unseen = held_out and self.unseen and rng.random() < 0.5
        return rng.choice(self.unseen if unseen else self.labels)

    def value(self, rng: random.Random) -> Value:
        """A drawn number with its entity."""
        return Value(self.draw(rng), self.entity, self.also)


@cache
def identifiers() -> tuple[Identifier, ...]:
    """All kinds, in the order of the table."""
    table = yaml.safe_load((Path(__file__).parent / "identifiers.yaml").read_text(encoding="utf-8"))
    return tuple(_identifier(entity, row) for entity, row in table.items())


def named(slot: str) -> Identifier | None:
    """The kind whose entity a slot gives in small letters."""
    return _by_slot().get(slot)


@cache
def _by_slot() -> dict[str, Identifier]:
    return {kind.entity.lower(): kind for kind in identifiers()}


def of_countries(countries: tuple[str, ...]) -> tuple[Identifier, ...]:
    """The kinds of some countries; of all of them where none is named."""
    return tuple(i for i in identifiers() if not countries or i.country in countries)


def styled(compact: str, style: str) -> str:
    """Write a number in a style: X is its next character."""
    characters = iter(compact)
    return "".join(next(characters) if c == "X" else c for c in style)


def _identifier(entity: str, row: dict[str, Any]) -> Identifier:
    forms = row["form"]
    return Identifier(
        entity,
        row["country"],
        (forms,) if isinstance(forms, str) else tuple(forms),
        row.get("valid", ""),
        tuple(row.get("styles", ())),
        tuple(row["labels"]),
        tuple(row.get("unseen", ())),
        _entities(entity, row.get("also", ())),
    )


def _entities(entity: str, globs: Iterable[str]) -> tuple[str, ...]:
    """The other entities of the vocabulary that some globs name."""
    return tuple(name for name in vocabulary().entities if name != entity and any(fnmatchcase(name, g) for g in globs))


def _drawn(form: str, rng: random.Random) -> str:
    day = date(1940, 1, 1) + timedelta(days=rng.randrange(60 * 365))
    return "".join(_pieces(form, rng, day))


def _pieces(form: str, rng: random.Random, day: date) -> Iterator[str]:
    for chosen, part, plain in PIECE.findall(form):
        if chosen:
            yield rng.choice(_members(chosen))
        elif part:
            yield day.strftime(f"%{part}")
        else:
            yield rng.choice({"#": DIGITS, "@": LETTERS, "?": DIGITS + LETTERS}.get(plain, plain))


def _members(chosen: str) -> str:
    """The characters of a class such as ``A-H0-9X``."""
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), chosen)


def _check(name: str) -> Callable[[str], bool]:
    if not name:
        return lambda _: True
    if name.startswith("own."):
        return _quiet(CHECKS[name.removeprefix("own.")])
    return _quiet(import_module(f"stdnum.{name}").is_valid)


def _quiet(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """A draw that a check cannot even read (no such date) is not valid."""

    def checked(value: str) -> bool:
        try:
            return bool(check(value))
        except (ValueError, KeyError, IndexError):
            return False

    return checked
