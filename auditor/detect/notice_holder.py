"""What may be told of a copyright statement: its years, and its holder where that is surely an organisation.

A person is never named: what is not surely an organisation is a shape (``[PERSON, 12 chars]``).
"""

import re
from functools import cache
from typing import Any

from auditor.detect.notice_forms import SIGN
from auditor.detect.notice_grammar import grammar
from auditor.model import shape
from auditor.rules import notices

MOST_WORDS = 9
"""Words of the longest name that is told."""

_YEAR = r"(?:19[3-9]\d|20[0-4]\d)"
_RANGE = re.compile(
    rf"(?<!\d)({_YEAR})(?!\d)(?:\s*(?:-{{1,3}}|[–—/]|&[nm]dash;|\\\(en|\bto\b|\bthru\b|\bthrough\b|\buntil\b|\bbis\b)\s*"
    rf"(?:({_YEAR})(?!\d)|(\d\d)(?!\d)|(present|now|today|current|heute)\b))?",
    re.IGNORECASE,
)
_NOISE = re.compile(
    rf"{SIGN}|\bcopyrighted\b|\bcopyrights?\b|\bcopr\.|\bopyright\b|spdx-\w+:|all\s+rights\s+reserved|<[^<>\n]{{0,120}}@[^<>\n]{{0,120}}>|\([^()\n]{{0,80}}@[^()\n]{{0,80}}\)"
    r"|[\w.+-]+@[\w.-]+|(?:https?://|www\.)\S+|</?\w[^<>\n]{0,80}>|&[a-z]{2,8};|\n[\s*#/|;!%-]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_MARGIN = " \t\r\n,;:.-–—*#/\\\"'`|()[]{}<>=&+"
_COMMA = re.compile(r"[,\n]")
_GOES_ON = re.compile(r"(?:\b(?:of|the|and|for|in|de|der|des|du)|&|-)$", re.IGNORECASE)
_CUT = re.compile(r"[()\[\]{}<>;:|\"@/\\=\d]|\s[-–—]{1,3}\s|\s{3,}")
_ARTICLE = re.compile(r"(?:the|by|of|is|to|in|and|portions|parts)\s+", re.IGNORECASE)


def years(part: str) -> list[str]:
    """Years and ranges of a statement in their order, each once: ``2004``, ``1999-2004``, ``2004-present``."""
    found = dict.fromkeys(_span(match) for match in _RANGE.finditer(part))
    return list(found)


def _span(match: Any) -> str:
    first, last, short, open_ = match.groups()
    if short:
        last = str(int(first[:2]) + (short < first[2:])) + short
    if open_:
        return f"{first}-present"
    return f"{first}-{last}" if last and last > first else str(first)


class _Organisations:
    """The shipped words, compiled."""

    def __init__(self) -> None:
        known = notices.organisations()
        self.form = re.compile(rf"(?:^|[\s,])(?:{_either(known.forms)})\.?$")
        self.forms = re.compile(rf"(?:{_either(known.forms)})\.?$")
        self.kind = re.compile(rf"(?<![\w-])(?:{_either(known.kinds)})(?![\w-])")
        self.parts = re.compile(rf"\s(?:{_either(known.parts)})\s")
        self.words = frozenset(word for name in (*known.forms, *known.kinds) for word in _WORD.findall(name))
        self.given = frozenset(known.given_names)


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _organisations() -> _Organisations:
    return _Organisations()


def holder(part: str) -> dict[str, str]:
    """What is told of the holder in a statement without its lead: ``holder``, ``holder_shape``, both or nothing."""
    if _organisations().words.isdisjoint(_WORD.findall(part)):
        person = sum(len(word) for word in grammar().holder_words(part, 0, len(part)))
        return {"holder_shape": shape("PERSON", person)} if person else {}
    rest = _RANGE.sub(" | ", _NOISE.sub(lambda m: "\n" if m[0][0] == "\n" else " | ", part))
    pieces = [piece for chunk in _CUT.split(rest) for piece in _apart(chunk)]
    names = [name for piece in pieces if any(map(str.isalpha, name := _bare(piece)))]
    told = [name for name in names if is_organisation(name)]
    others = sum(len(name) for name in names if name not in told)
    found = {"holder": "; ".join(dict.fromkeys(told))} if told else {}
    return found | ({"holder_shape": shape("PERSON", others)} if others and not told else {})


def _apart(chunk: str) -> list[str]:
    """The holders of a piece of a statement: parted by commas and "and", but for a legal form behind a comma."""
    known, found = _organisations(), list[str]()
    for piece in known.parts.split(chunk):
        for part in _COMMA.split(_joined(piece)):
            bare = part.strip(_MARGIN)
            if found and bare and known.forms.fullmatch(bare):
                found[-1] = f"{found[-1].rstrip()}, {part.strip()}"
            else:
                found.append(part)
    return found


def _joined(piece: str) -> str:
    """A piece whose lines are one where a name goes on in the next one; else who follows may be somebody else."""
    lines = [line.strip() for line in piece.split("\n") if line.strip()]
    text = lines[0] if lines else ""
    for line in lines[1:]:
        goes_on = _organisations().kind.search(text.rpartition("\n")[2]) or _GOES_ON.search(text)
        text += (" " if goes_on else "\n") + line
    return text


def _bare(name: str) -> str:
    """A name without the marks and the article around it."""
    name = " ".join(name.split()).strip(_MARGIN.replace(".", "").replace("&", ""))
    while article := _ARTICLE.match(name):
        name = name[article.end() :]
    return name.strip(" .") + "." if name.endswith(".") and _organisations().form.search(name) else name.strip(" .")


def is_organisation(name: str) -> bool:
    """Whether a name is surely that of an organisation: by its legal form, or by a word for a kind of organisation."""
    known, words = _organisations(), name.split()
    if not 1 < len(words) <= MOST_WORDS or not name[0].isupper():
        return False
    if known.form.search(name):
        return len(words) <= 3 or words[0] not in known.given
    return bool(known.kind.search(name)) and words[0] not in known.given and not _initial(words)


def _initial(words: list[str]) -> bool:
    """Whether a name has initials as those of persons have: ``J. Roe``."""
    return any(len(word) == 2 and word[1] == "." for word in words[:2])
