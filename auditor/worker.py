"""The life of one fragment: read it as Arrow batches, run the detectors over its texts, write its record.

Runs in a worker process. A fault of the data never raises here: it becomes a row of the coverage ledger.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from auditor import detect, sources
from auditor.detect import spoken
from auditor.detect.cells import Columns, about, groups, run
from auditor.detect.overlap import resolve
from auditor.detect.seal import kinds, nothing, seal
from auditor.engine import Beat
from auditor.errors import SourceError
from auditor.model import (
    COLUMN,
    EXAMINED,
    LOST,
    NAME_ROW,
    PARTITION,
    PATH,
    PLANNED_GAP,
    RECORD,
    Ack,
    Batch,
    Detector,
    Fragment,
    Gap,
    SourceFile,
    TextColumn,
    TypedColumn,
)
from auditor.profile import Profile
from auditor.report.mask import name_id
from auditor.rules.recipe import Recipe
from auditor.store.manifest import Plan
from auditor.store.record import Footer, LedgerRow, Writer, record_name, storable, write_lost, writing

NAMES = "names"
"""Format of a fragment that holds file names instead of rows."""


@dataclass(frozen=True)
class PlanFile:
    """Cut one file into fragments; a file that cannot be read is a plan with a reason."""

    recipe: Recipe

    def __call__(self, file: SourceFile, beat: Beat) -> Plan:  # noqa: ARG002
        """Never raises on a fault of the data."""
        try:
            name, parts, schema_hash = sources.plan(file, self.recipe.bounds())
        except SourceError as fault:
            return Plan(file, "", "", (), fault.reason)
        fragments = tuple(
            Fragment(
                id=fragment_id(file.dataset, file.path, part.part),
                dataset=file.dataset,
                root=file.root,
                path=file.path,
                ordinal=ordinal,
                format=name,
                part=part,
                version=file.version,
                schema_hash=schema_hash,
                size=file.size,
                mtime_ns=file.mtime_ns,
            )
            for ordinal, part in enumerate(parts)
        )
        return Plan(file, name, schema_hash, fragments)


def fragment_id(dataset: str, path: str, part: str) -> str:
    """Stable id of a fragment: the same place has the same id in every run."""
    text = f"{dataset}\0{path}\0{part}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


@dataclass(frozen=True)
class ScanFragment:
    """Scan one fragment and leave its record in ``records``; see :func:`auditor.detect.ready` for its detectors."""

    recipe: Recipe
    key: bytes
    ruleset: str
    records: str

    @cached_property
    def detectors(self) -> tuple[Detector, ...]:
        """The detectors of the recipe."""
        return detect.ready(self.recipe)

    def __call__(self, fragment: Fragment, beat: Beat) -> Ack:
        """Never raises on a fault of the data; an Ack with a reason instead."""
        path = Path(self.records) / record_name(fragment, self.ruleset)
        if fragment.format != NAMES and _moved(fragment):
            return self.lost(fragment, "changed" if _source(fragment).exists() else "vanished")
        with writing(path) as writer:
            footer = _Scan(self, fragment, writer, beat).run()
            footer = replace(footer, ack=replace(footer.ack, out=path.name))
            writer.close(footer)
        if fragment.format != NAMES and _moved(fragment):
            return self.lost(fragment, "changed")
        return footer.ack

    def lost(self, fragment: Fragment, reason: str) -> Ack:
        """Record that nothing could be learnt of the fragment."""
        size = max(fragment.part.bytes, 1)
        ack = Ack(fragment.id, "failed", reason, rows=fragment.part.rows or 0, bytes_lost=size)
        row = LedgerRow("*", "*", fragment.part.rows or 0, 0, 0, size, LOST, reason)
        return write_lost(Path(self.records) / record_name(fragment, self.ruleset), ack, row)


def _source(fragment: Fragment) -> Path:
    return Path(fragment.root) / fragment.path


def _moved(fragment: Fragment) -> bool:
    """Whether the file is no longer the one that was planned, by size and time."""
    try:
        now = _source(fragment).stat()
    except OSError:
        return True
    return (now.st_size, now.st_mtime_ns) != (fragment.size, fragment.mtime_ns)


class _Scan:
    """State of one fragment while it is scanned."""

    def __init__(self, job: ScanFragment, fragment: Fragment, writer: Writer, beat: Beat) -> None:
        self.job, self.fragment, self.writer, self.beat = job, fragment, writer, beat
        self.tally = Tally()
        self.profiles: dict[str, Profile] = {}
        self.counted: set[str] = set()  # columns of the batch whose cells are counted: numbers that are texts, too
        self.bytes = 0
        self.limits, self.kinds = job.recipe.bounds(), kinds()
        # families of detectors with lists of words in some languages: special.health.v1 is of the family special
        listed = [d for d in job.detectors if hasattr(d, "languages")]
        self.listed = {d.id.split(".", 1)[0] + ".*": d.languages for d in listed}
        self.threshold = pa.scalar(job.recipe.threshold, pa.float64())

    def run(self) -> Footer:
        if self.fragment.format == NAMES:
            self.file_names()
        else:
            self.suffix()
            for event in self.events():
                self.take(event)
            self.column_names()
        ack = self.tally.ack(self.fragment, self.writer.findings)
        return Footer(ack, self.tally.ledger(), tuple(p.row() for _, p in sorted(self.profiles.items())))

    def suffix(self) -> None:
        """Say that the name of a file promises another format than it holds."""
        if json.loads(self.fragment.part.options).get("suffix_mismatch"):
            self.tally.gap(Gap("suffix_mismatch", EXAMINED))

    def events(self) -> Iterator[Batch | Gap]:
        return sources.read(str(_source(self.fragment)), self.fragment.format, self.fragment.part, self.limits)

    def take(self, event: Batch | Gap) -> None:
        if isinstance(event, Gap):
            self.tally.gap(event)
            return
        for typed in event.typed:
            self.typed(typed)
        self.counted = {typed.path for typed in event.typed}
        for columns in groups((self.column(column, event.rows) for column in event.columns), self.alone):
            self.write(self.found(columns), None)
        self.tally.rows = max(self.tally.rows, event.first_row + event.rows)
        self.bytes += event.bytes
        self.alive()

    def alive(self) -> None:
        """Tell the engine that work goes on."""
        self.beat(self.tally.rows, self.bytes)

    def column(self, column: TextColumn, rows: int) -> TextColumn:
        """Count a column; one that is left out comes back without texts."""
        if not selected(column.path, self.job.recipe):
            self.tally.gap(Gap("excluded", PLANNED_GAP, column.path, rows=rows))
            self.profile(column.path)
            return TextColumn(column.path, column.texts.slice(0, 0), column.rows.slice(0, 0), column.items.slice(0, 0))
        self.tally.examined(column, rows)
        self.language(column)
        self.profile(column.path).texts(column.texts, counted=column.path in self.counted)
        return column

    def typed(self, column: TypedColumn) -> None:
        """Count a column of numbers, dates or booleans."""
        profile = self.profile(column.path)
        if selected(column.path, self.job.recipe):
            profile.cells(column.cells)

    def profile(self, path: str) -> Profile:
        """The profile of a column, which begins with its first batch."""
        if path not in self.profiles:
            self.profiles[path] = Profile(path, self.job.key)
        return self.profiles[path]

    def alone(self, path: str) -> bool:
        """Whether a detector looks at the path of a column."""
        return bool(about(self.job.detectors, path))

    def language(self, column: TextColumn) -> None:
        """Say of how many texts the lists of detectors know no language."""
        for name, listed in self.listed.items():
            texts = spoken.unsupported(column.texts, listed).texts
            if texts:
                self.tally.gap(Gap("language_unsupported", PLANNED_GAP, column.path, name, rows=texts))

    def found(self, columns: Columns) -> pa.RecordBatch:
        """Findings of all detectors in some columns, what they could not examine noted in the tally."""
        whole = columns.column
        spans, losses = run(self.job.detectors, whole, self.limits, self.alive)
        for loss in losses:
            size = whole.texts[loss.index].as_buffer().size if loss.index >= 0 else 1
            path = columns.parts[columns.part_of(max(loss.index, 0))].path
            self.tally.gap(Gap(loss.reason, LOST, path, loss.detector, rows=1, bytes=size))
        if not spans.num_rows:
            return nothing()
        kept = resolve(spans.filter(pc.greater_equal(spans["score"], self.threshold)), whole)
        paths = pa.array([part.path for part in columns.parts], pa.string())
        return seal(
            kept, whole, self.job.key, self.kinds, paths.take(pa.array(columns.part_of(kept["row"].to_numpy())))
        )

    def write(self, findings: pa.RecordBatch, subject: pa.Array | None) -> None:
        if subject is None:
            subject = pa.nulls(findings.num_rows, pa.string())
        self.writer.write(pa.RecordBatch.from_arrays([*findings.columns, subject], schema=RECORD))

    def column_names(self) -> None:
        names = sorted(self.profiles)
        column_ids = [name_id("column", self.fragment.dataset, name) for name in names]
        details = [json.dumps({"column_id": column_id}) for column_id in column_ids]
        self.names(COLUMN, [(sources.apart(name), 0, name) for name in names], details)

    def file_names(self) -> None:
        paths = json.loads(self.fragment.part.options)["paths"]
        self.names(PATH, [(c, i, p) for p in paths for i, c in enumerate(sources.components(p))])
        self.names(PARTITION, [(v, i, p) for p in paths for i, (_, v) in enumerate(sources.partitions(p))])
        self.tally.rows = len(paths)

    def names(self, kind: str, names: list[tuple[str, int, str]], details: list[str] | None = None) -> None:
        """Detect in names given as (text, item, subject); findings get row -1 and their subject."""
        if not names:
            return
        texts = pa.array([storable(text) for text, _, _ in names], pa.string())
        index = pa.array(range(len(names)), pa.int64())
        items = pa.array([item for _, item, _ in names], pa.int32())
        findings = self.found(Columns.of([TextColumn(kind, texts, index, items)]))
        where = findings.column("row")
        subjects = pa.array([storable(subject) for _, _, subject in names], pa.string()).take(where)
        rows = pa.array([NAME_ROW] * findings.num_rows, pa.int64())
        detail = findings.column("detail") if details is None else _joined(findings.column("detail"), details, where)
        columns = [rows, *findings.columns[1:-1], detail]
        self.write(pa.RecordBatch.from_arrays(columns, schema=findings.schema), subjects)


def _joined(given: pa.Array, details: list[str], where: pa.Array) -> pa.Array:
    pairs = zip(given.to_pylist(), where.to_pylist(), strict=True)
    merged = [json.dumps({**json.loads(old or "{}"), **json.loads(details[i])}, sort_keys=True) for old, i in pairs]
    return pa.array(merged, pa.string())


def selected(path: str, recipe: Recipe) -> bool:
    """Whether a leaf path is to be scanned: globs over the path or its first component."""
    names = {path, path.split(".", 1)[0].removesuffix("[]")}

    def hit(globs: Iterable[str]) -> bool:
        return any(fnmatchcase(name, glob) for glob in globs for name in names)

    return (not recipe.columns.include or hit(recipe.columns.include)) and not hit(recipe.columns.exclude)


class Tally:
    """The coverage ledger of one fragment as it grows."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns: dict[str, tuple[int, int]] = {}
        self._gaps: dict[tuple[str, str, str, str], tuple[int, int]] = {}

    def examined(self, column: TextColumn, rows: int) -> None:
        """A column of a batch was given to the detectors."""
        seen, size = self._columns.get(column.path, (0, 0))
        self._columns[column.path] = (seen + rows, size + (pc.sum(pc.binary_length(column.texts)).as_py() or 0))

    def gap(self, gap: Gap) -> None:
        """Something was not examined, or only with a remark."""
        key = (gap.column, gap.detector, gap.status, gap.reason)
        rows, size = self._gaps.get(key, (0, 0))
        self._gaps[key] = (rows + gap.rows, size + (max(gap.bytes, 1) if gap.status == LOST else 0))

    def _lost(self, column: str) -> int:
        gaps = self._gaps.items()
        return sum(rows for (c, d, status, _), (rows, _) in gaps if status == LOST and c == column and d == "*")

    def ledger(self) -> tuple[LedgerRow, ...]:
        """All rows: the fragment, its columns, and every gap."""
        whole = self._lost("*")
        size = sum(size for _, size in self._columns.values())
        rows = []
        if self.rows > whole or not any(status == LOST for _, _, status, _ in self._gaps):
            rows.append(LedgerRow("*", "*", self.rows, max(self.rows - whole, 0), size, 0, EXAMINED, ""))
        for column, (seen, size) in sorted(self._columns.items()):
            left = max(seen - self._lost(column), 0)
            rows.append(LedgerRow(column, "*", seen, left, size, 0, EXAMINED, ""))
        for (column, detector, status, reason), (count, lost) in sorted(self._gaps.items()):
            read = count if status == EXAMINED else 0
            rows.append(LedgerRow(column, detector, count, read, 0, lost, status, reason))
        return tuple(rows)

    def ack(self, fragment: Fragment, findings: int) -> Ack:
        """The acknowledgement: failed when nothing at all could be examined."""
        lost = {key: value for key, value in self._gaps.items() if key[2] == LOST}
        size = min(sum(size for _, size in lost.values()), max(fragment.part.bytes, 1))
        reason = min(lost, key=lambda key: (key[0] != "*", key), default=("", "", "", ""))[3]
        nothing = bool(lost) and self.rows <= self._lost("*")
        status = "failed" if nothing else "partial" if lost else "done"
        return Ack(fragment.id, status, reason, self.rows, findings, size)  # type: ignore[arg-type]
