"""Show names without showing whom they name: masks for paths, columns and partition values, and visible escapes.

Pure. A name is anything that stands outside a cell: a path, a column, a partition value, a dataset, a command line.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias
from urllib.parse import unquote

from auditor.model import shape

Span: TypeAlias = tuple[int, int] | tuple[int, int, str]
"""Start and end in code points, half-open, with the entity where it is known."""

_Cut: TypeAlias = tuple[int, int, str]
LONGEST = 4096
"""Longest name that is shown, in code points; as long as a path may be."""

_UNKNOWN = "IDENTIFIER"
_BLANK = "\n"  # stands for text that is settled: no pattern below matches across it

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SUFFIXES = (
    "parquet|jsonl|ndjson|json|csv|tsv|txt|arrow|ipc|feather|avro|orc|gz|zst|bz2|xz|lz4|snappy|zip|tar|tgz|warc|wet|"
    "html|xml|yaml|yml|log|pdf|docx|xlsx|delta|lance|db|sqlite|bin|pkl|npy|jpg|jpeg|png|wav|mp3"
)
_LOCAL = r"[^\s/\\=:,;\"<>()\[\]{}|@]"
_WORD = r"[^\W_](?:[\w-]*[^\W_])?"
_DOT = r"(?:\.|[_ .-]?[\[(]?dot[\])]?[_ .-]?)"
_TLD = "com|org|net|edu|gov|io|co|info|eu|uk|de|fr|es|it|nl|ch|at|se|us|ca|au|jp|in|br"

_SETTLED = re.compile(
    r"\[[A-Z_]{2,60}[0-9]?[A-Z_]{0,20}, [0-9]{1,6} chars\]"  # our own shapes
    rf"|(?:\.(?:{_SUFFIXES}))+(?=$|/)"  # file name suffixes
    r"|(?<![0-9a-zA-Z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-zA-Z])"  # UUID
    r"|(?<![0-9a-zA-Z@])(?=[0-9]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-zA-Z@])"
)
"""What is no identifier of a person however many digits it has, and is left as it is."""

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("CREDENTIALS", re.compile(r"(?<=://)(?:[^/\s@:]*:(?!\d+(?:/|$))[^\s@]*|[^/?#\s@]+)(?=@)")),
    (
        "CREDENTIALS",
        re.compile(r"(?i)(?<=[?&])(?:[\w-]*(?:sig|signature|token|secret|password|credential|key)=[^&#\s]+)"),
    ),
    (
        "SECRET",
        re.compile(r"(?<![A-Za-z0-9])(?:A[KS]IA[0-9A-Z]{16}|gh[pousr]_\w{20,}|sk-[\w-]{20,}|eyJ[\w-]{10,}[\w.-]*)"),
    ),
    (
        "USERNAME",
        re.compile(r"(?i)(?:(?<=[/\\]home[/\\])|(?<=[/\\]users[/\\])|(?<=[/\\]settings[/\\]))[^/\\\s][^/\\\n]*"),
    ),
    ("USERNAME", re.compile(r"(?:(?<=^~)|(?<=/~))[^/\\\s]+")),
    ("EMAIL_ADDRESS", re.compile(rf"(?:{_LOCAL}|(?<=\w)[ '](?=\w)){{1,128}}(?:(?:@|＠|﹫|%(?:25)*40){_LOCAL}+)+")),
    (
        "EMAIL_ADDRESS",
        re.compile(
            rf"(?i){_LOCAL}{{1,128}}(?:(?P<s>_{{1,2}}|-| )at(?P=s)|[_ .-]?[\[({{]\s?at\s?[\])}}][_ .-]?)"
            rf"(?:{_WORD}(?:{_DOT}{_WORD})*{_DOT}[^\W\d_]{{2,24}}"
            rf"|[\w-]+_(?:{_TLD}))(?![^\W_])"
        ),
    ),
    ("EMAIL_ADDRESS", re.compile(r"[^/\\\n]*\S[@＠﹫]\w[^/\\\n]*")),  # quoted and other rare local parts
    (
        "IBAN_CODE",
        re.compile(r"(?i)(?<![a-z0-9])[a-z]{2}\d{2}(?:[ _-]?[a-z0-9]{4}){2,7}(?:[ _-]?[a-z0-9]{1,3})?(?![a-z0-9])"),
    ),
    ("MAC_ADDRESS", re.compile(r"(?i)(?<![0-9a-z])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![0-9a-z])")),
    (
        "IP_ADDRESS",
        re.compile(r"(?i)(?<![0-9a-z:])(?=[0-9a-f:]*\d)(?:[0-9a-f]{1,4}::?){3,7}[0-9a-f]{1,4}(?![0-9a-z:])"),
    ),
    ("IP_ADDRESS", re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)")),
)
_DIGITS = re.compile(r"\+?\(?\d(?:[ ._()+-]{0,3}\d){6,}")
_DATE = re.compile(
    r"(?<!\d)(?:20\d\d(?P<a>[-_.]?)(?:0[1-9]|1[0-2])(?P=a)(?:0[1-9]|[12]\d|3[01])"
    r"(?:[ _.-]?(?:[01]\d|2[0-3])(?P<b>[-_.]?)[0-5]\d(?:(?P=b)[0-5]\d)?)?|(?:19|20)\d\d[-_](?:19|20)\d\d)(?!\d)"
)
_SSN = re.compile(r"\d{3}[ _.-]\d{2}[ _.-]\d{4}")


def name_id(kind: str, *parts: str, key: bytes = b"") -> str:
    """Short stable id of a name: ``kind`` (``f`` file, ``c`` column), a dash and 12 hex digits.

    With a ``key`` (at most 64 bytes) the name cannot be guessed back from its id.
    """
    digest = blake2b(key=key[:64], digest_size=6)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(raw) + raw)
    return f"{kind}-{digest.hexdigest()}"


def safe_text(text: str, keep: str = "") -> str:
    """``text`` with every control, bidi, zero-width and otherwise invisible character as ``[U+XXXX]``.

    Characters of ``keep`` (line feeds in prose, say) stay.
    """
    if text.isprintable() and not _INVISIBLE.intersection(text):
        return text
    return "".join(c if c in keep or not _hidden(c) else f"[U+{ord(c):04X}]" for c in text)


def _hidden(char: str) -> bool:
    return char in _INVISIBLE or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def mask_name(text: str, spans: Iterable[Span] = ()) -> str:
    """A name as it may be shown: ``spans`` and whatever looks like an identifier become shapes, the rest stays.

    A partition value that holds an identifier is masked whole, and so is a component that hides one by encoding,
    look-alike or invisible characters. A name longer than :data:`LONGEST` is shown as its length alone: no person reads
    it, and looking through it could take minutes. Masking twice changes nothing.
    """
    if len(text) > LONGEST:
        return shape("NAME", len(text))
    return _masked(text, tuple(_given(text, spans)))


@lru_cache(maxsize=4096)
def _masked(text: str, given: tuple[_Cut, ...]) -> str:
    cuts = _merge(_widen(text, [*given, *_shaped(text)]))
    out, done = [], 0
    for start, end, entity in cuts:
        out += [safe_text(text[done:start]), shape(entity, end - start)]
        done = end
    return "".join([*out, safe_text(text[done:])])


def _given(text: str, spans: Iterable[Span]) -> Iterable[_Cut]:
    """The caller's spans, clipped to the text."""
    for span in spans:
        start, end = max(span[0], 0), min(span[1], len(text))
        if start < end:
            yield start, end, span[2] if len(span) == 3 else _UNKNOWN


def _shaped(text: str) -> list[_Cut]:
    """Everything identifier-shaped in ``text``."""
    rest = _SETTLED.sub(lambda m: _BLANK * len(m[0]), text)
    found: list[_Cut] = []
    for entity, pattern in _PATTERNS:
        cuts = [(m.start(), m.end(), entity) for m in pattern.finditer(rest)]
        for start, end, _ in cuts:
            rest = rest[:start] + _BLANK * (end - start) + rest[end:]
        found += cuts
    return [*found, *_numbers(rest)]


def _numbers(text: str) -> Iterable[_Cut]:
    """Stretches of seven digits or more, separators included, that are not dates."""
    for run in _DIGITS.finditer(text):
        start = run.start()
        for date in [*_DATE.finditer(run[0]), None]:
            end = run.start() + date.start() if date else run.end()
            piece = text[start:end].rstrip(" ._()+-")
            if sum(c.isdigit() for c in piece) >= 7:
                yield start, start + len(piece), _number(piece)
            start = run.start() + date.end() if date else end


def _number(text: str) -> str:
    """Entity of a stretch of digits."""
    if _SSN.fullmatch(text):
        return "US_SSN"
    digits = [unicodedata.digit(c) for c in text if c.isdigit()]
    doubled = sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits)))
    return "CREDIT_CARD" if 13 <= len(digits) <= 19 and doubled % 10 == 0 else "NUMBER"


def _normal(text: str) -> str:
    """``text`` without the disguises: percent-encoding, invisible characters, compatibility forms."""
    for _ in range(3):
        text = unquote(text, errors="replace")
    return unicodedata.normalize("NFKC", "".join(c for c in text if not _hidden(c)))


def _widen(text: str, cuts: list[_Cut]) -> list[_Cut]:
    """``cuts`` grown to the whole partition value, and to the whole component where an identifier is in disguise."""
    wide = list(cuts)
    for part in re.finditer(r"[^/\\]+", text):
        start = part.start() + part[0].find("=") + 1
        inside = [c for c in cuts if c[1] > start and c[0] < part.end()]
        if start > part.start() and inside:
            wide.append((start, part.end(), inside[0][2]))
        plain = _normal(part[0])
        if plain != part[0] and (hidden := _shaped(plain)):
            wide.append((part.start(), part.end(), hidden[0][2]))
    return wide


def _merge(cuts: list[_Cut]) -> list[_Cut]:
    """Disjoint ``cuts`` in order; of those that overlap, the longest gives the entity."""
    merged: list[_Cut] = []
    longest = 0
    for start, end, entity in sorted(cuts, key=lambda c: (c[0], -c[1], c[2])):
        if not merged or start >= merged[-1][1]:
            merged.append((start, end, entity))
            longest = end - start
            continue
        first, last, kept = merged[-1]
        merged[-1] = (first, max(last, end), entity if end - start > longest else kept)
        longest = max(longest, end - start)
    return merged
