"""All marks of one window of a text, settled: what is part of a licence text is no finding of its own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from auditor.detect.licence_fields import CONCLUDED, Mark, fields, hosts, links, relations, tags
from auditor.detect.licence_flat import Batch, Flat
from auditor.detect.licence_ids import atoms, current, kind
from auditor.detect.licence_names import keyed, named, stated
from auditor.detect.licence_texts import LEAST, Match, known_runs, matches
from auditor.detect.licence_words import Words, words
from auditor.rules.terms import plainly

TEXTS = {"licence_text", "licence_part"}
"""Kinds of marks that cover a text rather than name it."""

_REMEMBERED = 16 << 20
"""Characters of windows whose marks are kept."""
_TITLE = 500
"""How far before a licence text its title can stand, in characters."""
_CLOSE = 40
"""How far before a part of a licence its name can stand, in characters."""
_TAIL = 300
"""How far behind what is recognised of a licence text its own end can be."""
_NEAR = 1500
"""How far from a licence a statement can stand that adds nothing to it."""
_GRANTED = 0.7
_MOST = 8
"""Licences that are named in a window that is about licences: those count that it grants."""
_MANY, _DENSE = 6, 400
"""So many licences that are named within so many characters of one another are a list of licences."""
_SOFT = {"eula", "proprietary", "permissive_statement"}
"""Statements that say nothing new beside a licence."""


def marks(text: str) -> list[Mark]:
    """The marks of one window, by their start."""
    return list(marks_of([text])[0])


class _Known:
    """Marks of windows that were read lately: notices repeat."""

    marks: ClassVar[dict[str, tuple[Mark, ...]]] = {}
    size = 0


def marks_of(texts: Sequence[str]) -> list[tuple[Mark, ...]]:
    """The marks of each of some windows, by their start; equal ones are read once."""
    new = list(dict.fromkeys(text for text in texts if text not in _Known.marks))
    if _Known.size + sum(map(len, new)) > _REMEMBERED:
        _Known.marks, _Known.size = {}, 0
        new = list(dict.fromkeys(texts))
    for text, found in zip(new, _read([plainly(text) for text in new], new), strict=True):
        _Known.marks[text] = found
        _Known.size += len(text)
    return [_Known.marks[text] for text in texts]


def _read(small: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[Mark, ...]]:
    """The marks of windows, given in small letters and as they are."""
    if not small:
        return
    batch = Batch(small)
    places, keys = keyed(batch), hosts(small)
    for n, bodies in enumerate(_bodies(batch)):
        flat = batch.flat(n)
        outside = _outside(flat, bodies, places.get(n, {}))
        found = [*tags(texts[n], small[n]), *fields(texts[n], small[n]), *links(small[n], keys.get(n, ()))]
        found += relations(small[n], found)
        found += named(flat, outside)
        said = _outermost([mark for mark in stated(flat, outside) if not _held(mark, bodies)])
        named_ = _outermost([mark for mark in found if not _held(mark, bodies)])
        yield tuple(sorted(_settled(bodies, named_, said)))


def _outside(flat: Flat, bodies: Sequence[Mark], places: Mapping[int, list[int]]) -> Mapping[int, list[int]]:
    """The places of keys that are not within a licence text, where the text offers no other licence."""
    within = [(mark.start + _TITLE, mark.end) for mark in bodies if mark.kind == "licence_text"]
    if not within or flat.may_choose:
        return places
    left = {n: [at for at in held if not any(a < flat.at(at) < b for a, b in within)] for n, held in places.items()}
    return {n: held for n, held in left.items() if held}


def _bodies(batch: Batch) -> Iterator[list[Mark]]:
    """Licence texts and parts of some in each window; words of all are looked up at once."""
    held = words(batch.data, batch.firsts)
    places, at = known_runs(held)
    edges = np.searchsorted(held.texts[places], np.arange(len(batch.firsts)))
    for n, first in enumerate(batch.firsts[:-1].tolist()):
        low, high = edges[n], edges[n + 1]
        hits = matches(places[low:high], at[low:high]) if high - low >= LEAST else ()
        length = int(batch.firsts[n + 1]) - 1 - first
        yield [_text(match, *_place(held, match, first, length)) for match in hits]


def _place(held: Words, match: Match, first: int, length: int) -> tuple[int, int]:
    last = min(match.last, len(held.ends) - 1)
    return int(held.starts[match.first]) - first, min(int(held.ends[last]) - first, length)


def _text(match: Match, start: int, end: int) -> Mark:
    name = next((name for name in match.names if name.endswith("-only")), (*match.names, "")[0])
    name = current(name)
    score = 0.95 if match.share >= 0.9 else 0.8 if match.whole else 0.5
    return Mark(
        start, end, name, "licence_text" if match.whole else "licence_part", score, CONCLUDED, "", not match.whole
    )


def _held(mark: Mark, texts: list[Mark]) -> bool:
    """Whether a mark is part of a licence text, or its title."""
    for text in texts:
        if text.kind != "licence_text" or mark.kind == "licence_choice":
            continue
        if (
            text.start
            <= mark.start
            < text.end + (_TAIL if mark.kind == "licence_name" and mark.score < _GRANTED else 0)
        ):
            return True
        before = 0 <= text.start - mark.end <= _TITLE and mark.kind == "licence_name"
        if before and mark.vague and _related(mark, text):
            return True
    return False


def _related(mark: Mark, text: Mark) -> bool:
    one, other = _families(mark), _families(text)
    return bool(one & other) or any(b.startswith(a) for a in one for b in other)


def _families(mark: Mark) -> set[str]:
    return {kind(atom).family for atom in atoms(mark.spdx)}


def _outermost(found: list[Mark]) -> list[Mark]:
    """Marks without those that begin within an earlier one."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda m: (m.start, -m.end, -m.score)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _settled(texts: list[Mark], found: list[Mark], said: list[Mark]) -> list[Mark]:
    whole = [mark for mark in texts if mark.kind == "licence_text"]
    parts = [mark for mark in texts if mark.kind != "licence_text"]
    found = [mark for mark in _unlisted(found) if not (whole and mark.vague and mark.score < _GRANTED)]
    precise = {family for mark in (*whole, *found) if not mark.vague for family in _families(mark)}
    other = precise & {"LGPL", "AGPL", "GFDL"}
    found = [
        mark
        for mark in found
        if not (mark.vague and _families(mark) & precise)
        and not (other and mark.vague and mark.score < _GRANTED and "GPL" in _families(mark))
        and not (other and mark.spdx == _GPL and mark.score < _GRANTED)
    ]
    found = [mark for mark in found if not (mark.spdx == _GPL and "GPL" in _families_but(mark, (*whole, *found)))]
    said = [mark for mark in said if not (mark.kind in _SOFT and _near(mark, (*whole, *found)))]
    said = [mark for mark in said if not (mark.kind == "public_domain" and precise & {"CC0", "public domain"})]
    named = [_named(part, found) for part in parts]
    gone = {mark for _, marks in named for mark in marks}
    return [*whole, *(part for part, _ in named), *(mark for mark in found if mark not in gone), *said]


def _named(part: Mark, found: list[Mark]) -> tuple[Mark, list[Mark]]:
    """A part of a licence with the licence that it names, and the marks that it then stands for."""
    inside = [mark for mark in found if part.start - _CLOSE <= mark.start < part.end]
    if len({frozenset(_families(mark)) for mark in inside}) != 1:
        return (part._replace(spdx="") if inside else part), []
    best = max(inside, key=lambda mark: (not mark.vague, mark.score))
    ends = [mark.end for mark in inside]
    return part._replace(
        start=min(part.start, inside[0].start),
        end=max(part.end, *ends),
        spdx=best.spdx,
        score=max(part.score, best.score),
    ), inside


_GPL = "GPL-1.0-or-later"


def _families_but(mark: Mark, others: tuple[Mark, ...]) -> set[str]:
    return {family for other in others if other.spdx != mark.spdx for family in _families(other)}


def _unlisted(found: list[Mark]) -> list[Mark]:
    """Marks without the names of a mere list of licences: many of them close to one another."""
    names = [mark for mark in found if mark.kind == "licence_name"]

    def is_one(mark: Mark) -> bool:
        beside = {other.spdx for other in names if abs(other.start - mark.start) < _DENSE}
        return len(beside) >= _MANY or (many and mark.score < _GRANTED)

    many = len({mark.name for mark in names}) >= _MOST
    return [mark for mark in found if mark.kind != "licence_name" or not is_one(mark)]


def _near(mark: Mark, others: tuple[Mark, ...]) -> bool:
    return any(mark.start - other.end < _NEAR and other.start - mark.end < _NEAR for other in others)
