"""What the cells of a column look like, as counts: no value, least or greatest of them is kept. Pure, by Arrow alone.

The first :data:`LOOKED_AT` cells of an array that hold something are looked at; a share needs no more.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt
from numpy.typing import NDArray

LOOKED_AT = 1000
"""Cells of a column of a fragment that are looked at."""
LONGEST = 120
"""A longer cell, in characters, is prose and has none of the shapes."""

_LETTER = r"A-Za-z\x{80}-\x{10FFFF}"  # near enough, and a hundredth of the time that RE2 takes for all of Unicode
_MONTH = rf"[{_LETTER}]{{3,12}}\.?"
_PATTERNS: dict[str, str] = {
    "number": r"^[+-]?[0-9]+([.,][0-9]+)?$",
    "id": r"^[A-Za-z0-9*#][A-Za-z0-9 ./*-]{3,39}$",
    "date": (
        r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([T ][0-9:.]+.{0,6})?$"
        r"|^[0-9]{1,2}[-/. ] ?[0-9]{1,2}[-/. ] ?([0-9]{4}|[0-9]{2})$"
        r"|^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"
        rf"|^[0-9]{{1,2}}\.?[ -](de )?{_MONTH}[ -](de )?[0-9]{{4}}$"
        rf"|^{_MONTH} [0-9]{{1,2}}, ?[0-9]{{4}}$"
    ),
    "boolean": r"^(?i:true|false|yes|no|y|n|t|f|0|1|ja|nein|nee|oui|non|si|sí|sì|tak|nie|sim|não|nao)$",
    "letters": rf"[{_LETTER}]",
    "words": rf"^[{_LETTER}][{_LETTER}'’ .,/()-]*$",
    "capital": r"^[A-ZÀ-ÖØ-Þ\x{100}-\x{10FFFF}]",
    "space": r"[^ ] [^ ]",
    "digits": r"[0-9]",
    "email": r"^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,}$",
    "phone": r"^\+?\(?[0-9][0-9 ()./+x-]{5,22}$",
    "url": r"^(?i:https?://|www\.)",
    "ip": r"^([0-9]{1,3}\.){3}[0-9]{1,3}$|^[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}$",
    "address": rf"[{_LETTER}].*[0-9]|[0-9].*[{_LETTER}]",
}

Counts = dict[str, int]
"""Cells looked at (``looked``) and cells of each shape; ``listed:RULE`` are those in the list of a rule."""


def kind_of(kind: pa.DataType) -> str:
    """Kind of the cells of a leaf, see :data:`auditor.rules.columns.Kind`."""
    if pt.is_boolean(kind):
        return "boolean"
    if pt.is_integer(kind):
        return "integer"
    if pt.is_floating(kind) or pt.is_decimal(kind):
        return "decimal"
    return "date" if pt.is_date(kind) or pt.is_timestamp(kind) else "text"


def measured(array: pa.Array, lists: Mapping[str, tuple[str, ...]]) -> Counts:
    """Counts of the first cells of texts, numbers, booleans or dates; ``lists`` gives the values of rules."""
    cells = array.slice(0, 4 * LOOKED_AT).drop_null().slice(0, LOOKED_AT)
    kind = kind_of(cells.type)
    if kind == "text":
        return _texts(cells, lists)
    found: Counts = {"looked": len(cells)}
    if kind in ("date", "boolean"):
        return found | {kind: len(cells)}
    return found | _numbers(cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def _texts(cells: pa.Array, lists: Mapping[str, tuple[str, ...]]) -> Counts:
    cells = pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(cells, 0, LONGEST + 1))
    cells = cells.filter(pc.greater(pc.binary_length(cells), 0))
    found: Counts = {"looked": len(cells)}
    if not len(cells):
        return found
    short = cells.filter(pc.less_equal(pc.utf8_length(cells), LONGEST))
    found |= {name: _matching(short, pattern) for name, pattern in _PATTERNS.items()}
    if lists:
        small = pc.utf8_lower(short)
        found |= {f"listed:{rule}": _true(pc.is_in(small, pa.array(values))) for rule, values in lists.items()}
    return found | _written(short)


def _matching(cells: pa.Array, pattern: str) -> int:
    return _true(pc.match_substring_regex(cells, pattern))


def _true(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _written(cells: pa.Array) -> Counts:
    """Numbers written as texts."""
    numbers = cells.filter(pc.match_substring_regex(cells, r"^[+-]?[0-9]{1,15}([.,][0-9]{1,15})?$"))
    plain = pc.replace_substring(pc.utf8_ltrim(numbers, characters="+"), ",", ".")
    found = _numbers(plain.cast(pa.float64()).to_numpy(zero_copy_only=False))
    found.pop("number")
    return found


def _numbers(values: NDArray[np.float64]) -> Counts:
    with np.errstate(invalid="ignore", over="ignore"):
        size, whole = np.abs(values), values == np.floor(values)
        finer = np.abs(values * 1e3 - np.rint(values * 1e3)) > 1e-6
        tests: dict[str, Callable[[], NDArray[np.bool_]]] = {
            "number": lambda: np.isfinite(values),
            "whole": lambda: whole,
            "decimals4": lambda: finer & (size <= 180),
            "within_90": lambda: size <= 90,
            "within_180": lambda: size <= 180,
            "age": lambda: whole & (values >= 0) & (values <= 120),
            "year": lambda: whole & (values >= 1900) & (values <= 2100),
            "short_number": lambda: whole & (values >= 0) & (values <= 9999),
        }
        return {name: int(test().sum()) for name, test in tests.items()}


def added(counts: Iterable[Counts]) -> Counts:
    """Counts of several arrays in sum."""
    total: Counts = {}
    for one in counts:
        for name, number in one.items():
            total[name] = total.get(name, 0) + number
    return total
