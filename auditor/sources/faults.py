"""From an exception to a reason code. Nothing of its message is kept: it may quote the data."""

import lzma
import zlib

import pyarrow as pa
import zstandard

from auditor.errors import SourceError

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (FileNotFoundError, "vanished"),
    (PermissionError, "denied"),
    (MemoryError, "memory_cap"),  # pa.ArrowMemoryError is one
    (RecursionError, "depth"),
    (EOFError, "truncated"),
    (pa.ArrowNotImplementedError, "unsupported_type"),
    (pa.ArrowException, "corrupt"),
    (zlib.error, "corrupt"),
    (lzma.LZMAError, "corrupt"),
    (zstandard.ZstdError, "corrupt"),
)
_WORDS = (
    ("encrypt", "encrypted"),
    ("decrypt", "encrypted"),
    ("unexpected end of stream", "truncated"),
    ("truncated", "truncated"),
    ("malloc of size", "memory_cap"),
)


def reason_of(error: BaseException) -> str:
    """The stable reason code for what went wrong; ``corrupt`` when nothing better is known."""
    if isinstance(error, SourceError):
        return error.reason
    for kind, reason in _REASONS[:5]:
        if isinstance(error, kind):
            return reason
    if isinstance(error, OSError) and error.errno:
        return "io_error"
    if isinstance(error, (pa.ArrowException, OSError)):  # Arrow raises OSError without errno for bad content
        message = str(error).lower()
        for word, reason in _WORDS:
            if word in message:
                return reason
    for kind, reason in _REASONS[5:]:
        if isinstance(error, kind):
            return reason
    return "corrupt"
