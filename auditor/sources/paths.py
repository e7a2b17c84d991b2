"""Names of leaf paths: ``messages[].content``, ``"a.b".c``; a bare list is ``[]``, a bare value ``$``."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

ROOT = "$"
"""Path of a row that is one bare value."""

_SPECIAL = re.compile(r"""[.\[\]"'`]|^@|^\$$|^$""")
_STEPS = re.compile(r"""("(?:[^"\\]|\\.)*")|\.""")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace lone surrogates, one for one, so that the text can be written as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def quote(name: str) -> str:
    """The name as one step of a path; names that could be mistaken for syntax are JSON-quoted."""
    name = clean(name)
    return json.dumps(name, ensure_ascii=False) if _SPECIAL.search(name) else name


@lru_cache(8192)
def child(parent: str, name: str) -> str:
    """Path of the field ``name`` under ``parent`` ("" for the row itself)."""
    return f"{parent}.{quote(name)}" if parent else quote(name)


def apart(path: str) -> str:
    """The path with spaces for the dots between its steps: ``user.name`` is no web address. Offsets stay."""
    return _STEPS.sub(lambda m: m[1] or " ", path)


def unique(names: Iterable[str]) -> list[str]:
    """Tell repeated names apart by position: ``a, a`` becomes ``a, a#2``."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return result
