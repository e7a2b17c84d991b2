"""Byte streams, plain or compressed, in bounded memory.

Concatenated members and frames are one stream. A damaged stream ends early: what came before is delivered, and leaving
:func:`open_stream` normally raises the fault.
"""

import bz2
import io
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol

import zstandard

from auditor.errors import SourceError

MAX_RATIO = 10_000
MAX_OUTPUT = 4 << 30
"""What gives more than MAX_OUTPUT bytes *and* more than MAX_RATIO times its input is refused (``expansion``)."""
_INPUT = 2048  # small: one block of zstd input can expand 32,000-fold before it can be stopped
_MEMORY = 1 << 27  # largest window a stream may ask for


class _Codec(Protocol):
    eof: bool
    unused_data: bytes
    needs_input: bool

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """``zlib`` with the interface of ``bz2`` and ``lzma``."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Zstd:
    """``zstandard`` with the interface of ``bz2`` and ``lzma``."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_MEMORY).decompressobj()
        self._ready = b""

    @property
    def eof(self) -> bool:
        return not self._ready and self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._ready and not self._inner.eof

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if data:
            self._ready += self._inner.decompress(data)
        result, self._ready = self._ready[:max_length], self._ready[max_length:]
        return result


_CODECS: dict[str, tuple[tuple[bytes, ...], Callable[[], Any]]] = {
    "gzip": ((b"\x1f\x8b",), _Gzip),
    "zstd": ((b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))), _Zstd),
    "bz2": ((b"BZh",), bz2.BZ2Decompressor),
    "xz": ((b"\xfd7zXZ\x00",), lambda: lzma.LZMADecompressor(memlimit=_MEMORY)),
}
SUFFIXES = {".gz": "gzip", ".gzip": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bz2", ".xz": "xz"}
"""Suffix of a compressed file and its compression."""


def compression_of(head: bytes) -> str:
    """Name of the compression by magic bytes: "" | "gzip" | "zstd" | "bz2" | "xz"."""
    return next((name for name, (magics, _) in _CODECS.items() if head.startswith(magics)), "")


def bare_name(path: str) -> str:
    """The lower-case name of a file without its suffix of compression."""
    name = PurePath(path.lower())
    return name.stem if name.suffix in SUFFIXES else name.name


class _Expanding(io.RawIOBase):
    """The decompressed bytes of ``raw``; ``fault`` is set when the stream ended early."""

    def __init__(self, raw: BinaryIO, compression: str) -> None:
        self._raw = raw
        self._magics, self._new = _CODECS[compression]
        self._codec: _Codec = self._new()
        self._pending = b""
        self._out = 0
        self._finished = False
        self.fault = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b"" if self.fault or self._finished else self._pull(len(buffer))
        buffer[: len(data)] = data
        self._out += len(data)
        if self._out > MAX_OUTPUT and self._out > MAX_RATIO * self._raw.tell():
            self.fault = "expansion"
        return len(data)

    def _pull(self, size: int) -> bytes:
        while not self._codec.eof or self._next_member():
            block = b""
            if self._codec.needs_input:
                block, self._pending = self._pending or self._raw.read(_INPUT), b""
            try:
                data = self._codec.decompress(block, size)
            except (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError):
                self.fault = "corrupt"
                return b""
            if data:
                return data
            if not block and self._codec.needs_input and not self._codec.eof:
                self.fault = "truncated"
                return b""
        return b""

    def _next_member(self) -> bool:
        """Start on the next member after padding of zeros, if there is one."""
        rest = self._codec.unused_data.lstrip(b"\0")
        while len(rest) < 6 and (more := self._raw.read(_INPUT)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            self._finished = True
        elif rest.startswith(self._magics) or any(magic.startswith(rest) for magic in self._magics):
            self._codec, self._pending = self._new(), rest
            return True
        else:
            self.fault = "corrupt"
        return False


class Stream:
    """A buffered reader over the (decompressed) bytes, and how far the file itself was read."""

    def __init__(self, raw: BinaryIO, compression: str) -> None:
        self._raw = raw
        self._expanding = _Expanding(raw, compression) if compression else None
        self.reader: BinaryIO = io.BufferedReader(self._expanding, 1 << 16) if self._expanding else raw

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk read so far."""
        return self._raw.tell()

    @property
    def fault(self) -> str:
        """Reason code when the compressed stream ended early, else ""."""
        return self._expanding.fault if self._expanding else ""


def open_regular(path: str) -> BinaryIO:
    """Open a regular file for reading, never blocking on a pipe or device; SourceError ``not_regular``."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SourceError("not_regular")
    return os.fdopen(handle, "rb", buffering=1 << 18)


@contextmanager
def open_stream(path: str, compression: str = "", start: int = 0) -> Iterator[Stream]:
    """Open for reading from byte ``start`` (plain files only); raises SourceError on exit if the stream was damaged."""
    with open_regular(path) as raw:
        raw.seek(start)
        stream = Stream(raw, compression)
        yield stream
        if stream.fault:
            raise SourceError(stream.fault)


def head(path: str, compression: str, size: int) -> bytes:
    """The first ``size`` decompressed bytes; SourceError only when damage leaves nothing to show."""
    with open_regular(path) as raw:
        stream = Stream(raw, compression)
        data = stream.reader.read(size)
        if not data and stream.fault:
            raise SourceError(stream.fault)
        return data
