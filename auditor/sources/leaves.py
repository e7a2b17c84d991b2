"""Arrow leaf arrays to strings. Pure.

Strings in any encoding come out plain; binary values that are readable text count as text; whole numbers of seven
digits or more are written out without sign, as identifiers are, unless they count up one by one; other types hold no
text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt
from numpy.typing import NDArray

from auditor.model import EXAMINED, PLANNED_GAP, CoverageStatus

_LEAST = 10**6  # the smallest number of seven digits
_LONG_COUNT = 64  # fewest numbers of a batch that go up one by one and are taken for a count
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
_CONTROLS = re.compile(_CONTROL)
_WHOLE = r"^-?0*([1-9]\d{6,})(\.0*)?$"

Remark = tuple[str, CoverageStatus, NDArray[np.bool_]]


@dataclass(frozen=True)
class Texts:
    """Strings of an array, element by element, and (reason, status, which elements) of what is to be said of them."""

    texts: pa.Array
    remarks: list[Remark] = field(default_factory=list)


def texts_of(array: pa.Array) -> Texts | None:
    """Strings of a leaf array, null where there is no text; None when no element can hold any.

    Raises ArrowNotImplementedError for a type that cannot be read.
    """
    array = plain(array)
    kind = array.type
    if pt.is_string(kind) or pt.is_large_string(kind):
        return _strings(array)
    if pt.is_binary(kind) or pt.is_large_binary(kind):
        return _binaries(array, padded=False)
    if pt.is_fixed_size_binary(kind):
        return _binaries(array.cast(pa.binary()), padded=True)
    number = next((write for test, write in _NUMBERS if test(kind)), None)
    if number is not None:
        found = number(array)
        return found if found and (found.remarks or found.texts.null_count < len(array)) else None
    if _silent(kind):
        return None
    raise pa.ArrowNotImplementedError("no reader for this type")


def _silent(kind: pa.DataType) -> bool:
    """Types without text: booleans, dates, times, durations, nulls, and halves (at most five digits)."""
    return bool(pt.is_boolean(kind) or pt.is_temporal(kind) or pt.is_null(kind) or pt.is_float16(kind))


def is_typed(kind: pa.DataType) -> bool:
    """Whether cells of the type are numbers, booleans, dates or times of day on a date."""
    return bool(
        pt.is_boolean(kind) or pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind)
        or pt.is_date(kind) or pt.is_timestamp(kind)
    )  # fmt: skip


def holds_text(kind: pa.DataType) -> bool:
    """Whether some value of the type, nested ones included, may be looked at."""
    return any(not _silent(leaf) for leaf in _leaf_types(kind))


def is_read(kind: pa.DataType) -> bool:
    """Whether some value of the type is looked at, or counted for the profile of its column."""
    return any(not _silent(leaf) or is_typed(leaf) for leaf in _leaf_types(kind))


def _leaf_types(kind: pa.DataType) -> Iterator[pa.DataType]:
    if isinstance(kind, pa.BaseExtensionType):
        yield from _leaf_types(kind.storage_type)
    elif pt.is_dictionary(kind) or pt.is_run_end_encoded(kind):
        yield from _leaf_types(kind.value_type)
    elif kind.num_fields:
        for n in range(kind.num_fields):
            yield from _leaf_types(kind.field(n).type)
    else:
        yield kind


def plain(array: pa.Array) -> pa.Array:
    """The array without dictionary, run-end, view and extension encoding at its top level."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain(array.storage)
    if pt.is_dictionary(kind):
        return plain(array.dictionary).take(array.indices)
    if pt.is_run_end_encoded(kind):
        return plain(array.values).take(pa.array(run_index(array)))
    if pt.is_string_view(kind):
        return _narrow(array, pa.string(), pa.large_string())
    if pt.is_binary_view(kind):
        return _narrow(array, pa.binary(), pa.large_binary())
    return array


def run_index(array: pa.Array) -> NDArray[np.int64]:
    """For every element of a run-end-encoded array the position of its value."""
    places = np.arange(array.offset, array.offset + len(array))
    return np.searchsorted(array.run_ends.to_numpy(), places, side="right")


def _narrow(array: pa.Array, kind: pa.DataType, large: pa.DataType) -> pa.Array:
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:  # more than 2 GiB
        return array.cast(large)


def _strings(array: pa.Array) -> Texts:
    wide = pt.is_large_string(array.type)
    raw = array.cast(pa.large_binary() if wide else pa.binary())
    try:
        texts = raw.cast(array.type)  # checks that it is UTF-8
    except pa.ArrowInvalid:
        return _repaired(raw)
    return Texts(_narrow(texts, pa.string(), pa.large_string()) if wide else texts)


def _repaired(raw: pa.Array) -> Texts:
    """Invalid UTF-8 decoded with replacement, value by value."""
    texts: list[str | None] = []
    broken = np.zeros(len(raw), bool)
    for n, value in enumerate(raw):
        data = value.as_py()
        text = None if data is None else data.decode("utf-8", "replace")
        broken[n] = text is not None and "\ufffd" in text and text.encode() != data
        texts.append(text)
    return Texts(pa.array(texts, pa.string()), [("invalid_utf8", EXAMINED, broken)])


def _binaries(array: pa.Array, padded: bool) -> Texts:
    """Binary values that are text; ``padded`` ones without the zeros at their end."""
    try:
        texts = array.cast(pa.large_string() if pt.is_large_binary(array.type) else pa.string())
    except pa.ArrowInvalid:
        texts = pa.array([_decoded(value.as_py()) for value in array], pa.string())
    if padded:
        texts = pc.utf8_rtrim(texts, characters="\0")
    readable = pc.invert(pc.match_substring_regex(texts, _CONTROL))
    texts = pc.if_else(readable, texts, pa.scalar(None, texts.type))
    opaque = np.asarray(pc.and_(array.is_valid(), texts.is_null()).to_numpy(zero_copy_only=False), bool)
    if pt.is_large_string(texts.type):
        texts = _narrow(texts, pa.string(), pa.large_string())
    return Texts(texts, [("opaque", PLANNED_GAP, opaque)])


def _decoded(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return None


def _integers(array: pa.Array) -> Texts | None:
    if _are_small(array):
        return None
    if _count(array):
        return Texts(pa.nulls(len(array), pa.string()), [("serial_numbers", EXAMINED, np.ones(len(array), bool))])
    digits = pc.utf8_ltrim(array.cast(pa.string()), characters="-")
    return Texts(pc.if_else(pc.greater_equal(pc.binary_length(digits), 7), digits, pa.scalar(None, pa.string())))


def _are_small(array: pa.Array) -> bool:
    """Whether no number has seven digits."""
    limits = pc.min_max(array).as_py()
    return limits["min"] is None or (limits["min"] > -_LEAST and limits["max"] < _LEAST)


def _count(array: pa.Array) -> bool:
    """Whether numbers go up one by one for long: they number the rows, and are nobody's."""
    if array.null_count or len(array) < _LONG_COUNT:
        return False
    values = array.to_numpy()
    return bool(int(values[-1]) - int(values[0]) == len(values) - 1 and (np.diff(values) == 1).all())


def _floats(array: pa.Array) -> Texts | None:
    values = np.abs(array.cast(pa.float64()).to_numpy(zero_copy_only=False))
    with np.errstate(invalid="ignore"):
        whole = (values >= _LEAST) & (values < 2**53) & (np.floor(values) == values)
    if not whole.any():
        return None
    return Texts(pa.array(np.where(whole, values, 0).astype(np.int64), mask=~whole).cast(pa.string()))


def _decimals(array: pa.Array) -> Texts | None:
    if _are_small(array):
        return None
    if array.type.scale < 0:
        array = array.cast(pa.decimal256(76, 0))
    written = array.cast(pa.string())
    whole = pc.match_substring_regex(written, _WHOLE)
    digits = pc.replace_substring_regex(written, _WHOLE, r"\1")
    return Texts(pc.if_else(whole, digits, pa.scalar(None, pa.string())))


_NUMBERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], Texts | None]], ...] = (
    (pt.is_integer, _integers),
    (lambda kind: pt.is_float32(kind) or pt.is_float64(kind), _floats),
    (pt.is_decimal, _decimals),
)
