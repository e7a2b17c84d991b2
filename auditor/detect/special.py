"""Special categories and crime: terms of ``recipes/terms/*.yaml`` and what in their sentence links them to a person.

The prefilter finds the *key* of every term, one of its words (``lexicon.py``); a glance at the words beside it
(``glance.py``) tells whether its sentence (``sentences.py``) is worth reading, and what stands there decides
(``links.py``). In a column whose name says so a short cell is about the person of its row.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from auditor.detect.glance import Glance
from auditor.detect.info import DetectorInfo
from auditor.detect.lexicon import Lexicon, Word, every_word, expressions, lexicon
from auditor.detect.links import REVIEW, SCORES, Judge, Judged
from auditor.detect.prefilter import Need
from auditor.detect.sentences import Held, Sentence, denials, sentence
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector, lose
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe
from auditor.rules.terms import LANGUAGES, WORD, columns, words

KINDS = {
    "special.biometric.v1": ("BIOMETRIC", "Biometric data of a person"),
    "special.criminal_record.v1": ("CRIMINAL_RECORD", "Convictions, offences and charges of a person"),
    "special.genetic.v1": ("GENETIC", "Genetic data of a person"),
    "special.health_condition.v1": ("HEALTH_CONDITION", "Diseases, disabilities and treatments of a person"),
    "special.medication.v1": ("MEDICATION", "Medicines that a person takes"),
    "special.political_opinion.v1": ("POLITICAL_OPINION", "Political opinions of a person"),
    "special.race_ethnicity.v1": ("RACE_ETHNICITY", "Racial or ethnic origin of a person"),
    "special.religion.v1": ("RELIGION", "Religion of a person"),
    "special.sexual_orientation.v1": ("SEXUAL_ORIENTATION", "Sexual orientation of a person"),
    "special.trade_union.v1": ("TRADE_UNION", "Membership of a trade union"),
}
"""Id, entity and title, as in the files; so the catalogue reads none of them (tested)."""

CELL = 80
"""Most characters of a cell that is a value rather than prose."""
_APART = re.compile(r"[,;/|+&\n]|\s-\s")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


class SpecialDetector(TextDetector):
    """One :class:`auditor.rules.terms.TermFile` at work."""

    languages = LANGUAGES

    def __init__(self, id_: str, entity: str, seconds: float) -> None:
        self.id = id_
        self.entities = frozenset({entity})
        self._entity, self._seconds = entity, seconds
        self._names = columns().get(entity, frozenset())
        self.need = Need("", expressions(id_), windowed=True, folds=True)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return lexicon(self.id)

    @cached_property
    def _glance(self) -> Glance:
        return Glance(self._entity, self._lexicon)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._entity, self._lexicon.heads, near=self._lexicon.near)

    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text of a column whose name says nothing."""
        return self._judged(text, every_word(text), {}, 0)

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value; see :class:`TextDetector`."""
        held, about = Held.of(texts), self.is_about(column.path)
        found: list[tuple[int, Span]] = []
        for value, ends in self._places(texts):
            text = texts.text(value)
            try:
                keys = every_word(text) if ends is None else self._lexicon.keys(text, ends)
                value_like = about and len(text) <= CELL
                spans = self._cell(text) if value_like else self._judged(text, keys, held, value)
                found += [(value, span) for span in spans]
            except TimeoutError:
                lose(texts, value, column)
        return Found.of(found)

    def is_about(self, path: str) -> bool:
        """Whether the name of a column says that its cells are of this entity."""
        return any(
            said[n : n + len(name)] == name
            for said in [words(_CAMEL.sub(" ", path).replace("_", " "))]
            for name in self._names
            for n in range(len(said))
        )

    def _places(self, texts: Distinct) -> Iterator[tuple[int, list[int] | None]]:
        """Values to look at, and where keys end in them; None: anywhere."""
        places = texts.places(self.prefilter, self.need)
        if len(places.rows):
            scan = texts.scan(self.prefilter)
            ends = scan.chars.of(places.rows, scan.folded.original(places.ends))
            pairs = zip(places.rows.tolist(), ends.tolist(), strict=True)
            yield from ((value, [end for _, end in some]) for value, some in groupby(pairs, key=itemgetter(0)))
        yield from ((value, None) for value in places.whole.tolist())

    def _judged(
        self, text: str, keys: Iterable[Word], held: dict[tuple[int, int, int], Sentence], value: int
    ) -> Iterator[Span]:
        deadline, seen = Deadline(self._seconds), set[tuple[int, int]]()
        for key in keys:
            deadline.check()
            if not self._glance.may_count(text, key):
                continue
            low, high = sentence(text, key.start)
            said = held.get((value, low, high)) or held.setdefault((value, low, high), Sentence(text, low, high))
            found = self._best(said, key.start - low)
            if found is None:
                continue
            (first, last), judged = found
            place = low + first, low + last
            if place not in seen:
                seen.add(place)
                yield self._span(*place, judged)

    def _best(self, said: Sentence, start: int) -> tuple[tuple[int, int], Judged] | None:
        """The longest term that deserves a look with its key at a place, or else that counts, and where it stands."""
        key, weak = said.word_at(start), None
        for term, first in () if key is None else self._lexicon.at(said, key):
            judged = self._judge.judge(said, term, first)
            found = judged and (said.place(first, len(term.words)), judged)
            if judged is not None and judged.score >= REVIEW:
                return found
            weak = weak or found
        return weak

    def _cell(self, text: str) -> Iterator[Span]:
        """Findings of a short cell that is about somebody."""
        said, edges, seen = Sentence(text, 0, len(text)), _edges(text), -1
        denied = not denials().isdisjoint(said.words)
        for key in range(len(said.words)):
            found = next(self._lexicon.at(said, key), None)
            if found is None or found[1] <= seen:
                continue
            term, first = found
            seen = first + len(term.words) - 1
            start, end = said.place(first, len(term.words))
            link = "negated" if denied else "column" if (start, end) in edges else "cell"
            score, language = max((SCORES[link].get(name, 0.0), language) for language, name in term.classes.items())
            if score:
                yield self._span(start, end, Judged(score, link, language if len(term.classes) == 1 else ""))

    def _span(self, start: int, end: int, judged: Judged) -> Span:
        detail = {"link": judged.link} | ({"language": judged.language} if judged.language else {})
        return Span(start, end, self._entity, judged.score, json.dumps(detail, sort_keys=True))


def _edges(text: str) -> set[tuple[int, int]]:
    """Where the values of a cell stand that holds some, parted by commas and the like; the whole is one, too."""
    found, start = [], 0
    for match in _APART.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found += [(start, len(text)), (0, len(text))]
    return {_trimmed(text, *edge) for edge in found}


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    held = list(WORD.finditer(text, start, end))
    return (held[0].start(), held[-1].end()) if held else (start, start)


def detectors(recipe: Recipe) -> Iterable[SpecialDetector]:
    """One for every shipped list."""
    return [SpecialDetector(name, entity, recipe.limits.pattern_seconds) for name, (entity, _) in KINDS.items()]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of them."""
    return [
        DetectorInfo(
            id=name,
            title=title,
            entities=(entity,),
            engine="terms",
            facts=(
                f"Terms in {len(LANGUAGES)} languages: {', '.join(LANGUAGES)}.",
                "A term counts from 0.5 where its sentence or the name of its column links it to a person.",
            ),
            false_positives="People of fiction and history; a term that a sentence about somebody names in passing.",
        )
        for name, (entity, title) in KINDS.items()
    ]
