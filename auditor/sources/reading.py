"""From a file to its format and fragments, and from a fragment to batches and gaps.

Nothing here raises on what a file holds: :func:`plan` raises only SourceError, :func:`read` nothing at all.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from auditor.errors import SourceError
from auditor.model import LOST, Batch, Format, Gap, Limits, Part, SourceFile
from auditor.sources.compress import SUFFIXES, bare_name, compression_of, head, open_regular
from auditor.sources.faults import reason_of
from auditor.sources.registry import formats

_HEAD = 1 << 16
_REFUSED = (
    *(b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"SQLite format 3\0", b"\x7fELF"),
    *(b"\x89HDF\r\n\x1a\n", b"\x93NUMPY", b"Obj\x01", b"ORC", b"\x04\x22\x4d\x18", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    *(b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"MZ\x90\0", b"\xca\xfe\xba\xbe", b"!<arch>\n"),
)
"""Magic bytes of what is known and not read: documents, archives, databases, pickles, programs."""


def plan(file: SourceFile, limits: Limits) -> tuple[str, list[Part], str]:
    """(format name, parts, hash of the schema or "") of a file; content decides, the suffix only where content cannot.

    A suffix that says otherwise is noted as ``suffix_mismatch`` in the options of the parts. Raises SourceError with a
    reason code, and nothing else.
    """
    path = f"{file.root}/{file.path}"
    try:
        return _plan(path, file.size, limits)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the data, whatever it raises
        raise SourceError(reason_of(error)) from None


def _plan(path: str, size: int, limits: Limits) -> tuple[str, list[Part], str]:
    with open_regular(path) as file:
        start = file.read(_HEAD)
    if not start:
        raise SourceError("empty_file")
    compression = compression_of(start)
    if compression:
        start = head(path, compression, _HEAD)
        if not start:
            raise SourceError("empty_file")
    name = bare_name(path)
    found = _recognise(start, name)
    if compression and (found.opaque or found.name in ("parquet", "arrow")):
        raise SourceError("unsupported_format")
    parts = found.plan(path, size, compression, limits)
    if _mismatch(path, name, compression, found):
        parts = [replace(part, options=_noted(part.options)) for part in parts]
    schema = str(json.loads(parts[0].options).get("schema") or "") if parts else ""
    return found.name, parts, schema


def _recognise(start: bytes, name: str) -> Format:
    """The format most sure of itself."""
    if start.startswith(_REFUSED) or start[257:262] == b"ustar" or compression_of(start):
        raise SourceError("unsupported_format")
    best = max(formats().values(), key=lambda one: one.sniff(start, name))
    if not best.sniff(start, name):
        raise SourceError("unsupported_format")
    return best


def _mismatch(path: str, name: str, compression: str, found: Format) -> bool:
    """Whether the suffixes say another format, or another compression, than the content."""
    outer = SUFFIXES.get(PurePath(path.lower()).suffix, "")
    claims = [one for one in formats().values() if name.endswith(one.suffixes)]
    return outer != compression or bool(claims and found not in claims)


def _noted(options: str) -> str:
    return json.dumps(json.loads(options) | {"suffix_mismatch": True})


def read(path: str, format_name: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    """The batches of one part, then its gaps, those alike added up. Whatever goes wrong is a gap, never an exception.

    What was read before a fault is kept; the bytes lost are those not yet read.
    """
    gaps: dict[tuple[str, str, str, str], Gap] = {}
    consumed = 0
    try:
        for one in formats()[format_name].read(path, part, limits):
            if isinstance(one, Gap):
                _add(gaps, one)
            else:
                consumed += one.bytes
                yield one
    except Exception as error:  # noqa: BLE001 - a fault of the data, whatever it raises
        _add(gaps, Gap(reason_of(error), bytes=part.bytes - consumed))
    yield from gaps.values()


def _add(gaps: dict[tuple[str, str, str, str], Gap], gap: Gap) -> None:
    """Add up gaps of one kind in one column; what is lost is at least one byte."""
    key = (gap.reason, gap.status, gap.column, gap.detector)
    old = gaps.get(key, replace(gap, rows=0, bytes=0))
    size = max(1, gap.bytes) if gap.status == LOST else gap.bytes
    gaps[key] = replace(gap, rows=old.rows + gap.rows, bytes=old.bytes + size)
