"""Presidio's context enhancement, exactly, without walking the whole text once per finding.

``LemmaContextAwareEnhancer`` raises a score when one of a recogniser's context words is part of one of the five
keywords before a finding, of the finding's own token, or of the first keyword from there on. A keyword is a lemma that
is neither a stop word nor punctuation; Presidio splits keywords at ``:``.

Two ways to the same words: :class:`AllWords` from a full spaCy analysis, and :class:`NearbyWords`, which tokenises only
as many whitespace-separated chunks around a finding as it needs. spaCy tokenises each chunk by itself, so both agree
(property-tested).
"""

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import regex

from auditor.detect.texts import Span

BOOST, FLOOR, CEILING = 0.35, 0.4, 1.0
"""Presidio's defaults: what a context word adds, and the least and most that comes of it."""

BEFORE, AFTER = 6, 1
"""Keywords taken backward and forward, each counted from the finding's own token."""

_CACHE = 50_000


class Token(NamedTuple):
    """One token: offsets, lower-case lemma, the keywords it gives, and whether the lemma is the only one."""

    start: int
    end: int
    lemma: str
    keywords: tuple[str, ...]
    plain: bool


class Words(ABC):
    """The words of one text."""

    @abstractmethod
    def around(self, start: int) -> set[str]:
        """Lower-case keywords around the token at ``start``."""

    def may_hold(self, word: str) -> bool:  # noqa: ARG002 - lemmas may hold what the text does not
        """False only where ``word`` is part of no keyword of the text."""
        return True


def keywords(lemma: str, vocab: Any) -> tuple[str, ...]:
    """What ``NlpArtifacts`` makes of a lemma: nothing of a stop word or punctuation, else its parts between ``:``."""
    word = vocab[lemma]
    if word.is_stop or word.is_punct or lemma in ("-PRON-", "be"):
        return ()
    return tuple(lemma.lower().split(":"))


def _token(token: Any, lemma: str, vocab: Any) -> Token:
    words = keywords(lemma, vocab)
    return Token(token.idx, token.idx + len(token), lemma.lower(), words, len(words) == 1)


def _pick(tokens: Iterable[Token], known: Callable[[Token], bool], count: int) -> tuple[set[str], bool]:
    """The first ``count`` keywords of ``tokens``, and whether there were that many."""
    words: set[str] = set()
    for token in tokens:
        if known(token):
            words.add(token.lemma)
            count -= 1
            if not count:
                return words, True
    return words, False


def _own(tokens: Sequence[Token], start: int) -> int:
    """Index of the token a finding at ``start`` begins in, or of the next one."""
    return bisect_right(tokens, start, key=lambda token: token.end)


class AllWords(Words):
    """Words of a text that spaCy has analysed as a whole."""

    def __init__(self, doc: Any) -> None:
        lemma = [token.lemma_ for token in doc]
        self._tokens = [_token(t, word, doc.vocab) for t, word in zip(doc, lemma, strict=True)]
        self._keywords = {word for token in self._tokens for word in token.keywords}

    def around(self, start: int) -> set[str]:
        """See :class:`Words`."""
        own = _own(self._tokens, start)
        back, _ = _pick(self._tokens[own::-1], self._is_known, BEFORE)
        ahead, _ = _pick(self._tokens[own:], self._is_known, AFTER)
        return back | ahead

    def _is_known(self, token: Token) -> bool:
        return token.lemma in self._keywords


class Tokenizer:
    """Tokens of single chunks by a spaCy tokenizer, remembered up to a bound.

    spaCy keeps every string it has seen; at the bound the pipeline is made anew, so that memory stays flat.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._known: dict[str, tuple[Token, ...]] = {}
        self._nlp = make()

    def __call__(self, chunk: str) -> tuple[Token, ...]:
        """Tokens of a chunk, with offsets within it."""
        known = self._known.get(chunk)
        if known is None:
            if len(self._known) >= _CACHE:
                self._known, self._nlp = {}, self._make()
            vocab = self._nlp.vocab
            known = tuple(_token(t, t.text, vocab) for t in self._nlp.tokenizer(chunk))
            self._known[chunk] = known
        return known


_PIECE = re.compile(r"\S+|\s+")
_SPACE = r"\s\x1c-\x1f"  # what ``re`` takes for whitespace, for ``regex``, which also looks backward
_PIECE_BEFORE = regex.compile(f"(?r)[^{_SPACE}]+|[{_SPACE}]+")
_SPACE_BEFORE, _VISIBLE_BEFORE = regex.compile(f"(?r)[{_SPACE}]"), regex.compile(f"(?r)[^{_SPACE}]")
_COLON = re.compile(r"\S*:\S*")


class NearbyWords(Words):
    """Words of a text whose tokens are their own lemmas, found chunk by chunk."""

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self._text, self._tokenizer = text, tokenizer

    def may_hold(self, word: str) -> bool:
        """See :class:`Words`: keywords are parts of the lower-case text."""
        return word in self._lower

    @cached_property
    def _lower(self) -> str:
        return self._text.lower()

    @cached_property
    def _split(self) -> frozenset[str]:
        """Keywords that come of splitting at ``:`` and so lift an equal stop word anywhere in the text."""
        chunks = {m[0] for m in _COLON.finditer(self._text)}
        tokens = (token for chunk in chunks for token in self._tokenizer(chunk))
        return frozenset(word for token in tokens if len(token.keywords) > 1 for word in token.keywords)

    def _tokens(self, piece: Any) -> list[Token]:
        """Tokens of one chunk, or of the whitespace between two."""
        start, chunk = piece.start(), piece[0]
        if start and chunk[0] == " ":  # a space after a chunk belongs to its last token
            start, chunk = start + 1, chunk[1:]
        return [Token(start + t.start, start + t.end, *t[2:]) for t in self._tokenizer(chunk)] if chunk else []

    def _is_known(self, token: Token) -> bool:
        return token.plain or token.lemma in self._split

    def around(self, start: int) -> set[str]:
        """See :class:`Words`."""
        begin, before, ahead = self._begin(start), list[Token](), list[Token]()
        for piece in _PIECE.finditer(self._text, begin):
            tokens = self._tokens(piece)
            own = 0 if ahead else _own(tokens, start)
            before += tokens[:own]
            ahead += tokens[own:]
            if any(map(self._is_known, ahead)):
                break
        words, _ = _pick(ahead, self._is_known, AFTER)
        back, _ = _pick(chain(ahead[:1], reversed(before), self._backward(begin)), self._is_known, BEFORE)
        return words | back

    def _backward(self, begin: int) -> Iterator[Token]:
        """Tokens before a chunk, the last one first; their offsets are those within their chunks."""
        for piece in _PIECE_BEFORE.finditer(self._text, 0, begin):
            chunk = piece[0]
            if chunk[0] == " " and piece.start():
                chunk = chunk[1:]
            if chunk:
                yield from reversed(self._tokenizer(chunk))

    def _begin(self, at: int) -> int:
        """Where the chunk, or the whitespace, that a place stands in begins."""
        text = self._text
        if at >= len(text):
            return len(text)
        other = (_VISIBLE_BEFORE if text[at].isspace() else _SPACE_BEFORE).search(text, 0, at)
        return other.end() if other else 0


def enhance(found: Iterable[Span], words: Callable[[], Words], context: Sequence[str]) -> list[Span]:
    """Findings with their scores raised where a context word stands nearby.

    ``words`` is asked only when a score can still rise.
    """
    spans = list(found)
    if all(span.score >= CEILING for span in spans):
        return spans
    known = words()
    near = [word for word in context if known.may_hold(word)]
    if not near:
        return spans
    return [_raised(span, known, near) if span.score < CEILING else span for span in spans]


def _raised(span: Span, words: Words, context: Sequence[str]) -> Span:
    if not any(word in keyword for keyword in words.around(span.start) for word in context):
        return span
    return span._replace(score=min(max(span.score + BOOST, FLOOR), CEILING))
