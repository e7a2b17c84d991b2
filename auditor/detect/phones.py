"""Phone numbers as Presidio's ``PhoneRecognizer`` finds them: ``phonenumbers`` once per region, with less to try.

What is left out cannot change a result: each candidate is searched once instead of once per region, a candidate with
too few digits to be a number of a region is not parsed for it, and digits that are no number are remembered.
(``phonenumbers`` gives up on a text after 65,535 failed tries; as fewer are made here, such a text may yield more.)
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from auditor.detect.texts import Deadline

INTERNATIONAL = 7
"""Fewest digits of a number of another country: an access code of 2 or 3, a country code of 1 or more, 4 of its own."""

SHORTEST = 4
"""Fewest digits of any number of any region (checked against the metadata in a test)."""

_PLAIN = re.compile(r"[0-9 ()./-]+")
"""Candidates of digits and plain punctuation, whose reading is that of their digits."""

_KEPT = 50_000

Found = tuple[int, int]
Search = Callable[[int], tuple[int, str] | None]


@cache
def _matcher() -> Any:
    """Our matcher class; made on first use, for ``phonenumbers`` loads slowly."""
    from phonenumbers import phonenumbermatcher as base

    class Matcher(base.PhoneNumberMatcher):
        """``PhoneNumberMatcher`` with a shared search, a digit count, a memory of digits and a deadline."""

        def __init__(self, text: str, first: int, region: str, leniency: int, search: Search, spent: Deadline) -> None:
            super().__init__(text, region, leniency=leniency)
            self._search_index = first
            self._least, self._search, self._spent = least_digits(region), search, spent

        def _find(self, index: int) -> Any:
            candidate = self._search(index)
            while self._max_tries > 0 and candidate is not None:
                start, text = candidate
                if _promising(text, self._least):
                    self._spent.check()
                    match = self._extract_match(text, start)
                    if match is not None:
                        return match
                    self._max_tries -= 1
                candidate = self._search(start + len(text))
            return None

        def _parse_and_verify(self, candidate: str, offset: int) -> Any:
            if self.leniency <= base.Leniency.VALID and _PLAIN.fullmatch(candidate):
                digits = "".join(filter(str.isdecimal, candidate))
                if not _valid(digits, self.preferred_region, self.leniency):
                    return None
            return super()._parse_and_verify(candidate, offset)

    return Matcher


@lru_cache(maxsize=_KEPT)
def _valid(digits: str, region: str, leniency: int) -> bool:
    """Whether digits are a number when read in a region; a candidate around them is none unless they are."""
    from phonenumbers import NumberParseException, parse
    from phonenumbers import phonenumbermatcher as base

    try:
        unused: Any = None  # the matcher, which stricter levels ask
        return bool(base._verify(leniency, parse(digits, region, keep_raw_input=True), digits, unused))
    except NumberParseException:
        return False


def forget() -> None:
    """Let go of the digits that were looked at."""
    _valid.cache_clear()


def _promising(candidate: str, least: int) -> bool:
    return _digits(candidate) >= (SHORTEST if _signed(candidate) else least)


def _digits(candidate: str) -> int:
    return sum(map(str.isdecimal, candidate))


def _signed(candidate: str) -> bool:
    return "+" in candidate or "＋" in candidate


def _candidates(text: str, last: int) -> Search:
    """Candidates of a text by the place from which they are searched, each search made once; none from ``last`` on."""
    from phonenumbers import phonenumbermatcher as base

    known: dict[int, tuple[int, str] | None] = {}

    def search(index: int) -> tuple[int, str] | None:
        if index not in known:
            match = base._PATTERN.search(text, index)
            known[index] = (match.start(), _first(base, match[0])) if match and match.start() < last else None
        return known[index]

    return search


def _first(base: Any, candidate: str) -> str:
    """A candidate without what follows the start of a second number."""
    second = base._SECOND_NUMBER_START_PATTERN.search(candidate)
    return candidate[: second.start()] if second else candidate


@cache
def least_digits(region: str) -> int:
    """Fewest digits a candidate without ``+`` needs to be valid when read in ``region``."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

    sharing = COUNTRY_CODE_TO_REGION_CODE[country_code_for_region(region)]
    metadata: list[Any] = [PhoneMetadata.metadata_for_region(other) for other in sharing]
    return min(INTERNATIONAL, *(int(min(m.general_desc.possible_length)) for m in metadata))


def find(text: str, first: int, last: int, regions: Sequence[str], leniency: int, spent: Deadline) -> Iterator[Found]:
    """Offsets of every number that is valid in one of ``regions`` and whose candidate begins in ``first`` to ``last``.

    TimeoutError once the budget is spent. A region that no candidate has digits enough for is left out: where nothing
    is found, one candidate follows another as they do here.
    """
    search = _candidates(text, last)
    most, signed = 0, False
    candidate = search(first)
    while candidate is not None:
        start, found = candidate
        most, signed = max(most, _digits(found)), signed or _signed(found)
        candidate = search(start + len(found))
    for region in regions:
        if most >= (SHORTEST if signed else least_digits(region)):
            for match in _matcher()(text, first, region, leniency, search, spent):
                yield match.start, match.end
