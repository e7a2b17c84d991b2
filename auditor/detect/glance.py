"""What the words beside a key tell at a glance: whether its sentence is worth reading.

Most keys are words of everyday (``out``, ``community``), which count beside a claim only. A glance lets through all
that the reading of the sentence (``links.py``) could make a finding of.
"""

from collections.abc import Iterable
from typing import NamedTuple

from auditor.detect.lexicon import Lexicon, Term, Word
from auditor.detect.sentences import Words, frame_index
from auditor.rules.terms import WORD, plainly

CLAIM, LIGHT, ROLE, AFTER, LABEL = 2, 1, 1, 3, 1
"""Words between a word of everyday and a claim, a light claim, a role or a label before it, or a claim behind it."""

_BEFORE, _BEHIND = 64, 48
"""Characters that are looked at on each side; what does not fit there gets through."""


class Beside(NamedTuple):
    """The words before and behind a key, the nearest first, and whether these are all that the text has."""

    before: Words
    behind: Words
    from_start: bool
    to_end: bool

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Beside":
        """Around a word of a text; a word that may be cut is left out."""
        before = WORD.findall(plainly(text[max(0, start - _BEFORE) : start]))
        behind = WORD.findall(plainly(text[end : end + _BEHIND]))
        from_start, to_end = start <= _BEFORE, end + _BEHIND >= len(text)
        before.reverse()
        return cls(
            tuple(before if from_start else before[:-1]), tuple(behind if to_end else behind[:-1]), from_start, to_end
        )


class Leads:
    """Frames that make something of a word of everyday, on one side of it: how far away, and in which languages."""

    def __init__(self, reaches: dict[str, int], *, backwards: bool) -> None:
        self._frames: dict[Words, list[tuple[int, frozenset[str]]]] = {}
        lengths: dict[str, set[int]] = {}
        for frame, kinds in frame_index().kinds.items():
            for reach in sorted({reaches[kind] for _, kind in kinds if kind in reaches}):
                languages = frozenset(language for language, kind in kinds if reaches.get(kind) == reach)
                nearest_first = frame[::-1] if backwards else frame
                self._frames.setdefault(nearest_first, []).append((reach, languages))
                lengths.setdefault(nearest_first[0], set()).add(len(frame))
        self._lengths = {word: tuple(some) for word, some in lengths.items()}
        self._reach = max(reaches.values())

    def may_lead(self, languages: Iterable[str], words: Words, *, whole: bool) -> bool:
        """Whether one may stand among the words beside a term; a guess where these are not the ``whole`` of it."""
        for gap, word in enumerate(words[: self._reach + 1]):
            for length in self._lengths.get(word, ()):
                frame = words[gap : gap + length]
                if len(frame) < length and not whole:
                    return True
                for reach, own in self._frames.get(frame, ()):
                    if gap <= reach and not own.isdisjoint(languages):
                        return True
        return len(words) <= self._reach and not whole


class Glance:
    """A glance at the keys of one entity."""

    def __init__(self, entity: str, lexicon: Lexicon) -> None:
        self._by_key = lexicon.by_key
        self._sure = frozenset(
            key for key, held in self._by_key.items() if any(len(t.words) == 1 and not t.ambiguous for t in held)
        )
        reaches = {f"{entity}.claims": CLAIM, f"{entity}.light": LIGHT, "as_a": ROLE, f"{entity}.labels": LABEL}
        self._before = Leads(reaches, backwards=True)
        self._behind = Leads({f"{entity}.after": AFTER}, backwards=False)

    def may_count(self, text: str, key: Word) -> bool:
        """Whether a word may be the key of a term that counts."""
        terms = self._by_key.get(key.word)
        if terms is None or key.word in self._sure:
            return terms is not None
        beside = Beside.of(text, key.start, key.end)
        return any(self._counts(term, beside) for term in terms)

    def _counts(self, term: Term, beside: Beside) -> bool:
        """Whether the other words of a term may stand beside its key, and a claim beside a word of everyday."""
        before, behind, from_start, to_end = beside
        if len(term.words) > 1:
            own_before, own_behind = term.words[: term.key][::-1], term.words[term.key + 1 :]
            if not (_begins(before, own_before, whole=from_start) and _begins(behind, own_behind, whole=to_end)):
                return False
            before, behind = before[len(own_before) :], behind[len(own_behind) :]
        return (
            not term.ambiguous
            or self._before.may_lead(term.classes, before, whole=from_start)
            or self._behind.may_lead(term.classes, behind, whole=to_end)
        )


def _begins(words: Words, wanted: Words, *, whole: bool) -> bool:
    """Whether words begin so; where fewer are known than wanted, and these are not the ``whole``, whether they may."""
    held = words[: len(wanted)]
    return held == wanted[: len(held)] and (len(held) == len(wanted) or not whole)
