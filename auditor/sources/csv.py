"""CSV and TSV, every field as text.

Offsets and rows are those of Python's ``csv`` module with ``"`` as quote, doubled within. ``row`` counts records after
the header. Fields beyond the header are columns ``column_N`` by position; without a header all columns are.
"""

import csv
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from auditor.model import EXAMINED, Batch, Format, Gap, Limits, Part, TextColumn
from auditor.sources.collect import by_row, string_array
from auditor.sources.compress import Stream, bare_name, head, open_stream
from auditor.sources.csv_split import boundaries
from auditor.sources.dialect import header, looks_delimited, records, vote
from auditor.sources.encoding import SAMPLE, decode, detect, is_text, is_wide, lines, recoded
from auditor.sources.parts import byte_range
from auditor.sources.paths import quote, unique

_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")
_FAULTS = (csv.Error, ValueError)


def _sniff(start: bytes, name: str) -> int:
    claimed = name.endswith(_SUFFIXES)
    if not is_text(start, lenient=claimed):
        return 0
    if claimed:
        return 80
    sample = start.decode(detect(start), "replace").removeprefix("\ufeff")
    return 40 if looks_delimited(sample, len(start) >= 1 << 16) else 0


def _plan(path: str, size: int, compression: str, limits: Limits) -> list[Part]:
    csv.field_size_limit(SAMPLE)
    start = head(path, compression, SAMPLE)
    encoding = detect(start)
    sample = start.decode(encoding, "replace").removeprefix("\ufeff")
    if cr := "\r" in sample and "\n" not in sample:
        sample = sample.replace("\r", "\n")
    name = bare_name(path)
    best = vote(sample, len(start) >= SAMPLE, "\t" if name.endswith((".tsv", ".tab")) else ",")
    first = records(sample, best.delimiter, 2)
    options: dict[str, Any] = {"encoding": encoding, "delimiter": best.delimiter, "header": None, "width": best.width}
    if compression:
        options["compression"] = compression
    if cr:
        options["newline"] = "\r"
    if len(first) == 2 and header(first[0]):
        options["header"] = first[0]
    if compression or cr or is_wide(encoding) or size <= limits.fragment_bytes:
        return [Part("all", size, options=json.dumps(options))]
    edges = [0, *boundaries(path, best.delimiter, limits.fragment_bytes), size]
    pairs = [(a, b) for a, b in pairwise(edges) if b > a]
    return [Part(f"bytes={a}-{b}", b - a, options=json.dumps(options)) for a, b in pairs]


def _read(path: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    options = json.loads(part.options)
    begin, end = byte_range(part)
    csv.field_size_limit(limits.line_bytes)
    with open_stream(path, options.get("compression", ""), begin) as stream:
        reader, encoding = recoded(stream.reader, options["encoding"], "newline" in options)
        own = None if end is None else end - begin
        feed = _Feed(lines(reader, limits.line_bytes), encoding, limits.line_bytes, own)
        table = _Table(options["header"], options["width"], stream, limits.batch_bytes)
        yield from table.read(_records(feed, options["delimiter"]), begin)


class _Feed:
    """The lines of one fragment for ``csv.reader``; remembers those of the record under way."""

    def __init__(self, source: Iterator[tuple[bytes | None, int]], encoding: str, limit: int, size: int | None) -> None:
        self._source, self._encoding, self._limit, self._left = source, encoding, limit, size
        self.record: list[str] = []
        self.size = 0  # bytes of the record under way
        self.ended = False
        self.gaps: list[Gap] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.size > self._limit:
            raise csv.Error
        while self._left is None or self._left > 0:
            if (found := next(self._source, None)) is None:
                break
            line, size = found
            if self._left is not None:
                self._left -= size
            if line is None:
                self.gaps.append(Gap("line_too_long", rows=1, bytes=size))
                continue
            text, replaced = decode(line, self._encoding)
            if replaced:
                self.gaps.append(Gap("invalid_utf8", EXAMINED, rows=1))
            self.record.append(text)
            self.size += size
            return text
        self.ended = True
        raise StopIteration

    def start_record(self) -> list[Gap]:
        """Forget the record that is finished; returns and clears what went wrong so far."""
        self.record, self.size = [], 0
        gaps, self.gaps = self.gaps, []
        return gaps


def _records(feed: _Feed, delimiter: str) -> Iterator[tuple[list[str], int] | Gap]:
    """(fields, bytes) of every record.

    A record that cannot be parsed, or whose quote is still open at the end, is given line by line instead, split at
    every delimiter, with one ``invalid_csv``: no text is lost, but its columns are uncertain.
    """
    reader = csv.reader(feed, delimiter=delimiter)
    while not feed.ended:
        fields: list[str] | None = None
        try:
            fields = next(reader, None)
        except _FAULTS:
            broken = True
        else:
            broken = fields is not None and feed.ended
        size, raw = feed.size, feed.record
        yield from feed.start_record()
        if broken:
            yield Gap("invalid_csv", rows=1, bytes=max(1, len(raw[0]) if raw else size))
            yield from ((line.rstrip("\r\n").split(delimiter), len(line)) for line in raw)
        elif fields is not None:
            yield fields, size


class _Table:
    """Turns records into batches; ``width`` is the usual number of fields."""

    def __init__(self, names: list[str] | None, width: int, stream: Stream, batch_bytes: int) -> None:
        self._names, self._stream, self._batch_bytes = names, stream, batch_bytes
        self._width = width if names is None else len(names)
        given = [quote(name) for name in names] if names else [f"column_{n}" for n in range(width)]
        self._paths = unique(given)

    def read(self, found: Iterator[tuple[list[str], int] | Gap], begin: int) -> Iterator[Batch | Gap]:
        """Batches of about ``batch_bytes``; the header of the first fragment is left out."""
        rows: list[list[str]] = []
        skip = self._names is not None and begin == 0
        first = size = 0
        mark = begin
        for one in found:
            if isinstance(one, Gap):
                yield one
            elif skip:
                skip = False
            else:
                rows.append(one[0])
                size += one[1] + 8 * self._width  # short rows of a wide table take memory too
                if size >= self._batch_bytes:
                    yield from self._batch(rows, first, self._stream.consumed - mark)
                    first, rows, size, mark = first + len(rows), [], 0, self._stream.consumed
        if rows:
            yield from self._batch(rows, first, self._stream.consumed - mark)

    def _batch(self, rows: list[list[str]], first: int, size: int) -> Iterator[Batch | Gap]:
        """One batch, and a remark on the records of another width."""
        width = self._width
        if ragged := sum(len(row) != width for row in rows if row):
            yield Gap("ragged_rows", EXAMINED, rows=ragged)
        at = pa.array(np.arange(first, first + len(rows)), pa.int64())
        zeros = pa.array(np.zeros(len(rows), np.int32))
        padded: Iterator[list[str | None]] = ([*row[:width], *[None] * (width - len(row))] for row in rows)
        texts = [string_array(values) for values in zip(*padded, strict=True)]
        top = {path: (at, values) for path, values in zip(self._paths, texts, strict=True)}
        columns = [TextColumn(path, values, at, zeros, by_row(top, at)) for path, (_, values) in top.items()]
        yield Batch(first, len(rows), (*columns, *_extra(rows, width, first)), size)


def _extra(rows: list[list[str]], width: int, first: int) -> Iterator[TextColumn]:
    """The fields beyond ``width``, by position."""
    cells: dict[int, tuple[list[int], list[str]]] = {}
    for row, fields in enumerate(rows, first):
        for position in range(width, len(fields)):
            where, texts = cells.setdefault(position, ([], []))
            where.append(row)
            texts.append(fields[position])
    for position, (where, texts) in sorted(cells.items()):
        zeros = pa.array(np.zeros(len(where), np.int32))
        yield TextColumn(f"column_{position}", string_array(texts), pa.array(where, pa.int64()), zeros)


FORMATS = (Format("csv", _SUFFIXES, _sniff, _plan, _read),)
