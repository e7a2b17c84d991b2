"""Which encoding some bytes are in, whether they are text at all, and lines of text in it."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

SAMPLE = 1 << 20
"""Bytes that decide on the encoding of a file."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["cp1252", "latin_1", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "shift_jis", "euc_jp", "euc_kr"]
_CANDIDATES += ["gb18030", "big5", "mac_roman"]
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def _utf8(data: bytes) -> str | None:
    """The text, ignoring a character cut at the end; None when it is not UTF-8."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None


def _unmarked(data: bytes) -> str:
    """:func:`_wide` where what it gives is writing: bytes with many zeros may be anything."""
    name = _wide(data)
    text = data[:4096].decode(name, "ignore") if name else ""
    odd = sum(not (char.isprintable() or char.isspace()) for char in text)
    return name if text and odd <= len(text) / 50 else ""


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, by where the zero bytes of ASCII characters stand; "" for neither."""
    data = data[:4096]
    unit = len(data) // 4
    if unit < 1:
        return _wide_pair(data)
    zeros = [data[n::4].count(0) / unit for n in range(4)]
    for name, lows in (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2))):
        if all(zeros[n] > 0.9 for n in lows) and sum(zeros) < 3.2:
            return name
    return _wide_pair(data)


def _wide_pair(data: bytes) -> str:
    pairs = len(data) // 2
    if not pairs:
        return ""
    even, odd = data[0::2].count(0) / pairs, data[1::2].count(0) / pairs
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else ""


def _mostly_utf8(data: bytes) -> bool:
    """Damaged UTF-8 rather than another encoding: at least as many good non-ASCII characters as bad bytes."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(not char.isascii() for char in text) - bad >= bad


def detect(sample: bytes) -> str:
    """Python name of the encoding of a text that starts with ``sample``; some 8-bit encoding in the worst case."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if wide := _unmarked(sample):
        return wide
    if _utf8(sample) is not None or _mostly_utf8(sample):
        return "utf-8"
    best = from_bytes(sample[: 1 << 16], cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    name = best.encoding if best else "cp1252"
    return "latin_1" if name == "cp1252" and re.search(rb"[\x81\x8d\x8f\x90\x9d]", sample) else name


def is_text(head: bytes, lenient: bool = False) -> bool:
    """Whether bytes look like text; ``lenient`` (the suffix says so) allows for NULs and stray control characters."""
    if any(head.startswith(bom) for bom, _ in _BOMS) or _unmarked(head):
        return True
    controls = len(_CONTROL.findall(head))
    if lenient:
        return _utf8(head) is not None or controls <= len(head) * 3 // 10
    return b"\0" not in head and controls <= len(head) * 3 // 100


def is_wide(encoding: str) -> bool:
    """Whether a newline is more than one byte, so that byte ranges cannot be cut at it."""
    return encoding.startswith(("utf-16", "utf-32", "utf_16", "utf_32"))


class _Recoding(io.RawIOBase):
    """UTF-8 of what ``source`` holds in another encoding, optionally with lone CR as line end."""

    def __init__(self, source: BinaryIO, encoding: str, cr: bool) -> None:
        self._source, self._cr = source, cr
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._finished = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._finished:
            block = self._source.read(1 << 16)
            self._finished = not block
            text = self._decoder.decode(block, final=not block)
            self._ready = (text.replace("\r", "\n") if self._cr else text).encode("utf-8", "replace")
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def lines(reader: BinaryIO, limit: int) -> Iterator[tuple[bytes | None, int]]:
    """Physical lines with their line end and size in bytes; None in place of a line of more than ``limit`` bytes.

    A UTF-8 byte order mark before the first line is dropped.
    """
    first = True
    while line := reader.readline(limit + 1):
        size = len(line)
        if first:
            first, line = False, line.removeprefix(codecs.BOM_UTF8)
        if size <= limit or line.endswith(b"\n"):
            yield line, size
            continue
        while line and not line.endswith(b"\n"):
            line = reader.readline(1 << 20)
            size += len(line)
        yield None, size


def recoded(reader: BinaryIO, encoding: str, cr: bool = False) -> tuple[BinaryIO, str]:
    """A reader in which a newline is one byte, and its encoding; ``cr`` ends lines at lone carriage returns."""
    if not is_wide(encoding) and not cr:
        return reader, "utf-8" if encoding == "utf-8-sig" else encoding
    return io.BufferedReader(_Recoding(reader, encoding, cr)), "utf-8"


def decode(data: bytes, encoding: str) -> tuple[str, bool]:
    """The text, and whether something had to be replaced (or had been, before)."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), True
    return text, False
