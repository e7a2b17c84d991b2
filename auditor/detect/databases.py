"""Expressions of the prefilter compiled by Hyperscan, kept on disk by their fingerprint and made anew when damaged."""

import json
import platform
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from typing import Any, NamedTuple

from auditor import cache
from auditor.detect.expressions import kind

_VERSION = "5"
_LENGTH = 8  # bytes of a length in a cached file
_TOGETHER = 64
_ALONE = 24
_KINDS = ("figures", "literal", "digit", "mark", "few", "any")


class Databases(NamedTuple):
    """Compiled expressions: those that find ``odd`` characters, what ``figures`` can match, and the ``others``.

    A hit tells the number of its expression. ``refused`` are those that are too much for Hyperscan.
    """

    odd: Any
    figures: tuple[Any, ...]
    others: tuple[Any, ...]
    refused: frozenset[str]


def available() -> bool:
    """Whether Hyperscan is installed."""
    return find_spec("hyperscan") is not None


def load(odd: str, expressions: Sequence[str]) -> Databases:
    """Databases of the expression for odd characters (0) and of expressions (from 1), out of the user's cache."""
    name = _cached((odd, *expressions))
    found = _read(name)
    if found is None:
        found = _made(odd, expressions)
        _write(name, found)
    return found


def groups(expressions: Sequence[str]) -> Iterator[tuple[str, dict[int, str]]]:
    """Expressions by their number from 1, in groups that are fast as one database, each with its kind; figures first.

    Where all have a literal, Hyperscan jumps from one to the next. Others are many to a database, for each is a pass of
    its own, but not all of a kind, for then they take long to compile; where there are few, each is fastest alone.
    What figures alone can match stands apart: most columns of a table hold nothing else, and need no other pass.
    """
    kinds: dict[str, list[tuple[int, str]]] = {name: [] for name in _KINDS}
    for n, expression in enumerate(expressions, 1):
        kinds[kind(expression)].append((n, expression))
    for name, members in kinds.items():
        size = len(members) if name == "literal" else 1 if len(members) <= _ALONE else _TOGETHER
        yield from ((name, dict(members[at : at + size])) for at in range(0, len(members), max(size, 1)))


def _made(odd: str, expressions: Sequence[str]) -> Databases:
    import hyperscan

    made: dict[bool, list[Any]] = {True: [], False: []}
    refused: list[str] = []
    for name, group in groups(expressions):
        try:
            compiled = _compiled(group)
        except hyperscan.HyperscanError:
            good = {n: expression for n, expression in group.items() if compiles(expression)}
            refused += [expression for n, expression in group.items() if n not in good]
            compiled = _compiled(good) if good else None
        if compiled:
            made[name == "figures"].append(compiled)
    figures, others = (tuple(map(_ready, made[own])) for own in (True, False))
    return Databases(_ready(_compiled({0: odd})), figures, others, frozenset(refused))


def compiles(expression: str) -> bool:
    """Whether Hyperscan takes an expression."""
    import hyperscan

    try:
        _compiled({0: expression})
    except hyperscan.HyperscanError:
        return False
    return True


def _compiled(expressions: Mapping[int, str]) -> Any:
    import hyperscan

    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    made.compile(
        expressions=[e.encode() for e in expressions.values()],
        ids=list(expressions),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return made


def _ready(made: Any) -> Any:
    import hyperscan

    made.scratch = hyperscan.Scratch(made)
    return made


def _cached(expressions: Sequence[str]) -> str:
    machine = (platform.machine(), platform.system())
    versions = (metadata.version("hyperscan"), unicodedata.unidata_version, metadata.version("regex"))
    return cache.key(_VERSION, versions, machine, *expressions) + ".hsdb"


def _read(name: str) -> Databases | None:
    """What is kept; None where there is nothing, or only what is of another processor."""
    import hyperscan

    raw = cache.read(name)
    if raw is None:
        return None
    head, *dumped = _parts(raw)
    count, refused = json.loads(head)
    try:
        odd, *loaded = (_ready(hyperscan.loadb(part, hyperscan.HS_MODE_BLOCK)) for part in dumped)
    except hyperscan.HyperscanError:
        return None
    return Databases(odd, tuple(loaded[:count]), tuple(loaded[count:]), frozenset(refused))


def _write(name: str, made: Databases) -> None:
    import hyperscan

    head = json.dumps([len(made.figures), sorted(made.refused)]).encode()
    parts = [head, *map(hyperscan.dumpb, (made.odd, *made.figures, *made.others))]
    cache.write(name, b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts))


def _parts(payload: bytes) -> list[bytes]:
    """Parts that stand behind their lengths."""
    parts, at = [], 0
    while at < len(payload):
        start = at + _LENGTH
        at = start + int.from_bytes(payload[at:start], "big")
        parts.append(payload[start:at])
    return parts
