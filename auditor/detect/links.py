"""What links a term to a person: a claim, a verb behind a name, a role, an owner, or a person near it.

A term beside a claim (``was diagnosed with``) is strong or worth a look, near a person worth a look, by itself or
negated weak; a word of everyday counts beside a claim only.
"""

import re
from typing import NamedTuple

from auditor.detect.glance import AFTER, CLAIM, LABEL, LIGHT, ROLE
from auditor.detect.lexicon import Term
from auditor.detect.sentences import Mark, Sentence
from auditor.rules.terms import Class

Link = str
SCORES: dict[Link, dict[Class, float]] = {
    "claim": {"strong": 0.85, "plain": 0.75, "ambiguous": 0.6},
    "label": {"strong": 0.7, "plain": 0.7, "ambiguous": 0.6},  # Diagnosis: …
    "said": {"strong": 0.75, "plain": 0.65, "ambiguous": 0.5},  # has, is… behind a person
    "owned": {"strong": 0.7, "plain": 0.6},  # my, her…
    "role": {"strong": 0.6, "plain": 0.55, "ambiguous": 0.5},  # as a…, I
    "near": {"strong": 0.55, "plain": 0.5},
    "sign": {"strong": 0.55, "plain": 0.5},  # … 10 mg nocte
    "name": {"strong": 0.5, "plain": 0.5},  # a name for all one knows
    "column": {"strong": 0.7, "plain": 0.7, "ambiguous": 0.6},
    "cell": {"strong": 0.6, "plain": 0.6},  # part of a short cell of such a column
    "none": {"strong": 0.3, "plain": 0.3},
    "negated": {"strong": 0.3, "plain": 0.3},
}
_TOLD = {"none": 0.55, "negated": 0.3}
SCORES = {link: {"told": _TOLD.get(link, 0.65), **scores} for link, scores in SCORES.items()}
"""What a term of a class comes to under a link; nothing where the class is missing."""

REVIEW = 0.5
"""Score from which on a finding deserves a look, and the question which language its sentence is in."""
FAR, NEAR, NO = 6, 10, 4
"""Words between a claim and its term (see ``glance.py`` for words of everyday), from a person, and from a negation."""
LISTED, SIGN = 10, 5
"""Words between a label and its values, and between a term and its sign."""
APPOSED = 2
"""Words between the comma behind a person and a term that explains it."""
EVERYWHERE = 6
"""Languages that have a term from which on it is the same in all."""

_LISTS = {"label", "sign"}
"""Links of forms and notes, whose language nobody can tell."""
_CLAUSE = re.compile("[,;:]")


class Judged(NamedTuple):
    """What a term comes to: by which link, and in which language (none: in all)."""

    score: float
    link: Link
    language: str


class Judge:
    """What links a term of one entity to a person."""

    def __init__(self, entity: str, heads: frozenset[str], *, near: bool) -> None:
        self._entity, self._heads, self._near = entity, heads, near

    def judge(self, said: Sentence, term: Term, first: int) -> Judged | None:
        """Best score, its link and language over the languages of the term that the sentence may be in.

        A term that is the same everywhere is weak in any other language.
        """
        if term.ambiguous and not any(self._in(said, term, first, language).score for language in term.classes):
            return None  # so nobody asks for the language, which is dear
        options = [self._in(said, term, first, name) for name in term.classes]
        worthy = any(option.score >= REVIEW for option in options)
        here = (worthy and said.languages) or said.likely  # who asks for the language pays for it
        options = [option for option in options if not here or option.language in here or option.link in _LISTS]
        best = max(options, key=lambda option: option.score, default=None)
        if best is None:
            return Judged(SCORES["none"]["plain"], "none", "") if len(term.classes) >= EVERYWHERE else None
        return best if best.score else None

    def _in(self, said: Sentence, term: Term, first: int, language: str) -> Judged:
        name = term.classes[language]
        place = _Place(said, first, first + len(term.words), language, ambiguous=name == "ambiguous")
        if place.ambiguous and said.is_named(first + len(term.words)):
            return Judged(0.0, "none", language)
        link, begins = (
            self._claimed(place)
            or self._labelled(place)
            or self._said(place)
            or _role(place)
            or self._around(place)
            or self._signed(place)
            or ("none", first)
        )
        if link != "none" and _denied(place, begins):
            link = "negated"
        elif said.is_past:
            link = "none"
        return Judged(SCORES[link].get(name, 0.0), link, language)

    def _claimed(self, at: "_Place") -> tuple[Link, int] | None:
        """A claim before the term, and from which word on it stands."""
        reach = CLAIM if at.ambiguous else FAR
        for claim in at.frames(f"{self._entity}.claims"):
            if at.ambiguous and claim.first <= at.first and at.last <= claim.last:  # arrested for…
                return "none", at.first
            if at.follows(claim, reach) and not _general(at, claim):
                return "claim", claim.first
        return None

    def _labelled(self, at: "_Place") -> tuple[Link, int] | None:
        """A label before the term, which names what it is of somebody."""
        reach = LABEL if at.ambiguous else LISTED
        for label in at.frames(f"{self._entity}.labels"):
            topic = any(label.last <= t.first < at.first for t in at.frames("topic"))
            if at.follows(label, reach) and at.said.is_label(label) and not topic and not _general(at, None):
                return "label", label.first
        return None

    def _signed(self, at: "_Place") -> tuple[Link, int] | None:
        """A sign behind the term that makes it somebody's."""
        signs = at.frames(f"{self._entity}.signs")
        return ("sign", at.first) if any(0 <= sign.first - at.last <= SIGN for sign in signs) else None

    def _said(self, at: "_Place") -> tuple[Link, int] | None:
        """A light claim behind a person or a name."""
        persons, topic = at.frames("person"), at.frames("topic")
        for light in at.frames(f"{self._entity}.light"):
            if not at.follows(light, LIGHT if at.ambiguous else 4) or any(
                light.last <= t.first < at.first for t in topic
            ):
                continue
            if any(at.begins(light) <= p.last <= at.first for p in persons):
                return None if at.ambiguous and topic else ("said", light.first)
            named = at.said.begins_with_name(at.subject_ends(light), at.language, self._heads)
            if named and not topic and not _general(at, None):
                return "name", light.first
        return None

    def _around(self, at: "_Place") -> tuple[Link, int] | None:
        """A person somewhere near."""
        owners = at.frames("possessive")
        persons = [*at.frames("person"), *(role for role in at.frames("role") if at.said.is_one(role))]
        before = [p for p in persons if at.follows(p, NEAR)]
        behind = [p for p in persons if self._is_behind(at, p) and p not in owners]
        after = at.frames(f"{self._entity}.after")
        if (before or behind) and any(0 <= mark.first - at.last <= AFTER for mark in after):
            return "claim", at.first
        if any(at.follows(own, 2 if self._near else 0) or own.first == at.first for own in owners):
            return "owned", at.first
        near = [
            *(p for p in before if self._near or at.is_beside(p) or at.said.is_noted(p)),
            *behind,
        ]  # une femme juive
        topic = any(self._near or mark.first < at.first for mark in at.frames("topic"))
        return ("near", at.first) if near and not topic and not _general(at, None) else None

    def _is_behind(self, at: "_Place", person: Mark) -> bool:
        """Whether a person stands behind the term, as near as the entity wants."""
        gap = person.first - at.last
        return 0 <= gap <= (NEAR if self._near or at.said.is_noted(person) else 0)


class _Place(NamedTuple):
    """Where a term stands, in one of its languages."""

    said: Sentence
    first: int
    last: int
    language: str
    ambiguous: bool

    def frames(self, kind: str) -> list[Mark]:
        """Frames of its sentence and language."""
        return self.said.of(self.language, kind)

    def begins(self, light: Mark) -> int:
        """From which word on a person may do what a verb says: any before it in *he fell ill and takes…*."""
        return 0 if self._is_joined(light) else light.first - 4

    def subject_ends(self, light: Mark) -> int:
        """Before which word the name ends that a verb belongs to: *Karl Meier fell ill and takes…*."""
        return self.said.full_name() if self._is_joined(light) else light.first

    def _is_joined(self, light: Mark) -> bool:
        return any(join.last == light.first for join in self.frames("joins"))

    def is_beside(self, person: Mark) -> bool:
        """Whether a person stands right before it, or is explained by it: *my husband, a devout Muslim,*."""
        if person.last == self.first:
            return True
        if not 0 < self.first - person.last <= APPOSED:
            return False
        between = self.said.between(person.last - 1, person.last)
        return between.strip() == ","

    def follows(self, frame: Mark, reach: int) -> bool:
        """Whether a frame ends so many words before it or less."""
        return 0 <= self.first - frame.last <= reach


def _general(at: _Place, claim: Mark | None) -> bool:
    """Whether what is claimed, or else the term, is said of people in general."""
    begins, ends = (claim.first, claim.last) if claim else (at.first, 0)
    generic = [g for g in at.frames("generic") if 0 <= begins - g.last <= 4]
    return bool(generic) and not any(
        generic[-1].first < p.last <= ends and begins - p.last <= 4 for p in at.frames("person")
    )


def _role(at: _Place) -> tuple[Link, int] | None:
    """A role that begins the sentence of somebody: *As a practising Catholic, I…*."""
    roles = [frame for frame in at.frames("as_a") if frame.first == 0 and at.follows(frame, ROLE)]
    general = any(0 < g.first <= at.last for g in at.frames("generic"))  # als is Dutch for if, too
    return ("role", at.first) if roles and at.frames("person") and not general else None


def _denied(at: _Place, begins: int) -> bool:
    """Whether a term is denied: before its claim, between the two or behind the term, and in the same clause."""
    reach = max(NO, at.first - begins + 2)
    before = (no for no in at.frames("negation") if at.follows(no, reach))
    if any(not _parted(at.said, no.last, begins, at.language) for no in before):
        return True
    after = (no for no in at.frames("ruled_out") if 0 <= no.first - at.last <= NO)
    return any(not _parted(at.said, at.last, no.first, at.language, joined=True) for no in after)


def _parted(said: Sentence, first: int, last: int, language: str, *, joined: bool = False) -> bool:
    """Whether a comma or a word like ``but`` stands between two words; with ``joined`` one like ``and`` does, too.

    *No fever and pain* denies both, *I am Catholic and do not eat this* does not.
    """
    if first >= last:
        return False
    between = said.between(first - 1, last)
    words_ = [*said.of(language, "but"), *(said.of(language, "joins") if joined else ())]
    return bool(_CLAUSE.search(between)) or any(first <= word.first < last for word in words_)
