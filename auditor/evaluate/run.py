"""Detectors against labels: batches of texts on the way of a scan, then counts by entity."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor import detect
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.errors import AuditorError
from auditor.evaluate.labelled import Fault, Label, Labelled
from auditor.evaluate.match import by_entity, instead, mistakes, pairs
from auditor.evaluate.report import Error, Report, Row, Table
from auditor.model import REVIEW, Detector, TextColumn
from auditor.rules.recipe import Recipe
from auditor.rules.vocabulary import vocabulary

COLUMN = "text"
"""Path of the column that the texts are given to the detectors in: a name that says nothing."""

MOST_LABELS = 1000
"""Distinct labels beyond which the field of the labels holds something else."""

_AT_ONCE = 4096  # records
_FAULTS = 20  # that are told one by one


@dataclass(frozen=True)
class Names:
    """How labels and findings are renamed before they are compared, so that both speak of the same entities.

    ``renames`` are (from, to) pairs, the first that fits counts; ``from`` may be a glob, an empty ``to`` leaves out.
    """

    renames: tuple[tuple[str, str], ...] = ()
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, name: str) -> str:
        """The name that counts, empty for one that is left out."""
        if name not in self._known:
            self._known[name] = next((to for glob, to in self.renames if fnmatchcase(name, glob)), name)
        return self._known[name]


def evaluate(
    records: Iterable[Labelled | Fault],
    recipe: Recipe,
    threshold: float = REVIEW,
    *,
    entities: Iterable[str] = (),
    names: Names | None = None,
    by: Callable[[Labelled], str] | None = None,
    strict: bool = False,
    show_errors: int = 0,
) -> Report:
    """Score the detectors of a recipe against labelled texts, in memory that does not grow with their number.

    Findings below ``threshold`` do not count. ``entities`` limits what is compared, and says that the labels know
    these. ``by`` gives every record the name of the part it also counts in. With ``strict``, findings of entities that
    the labels do not know are false positives. Up to ``show_errors`` errors are kept per entity and kind.

    Raises:
        AuditorError: when the recipe cannot be built or the labels are no labels.
    """
    job = _Evaluation(recipe, threshold, frozenset(entities), names or Names(), show_errors, by)
    for batch in _batches(job.readable(records), recipe.bounds().batch_bytes):
        job.take(batch)
    return job.report(strict=strict)


def _batches(records: Iterable[Labelled], size: int) -> Iterator[list[Labelled]]:
    held: list[Labelled] = []
    chars = 0
    for record in records:
        held.append(record)
        chars += len(record.text)
        if chars >= size or len(held) >= _AT_ONCE:
            yield held
            held, chars = [], 0
    if held:
        yield held


def _column(batch: Sequence[Labelled]) -> TextColumn:
    texts = pa.array([_plain(record.text) for record in batch], pa.large_string())
    index = pa.array(range(len(batch)), pa.int64())
    return TextColumn(COLUMN, texts, index, pa.array([0] * len(batch), pa.int32()))


def _plain(text: str) -> str:
    """Text as Arrow can hold it: half a surrogate pair, which JSON allows, becomes a question mark; offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")


class _Counts:
    """Counts of one part while records come in."""

    def __init__(self) -> None:
        self.records = 0
        self.by_entity: dict[str, list[int]] = {}

    def add(self, entity: str, *numbers: int) -> None:
        held = self.by_entity.setdefault(entity, [0, 0, 0, 0])
        for place, number in enumerate(numbers):
            held[place] += number


class _Evaluation:
    """State of one evaluation."""

    def __init__(
        self,
        recipe: Recipe,
        threshold: float,
        entities: frozenset[str],
        names: Names,
        show_errors: int,
        by: Callable[[Labelled], str] | None,
    ) -> None:
        self._recipe, self._entities, self._names, self._by = recipe, entities, names, by
        self._threshold = max(threshold, recipe.threshold)
        self._limits = recipe.bounds()
        self._detectors: tuple[Detector, ...] = tuple(d for d in detect.build(recipe) if self._wanted(d))
        self._looked_for = {names(entity) for d in self._detectors for entity in d.entities}
        self._whole, self._parts = _Counts(), dict[str, _Counts]()
        self._show, self._shown, self._errors = show_errors, Counter[tuple[str, str]](), list[Error]()
        self._faults: list[Fault] = []
        self._skipped = 0
        self._lost, self._remarks = Counter[tuple[str, str]](), Counter[str]()

    def _wanted(self, detector: Detector) -> bool:
        return any(self._counts(self._names(entity)) for entity in detector.entities)

    def _counts(self, name: str) -> bool:
        return bool(name) and (not self._entities or name in self._entities)

    def readable(self, records: Iterable[Labelled | Fault]) -> Iterator[Labelled]:
        """The records that could be read; the others are counted."""
        for record in records:
            if isinstance(record, Labelled):
                self._remarks.update(record.remarks)
                yield record
                continue
            self._skipped += 1
            if len(self._faults) < _FAULTS:
                self._faults.append(record)

    def take(self, batch: Sequence[Labelled]) -> None:
        """Count one batch."""
        found = self._found(batch)
        for number, record in enumerate(batch):
            self._record(record, found.get(number, []))
        if len(self._whole.by_entity) > MOST_LABELS:
            raise AuditorError(
                f"more than {MOST_LABELS} distinct labels: the field of the labels holds something else; see the format"
            )

    def _found(self, batch: Sequence[Labelled]) -> dict[int, list[Label]]:
        """Findings by record, as a scan keeps them: all detectors, then the overlap rule over the names that count."""
        column = _column(batch)
        spans, losses = run(self._detectors, column, self._limits)
        self._lost.update((loss.detector, loss.reason) for loss in losses)
        held = resolve(self._renamed(spans.filter(pc.greater_equal(spans["score"], self._threshold))), column)
        columns = (held[name].to_pylist() for name in ("row", "start", "end", "entity"))
        found: dict[int, list[Label]] = {}
        for row, *span in zip(*columns, strict=True):
            found.setdefault(row, []).append(Label(*span))
        return found

    def _renamed(self, spans: pa.RecordBatch) -> pa.RecordBatch:
        coded = spans["entity"].dictionary_encode()
        renamed = [self._names(name) for name in coded.dictionary.to_pylist()]
        place = spans.schema.get_field_index("entity")
        entity = pa.array(renamed, pa.string()).take(coded.indices)
        kept = np.array([self._counts(name) for name in renamed], bool)[coded.indices.to_numpy()]
        return spans.set_column(place, spans.schema.field(place), entity).filter(pa.array(kept))

    def _record(self, record: Labelled, found: list[Label]) -> None:
        labels = [label._replace(entity=self._names(label.entity)) for label in record.labels]
        labels = [label for label in labels if self._counts(label.entity)]
        parts = [self._whole]
        if self._by:
            parts.append(self._parts.setdefault(self._by(record), _Counts()))
        for part in parts:
            part.records += 1
        wanted, got = by_entity(labels), by_entity(found)
        if double := len(labels) - sum(map(len, wanted.values())):
            self._remarks["labels given twice, counted once"] += double
        for entity in sorted(wanted.keys() | got.keys()):
            gold, mine = wanted.get(entity, []), got.get(entity, [])
            matched = pairs(gold, mine)
            for part in parts:
                part.add(entity, len(gold), len(mine), sum(pair.exact for pair in matched), len(matched))
            if self._show:
                for span, kind in mistakes(gold, mine, matched):
                    self._keep(record, span, kind, instead(span, found if kind == "missed" else labels))

    def _keep(self, record: Labelled, span: Label, kind: str, other: str) -> None:
        self._shown[span.entity, kind] += 1
        if self._shown[span.entity, kind] <= self._show:
            self._errors.append(Error(record.file, record.record, span.entity, *span[:2], kind, other))  # type: ignore[arg-type]

    def report(self, *, strict: bool) -> Report:
        """What was counted."""
        labelled = {entity for entity, counts in self._whole.by_entity.items() if counts[0]} | self._entities
        counted = {entity for entity in self._whole.by_entity if strict or entity in labelled}
        known = vocabulary().entities.keys() | self._looked_for
        return Report(
            recipe=self._recipe.id,
            threshold=self._threshold,
            strict=strict,
            whole=self._table("all", self._whole, counted),
            parts=tuple(self._table(name, counts, counted) for name, counts in sorted(self._parts.items())),
            skipped=self._skipped,
            faults=tuple(self._faults),
            lost=tuple((*key, texts) for key, texts in sorted(self._lost.items())),
            remarks=tuple(sorted(self._remarks.items())),
            unknown=tuple(sorted(labelled - known - self._entities)),
            errors=tuple(error for error in self._errors if error.entity in counted),
        )

    def _table(self, name: str, counts: _Counts, counted: set[str]) -> Table:
        rows = [Row(entity, *numbers) for entity, numbers in sorted(counts.by_entity.items())]
        return Table(
            name=name,
            records=counts.records,
            rows=tuple(row for row in rows if row.entity in counted & self._looked_for),
            not_looked_for=tuple(row for row in rows if row.entity not in self._looked_for),
            unlabelled=tuple(row for row in rows if row.entity not in counted and row.entity in self._looked_for),
        )
