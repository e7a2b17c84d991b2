"""Where a large CSV file can be cut into fragments: at line ends outside quotes, found by counting quotes."""

import numpy as np
from numpy.typing import NDArray

from auditor.sources.compress import open_regular

_BLOCK = 4 << 20
_QUOTE, _LF = 0x22, 0x0A

_Bytes = NDArray[np.uint8]


def boundaries(path: str, delimiter: str, step: int) -> list[int]:
    """Byte offsets of record starts about ``step`` bytes apart, in order; never 0 and never the end of the file.

    An even number of quotes before a line end means that a record ends there, as long as quotes stand only where
    RFC 4180 has them. After the first one elsewhere (an inch mark in an unquoted field) nothing is cut any more.
    """
    cuts: list[int] = []
    wanted, at, opened = step, 0, False
    before = _LF
    delimiters = np.frombuffer(delimiter.encode(), np.uint8)
    with open_regular(path) as file:
        while block := file.read(_BLOCK) + file.readline(_BLOCK):
            data = np.frombuffer(block, np.uint8)
            if at == 0 and block.startswith(b"\xef\xbb\xbf"):
                data = data[3:]
            quotes = np.flatnonzero(data == _QUOTE)
            if not _regular(data, quotes, opened, before, delimiters):
                return cuts
            start = at + len(block) - len(data)
            while wanted < at + len(block):
                cut = _line_end(data, quotes, opened, wanted - start)
                if cut is None:
                    break
                cuts.append(start + cut + 1)
                wanted = cuts[-1] + step
            opened ^= bool(len(quotes) % 2)
            before = int(data[-1]) if len(data) else before
            at += len(block)
    return [cut for cut in cuts if cut < at]


def _regular(data: _Bytes, quotes: NDArray[np.int64], opened: bool, before: int, delimiters: _Bytes) -> bool:
    """Whether every opening quote follows, and every closing one precedes, a delimiter, line end or another quote."""
    allowed = np.zeros(256, bool)
    allowed[[*delimiters, _LF, 0x0D, _QUOTE]] = True
    opening, closing = quotes[int(opened) :: 2], quotes[1 - int(opened) :: 2]
    previous = np.where(opening > 0, data[opening - 1], before)
    following = data[np.minimum(closing + 1, len(data) - 1)]
    return bool(allowed[previous].all() and allowed[following].all())


def _line_end(data: _Bytes, quotes: NDArray[np.int64], opened: bool, start: int) -> int | None:
    """The first line end at or after ``start`` outside quotes."""
    begin = max(start, 0)
    ends = np.flatnonzero(data[begin:] == _LF) + begin
    outside = ends[(np.searchsorted(quotes, ends) + opened) % 2 == 0]
    return int(outside[0]) if len(outside) else None
