"""Phone numbers as Presidio's ``PhoneRecognizer`` finds them: ``phonenumbers`` once per region, with less to try.

What is left out cannot change a result: each candidate is searched once instead of once per region, a candidate with
too few digits to be a number of a region is not parsed for it, and digits that are no number are remembered.
(``phonenumbers`` gives up on a text after 65,535 failed tries; as fewer are made here, such a text may yield more.)
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from auditor.detect.gates import DIGIT
from auditor.detect.prefilter import Need
from auditor.detect.search import Result, Search
from auditor.detect.texts import Deadline
from auditor.detect.windows import Reach

BETWEEN = rf"-x ().\[\]/~{chr(92)}x80-{chr(92)}xff"

INTERNATIONAL = 7
"""Fewest digits of a number of another country: an access code of 2 or 3, a country code of 1 or more, 4 of its own."""

LENIENCY = 1
"""Numbers must be valid, as Presidio asks by default; the reasoning here holds for no other level."""

SHORTEST = 4
"""Fewest digits of any number of any region (checked against the metadata in a test)."""

_PLAIN = re.compile(r"[0-9 ()./-]+")
"""Candidates of digits and plain punctuation, whose reading is that of their digits."""

_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip
"""Descriptions of a region that make a number valid, by their names in ``PhoneMetadata``."""

_STAMP = re.compile(r"[^\d+]*[12]\d{3}[-/]?[01]\d[-/]?[0-3]\d +[0-2]\d:[0-5]\d(?::\d\d?)?[^\d+]*")
"""A date and a time, whose first part the matcher skips and whose other parts are too short."""

_BLOCK = re.compile("[0-9]+")
_MANY = 8  # blocks of digits whose neighbours are all put together
_KEPT = 50_000

_Seek = Callable[[int], tuple[int, str] | None]


@cache
def matcher() -> Any:
    """Our matcher class; made on first use, for ``phonenumbers`` loads slowly."""
    from phonenumbers import phonenumbermatcher as base

    class Matcher(base.PhoneNumberMatcher):
        """``PhoneNumberMatcher`` with a shared search, a digit count, a memory of digits and a deadline."""

        def __init__(
            self, text: str, first: int, region: str, regions: tuple[str, ...], search: _Seek, spent: Deadline
        ) -> None:
            super().__init__(text, region, leniency=LENIENCY)
            self._region, self._regions = region, regions
            self._search_index = first
            self._search, self._spent = search, spent

        def _find(self, index: int) -> Any:
            candidate = self._search(index)
            while self._max_tries > 0 and candidate is not None:
                start, text = candidate
                if self._region in promising(text, self._regions):
                    self._spent.check()
                    match = self._extract_match(text, start)
                    if match is not None:
                        return match
                    self._max_tries -= 1
                candidate = self._search(start + len(text))
            return None

        def _parse_and_verify(self, candidate: str, offset: int) -> Any:
            if _PLAIN.fullmatch(candidate) and not _valid("".join(_BLOCK.findall(candidate)), self._region):
                return None
            return super()._parse_and_verify(candidate, offset)

    return Matcher


@lru_cache(maxsize=_KEPT)
def _valid(digits: str, region: str) -> bool:
    """Whether digits are a number when read in a region; a candidate around them is none unless they are."""
    from phonenumbers import NumberParseException, parse
    from phonenumbers import phonenumbermatcher as base

    if not _reading(region).may_hold(digits):
        return False
    try:
        unused: Any = None  # the matcher, which stricter levels ask
        return bool(base._verify(LENIENCY, parse(digits, region, keep_raw_input=True), digits, unused))
    except NumberParseException:
        return False


class _Reading:
    """How ``phonenumbers`` reads plain digits in one region, as far as it can rule them out.

    What is left after an international prefix can be anything. Else the digits, without the country code of the region
    if they begin with it and without up to two national prefixes, must match the description of a kind of number
    (fixed line, mobile…) of a region of that country code, for ``is_valid_number`` asks for one. Where a prefix is
    rewritten instead of dropped, nothing is ruled out.
    """

    def __init__(self, region: str) -> None:
        from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

        code = country_code_for_region(region)
        sharing: list[Any] = [PhoneMetadata.metadata_for_region(r) for r in COUNTRY_CODE_TO_REGION_CODE[code]]
        own: list[Any] = [PhoneMetadata.metadata_for_region(region), sharing[0]]  # the first is the main one
        self._code = str(code)
        self._international = re.compile(own[0].international_prefix or "(?!)")
        self._kinds = re.compile("|".join(f"(?:{kind})" for kind in dict.fromkeys(_kinds(sharing))))
        self._lengths = {length for m in sharing for length in m.general_desc.possible_length}
        prefixes = [m for m in own if m.national_prefix_for_parsing]
        self._dropped = [re.compile(m.national_prefix_for_parsing) for m in prefixes]
        dropped = max((parser.parse(p.pattern).getwidth()[1] for p in self._dropped), default=0)
        self._longest = max(self._lengths) + len(self._code) + 2 * dropped
        self._rewrites = any(m.national_prefix_transform_rule for m in prefixes)

    def may_hold(self, digits: str) -> bool:
        """False only where ``digits`` are no valid number."""
        if self._international.match(digits):
            return True
        if len(digits) > self._longest:
            return False
        forms = {digits, digits.removeprefix(self._code)}
        for _ in range(2):
            matches = [prefix.match(form) for form in forms for prefix in self._dropped]
            if self._rewrites and any(matches):
                return True
            forms |= {match.string[match.end() :] for match in matches if match}
        return any(len(form) in self._lengths and self._kinds.fullmatch(form) for form in forms)


def _kinds(regions: Sequence[Any]) -> Iterator[str]:
    """The pattern of every kind of number of some regions."""
    for region in regions:
        for kind in _KINDS:
            described = getattr(region, kind)
            if described and described.national_number_pattern:
                yield described.national_number_pattern


_reading = cache(_Reading)


@lru_cache(maxsize=_KEPT)
def promising(candidate: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    """The regions in which a candidate may hold a number."""
    from phonenumbers import phonenumbermatcher as base

    if base._SLASH_SEPARATED_DATES.search(candidate):  # the matcher skips them
        return ()
    digits = _digits(candidate)
    enough = [r for r in regions if digits >= (SHORTEST if _signed(candidate) else least_digits(r))]
    if not enough or not _PLAIN.fullmatch(candidate):
        return tuple(enough)
    hopeful = _hopeful(tuple(_BLOCK.findall(candidate)), regions)
    return tuple(r for r in enough if r in hopeful)


@lru_cache(maxsize=_KEPT)
def _hopeful(blocks: tuple[str, ...], regions: tuple[str, ...]) -> tuple[str, ...]:
    """The regions in which some neighbouring blocks of digits, put together, may be a number read without ``+``.

    What is tried of a candidate are its parts between separators, so nothing else.
    """
    if len(blocks) > _MANY:
        return regions
    ends = range(1, len(blocks) + 1)
    parts = {"".join(blocks[first:last]) for last in ends for first in range(last)}
    return tuple(r for r in regions if any(len(p) >= least_digits(r) and _reading(r).may_hold(p) for p in parts))


def _digits(candidate: str) -> int:
    return sum(map(str.isdecimal, candidate))


def _signed(candidate: str) -> bool:
    return "+" in candidate or "＋" in candidate


def candidates(text: str, last: int) -> _Seek:
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


def find(text: str, first: int, last: int, regions: Sequence[str], spent: Deadline) -> Iterator[Any]:
    """Every ``PhoneNumberMatch`` that is valid in a region, of candidates that begin in ``first`` to ``last``.

    TimeoutError once the budget is spent. A region for which no candidate is promising is left out: where nothing is
    found, one candidate follows another as they do here.
    """
    every, hopeful = tuple(regions), set[str]()
    if _STAMP.fullmatch(text):
        return
    if text.isascii() and "+" not in text and not _hopeful(tuple(_BLOCK.findall(text)), every):
        return
    search = candidates(text, last)
    candidate = search(first)
    while candidate is not None:
        hopeful.update(promising(candidate[1], every))
        candidate = search(candidate[0] + len(candidate[1]))
    for region in every:
        if region in hopeful:
            yield from matcher()(text, first, region, every, search, spent)


class Numbers(Search):
    """Phone numbers of some regions."""

    need = Need(
        rf"(?s){DIGIT}(?:.{{0,4}}{DIGIT}){{3}}",
        (rf"(?:^|\D)\d(?:[{BETWEEN}]{{0,12}}\d){{3}}",),
        windowed=True,
        folds=True,
    )
    """No number of any region has fewer than four digits, and between two of them stand at most four characters, all of
    them punctuation. The digits that it begins within are in its window: so a window is hit where such digits begin."""

    reach = Reach(r"0-9extnsioaEXTNSIOA \t().\[\]/~+;=,#:\x80-\xff-")
    """Beside its digits and what stands between them a candidate can hold plus signs and an extension (``;ext=``,
    ``anexo``, ``int``, ``x``...)."""

    def __init__(self, regions: Sequence[str], score: float, is_one: Callable[[Any], bool]) -> None:
        self._regions, self._score, self._is_one = regions, score, is_one

    def alone(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> Iterator[Result]:
        """See the base."""
        for match in find(text, first, len(text) if last is None else last, self._regions, spent):
            if self._is_one(match):
                yield match.start, match.end, self._score
