"""From spans to findings: what a span covers is replaced by its shape and a keyed HMAC, and the text stays behind."""

import hmac
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from auditor.model import FINDINGS, TextColumn, shape
from auditor.rules.vocabulary import vocabulary

HMAC_CHARS = 32
"""Leading hexadecimal characters kept of an HMAC-SHA256: 128 bits."""


def kinds() -> dict[str, str]:
    """Canonical form of every entity of the vocabulary."""
    return {name: entity.canonical for name, entity in vocabulary().entities.items()}


def canonical(value: str, kind: str) -> str:
    """What is hashed of a value, so that two spellings of it give one HMAC. Never empty unless the value is."""
    text = unicodedata.normalize("NFKC", value)
    if kind == "exact":
        return text
    if kind == "digits":
        text = "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal()) or text
    elif kind == "alnum":
        text = "".join(c for c in text if c.isalnum()) or text
    return text.casefold()


def digest(key: bytes, entity: str, value: str, kind: str) -> str:
    """Keyed HMAC of a value under its entity."""
    message = f"{entity}\0{canonical(value, kind)}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()[:HMAC_CHARS]


def seal(
    found: pa.RecordBatch, column: TextColumn, key: bytes, kinds: Mapping[str, str], paths: pa.Array | None = None
) -> pa.RecordBatch:
    """FINDINGS of one column, of SPANS with a ``detector`` column; entities without a kind are case-folded.

    ``paths`` gives the path of every finding where the column is several put together.
    """
    if not found.num_rows:
        return nothing()
    rows, inverse = np.unique(found["row"].to_numpy(), return_inverse=True)
    texts = column.texts.take(pa.array(rows)).to_pylist()
    values = zip(inverse.tolist(), *(found[name].to_pylist() for name in ("start", "end", "entity")), strict=True)
    sealed = _Sealer(key, kinds)
    shapes, hmacs = zip(*(sealed(entity, texts[i][start:end]) for i, start, end, entity in values), strict=True)
    where = found["row"]
    arrays: dict[str, Any] = {
        "row": column.rows.take(where),
        "column": pa.repeat(pa.scalar(column.path, pa.string()), found.num_rows) if paths is None else paths,
        "item": column.items.take(where),
        "start_char": found["start"],
        "end_char": found["end"],
        "entity": found["entity"],
        "score": found["score"],
        "detector": found["detector"],
        "shape": pa.array(shapes, pa.string()),
        "hmac": pa.array(hmacs, pa.string()),
        "detail": found["detail"],
    }
    return pa.RecordBatch.from_arrays([arrays[f.name].cast(f.type) for f in FINDINGS], schema=FINDINGS)


class _Sealer:
    """Shape and HMAC of values, each distinct one computed once."""

    def __init__(self, key: bytes, kinds: Mapping[str, str]) -> None:
        self._key, self._kinds = key, kinds
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def __call__(self, entity: str, value: str) -> tuple[str, str]:
        known = self._known.get((entity, value))
        if known is None:
            kind = self._kinds.get(entity, "casefold")
            known = shape(entity, len(value)), digest(self._key, entity, value, kind)
            self._known[entity, value] = known
        return known


def nothing() -> pa.RecordBatch:
    """No findings."""
    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in FINDINGS], schema=FINDINGS)
