"""Findings files: the immutable record of one fragment.

A Parquet file of :data:`auditor.model.RECORD` rows whose footer carries the acknowledgement, the coverage ledger and
the column profile of the fragment. Its name is a hash over fragment, version and ruleset, so that writing it again
is harmless and finding it means that the work is done.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.model import RECORD, Ack, Fragment
from auditor.store.folder import draft

_KEY = b"auditor"


@dataclass(frozen=True)
class LedgerRow:
    """One coverage row of a fragment; ``column`` and ``detector`` may be ``*`` for all."""

    column: str
    detector: str
    rows_seen: int
    rows_examined: int
    bytes_examined: int
    bytes_lost: int
    status: str
    reason: str


@dataclass(frozen=True)
class ProfileRow:
    """Counts of one column of a fragment; ``sketch`` holds the smallest keyed hashes of its values.

    ``kinds`` says what its cells are (``text``, ``integer``, ``date``…), ``blank`` counts texts without a character and
    ``shapes`` the cells that look so or so, see :mod:`auditor.sources.measures`; no value is kept.
    """

    column: str
    texts: int
    nulls: int
    chars: int
    max_chars: int
    sketch: tuple[int, ...]
    kinds: tuple[str, ...] = ("text",)
    blank: int = 0
    shapes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Footer:
    """What a findings file says besides its rows."""

    ack: Ack
    ledger: tuple[LedgerRow, ...]
    profile: tuple[ProfileRow, ...]


def storable(text: str) -> str:
    """A path as Arrow and DuckDB can hold it: bytes that are not UTF-8 become ``\\xNN``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def record_name(fragment: Fragment, ruleset: str) -> str:
    """File name of the record of a fragment under a ruleset."""
    text = f"{fragment.id}\0{fragment.version}\0{ruleset}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest() + ".parquet"


class Writer:
    """Writes the rows of one record as they come; nothing is visible before :meth:`close` has all of it."""

    def __init__(self, place: Path) -> None:
        self._writer = pq.ParquetWriter(place, RECORD, compression="zstd", write_page_checksum=True)
        self.findings = 0

    def write(self, rows: pa.RecordBatch) -> None:
        """Append rows of :data:`RECORD`."""
        if rows.num_rows:
            self._writer.write_batch(rows)
            self.findings += rows.num_rows

    def close(self, footer: Footer) -> None:
        """Finish the file with its footer."""
        self._writer.add_key_value_metadata({_KEY: json.dumps(asdict(footer), separators=(",", ":")).encode("ascii")})
        self._writer.close()

    def abort(self) -> None:
        """Give up; the draft is removed by its owner."""
        with contextlib.suppress(Exception):
            self._writer.close()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A writer whose file appears at ``path`` only when the block ends without an exception."""
    with draft(path) as place:
        writer = Writer(place)
        try:
            yield writer
        finally:
            writer.abort()


def write_lost(path: Path, ack: Ack, ledger: LedgerRow) -> Ack:
    """Record a fragment that nothing could be learnt of."""
    ack = replace(ack, out=path.name)
    with writing(path) as writer:
        writer.close(Footer(ack, (ledger,), ()))
    return ack


def read_footer(path: Path) -> Footer | None:
    """Footer of a findings file; None when there is no such file or it is damaged."""
    try:
        data: dict[str, Any] = json.loads(pq.read_metadata(path).metadata[_KEY])
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    return Footer(
        Ack(**data["ack"]),
        tuple(LedgerRow(**row) for row in data["ledger"]),
        tuple(
            ProfileRow(**{**row, "sketch": tuple(row["sketch"]), "kinds": tuple(row["kinds"])})
            for row in data["profile"]
        ),
    )
