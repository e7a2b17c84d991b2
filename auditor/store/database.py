"""``audit.duckdb``: the index that people query and where counting is done. The only place that imports duckdb."""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from auditor.errors import AuditorError
from auditor.model import (
    LOST,
    Ack,
    ColumnClass,
    ColumnProfile,
    CoverageLine,
    CoverageSummary,
    DatasetSummary,
    Evidence,
    FindingGroup,
    Fragment,
    Looked,
    Severity,
    Together,
)
from auditor.rules.columns import WEAK
from auditor.store.classify import names, supports
from auditor.store.folder import Folder, draft
from auditor.store.manifest import Manifest, Plan
from auditor.store.record import Footer, read_footer, record_name, storable

_SQL = Path(__file__).parent / "sql"
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
    "memory_limit": "1GB",
    "threads": 2,
}
_READABLE_FROM = "v1.4.0"
"""Oldest DuckDB that opens our databases: the oldest one that we depend on."""
_ROWS_AT_ONCE = 100_000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

NameSpan = tuple[int, int, int, str]
"""Item, start, end and entity of a finding in a name; items -1, -2, … are partition values, others path components."""

NameShower = Callable[[str, str, tuple[NameSpan, ...]], tuple[str, str]]
"""``show(kind, raw name, spans)`` gives the stable id and what may be shown."""


@cache
def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


class Database:
    """Reads one finished database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._con = connection

    @classmethod
    def open(cls, folder: Folder) -> "Database":
        """Open read-only.

        Raises:
            AuditorError: when there is none or it is damaged; ``auditor rebuild`` makes it anew.
        """
        if not folder.database.is_file():
            raise AuditorError("this audit has no database yet; run 'auditor rebuild DIR', or the same scan again")
        try:
            return cls(duckdb.connect(str(folder.database), read_only=True, config=dict(_SETTINGS)))
        except duckdb.Error:
            raise AuditorError(
                "the database cannot be opened; close other readers or run 'auditor rebuild DIR'"
            ) from None

    def close(self) -> None:
        """Release the file."""
        self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, name: str, given: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        cursor = self._con.cursor().execute(_sql(name), given or {})
        columns = [d[0] for d in cursor.description or ()]
        while row := cursor.fetchone():
            yield dict(zip(columns, row, strict=True))

    def meta(self) -> dict[str, str]:
        """Key and value pairs written when the database was built."""
        return dict(self._con.cursor().execute("select key, value from meta").fetchall())

    def findings(self, batch_rows: int = 50_000) -> pa.RecordBatchReader:
        """Findings as they may leave the machine, in order."""
        return self._con.cursor().sql(_sql("findings")).to_arrow_reader(batch_rows)

    def coverage(self, batch_rows: int = 50_000) -> pa.RecordBatchReader:
        """The coverage ledger as it may leave the machine, in order."""
        return self._con.cursor().sql(_sql("ledger")).to_arrow_reader(batch_rows)

    def _shown(self) -> dict[tuple[str, str, str], tuple[str, str]]:
        rows = self._con.cursor().execute("select kind, dataset, raw, id, shown from name").fetchall()
        return {(kind, dataset, raw): (name_id, shown) for kind, dataset, raw, name_id, shown in rows}

    def _datasets_shown(self) -> dict[str, str]:
        return dict(self._con.cursor().execute("select raw, shown from dataset_name").fetchall())

    def evidence(self) -> tuple[Evidence, ...]:
        """Counts by dataset, column, entity and band."""
        names, sets = self._shown(), self._datasets_shown()
        return tuple(
            Evidence(
                sets[r["dataset"]],
                names["column", r["dataset"], r["column"]][1],
                names["column", r["dataset"], r["column"]][0],
                r["entity"],
                r["band"],
                r["rows"],
                r["findings"],
            )
            for r in self._rows("evidence")
        )

    def together(self, entities: Iterable[str] = ()) -> tuple[Together, ...]:
        """Rows in which two classes, or some ``entities``, stand together."""
        return tuple(Together(**r) for r in self._rows("together", {"entities": sorted(entities)}))

    def looked(self, entities: frozenset[str]) -> Looked:
        """How far the scan looked, given what its detectors declare."""
        cursor = self._con.cursor()
        rows = cursor.execute("select coalesce(sum(rows), 0)::bigint from fragment where format <> 'names'").fetchone()
        lost = cursor.execute("select count(*) from ledger where status = 'lost'").fetchone()
        gaps = cursor.execute("select distinct reason from ledger where status = 'planned_gap' order by 1").fetchall()
        return Looked(rows[0] if rows else 0, bool(lost and lost[0]), tuple(g[0] for g in gaps), entities)

    def groups(self, severity: dict[str, Severity], group_id: Callable[..., str]) -> tuple[FindingGroup, ...]:
        """Findings by dataset, column and entity; ``severity`` overrides the vocabulary's."""
        names, sets = self._shown(), self._datasets_shown()
        scanned = {(r["dataset"], r["column"]): r["rows"] for r in self._rows("rows")}
        return tuple(self._group(r, severity, group_id, names, sets, scanned) for r in self._rows("groups"))

    @staticmethod
    def _group(
        r: dict[str, Any],
        severity: dict[str, Severity],
        group_id: Callable[..., str],
        names: dict[tuple[str, str, str], tuple[str, str]],
        sets: dict[str, str],
        scanned: dict[tuple[str, str], int],
    ) -> FindingGroup:
        dataset, entity = r["dataset"], r["entity"]
        column_id, column = names["column", dataset, r["column"]]
        first = r["first"]
        path, row = (first[k] for k in list(first)) if isinstance(first, dict) else first
        file_id, file = names["file", dataset, path]
        return FindingGroup(
            id=group_id(dataset, r["column"], entity),
            dataset=sets[dataset],
            column=column,
            column_id=column_id,
            entity=entity,
            severity=severity.get(entity, Severity(r["severity"])),
            rows=r["rows"],
            rows_scanned=scanned.get((dataset, r["column"]), 0),
            findings=r["findings"],
            weak=r["weak"],
            max_score=r["max_score"],
            bands={"strong": r["strong"], "review": r["review"], "weak": r["weak"]},
            files=r["files"],
            detectors=tuple(r["detectors"]),
            shapes=tuple(r["shapes"]),
            values=r["values"],
            first={"file": file, "file_id": file_id, "row": row},
        )

    def profiles(self) -> tuple[ColumnProfile, ...]:
        """One profile per column, with what it is."""
        names, sets = self._shown(), self._datasets_shown()
        classes: dict[tuple[str, str], list[ColumnClass]] = {}
        for r in self._rows("column_classes"):
            classes.setdefault((r["dataset"], r["column"]), []).append(_column_class(r))
        return tuple(
            ColumnProfile(
                dataset=sets[r["dataset"]],
                column=names["column", r["dataset"], r["column"]][1],
                column_id=names["column", r["dataset"], r["column"]][0],
                texts=r["texts"],
                nulls=r["nulls"],
                distinct=r["distinct_values"],
                mean_chars=round(r["mean_chars"], 1),
                max_chars=r["max_chars"],
                entities={e: round(n / r["texts"], 4) if r["texts"] else 0.0 for e, n in dict(r["entities"]).items()},
                kind=r["kind"],
                classes=tuple(classes.get((r["dataset"], r["column"]), ())),
            )
            for r in self._rows("profiles")
        )

    def datasets(self) -> tuple[DatasetSummary, ...]:
        """One summary per dataset."""
        sets = self._datasets_shown()
        return tuple(
            DatasetSummary(
                name=sets[r["name"]],
                target=sets[r["target"]],
                files=r["files"],
                rows=r["rows"],
                bytes=r["bytes"],
                text_bytes=r["text_bytes"],
                columns=r["columns"],
                formats=_counted(r["formats"] or []),
            )
            for r in self._rows("datasets")
        )

    def coverage_summary(self) -> CoverageSummary:
        """The ledger in sum and every line that is not plainly examined."""
        names, sets = self._shown(), self._datasets_shown()
        total = next(self._rows("coverage"))
        cursor = self._con.cursor()
        states = dict(cursor.execute("select status, count(*) from fragment group by status").fetchall())
        seen = cursor.execute(
            """select coalesce(sum(rows_seen), 0)::bigint, coalesce(sum(rows_examined), 0)::bigint from ledger
               where "column" = '*' and detector = '*' and path not like '@%'"""
        ).fetchone() or (0, 0)
        lines = tuple(self._line(r, names, sets) for r in self._rows("gaps"))
        fragments = {state: states.get(state, 0) for state in ("done", "partial", "failed", "pending")}
        return CoverageSummary(**total, rows_seen=seen[0], rows_examined=seen[1], fragments=fragments, lines=lines)

    @staticmethod
    def _line(
        r: dict[str, Any], names: dict[tuple[str, str, str], tuple[str, str]], sets: dict[str, str]
    ) -> CoverageLine:
        file_id, file = names["file", r["dataset"], r["file"]]
        column = "*" if r["column"] == "*" else names["column", r["dataset"], r["column"]][1]
        return CoverageLine(**{**r, "dataset": sets[r["dataset"]], "file": file, "file_id": file_id, "column": column})

    def place(self, group: tuple[str, str, str], limit: int) -> list[dict[str, Any]]:
        """Places of the first findings of (dataset, column, entity), raw, for ``inspect`` alone."""
        cursor = self._con.cursor().execute(
            """select f.fragment, f.row, f."column", f.item, f.start_char, f.end_char, f.score, f.detector, f.subject
               from finding f join placed p on p.id = f.fragment
               where p.dataset = $1 and f."column" = $2 and f.entity = $3
               order by f.score desc, p.path, p.ordinal, f.row, f.item, f.start_char limit $4""",
            [*group, limit],
        )
        columns = [d[0] for d in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def raw_groups(self) -> list[tuple[str, str, str]]:
        """Every (dataset, column, entity) with findings, raw."""
        sql = 'select distinct dataset, "column", entity from findings order by all'
        return list(self._con.cursor().execute(sql).fetchall())


def _spread(share: float) -> Literal["most", "part", "sparse", "none"]:
    """How far findings are spread over the cells of a column; the bounds are those of classes.sql."""
    bounds: tuple[tuple[float, Literal["most", "part"]], ...] = ((0.5, "most"), (0.05, "part"))
    return next((word for least, word in bounds if share >= least), "sparse") if share else "none"


def _column_class(r: dict[str, Any]) -> ColumnClass:
    return ColumnClass(
        entity=r["entity"],
        score=r["score"],
        rows=r["rows"],
        files=r["files"],
        basis=r["basis"],
        spread=_spread(r["share"]),
        share=round(r["share"], 6),
        detectors=tuple(r["detectors"] or ()),
        rule=r["rule"],
        words=r["words"],
        why=r["why"],
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))


class _Build:
    """Fills one new database from a manifest and its findings files."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Folder, manifest: Manifest, ruleset: str) -> None:
        self.con, self.folder, self.manifest, self.ruleset = con, folder, manifest, ruleset
        self.fragments: list[tuple[Any, ...]] = []
        self.ledger: list[tuple[Any, ...]] = []
        self.profile: list[tuple[Any, ...]] = []
        self.records: list[tuple[str, str]] = []

    def fill(self) -> None:
        for fragment in self.manifest.fragments:
            self.fragment(fragment)
        for plan in self.manifest.plans:
            if plan.refused:
                size = max(plan.file.size, 1)
                self.lost(plan.file.dataset, plan.file.path, "", 0, size, LOST, plan.refused)
        for skip in self.manifest.skips:
            gap = skip.gap
            self.lost(skip.dataset, skip.path, "", gap.rows, gap.bytes, gap.status, gap.reason)
        self.write()

    def fragment(self, fragment: Fragment) -> None:
        name = record_name(fragment, self.ruleset)
        footer = read_footer(self.folder.findings / name)
        if footer is None:
            footer = Footer(Ack(fragment.id, "pending", "pending", bytes_lost=fragment.part.bytes), (), ())
            self.lost(fragment.dataset, fragment.path, fragment.id, 0, fragment.part.bytes, LOST, "pending")
        else:
            self.records.append((fragment.id, name))
        ack, path, part = footer.ack, storable(fragment.path), fragment.part
        self.fragments.append(
            (fragment.id, fragment.dataset, path, fragment.ordinal, fragment.format, part.part, part.options,
             part.bytes, ack.status, ack.reason, ack.rows, ack.bytes_lost, name)
        )  # fmt: skip
        for row in footer.ledger:
            self.ledger.append(
                (fragment.dataset, path, fragment.id, row.column, row.detector, row.rows_seen, row.rows_examined,
                 row.bytes_examined, row.bytes_lost, row.status, row.reason)
            )  # fmt: skip
        for p in footer.profile:
            self.profile.append(
                (fragment.dataset, path, p.column, p.texts, p.nulls, p.chars, p.max_chars, list(p.sketch),
                 list(p.kinds), p.blank, json.dumps(p.shapes))
            )  # fmt: skip

    def lost(self, dataset: str, path: str, fragment: str, rows: int, size: int, status: str, reason: str) -> None:
        self.ledger.append((dataset, storable(path), fragment, "*", "*", rows, 0, 0, size, status, reason))

    def write(self) -> None:
        _insert(self.con, "dataset", [(d.name, storable(d.root), storable(d.target)) for d in self.manifest.datasets])
        plans = self.manifest.plans
        files = [(p.file.dataset, storable(p.file.path), _read_as(p), p.file.size, p.refused) for p in plans]
        _insert(self.con, "file", files)
        _insert(self.con, "fragment", self.fragments)
        _insert(self.con, "ledger", self.ledger)
        _insert(self.con, "profile", self.profile)
        for fragment, name in self.records:
            self.rows(fragment, self.folder.findings / name)

    def rows(self, fragment: str, record: Path) -> None:
        """Findings of one record; read by Arrow, because DuckDB takes ``[`` or ``*`` in a path for a pattern."""
        with pq.ParquetFile(record) as file:
            for batch in file.iter_batches(_ROWS_AT_ONCE):
                self.con.register("batch", batch.add_column(0, "fragment", pa.repeat(fragment, batch.num_rows)))
                self.con.execute("insert into finding select * from batch")
                self.con.unregister("batch")


def _read_as(plan: Plan) -> str:
    """How a file was read, in words: format, compression, encoding and dialect; nothing that its content says."""
    if not plan.fragments:
        return ""
    options = json.loads(plan.fragments[0].part.options)
    words = [plan.format, options.get("compression", ""), options.get("kind", ""), options.get("encoding", "")]
    if plan.format == "csv":
        delimiter = _DELIMITERS.get(options["delimiter"], options["delimiter"])
        words += [f"{delimiter} between fields", "with header" if options["header"] else "no header"]
    return ", ".join(word for word in words if word)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    kinds = con.sql(f"select * from {table} limit 0").to_arrow_table().schema  # noqa: S608 -- our own names
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), kinds, strict=True)]
    con.register("batch", pa.table(columns, schema=kinds))
    con.execute(f"insert into {table} select * from batch")  # noqa: S608
    con.unregister("batch")


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """What DuckDB cannot write is a fault of the disk, and said so."""
    try:
        yield
    except duckdb.Error:
        raise AuditorError(
            "the database cannot be written; see that the disk has room, then run the same command again"
        ) from None


def build(
    folder: Folder,
    manifest: Manifest,
    ruleset: str,
    entities: Iterable[tuple[str, str, str]],
    show: NameShower,
    meta: dict[str, str],
) -> None:
    """Build the database from the manifest and the findings files and put it in place, whole or not at all.

    ``entities`` gives (name, class, severity) of the vocabulary; ``show`` decides how names may be shown.

    Raises:
        AuditorError: when the disk is full or cannot be written.
    """
    with _said(), draft(folder.database) as place:
        place.unlink()
        own = {"temp_directory": str(folder.findings), "storage_compatibility_version": _READABLE_FROM}
        con = duckdb.connect(str(place), config=_SETTINGS | own)
        try:
            con.execute(_sql("schema"))
            _Build(con, folder, manifest, ruleset).fill()
            _insert(con, "entity", list(entities))
            _insert(con, "meta", sorted(meta.items()))
            classify(con)
            _show_names(con, show)
            con.execute("checkpoint")
        finally:
            con.close()
            place.with_name(place.name + ".wal").unlink(missing_ok=True)


def classify(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``column_classes`` from profiles, findings and the rules of columns."""
    known = con.execute('select distinct dataset, "column" from profile order by all').fetchall()
    named, denied = names(known)
    _insert(con, "named", [tuple(row) for row in named])
    _insert(con, "denied", [tuple(row) for row in denied])
    _insert(con, "support", supports())
    con.execute(_sql("classes"), {"weak": WEAK})


def _show_names(con: duckdb.DuckDBPyConnection, show: NameShower) -> None:
    spans: dict[tuple[str, str, str], list[NameSpan]] = {}
    for dataset, column, subject, item, start, end, entity in con.execute(_sql("name_spans")).fetchall():
        kind = "column" if column == "@column" else "file"
        place = -1 - item if column == "@partition" else item
        spans.setdefault((kind, dataset, subject), []).append((place, start, end, entity))
    names = con.execute(_sql("names")).fetchall()
    shown = [(*name, *show(name[0], name[2], tuple(spans.get(name, ())))) for name in names]
    _insert(con, "name", shown)
    datasets = {raw for row in con.execute("select name, target from dataset").fetchall() for raw in row}
    _insert(con, "dataset_name", [(raw, show("dataset", raw, ())[1]) for raw in sorted(datasets)])


def read_meta(folder: Folder) -> dict[str, str]:
    """What the present database says of itself; empty when there is none that opens."""
    try:
        with Database.open(folder) as database:
            return database.meta()
    except (AuditorError, duckdb.Error):
        return {}
