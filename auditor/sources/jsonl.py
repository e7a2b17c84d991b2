"""JSON: one value per line (JSON Lines), or documents whose top-level list holds one row per element.

Which of the two is decided by content. Rows of JSON Lines are physical lines, blank ones included, so that a row is a
line of the fragment.
"""

import json
from collections.abc import Generator, Iterator
from typing import Any

from auditor.errors import SourceError
from auditor.model import EXAMINED, Batch, Format, Gap, Limits, Part
from auditor.sources.collect import Collector
from auditor.sources.compress import Stream, bare_name, head, open_stream
from auditor.sources.encoding import SAMPLE, decode, detect, is_text, is_wide, lines, recoded
from auditor.sources.json_values import DECODER, digits_of, leaves
from auditor.sources.parts import byte_range, split_bytes

_SUFFIXES = (".jsonl", ".ndjson", ".json", ".geojson", ".jsonlines")
_STARTS = '{["-0123456789tfnN'
_DOCUMENTS = (".json", ".geojson")
_SPACE = " \t\r\n"


_BROKEN = object()


def _first_lines(start: bytes, room: int, count: int = 50) -> list[str]:
    """The first non-blank lines, without the last one when ``start`` fills its ``room`` and so may cut it."""
    found = start.decode(detect(start), "replace").removeprefix("\ufeff").split("\n")
    whole = found if len(start) < room else found[:-1]
    return [line.strip() for line in whole if line.strip()][:count]


def _value(line: str) -> Any:
    try:
        return DECODER.decode(line)
    except (ValueError, RecursionError):
        return _BROKEN


def _is_lines(start: bytes, name: str) -> bool:
    """Whether each line is a value of its own; ``start`` is the first SAMPLE bytes."""
    found = _first_lines(start, SAMPLE)
    if not found:
        return not name.endswith(_DOCUMENTS)
    complete = _value(found[0]) is not _BROKEN
    if name.endswith(_DOCUMENTS):
        return complete and len(found) > 1 and found[1][0] in "{["
    return complete or found[0][0] not in "{[" or any(isinstance(_value(line), tuple) for line in found)


def _sniff(start: bytes, name: str) -> int:
    claimed = name.endswith(_SUFFIXES)
    if not is_text(start, lenient=claimed):
        return 0
    objects = [isinstance(_value(line), tuple) for line in _first_lines(start, 1 << 16, 2)]
    if len(objects) == 2 and all(objects):
        return 95
    text = start[:4096].decode(detect(start), "ignore").removeprefix("\ufeff").lstrip()
    if claimed:
        return 90 if text[:1] and text[0] in _STARTS else 30
    compact = "".join(text[:64].split())
    return 50 if any(objects[:1]) or compact.startswith(('{"', '[{"', '[["')) else 0


def _plan(path: str, size: int, compression: str, limits: Limits) -> list[Part]:
    start = head(path, compression, SAMPLE)
    layout = "lines" if _is_lines(start, bare_name(path)) else "document"
    found = {"compression": compression, "encoding": detect(start), "layout": layout}
    options = json.dumps({key: value for key, value in found.items() if value})
    if compression or layout == "document" or is_wide(found["encoding"]):
        return [Part("all", size, options=options)]
    return split_bytes(size, limits.fragment_bytes, options)


def _read(path: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    options = json.loads(part.options)
    begin, end = byte_range(part)
    with open_stream(path, options.get("compression", ""), max(begin - 1, 0)) as stream:
        if begin and stream.reader.read(1) != b"\n":
            _skip_line(stream)
        if options["layout"] == "lines":
            yield from _Rows(limits).read(stream, options["encoding"], begin, end)
        else:
            yield from _document(stream, options["encoding"], limits)


def _skip_line(stream: Stream) -> None:
    """Leave the line that started before this fragment to the one that owns it."""
    while (block := stream.reader.readline(1 << 20)) and not block.endswith(b"\n"):
        pass


class _Rows:
    """Reads the lines of one fragment into batches."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._collector = Collector()

    def read(self, stream: Stream, encoding: str, begin: int, end: int | None) -> Iterator[Batch | Gap]:
        """Batches and gaps of the lines that start before byte ``end``."""
        first = row = size = 0
        done = stream.consumed if begin else 0
        mark = begin
        reader, encoding = recoded(stream.reader, encoding)
        for line, length in _until(lines(reader, self._limits.line_bytes), done, end):
            size += length
            yield from self._line(row, line, length, encoding)
            row += 1
            if size >= self._limits.batch_bytes:
                yield self._collector.take(first, row - first, stream.consumed - mark)
                first, size, mark = row, 0, stream.consumed
        if row > first:
            yield self._collector.take(first, row - first, stream.consumed - mark)

    def _line(self, row: int, line: bytes | None, length: int, encoding: str) -> Iterator[Gap]:
        """Collect the texts of one line; yields what went wrong with it."""
        if line is None:
            yield Gap("line_too_long", rows=1, bytes=length)
            return
        text, replaced = decode(line, encoding)
        if replaced:
            yield Gap("invalid_utf8", EXAMINED, rows=1)
        if not (text := text.strip(_SPACE)):
            return
        try:
            value = DECODER.decode(text)
        except RecursionError:
            yield Gap("depth", rows=1, bytes=length)
        except ValueError:
            yield Gap("invalid_json", rows=1, bytes=length)
        else:
            _collect(self._collector, row, value)


def _collect(collector: Collector, row: int, value: Any) -> None:
    """Keep all that one row holds."""
    for path, item, leaf in leaves(value):
        if isinstance(leaf, str):
            collector.add(row, path, item, leaf)
        else:
            collector.number(row, path, item, leaf, digits_of(leaf))


def _until(
    source: Iterator[tuple[bytes | None, int]], start: int, end: int | None
) -> Iterator[tuple[bytes | None, int]]:
    """The lines that start before byte ``end`` of the file; the first starts at ``start``."""
    while (end is None or start < end) and (found := next(source, None)):
        yield found
        start += found[1]


def _document(stream: Stream, encoding: str, limits: Limits) -> Iterator[Batch | Gap]:
    """Rows of a document: elements of top-level lists, or the values themselves."""
    data = stream.reader.read(limits.document_bytes + 1)
    if len(data) > limits.document_bytes:
        raise SourceError("too_large")
    text, replaced = decode(data, encoding)
    del data
    if replaced:
        yield Gap("invalid_utf8", EXAMINED, rows=1)
    collector, first, row, mark = Collector(), 0, 0, 0
    share = stream.consumed / max(len(text), 1)
    try:
        for value, at in _elements(text.removeprefix("\ufeff")):
            _collect(collector, row, value)
            row += 1
            if at - mark >= limits.batch_bytes:
                yield collector.take(first, row - first, int((at - mark) * share))
                first, mark = row, at
    except (ValueError, RecursionError) as error:
        reason = "depth" if isinstance(error, RecursionError) else "invalid_json"
        yield collector.take(first, row - first, 0)
        yield Gap(reason, rows=1, bytes=max(1, int((len(text) - mark) * share)))
    else:
        yield collector.take(first, row - first, int((len(text) - mark) * share))


def _elements(text: str) -> Iterator[tuple[Any, int]]:
    """(row value, characters read) one by one, so that a long list never exists as a whole."""
    at = _blank(text, 0)
    if at == len(text):
        raise ValueError
    while at < len(text):
        if text[at] == "[":
            at = yield from _list(text, at)
        else:
            value, at = DECODER.raw_decode(text, at)
            yield value, at
        at = _blank(text, at)


def _list(text: str, at: int) -> Generator[tuple[Any, int], None, int]:
    """Elements of the list that opens at ``at``, each with the position after it; returns that after the list."""
    at = _blank(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, at = DECODER.raw_decode(text, at)
        yield value, at
        at = _blank(text, at)
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            raise ValueError
        at = _blank(text, at + 1)


def _blank(text: str, at: int) -> int:
    """Position of the next character that is not white space."""
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


FORMATS = (Format("jsonl", _SUFFIXES, _sniff, _plan, _read),)
