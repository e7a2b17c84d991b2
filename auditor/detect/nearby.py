"""Words beside a finding that say what it is: ``passport no. 123456789``, or a column that is called ``passport_no``.

A rule that counts only with such a word is looked for around its words and not around all that looks like it: words
are literals, by which a scan jumps, and they are rare; figures stand everywhere. :func:`bound` is that change.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import regex

from auditor.detect import gates
from auditor.detect.prefilter import UNKNOWN, Need, fold
from auditor.detect.windows import Reach

BEFORE, AFTER = 100, 40
"""How far around a finding its words are looked for, in code points: before its start and after its end."""

_CASES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MARKS = re.compile(r"[\W_]+")
_START = 2
_MOST = 100_000  # names of columns that are remembered


class Nearby:
    """Some words, case ignored: ``words`` anywhere, ``whole`` ones on their own.

    A whole one has neither letter nor digit before it and no letter after it. ``columns`` are whole ones that count in
    the name of a column only.
    """

    def __init__(self, words: Iterable[str], whole: Iterable[str] = (), columns: Iterable[str] = ()) -> None:
        self._words, self._whole, self._columns = tuple(words), tuple(whole), tuple(columns)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._words or self._whole)

    @cached_property
    def _sought(self) -> Any:
        return sought(self._words, self._whole)

    @cached_property
    def _in_names(self) -> Any:
        return sought(self._words, (*self._whole, *self._columns)) if self._columns else self._sought

    def near(self, text: str, start: int, end: int) -> bool:
        """Whether one stands near what is at ``start`` to ``end`` of a text."""
        around = text[max(0, start - BEFORE) : start] + "\0" + text[end : end + AFTER]
        return bool(self and self._sought.search(around))

    def names(self, path: str) -> bool:
        """Whether one stands in the name of a column, however its words are joined."""
        return bool((self or self._columns) and self._in_names.search(spaced(path)))

    @property
    def starts(self) -> set[str]:
        """The first two letters of each, as :func:`spaced` has them."""
        return {word.lower()[:_START] for word in (*self._words, *self._whole, *self._columns)}

    @cached_property
    def need(self) -> Need:
        """What every text holds that holds one of them."""
        found = [gates.coded(_folded(word)) for word in self._words]
        found += map(_alone, self._whole)
        return Need(gates.any_of((*self._words, *self._whole)), tuple(sorted(set(found))), windowed=True, folds=True)


def sought(words: Iterable[str], whole: Iterable[str] = ()) -> Any:
    """A pattern that finds any of some words, as :class:`Nearby` has them; the longest of those that start together."""
    parts = [(word, regex.escape(word)) for word in words]
    parts += [(word, rf"(?<![^\W_]){regex.escape(word)}(?![^\W\d_])") for word in whole]
    parts.sort(key=lambda part: -len(part[0]))
    return regex.compile("|".join(dict.fromkeys(part for _, part in parts)), regex.IGNORECASE)


def _alone(word: str) -> str:
    """Hyperscan for a word on its own; it knows the borders of words of ASCII letters and digits."""
    sure = [char.isascii() and char.isalnum() for char in (word[0], word[-1])]
    first, last = r"(?:\b|_)" * sure[0], r"(?:\b|[0-9_])" * sure[1]
    return first + gates.coded(_folded(word)) + last


def _folded(word: str) -> str:
    """A word as it stands in a scan, which folds odd characters."""
    return "".join(char if char.isascii() or fold(char) == UNKNOWN else fold(char) for char in word)


@lru_cache(maxsize=4096)
def spaced(path: str) -> str:
    """The name of a column in small words: ``taxIdNo``, ``tax-id_no`` and ``tax id[].no`` with spaces between them.

    Names of our own (``@path``) say nothing.
    """
    return "" if path.startswith("@") else _MARKS.sub(" ", _CASES.sub(" ", path)).lower()


class Named:
    """The detectors that look at the name of a column, found without asking each of them."""

    def __init__(self, detectors: Sequence[Any]) -> None:
        self._asked = [d for d in detectors if hasattr(d, "is_about") and not hasattr(d, "nearby")]
        self._by_start = defaultdict[str, list[Any]](list)
        for detector in detectors:
            for start in getattr(detector, "nearby", Nearby(())).starts:
                self._by_start[start].append(detector)
        self._known: dict[str, tuple[Any, ...]] = {}

    def about(self, path: str) -> tuple[Any, ...]:
        """Those for which the name of a column says what its cells are."""
        if path not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[path] = tuple(self._about(path))
        return self._known[path]

    def _about(self, path: str) -> Iterable[Any]:
        name = spaced(path)
        starts = {name[n : n + _START] for n in range(len(name) - 1)}
        likely = {id(d): d for start in starts for d in self._by_start.get(start, ())}
        return [d for d in (*self._asked, *likely.values()) if d.is_about(path)]


def bound(reach: Reach, words: Nearby) -> tuple[Need, Reach]:
    """Where to look for what lies within ``reach`` and counts only near ``words``.

    That is around the words, as long as the alphabet holds where the length has no bound; of what nothing is known it
    is in every text with one.
    """
    if not reach.alphabet:
        return words.need._replace(windowed=False), reach
    return words.need, reach._replace(before=AFTER + reach.chars, after=BEFORE + reach.chars)
