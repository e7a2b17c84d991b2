"""How much text a record batch holds once decoded, and slices of it of bounded size. Pure.

A dictionary of one long value, a run of a million rows or a view repeated without end takes next to nothing in memory
and any amount once written out: sizes are those written out.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt
from numpy.typing import NDArray

from auditor.errors import SourceError
from auditor.sources.compress import MAX_OUTPUT, MAX_RATIO
from auditor.sources.leaves import run_index


def slices(batch: pa.RecordBatch, limit: int) -> Iterator[pa.RecordBatch]:
    """The batch in slices of about ``limit`` bytes each; SourceError ``expansion`` when it unpacks without measure."""
    size = sum(weight(column) for column in batch.columns)
    if size > MAX_OUTPUT and size > MAX_RATIO * batch.get_total_buffer_size():
        raise SourceError("expansion")
    count = max(1, min(batch.num_rows, round(size / limit)))
    edges = [batch.num_rows * n // count for n in range(count + 1)]
    for begin, end in pairwise(edges):
        yield batch.slice(begin, end - begin)


def weight(array: pa.Array) -> int:
    """Bytes of the values of an array once its encodings are undone; an estimate for views of lists.

    ``Array.nbytes`` would do for most, but reads past the buffers of some unions.
    """
    kind = array.type
    if not len(array):  # its buffers may be missing
        return 0
    if isinstance(kind, pa.BaseExtensionType):
        return weight(array.storage)
    if pt.is_struct(kind) or pt.is_union(kind):
        return sum(weight(array.field(n)) for n in range(kind.num_fields))
    if pt.is_list(kind) or pt.is_large_list(kind) or pt.is_map(kind):
        begin, end = array.offsets[0].as_py(), array.offsets[-1].as_py()
        return weight(array.values.slice(begin, end - begin)) + 8 * len(array)
    if pt.is_fixed_size_list(kind):
        return weight(array.values.slice(array.offset * kind.list_size, len(array) * kind.list_size))
    if pt.is_list_view(kind) or pt.is_large_list_view(kind):
        return weight(array.values) * (pc.sum(array.sizes).as_py() or 0) // max(len(array.values), 1)
    return int(_lengths(array).sum())


def _lengths(array: pa.Array) -> NDArray[np.int64]:
    """Bytes of every value, nulls included."""
    kind = array.type
    if not len(array):
        return np.zeros(0, np.int64)
    if pt.is_dictionary(kind):
        places = array.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        return _lengths(array.dictionary)[places] if len(array.dictionary) else np.zeros(len(array), np.int64)
    if pt.is_run_end_encoded(kind):
        return _lengths(array.values)[run_index(array)]
    if pt.is_string_view(kind) or pt.is_binary_view(kind):
        views = np.frombuffer(array.buffers()[1], np.int32).reshape(-1, 4)
        return views[array.offset : array.offset + len(array), 0].astype(np.int64)
    if pt.is_string(kind) or pt.is_binary(kind) or pt.is_large_string(kind) or pt.is_large_binary(kind):
        sizes = pc.binary_length(array).fill_null(0)
        return np.asarray(sizes.to_numpy(zero_copy_only=False), np.int64)
    return np.full(len(array), _width(array), np.int64)


def _width(array: pa.Array) -> int:
    """Bytes of one value of a fixed width; the average of a nested one."""
    if pt.is_null(array.type):
        return 0
    return weight(array) // len(array) if pt.is_nested(array.type) else max(1, int(array.type.bit_width) // 8)
