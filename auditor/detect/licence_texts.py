"""Texts of licences, found by the runs of words that they share with the texts of the SPDX licence list.

Of each reference the file holds the hashes of its runs of six words, of a long one every fourth that its hash chooses.
A reference is found in a text that holds most of its runs; of several the one that explains most and lacks least wins,
so that versions and variants are told apart by what differs between them. What it explains is taken away, and the rest
is looked at again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from auditor import assets
from auditor.detect.licence_words import SHINGLE, Hashes, Ints, Words

FILE = "texts.npz"
VERSION = 1
SAMPLED = 4
"""Of a long text one run in so many is kept."""
SAMPLED_FROM = 700
"""Runs of a text that counts as long."""

LEAST = 4
"""Runs that a text must share with the references to be looked at."""
_MOST = 8  # licences in one text
_GAP = 90  # words of another text within a licence
_ENOUGH = 0.5  # share of the runs of a reference, rare ones counting more
_PART, _FRAGMENT = 0.15, 9.0  # least share and weight of a part of a licence
_ALIKE = 0.9
_LIKELY = 6  # references that are compared closely
_GAIN = 2.5  # what a run that a reference explains is worth, against one of its own that is not there
_LAW = 1.0  # weight of a word that a reference leaves unexplained, against a run that it explains
_BITS = 22
_REMEMBERED = 4096  # sets of runs

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class References:
    """The fingerprints: ``owners[firsts[n]:firsts[n + 1]]`` are the references that hold run ``hashes[n]``."""

    hashes: Hashes
    firsts: Ints
    owners: Ints
    rarity: Floats  # what a run says: 1 where one reference holds it
    sizes: Floats  # of every reference, the sum of that over its runs
    runs: Ints
    weights: Ints  # runs of the text for each that is kept
    names: tuple[tuple[str, ...], ...]
    titles: dict[str, str]
    origin: dict[str, Any]
    known: Mask

    def find(self, shingles: Hashes) -> tuple[Ints, Ints]:
        """Which of some runs a reference holds: their places, and where they stand in ``hashes``."""
        maybe = np.flatnonzero(self.known[(shingles >> np.uint64(64 - _BITS)).astype(np.int64)])
        at = np.minimum(np.searchsorted(self.hashes, shingles[maybe]), len(self.hashes) - 1)
        held = self.hashes[at] == shingles[maybe]
        return maybe[held], at[held]


@cache
def references() -> References:
    """The shipped file; a few milliseconds."""
    with np.load(assets.recipes() / "licences" / FILE, allow_pickle=False) as file:
        hashes, firsts, owners = file["hashes"], file["firsts"].astype(np.int64), file["owners"]
        names, titles = tuple(map(tuple, json.loads(str(file["names"])))), json.loads(str(file["titles"]))
        origin, sampled = json.loads(str(file["origin"])), file["sampled"]
    known = np.zeros(1 << _BITS, bool)
    known[(hashes >> np.uint64(64 - _BITS)).astype(np.int64)] = True
    counts = np.diff(firsts)
    rarity = np.log2(1 + len(names) / counts) / np.log2(1 + len(names))
    sizes = np.bincount(owners, np.repeat(rarity, counts), len(names)).astype(float)
    runs = np.bincount(owners, minlength=len(names))
    return References(
        hashes, firsts, owners, rarity, sizes, runs, np.where(sampled, SAMPLED, 1), names, titles, origin, known
    )


class Match(NamedTuple):
    """A licence in a text: its ids in the list, first and last word, the share of its runs that are there."""

    names: tuple[str, ...]
    first: int
    last: int
    share: float
    whole: bool  # most of it, rather than a part


class _Known:
    """Licences by the known runs of a text: copies of a licence have the same."""

    matches: ClassVar[dict[bytes, tuple[Match, ...]]] = {}


def matches(found: Ints, at: Ints) -> Iterator[Match]:
    """Licences of one text, given the words at which known runs begin and which they are, by their words."""
    first = int(found[0])
    key = (found - first).tobytes() + at.tobytes()
    if key not in _Known.matches:
        if len(_Known.matches) >= _REMEMBERED:
            _Known.matches.clear()
        _Known.matches[key] = tuple(_matches(found - first, at))
    for match in _Known.matches[key]:
        yield match._replace(first=match.first + first, last=match.last + first)


def _matches(found: Ints, at: Ints) -> Iterator[Match]:
    held = references()
    for _ in range(_MOST):
        if len(found) < LEAST:
            return
        best = _best(held, found, at)
        if best is None:
            return
        match, gone = best
        yield match
        stay = ~gone
        found, at = found[stay], at[stay]


def _best(held: References, found: Ints, at: Ints) -> tuple[Match, Mask] | None:
    """The reference that explains most of some runs, and which runs it leaves nothing of."""
    distinct, again = np.unique(at, return_inverse=True)
    which, where = _owners(held, distinct)
    there = np.bincount(where, held.rarity[distinct[which]], len(held.sizes)).astype(float)
    share = there / held.sizes
    runs = np.bincount(where, minlength=len(held.sizes))
    worth = np.where(share >= _ENOUGH, (_GAIN * runs - held.runs) * held.weights, -np.inf)
    likely = [int(n) for n in np.argsort(-worth)[:_LIKELY] if worth[n] > -np.inf]
    if not likely:
        return _part(held, found, again, which, where, there, share)
    stretches = [_stretch(held, found, again, which[where == n], n) for n in likely]
    merits = [worth[n] - _LAW * stretch.gaps for n, stretch in zip(likely, stretches, strict=True)]
    best = int(np.argmax(merits))
    chosen, stretch = likely[best], stretches[best]
    match = Match(held.names[chosen], stretch.first, stretch.last + SHINGLE - 1, float(share[chosen]), True)
    return match, (found >= stretch.first) & (found <= stretch.last)


def _part(
    held: References, found: Ints, again: Ints, which: Ints, where: Ints, there: Floats, share: Floats
) -> tuple[Match, Mask] | None:
    """Part of a licence: no less than some sentences, which no other licence explains as well."""
    there = there * held.weights
    chosen = int(there.argmax())
    if there[chosen] < _FRAGMENT:
        return None
    stretch = _stretch(held, found, again, which[where == chosen], chosen)
    only = share[chosen] >= _PART and np.count_nonzero(there > _ALIKE * there[chosen]) == 1
    match = Match(
        held.names[chosen] if only else (), stretch.first, stretch.last + SHINGLE - 1, float(share[chosen]), False
    )
    return match, (found >= stretch.first) & (found <= stretch.last)


class _Stretch(NamedTuple):
    """Where the runs of a reference stand: first and last word, words between that are none of its, and the runs."""

    first: int
    last: int
    gaps: float
    own: Mask


def _stretch(held: References, found: Ints, again: Ints, chosen: Ints, reference: int) -> _Stretch:
    runs = np.zeros(int(again.max()) + 1, bool)
    runs[chosen] = True
    own = runs[again]
    places = found[own]
    first, last = _cluster(places)
    within = np.unique(places[(places >= first) & (places <= last)])
    beyond = np.maximum(np.diff(within) - SHINGLE * int(held.weights[reference]), 0)
    return _Stretch(first, last, float(beyond.sum()), own)


def _owners(held: References, at: Ints) -> tuple[Ints, Ints]:
    """For every run, again for every reference that holds it: its place and the reference."""
    first, count = held.firsts[at], held.firsts[at + 1] - held.firsts[at]
    which = np.repeat(np.arange(len(at)), count)
    within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, held.owners[first[which] + within]


def _cluster(places: Ints) -> tuple[int, int]:
    """The longest stretch of some ascending places that no gap parts."""
    cuts = np.flatnonzero(np.diff(places) > _GAP)
    firsts, lasts = np.concatenate([[0], cuts + 1]), np.concatenate([cuts, [len(places) - 1]])
    best = int((lasts - firsts).argmax())
    return int(places[firsts[best]]), int(places[lasts[best]])


def known_runs(words: Words) -> tuple[Ints, Ints]:
    """Of some texts the words at which known runs begin, and which these are."""
    shingles, starts = words.shingles()
    found, at = references().find(shingles)
    return starts[found], at
