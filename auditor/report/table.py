"""CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.report.mask import safe_text

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(header: Sequence[str] | None, rows: Iterable[Sequence[Any]]) -> bytes:
    """RFC 4180: CRLF, quotes where needed, UTF-8; no cell of text can be taken for a formula.

    Without a header the rows continue what was written before.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if header is not None:
        writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def cell(value: Any) -> Any:
    """``value`` for one cell: numbers as they are, text made harmless."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).replace("\0", "")
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return ("'" if risky else "") + safe_text(text, keep="\r\n\t")
