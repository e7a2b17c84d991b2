"""Phone numbers of a curated recipe: what tells itself wherever it stands, and the rest only near words.

``+44 20 7946 0958`` is a number in every region and ``(212) 555-0123`` is written as nothing else is. Other figures are
a valid number in some region nearly always, so that they count only near a word. There it is enough that one of the
recipe's regions has such a number.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.detect.gates import DIGIT
from auditor.detect.phones import BETWEEN, Numbers, candidates, matcher, promising
from auditor.detect.prefilter import Need
from auditor.detect.search import Result, Search
from auditor.detect.texts import Deadline

FIRST = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "PT", "BR", "IN", "CA", "MX", "AU")
"""Regions that are tried first where all are: a number is told by one."""

GROUPING = ("FR", "BR", "GB", "DE", "NL")
"""Regions whose way of parting figures tells a number."""

_PLUS = rf"(?:\+|{chr(92)}xef{chr(92)}xbc{chr(92)}x8b)"
_AMERICAN = re.compile(r"\(?[2-9]\d{2}\)?[ .-]{1,2}[2-9]\d{2}[ .-]\d{4}")
_FORMS = (
    r"0[1-9](?:[ .-]\d\d){4}",
    r"\(\d\d\) ?9?\d{4}[-. ]\d{4}",
    r"0(?:20 [378]\d{3}|1\d\d \d{3}) \d{4}",
    r"07\d{3} \d{6}",
    r"01[567]\d{1,2}[ /-]\d{7,8}",
    r"06-\d{8}",
)
_GROUPED = re.compile(rf"(?<![\d.])(?:{'|'.join(_FORMS)})(?![ .-]?\d)")


def regions(countries: Sequence[str]) -> tuple[str, ...]:
    """The regions of some countries, of all for ``*``; none where none of them has numbers."""
    from phonenumbers import SUPPORTED_REGIONS

    every = dict.fromkeys((*FIRST, *sorted(SUPPORTED_REGIONS)))
    return tuple(region for region in every if region in countries or "*" in countries)


def curated(every: Sequence[str], score: float) -> list[Search]:
    """Searches of a curated recipe: what tells itself wherever it stands, and the rest of some regions near words."""
    american = [American(("US",), score)] if {"US", "CA"} & set(every) else []
    parted = [region for region in GROUPING if region in every]
    grouped = [Grouped(parted, score)] if parted else []
    return [International(("US",), score), *american, *grouped, National(every, score)]


class Near(Numbers):
    """Numbers that one region is enough for."""

    telling = False
    form = re.compile("(?s).*")
    """What a number must look like as a whole."""

    def __init__(self, regions: Sequence[str], score: float) -> None:
        super().__init__(regions, score, lambda match: bool(self.form.fullmatch(match.raw_string)))

    def alone(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> Iterator[Result]:
        """See the base."""
        for match in any_region(text, first, len(text) if last is None else last, self._regions, spent):
            if self._is_one(match):
                yield match.start, match.end, self._score


class National(Near):
    """Numbers as they are written within a region."""


class International(Near):
    """Numbers with a plus sign and the code of their country; they are read alike in every region."""

    telling = True
    form = re.compile("(?s)[(\\[]?[+\uff0b].*")
    need = Need(
        rf"(?s)[+\x{{FF0B}}].{{0,4}}{DIGIT}(?:.{{0,4}}{DIGIT}){{3}}",
        (rf"{_PLUS}[{BETWEEN}]{{0,12}}\d(?:[{BETWEEN}]{{0,12}}\d){{3}}",),
        windowed=True,
        folds=True,
    )


class American(Near):
    """Numbers of North America as they are written there: ``(212) 555-0123``."""

    telling = True
    form = _AMERICAN
    need = Need(
        rf"{DIGIT}{{3}}\)?[ .-]{{1,2}}{DIGIT}{{3}}[ .-]{DIGIT}{{4}}",
        (r"\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}",),
        windowed=True,
        folds=True,
    )


class Grouped(Near):
    """Numbers whose parts tell them: of France in pairs (``06 39 98 12 34``), of Brazil behind their area
    (``(11) 98765-4321``), of large towns and mobile phones of the United Kingdom, of mobile phones of Germany and the
    Netherlands (``0171 3456789``, ``06-12345678``).

    They are looked for by their form, for the matcher takes other figures before them along (``n° 95471 / 01 23…``).
    """

    telling = True
    need = Need(
        "|".join(_FORMS).replace(r"\d", DIGIT),
        tuple(_FORMS),
        windowed=True,
        folds=True,
    )

    def alone(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> Iterator[Result]:
        """See the base."""
        for match in _GROUPED.finditer(text, first):
            if match.start() >= (len(text) if last is None else last):
                return
            spent.check()
            if any(_is_valid(match[0], region) for region in self._regions):
                yield match.start(), match.end(), self._score


def _is_valid(number: str, region: str) -> bool:
    from phonenumbers import is_valid_number, parse

    return bool(is_valid_number(parse(number, region)))


def any_region(text: str, first: int, last: int, every: Sequence[str], spent: Deadline) -> Iterator[Any]:
    """For every candidate that begins in ``first`` to ``last`` the ``PhoneNumberMatch`` of the first region with one.

    TimeoutError once the budget is spent.
    """
    search, known = candidates(text, last), tuple(every)
    candidate = search(first)
    while candidate is not None:
        start, found = candidate
        for region in promising(found, known):
            spent.check()
            match = matcher()(text, first, region, known, search, spent)._extract_match(found, start)
            if match is not None:
                yield match
                break
        candidate = search(start + len(found))
