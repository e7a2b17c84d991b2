"""Phone numbers as Presidio's ``PhoneRecognizer`` finds them: ``phonenumbers`` once per region, with less to try.

What is left out cannot change a result: each candidate is searched once instead of once per region, and a candidate
with too few digits to be a number of a region is not parsed for it. (``phonenumbers`` gives up on a text after 65,535
failed tries; as fewer are made here, such a text may yield more.)
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from auditor.detect.texts import Deadline

INTERNATIONAL = 7
"""Fewest digits of a number of another country: an access code of 2 or 3, a country code of 1 or more, 4 of its own."""

SHORTEST = 4
"""Fewest digits of any number of any region (checked against the metadata in a test)."""

Found = tuple[int, int]
Search = Callable[[int], tuple[int, str] | None]


@cache
def _matcher() -> Any:
    """Our matcher class; made on first use, for ``phonenumbers`` loads slowly."""
    from phonenumbers import phonenumbermatcher as base

    class Matcher(base.PhoneNumberMatcher):
        """``PhoneNumberMatcher`` with a shared search, a digit count and a deadline."""

        def __init__(self, text: str, region: str, leniency: int, least: int, search: Search, spent: Deadline) -> None:
            super().__init__(text, region, leniency=leniency)
            self._least, self._search, self._spent = least, search, spent

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

    return Matcher


def _promising(candidate: str, least: int) -> bool:
    digits = sum(map(str.isdecimal, candidate))
    return digits >= (SHORTEST if "+" in candidate or "＋" in candidate else least)


def _candidates(text: str) -> Search:
    """Candidates of a text by the place from which they are searched, each search made once."""
    from phonenumbers import phonenumbermatcher as base

    known: dict[int, tuple[int, str] | None] = {}

    def search(index: int) -> tuple[int, str] | None:
        if index not in known:
            match = base._PATTERN.search(text, index)
            known[index] = match and (match.start(), _first(base, match[0]))
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


def find(text: str, regions: Sequence[str], leniency: int, seconds: float) -> Iterator[Found]:
    """Offsets of every number valid in one of ``regions``; TimeoutError once the budget is spent."""
    spent, search = Deadline(seconds), _candidates(text)
    for region in regions:
        for match in _matcher()(text, region, leniency, least_digits(region), search, spent):
            yield match.start, match.end
