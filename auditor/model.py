"""What the stages hand to one another: frozen dataclasses and Arrow schemas. Imports nothing of the auditor.

Offsets are Unicode code points, half-open, in the string value of a cell. Rows and items count from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Literal, Protocol

import pyarrow as pa

SCHEMA_VERSION = 1
"""Version of ``audit.json``, of the findings files and of the database."""

NAME_ROW = -1
"""``row`` of a finding in a name rather than in a cell."""
PATH, PARTITION, COLUMN = "@path", "@partition", "@column"
"""Reserved columns: path components, Hive partition values, column names."""

SPANS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),  # index into TextColumn.texts
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("entity", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("detail", pa.string()),  # JSON without any person's data
    ]
)
"""What a text detector returns."""

FINDINGS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),  # relative to the fragment; NAME_ROW for names
        pa.field("column", pa.string(), nullable=False),
        pa.field("item", pa.int32(), nullable=False),
        pa.field("start_char", pa.int32(), nullable=False),
        pa.field("end_char", pa.int32(), nullable=False),
        pa.field("entity", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("detector", pa.string(), nullable=False),
        pa.field("shape", pa.string(), nullable=False),
        pa.field("hmac", pa.string(), nullable=False),
        pa.field("detail", pa.string()),
    ]
)
"""What detection yields for one fragment."""

RECORD = FINDINGS.append(pa.field("subject", pa.string()))
"""One findings file, the immutable record of one fragment. ``subject`` is the name itself for findings in names."""

EXAMINED: Final = "examined"
PLANNED_GAP: Final = "planned_gap"
LOST: Final = "lost"
CoverageStatus = Literal["examined", "planned_gap", "lost"]

REASONS: dict[str, str] = {
    "empty_file": "the file holds no bytes",
    "truncated": "the file or stream ends in the middle",
    "corrupt": "the content contradicts its own format",
    "invalid_arrow": "an Arrow array failed validation",
    "invalid_json": "a line or document is not valid JSON",
    "invalid_utf8": "bytes that are not UTF-8 were read as replacement characters",
    "invalid_csv": "a record could not be parsed",
    "ragged_rows": "records with more or fewer fields than the header; all their fields were read",
    "depth": "nested deeper than the parser allows",
    "line_too_long": "a line or record is longer than the limit of the recipe",
    "too_large": "one document or value is larger than the limit of the recipe",
    "expansion": "unpacks to far more than its size suggests; refused",
    "encrypted": "the file is encrypted",
    "unsupported_format": "no reader for this format",
    "unsupported_type": "no reader for this column type",
    "opaque": "binary values without text",
    "decoder_crash": "the decoder ended the worker process",
    "memory_cap": "the worker outgrew its memory limit",
    "deadline": "no progress within the time limit",
    "changed": "the file changed while it was read",
    "vanished": "the file is gone",
    "denied": "no permission to read",
    "io_error": "the operating system could not read the file",
    "not_regular": "not a regular file (pipe, device or socket)",
    "symlink_outside": "a link that leaves the target or loops",
    "pattern_budget": "a pattern exceeded its time budget on a text",
    "detector_error": "a detector failed on a text",
    "internal_error": "a fault of the auditor itself; please report it",
    "language_unsupported": "no lists for the language of the text",
    "serial_numbers": "whole numbers that count up one by one number the rows; they were not searched as identifiers",
    "suffix_mismatch": "the suffix says another format than the content; it was read as what it is",
    "excluded": "left out by --include, --exclude or --columns",
    "pending": "not reached before the run was interrupted",
}
"""Reason codes of coverage rows, each with its meaning in plain words."""


def _no_ledger(index: int, reason: str) -> None:
    raise LookupError(f"a detector lost text {index} ({reason}) where nobody keeps a coverage ledger")


@dataclass(frozen=True)
class TextColumn:
    """The texts of one leaf path of one record batch.

    ``texts`` is a plain ``pa.StringArray`` or ``LargeStringArray`` of valid UTF-8, nulls allowed: dictionary, view and
    run-end-encoded arrays are decoded before. ``rows`` and ``items`` have its length: the row within the fragment and
    the 0-based text within a list of that row. ``sibling`` returns the texts of another top-level column aligned to
    ``texts``, or None. A detector that must give up on one text drops all its spans of that text and calls
    ``lose(index into texts, reason code)``, which becomes a coverage row.
    """

    path: str
    texts: pa.Array
    rows: pa.Array
    items: pa.Array
    sibling: Callable[[str], pa.Array | None] = field(default=lambda _: None, compare=False)
    lose: Callable[[int, str], None] = field(default=_no_ledger, compare=False)


@dataclass(frozen=True)
class TypedColumn:
    """The cells of one leaf path of one batch that are numbers, dates, times or booleans, for its profile alone."""

    path: str
    cells: pa.Array


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows of a fragment, of all columns or, in very wide tables, of some of them.

    ``typed`` are columns of other cells than texts; one whose long numbers are read as texts is in ``columns``, too.
    ``bytes`` of the source were consumed for it (progress, never exact).
    """

    first_row: int
    rows: int
    columns: tuple[TextColumn, ...]
    bytes: int = 0
    typed: tuple[TypedColumn, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Something of a fragment that was not examined, or examined with a remark (status ``examined``).

    ``bytes`` counts bytes of the source on disk that are lost (an estimate, at least 1 when anything is lost).
    ``rows`` counts the rows concerned, 0 when unknown.
    """

    reason: str
    status: CoverageStatus = LOST
    column: str = "*"
    detector: str = "*"
    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Limits:
    """Bounds of one recipe; what exceeds one is a coverage row."""

    line_bytes: int = 128 << 20
    document_bytes: int = 256 << 20
    cell_chars: int = 200_000
    batch_bytes: int = 8 << 20
    fragment_bytes: int = 32 << 20
    pattern_seconds: float = 2.0
    stall_seconds: float = 120.0
    memory_mb: int = 2048


@dataclass(frozen=True)
class Part:
    """One fragment of a file as its format planned it.

    ``part`` tells the reader what to read (``"rowgroups=0-3"``, ``"bytes=0-1048576"``, ``"all"``); ``options`` is a
    JSON object of what was detected (compression, encoding, dialect); ``bytes`` on disk; ``rows`` when known.
    """

    part: str
    bytes: int
    rows: int | None = None
    options: str = "{}"


@dataclass(frozen=True)
class Format:
    """One file format. Each module of ``auditor.sources`` may define ``FORMATS: tuple[Format, ...]``.

    ``sniff(head, name)`` gives 0 (no) to 100 (certain) from the first 64 KiB, decompressed; ``plan`` and ``read`` may
    raise :class:`auditor.errors.SourceError`; anything else they raise is treated as ``corrupt``.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], int]
    plan: Callable[[str, int, str, Limits], list[Part]]  # path, size, compression ("" | "gzip" | "zstd"), limits
    read: Callable[[str, Part, Limits], Any]  # -> Iterator[Batch | Gap]
    opaque: bool = False  # recognised, but holds no text by nature (pictures, sound)


@dataclass(frozen=True)
class SourceFile:
    """One file of a dataset as found on disk; ``path`` is relative to ``root``, with ``/``."""

    dataset: str
    root: str
    path: str
    size: int
    mtime_ns: int
    version: str  # hash of the content; for large files of samples of it, size and mtime


@dataclass(frozen=True)
class Fragment:
    """The unit of work, of failure and of resumption."""

    id: str
    dataset: str
    root: str
    path: str
    ordinal: int
    format: str
    part: Part
    version: str
    schema_hash: str = ""
    size: int = 0  # of the whole file when it was planned, with mtime_ns: has it changed since?
    mtime_ns: int = 0


@dataclass(frozen=True)
class Ack:
    """What a worker says of one fragment. Never raised, always returned."""

    fragment_id: str
    status: Literal["done", "partial", "failed", "pending"]  # a worker never says pending
    reason: str = ""
    rows: int = 0
    findings: int = 0
    bytes_lost: int = 0
    out: str = ""  # name of the findings file


class Detector(Protocol):
    """A text detector. For a fixed context ``detect(a + b) == detect(a) + shift(detect(b), len(a))``."""

    id: str  # "presidio.email.v1": family, name, version
    entities: frozenset[str]
    # may have ``is_about(path) -> bool``, true of the paths it looks at: such a column is not put together with others;
    # and ``languages``, where it knows words of some only: texts in others are a coverage row

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """Return a batch of :data:`SPANS`, ordered by row, start, end, entity; nulls give nothing."""


def shape(entity: str, chars: int) -> str:
    """What may be shown of a value: its kind and its length in code points, no character of it."""
    return f"[{entity}, {chars} chars]"


REVIEW, STRONG = 0.5, 0.8
"""Scores from which a finding deserves a look, and from which it is all but sure; below the first it is weak."""


def band(score: float) -> str:
    """Band of a score on Presidio's scale: ``weak``, ``review`` or ``strong``."""
    return "strong" if score >= STRONG else "review" if score >= REVIEW else "weak"


class Severity(StrEnum):
    """How bad it is when an entity of this kind is where it should not be."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return list(Severity).index(self)


class Status(StrEnum):
    """Outcome of one obligation. None of them says that the law is kept."""

    ACTION_NEEDED = "action_needed"
    NEEDS_REVIEW = "needs_review"
    EVIDENCE_RECORDED = "evidence_recorded"
    NOT_TRIGGERED = "not_triggered"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


class Result(StrEnum):
    """Overall screening result."""

    ACTION_NEEDED = "ACTION NEEDED"
    REVIEW_NEEDED = "REVIEW NEEDED"
    NOTHING_FOUND = "NOTHING FOUND IN WHAT WAS SCANNED"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True)
class Evidence:
    """Counts for one (dataset, column, entity, band); the column name as it may be shown (masked)."""

    dataset: str
    column: str
    column_id: str
    entity: str
    band: str
    rows: int
    findings: int


@dataclass(frozen=True)
class Together:
    """Rows in which both stand, at review or above: classes of ``entities.yaml`` or entities, a < b.

    ``rows`` hold both for certain; ``at_most`` so many may, where a whole column is of a class and it is not known in
    which rows its cells stand beside the other.
    """

    class_a: str
    class_b: str
    rows: int
    at_most: int = 0


@dataclass(frozen=True)
class Looked:
    """How far the scan looked: what assessment needs of the coverage ledger."""

    rows: int
    lost: bool  # any lost coverage
    gaps: tuple[str, ...]  # reasons of planned gaps that touch findings
    entities: frozenset[str]  # entities some detector of the ruleset declares


@dataclass(frozen=True)
class Fact:
    """A declared fact of ``dataset.yaml``; a value of None is unknown, never false."""

    key: str
    value: Any
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Assessment:
    """Outcome of one obligation with all that it relied on."""

    id: str
    regime: str
    title: str
    status: Status
    why: str  # plain sentence, no data
    severity: Severity
    citation: str
    url: str
    provenance: str  # V, S or M with source
    warning: str = ""  # that the rule is past its date of review
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    open: tuple[str, ...] = ()  # keys of undeclared facts that decide whether the obligation is in play
    present: tuple[str, ...] = ()  # evidence items on file, in words
    missing: tuple[str, ...] = ()  # evidence items missing, in words
    actions: tuple[str, ...] = ()
    deadline: str = ""
    penalty: str = ""
    judgement: bool = False
    version: str = ""


@dataclass(frozen=True)
class FindingGroup:
    """Findings of one (dataset, column, entity): the unit of the report."""

    id: str  # "F-" + stable hash of dataset, column, entity
    dataset: str
    column: str  # masked
    column_id: str
    entity: str
    severity: Severity
    rows: int  # distinct rows with a finding at review or above
    rows_scanned: int
    findings: int
    weak: int  # findings below review, not in the other counts
    max_score: float
    bands: dict[str, int]  # findings by band
    files: int
    detectors: tuple[str, ...]
    shapes: tuple[str, ...]  # a few masked shapes
    values: int  # distinct HMACs
    first: dict[str, Any]  # {"file": masked, "file_id": ..., "row": n} of the first finding, for inspect


@dataclass(frozen=True)
class DatasetSummary:
    """One dataset as found: counts only. ``bytes`` on disk.

    ``formats`` maps how files were read (``csv, gzip, cp1252, semicolon between fields, with header``) to their number.
    """

    name: str  # masked
    target: str  # masked
    files: int
    rows: int
    bytes: int
    text_bytes: int
    columns: int
    formats: dict[str, int]


@dataclass(frozen=True)
class CoverageLine:
    """One row of the ledger that is not plainly examined: lost, a planned gap, or examined with a remark."""

    dataset: str
    file: str  # masked
    file_id: str
    column: str  # masked, "*" for all
    detector: str
    status: CoverageStatus
    reason: str
    rows_seen: int
    rows_examined: int
    bytes_lost: int


@dataclass(frozen=True)
class CoverageSummary:
    """The ledger in sum. ``fragments`` counts done, partial, failed, pending; they add up to the manifest."""

    bytes_total: int
    bytes_lost: int
    files_total: int
    files_lost: int
    files_partial: int
    rows_seen: int
    rows_examined: int
    fragments: dict[str, int]
    lines: tuple[CoverageLine, ...]

    @property
    def percent(self) -> float:
        """Share of bytes read, in percent, never rounded up to 100; 0 where there was nothing to read."""
        if not self.bytes_total:
            return 0.0
        share = 100.0 * (self.bytes_total - self.bytes_lost) / self.bytes_total
        return share if share in (0.0, 100.0) else min(max(round(share, 2), 0.01), 99.99)


@dataclass(frozen=True)
class ColumnClass:
    """What a column of a dataset is, over all its files, and why.

    ``basis`` says whether ``findings``, the ``name`` or name and ``profile`` speak for it; a name alone is weak.
    ``share`` of the cells that hold something have a finding; ``words`` are the rule's, not the data's.
    """

    entity: str
    score: float
    rows: int
    files: int
    basis: str
    spread: Literal["most", "part", "sparse", "none"]  # of the findings: half of the cells, a twentieth, fewer, none
    share: float
    detectors: tuple[str, ...]
    rule: str
    words: str
    why: str


@dataclass(frozen=True)
class ColumnProfile:
    """One column over all files of a dataset; no value, minimum or maximum of values.

    ``distinct`` counts texts only: of numbers, dates and booleans it is 0. ``kind`` is one of
    :data:`auditor.rules.columns.Kind`.
    """

    dataset: str
    column: str  # masked
    column_id: str
    texts: int
    nulls: int
    distinct: int  # estimate
    mean_chars: float
    max_chars: int
    entities: dict[str, float]  # share of texts with a finding at review or above, by entity
    kind: str = "text"
    classes: tuple[ColumnClass, ...] = ()


@dataclass(frozen=True)
class Gate:
    """The policy and what it says: exit code 0, 1 or 3, and why in words."""

    fail_on: str
    min_coverage: float
    exit_code: int
    why: str


@dataclass(frozen=True)
class Audited:
    """All that a report needs: what was found, what it means, and what it rests on. Holds no time."""

    title: str
    result: Result
    why: str
    gate: Gate
    datasets: tuple[DatasetSummary, ...]
    coverage: CoverageSummary
    groups: tuple[FindingGroup, ...]
    profiles: tuple[ColumnProfile, ...]
    assessments: tuple[Assessment, ...]
    facts: tuple[Fact, ...]
    recipe: dict[str, Any]  # the recipe as loaded
    ruleset: str  # fingerprint
    key_id: str
    detectors: tuple[dict[str, Any], ...]  # {"id", "title", "entities"}
    regimes: tuple[dict[str, str], ...]  # {"id", "title", "version"}
    versions: dict[str, str]  # library versions
    manifest_sha256: str


@dataclass(frozen=True)
class RunInfo:
    """What varies between two runs over equal evidence; lives in ``run.json``, never in ``audit.json``."""

    started: str  # UTC, ISO 8601
    finished: str
    command: tuple[str, ...]
    seconds: float
    host: dict[str, str] = field(default_factory=dict)
    audit_sha256: str = ""
    exit_code: int = 0
    on: date | None = None
