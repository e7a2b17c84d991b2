"""Precision and recall of a recipe over labelled documents, by entity, by language and by group."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.evaluate import Error, Labelled, Score, evaluate
from auditor.rules.recipe import Recipe
from auditor.rules.vocabulary import vocabulary
from benchmarks.labelled.generate import Document
from benchmarks.labelled.identifiers import identifiers
from benchmarks.labelled.markup import Span

BARE = "bare"
ALL = "all"
SPECIAL = frozenset(
    {"RELIGION", "RACE_ETHNICITY", "POLITICAL_OPINION", "TRADE_UNION", "SEXUAL_ORIENTATION", "HEALTH_CONDITION",
     "MEDICATION", "GENETIC", "BIOMETRIC", "CRIMINAL_RECORD"}
)  # fmt: skip
ASIDE = frozenset(
    {"PERSON", "LOCATION", "DATE_TIME", "NRP", "ORGANIZATION", "UUID", "JOB", "EDUCATION", "MISC", "ID", "EMAIL",
     "PHILOSOPHY", "SEX_LIFE", "PRIVATE_MESSAGE", "FACE_IMAGE", "VOICE_RECORDING", "NEURAL_DATA"}
)  # fmt: skip
"""Entities that are not scored: names and places need a names model, dates and organisations are no identifiers."""

POSTAL = frozenset({"POSTAL_CODE", "UK_POSTCODE", "DE_PLZ", "CA_POSTAL_CODE"})
NUMBERS = frozenset(kind.entity for kind in identifiers())

UNSCORED = ("ip.",)
Key = tuple[str, str]
"""Entity (or group in small letters) and language; ``all`` and ``bare`` are languages here."""


def group(entity: str) -> str:
    """``structured``, ``special`` or ``secret``; empty for what is not scored."""
    known = vocabulary().entities.get(entity)
    if entity in SPECIAL:
        return "special"
    if entity.startswith("SECRET_"):
        return "secret"
    if known is None or entity in ASIDE or (entity.startswith("MEDICAL_") and entity not in _NUMBERS):
        return ""
    return "" if known.class_.startswith(UNSCORED) else "structured"


_NUMBERS = frozenset({"MEDICAL_LICENSE", "MEDICAL_RECORD_NUMBER"})


@dataclass
class Figures:
    """Counts by entity and language; documents of the register ``bare`` count apart, as a language of their own."""

    scores: dict[Key, Score] = field(default_factory=dict)
    errors: tuple[Error, ...] = ()
    documents: int = 0

    def groups(self) -> dict[Key, Score]:
        """Micro totals of the groups, by language."""
        totals: dict[Key, Score] = {}
        for (entity, language), score in self.scores.items():
            if name := group(entity):
                held = totals.get((name, language), Score(0, 0, 0))
                totals[name, language] = Score(*(a + b for a, b in zip(held, score, strict=True)))
        return totals

    def rows(self) -> list[dict[str, Any]]:
        """One row per entity or group and language, as ``figures/detectors.json`` holds them."""
        return [_row(key, score) for held in (self.groups(), self.scores) for key, score in sorted(held.items())]


def _row(key: Key, score: Score) -> dict[str, Any]:
    figures = score.as_dict()
    return {"entity": key[0], "language": key[1], **{k: v for k, v in figures.items() if k not in {"fp", "fn", "f1"}}}


def measure(documents: Iterable[Document], recipe: Recipe) -> Figures:
    """Score a recipe: overlap of at least one character, one finding to one label, score 0.5 and above.

    Left out of the count: a finding where an optional label of its entity stands, and a further one in a label that is
    found already (*convicted* and *fraud* in *convicted of fraud*).

    Found is also a label that another entity says as well: a postal code within a street address or as the postal code
    of another country, and a number as that of another country where an optional label says that nobody can tell.
    """
    held = list(documents)
    report = evaluate(_records(held), recipe, by=lambda record: record.group, strict=True, show_errors=len(held) * 100)
    said = credited(held, report.errors)
    more = Counter((error.entity, _part(held[error.record])) for error in said)
    excused = frozenset(forgiven(held, report.errors))
    less = Counter((error.entity, _part(held[error.record])) for error in excused)
    errors = tuple(e for e in report.errors if group(e.entity) and e not in said | excused)
    figures = Figures(errors=errors, documents=len(held))
    for table in report.parts:
        for row in (*table.rows, *table.not_looked_for):
            if group(row.entity):
                key = row.entity, table.name
                figures.scores[key] = Score(row.support, row.found - less[key] + more[key], row.overlap + more[key])
    figures.scores |= _whole(figures.scores)
    return figures


def credited(documents: list[Document], errors: Iterable[Error]) -> frozenset[Error]:
    """Missed labels that count as found, as another entity, which is found there, says the same."""
    missed = (error for error in errors if error.kind == "missed")
    return frozenset(e for e in missed if _as_good(e.entity, e.instead, _at(documents[e.record].optional, e)))


def forgiven(documents: list[Document], errors: Iterable[Error]) -> Iterator[Error]:
    """False findings that do not count: where their entity is optional, is found already, or says what a label says."""
    for error in errors:
        document = documents[error.record]
        labels, optional = _at(document.spans, error), _at(document.optional, error)
        named = any(span.entity == error.entity for span in (*labels, *optional))
        if error.kind == "false" and (named or any(_as_good(s.entity, error.entity, optional) for s in labels)):
            yield error


def _as_good(label: str, found: str, optional: Iterable[Span]) -> bool:
    if label in POSTAL:
        return found in POSTAL or found == "STREET_ADDRESS"
    return label in NUMBERS and any(span.entity == found for span in optional)


def _part(document: Document) -> str:
    return BARE if document.register == BARE else document.language


def _at(spans: Iterable[Span], error: Error) -> list[Span]:
    return [span for span in spans if span.start < error.end and error.start < span.end]


def _records(documents: list[Document]) -> Iterator[Labelled]:
    for number, document in enumerate(documents):
        spans = [(span.start, span.end, span.entity) for span in document.spans]
        made = Labelled.of(document.text, spans, document.language, _part(document))
        yield Labelled(made.text, made.labels, made.language, _part(document), "", number)


def _whole(scores: Mapping[Key, Score]) -> dict[Key, Score]:
    """All languages together, without the bare values."""
    totals: dict[Key, Score] = {}
    for (entity, language), score in scores.items():
        if language != BARE:
            held = totals.get((entity, ALL), Score(0, 0, 0))
            totals[entity, ALL] = Score(*(a + b for a, b in zip(held, score, strict=True)))
    return totals
