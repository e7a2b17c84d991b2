"""How formats write down which bytes or row groups a fragment owns, and which schema it has."""

from hashlib import blake2b
from itertools import pairwise

from auditor.model import Part


def split_bytes(size: int, step: int, options: str) -> list[Part]:
    """Equal half-open byte ranges of about ``step`` bytes; a fragment owns the lines that start in its range."""
    count = max(1, round(size / step))
    edges = [size * n // count for n in range(count + 1)]
    return [Part(f"bytes={a}-{b}", b - a, options=options) for a, b in pairwise(edges)]


def byte_range(part: Part) -> tuple[int, int | None]:
    """(first byte, byte after the last or None) of ``bytes=a-b``; the whole file for ``all``."""
    if part.part == "all":
        return 0, None
    begin, end = part.part.removeprefix("bytes=").split("-")
    return int(begin), int(end)


def group_range(part: Part) -> range:
    """Row groups of ``rowgroups=a-b`` (inclusive) or ``rowgroups=none``."""
    if part.part == "rowgroups=none":
        return range(0)
    first, last = part.part.removeprefix("rowgroups=").split("-")
    return range(int(first), int(last) + 1)


def schema_hash(*texts: str) -> str:
    """A short stable hash of a description of columns."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
