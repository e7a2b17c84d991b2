"""Where a copyright statement begins and ends: leads, years, holder, lines that go on.

A *lead* is the word, sign or tag that a statement begins with. :meth:`Grammar.statement` reads from one lead to the
end of its statement. It sees no more than :data:`BEFORE` characters before the lead and :data:`AFTER` behind it, so
that a window of that size gives what the whole text gives.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from auditor.detect.notice_forms import (
    AFTER,
    ANY_SIGN,
    ANY_YEAR,
    ARTICLE,
    ASIDE,
    AUTHOR,
    AUTHORED,
    BEFORE,
    BLANK,
    BY,
    BY_ONLY,
    CAPITAL,
    CLOSING,
    COLON,
    GAPS,
    INLINE,
    KEY,
    LEAD,
    LEFT,
    LINE_END,
    LINE_START,
    LINES,
    LISTED,
    LITERALS,
    MAIL,
    MARKS,
    MAY_BE_BLANK,
    MAY_LEAD,
    NAME,
    NAMED_MAIL,
    NAMES,
    NOISE,
    PORTIONS,
    PREFIX,
    QUOTE,
    QUOTED,
    RUN,
    SENTENCE,
    SIGNS,
    TAG_BACK,
    UNFILLED,
    WIDE_LITERALS,
    YEARS_ONLY,
    after,
    either,
    form,
    has_mail,
    name_start,
    trimmed,
    whole,
    words_in,
    words_of,
)  # fmt: skip
from auditor.rules import notices
from auditor.rules.notices import APART, BETWEEN


class Statement(NamedTuple):
    """A statement: code points, half-open; its kind, its score, and where what follows its lead begins."""

    start: int
    end: int
    kind: str
    score: float
    body: int


class Grammar:
    """The shipped words, compiled. Everything but names is read in small letters."""

    def __init__(self) -> None:
        known, phrases = notices.grammar(), notices.reserved()
        self.prose = form(rf"\s*(?:{either(known.prose)})(?!\w)")
        self.starts = form(rf"(?:{either(known.starts)})(?!\w)")
        self.carries = form(rf"(?:^|[\s,)])(?:{either(known.carries)})[\s*#/]*\Z|,[\s*#/]*\Z|[\d\s][-–&][\s*#/]*\Z")
        self.placeholders = form(rf"(?:{either(known.placeholders)})")
        self.not_holders = form(rf"(?:{either(known.not_holders)})\Z")
        self.languages = {name: form(rf"(?:{either(each.forms)})") for name, each in phrases.items()}
        all_reserved = "|".join(whole(form) for each in phrases.values() for form in each.forms)
        self.reserved = form(all_reserved)
        self.plural = form(r"\b(?:authors|contributors|developers|maintainers|owners|creators|members|team)\b")
        words = rf"(?<![\w@.'’-])(?:{either(known.ends)}|{all_reserved})(?![\w@'’])"
        self.stop = form(rf"(?P<inline>{INLINE})|{words}|{MARKS}|{SENTENCE}")
        forms = notices.organisations()
        legal, kinds = (words_of(words) for words in (forms.forms, forms.kinds))
        name = r"(?:[\w.&'’-]+,? (?=\w)){0,3}?"
        self.suffix = form(rf"{name}(?:{legal}|{kinds})(?!\w)")
        self.legal_suffix = form(rf"{name}(?:{legal})(?!\w)")
        self.ended = form(rf"(?:(?<!\w)(?:{legal})|[>)\]\"]|@[\w.-]+)\.?\s*\Z")
        self.kind = form(rf"(?<!\w)(?:{kinds})\s*\Z")
        self.forms = form(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms.forms))})(?!\w)")  # in their case

    @cached_property
    def _keys(self) -> tuple[list[str], list[str]]:
        """Words one of which every form of "all rights reserved" holds: those in ASCII, and the others."""
        keys = {key.rpartition(BETWEEN)[2] for each in notices.reserved().values() for key in each.keys}
        return sorted(filter(str.isascii, keys)), sorted(key for key in keys if not key.isascii())

    def leads(self, low: str, first: int, last: int) -> Iterator[Any]:
        """Leads and reserved phrases that begin from ``first`` to ``last``, as matches in the order of their start."""
        literals = [literal for key, some in LITERALS.items() if key in low for literal in some]
        literals += self._keys[0]
        if not low.isascii():
            literals += [*WIDE_LITERALS, *self._keys[1]]
        starts = list[int]()
        for literal in literals:
            at = low.find(literal)
            while at >= 0:
                starts.append(at)
                at = low.find(literal, at + 1)
        end = -1
        for at in sorted(set(starts)):
            if at < end:
                continue
            found = self._lead_at(low, at, end)
            if found is not None and first <= found.start() < last:
                end = found.end()
                yield found

    def language(self, phrase: str) -> str:
        """Language (BCP 47) of a phrase that reserves all rights."""
        return next(name for name, forms in self.languages.items() if forms.match(phrase))

    def _lead_at(self, low: str, at: int, end: int) -> Any:
        """The lead that holds what stands at a place and begins no earlier than where the one before ends."""
        char = low[at]
        if char in SIGNS:
            return LEAD.match(low, at) or (LEAD.match(low, at - 1) if at and low[at - 1] in "â(" else None)
        if char == "h":
            back = 10 if low.startswith("copyright ", max(0, at - 10)) and at - 10 >= end else 0
            return LEAD.match(low, at - back)
        if char == "o" and low.startswith("opyright", at):
            for back in (TAG_BACK[0], TAG_BACK[1], 1, 0):
                if at - back >= max(end, 0) and (found := LEAD.match(low, at - back)):
                    return found
            return None
        return LEAD.match(low, at) or self._reserved_at(low, at)

    def _reserved_at(self, low: str, at: int) -> Any:
        """The phrase that holds a word at a place."""
        for found in self.reserved.finditer(low, max(0, at - APART - 24), at + APART):
            if found.start() <= at < found.end():
                return found
        return None

    def statement(self, text: str, low: str, lead: Any, floor: int) -> Statement | None:
        """The statement of a lead; nothing before ``floor`` is part of it, for it belongs to the one before."""
        high = min(len(text), lead.start() + AFTER)
        left = max(floor, lead.start() - BEFORE)
        if lead["tag"]:
            return self._tagged(low, lead, high)
        run = RUN.match(low, lead.end(), high).end()
        said = _Said(text, low, left, high, lead, run)
        if said.word and not said.sign and (QUOTED.match(low, run, high) or self.prose.match(low, run, high)):
            return None
        body = self._body(said)
        blank = self.placeholders.match(low, BLANK.match(low, body, high).end(), high)
        at = body
        while filled := self.placeholders.match(low, GAPS.match(low, at, high).end(), high):
            at = filled.end()
        end = max(self._end(said, body, at), at)
        return self._judged(said, body, end, blank) if end > lead.end() else None

    def _body(self, said: "_Said") -> int:
        """Where what follows a lead begins."""
        body = after(BY if said.word else BY_ONLY, said.low, said.run, said.high)
        reserved = self.reserved.match(said.low, BLANK.match(said.low, body, said.high).end(), said.high)
        return body if reserved is None else after(BY, said.low, reserved.end(), said.high)

    def _tagged(self, low: str, lead: Any, high: int) -> Statement | None:
        end = low.find("\n", lead.end(), high)
        end = high if end < 0 else end
        closed = CLOSING.search(low, lead.end(), end)
        end = trimmed(low, lead.end(), closed.start() if closed else end)
        if not NAME.search(low, lead.end(), end) and not ANY_YEAR.search(low, lead.end(), end):
            return None
        kind = "placeholder" if self.placeholders.search(low, lead.end(), end) else "tag"
        return Statement(lead.start(), end, kind, 0.2 if kind == "placeholder" else 0.95, lead.end())

    def _end(self, said: "_Said", body: int, at: int) -> int:
        """Where a statement ends, given where what follows its lead begins and from where to look."""
        low, high = said.low, said.high
        end, lines = at, 1
        while True:
            line = low.find("\n", at, high)
            line = high if line < 0 else line
            stop = self._stop(said, body, at, line)
            part = trimmed(low, at, line if stop is None else stop)
            end = part if part > at else end
            if (stop is not None and not LINE_END.match(low, stop, high)) or line >= high:
                return end
            start = PREFIX.match(low, line + 1, high).end()
            listed = ANY_YEAR.match(low, start)
            goes_on = self._goes_on(said, body, end, line, start)
            if lines >= (LISTED if listed else LINES) or goes_on is None:
                return end
            at, lines = goes_on, lines + 1

    def _stop(self, said: "_Said", body: int, at: int, line: int) -> int | None:
        """Where the statement ends within a line; None where it does not."""
        low = said.low
        found = self.stop.search(low, at, line)
        while found is not None and self._is_passed(said, body, found):
            found = self.stop.search(low, found.end(), line)
        stop = found.start() if found is not None else None
        last = line if stop is None else stop
        for lead in LEAD.finditer(low, at, last) if MAY_LEAD.search(low, at, last) else ():
            if lead["word"] or lead["tag"]:
                return int(lead.start()) if lead.start() > body else stop
            if ANY_YEAR.search(low, body, lead.start()) and self.has_holder(said.text, body, lead.start()):
                return int(lead.start())
        return stop

    def _is_passed(self, said: "_Said", body: int, found: Any) -> bool:
        """Whether what may end a statement does not, for its holder is still to come."""
        if found["inline"]:
            return True
        mark = found[0].strip()[:1]
        if mark in set("-–—;"):
            following = said.text[found.end() : found.end() + 2].lstrip()[:1]
            if CAPITAL.match(following):
                return True
        if mark and mark not in ".-–—":
            return False
        return not said.authored and not self.has_holder(said.text, body, found.start())

    def _goes_on(self, said: "_Said", body: int, end: int, line: int, start: int) -> int | None:
        """Where in the next line a statement goes on that has come to ``end``; None where it does not.

        ``line`` is the end of its line, ``start`` the first character of the next one.
        """
        low, high = said.low, said.high
        if start >= high or low[start] in "\r\n" or LEAD.match(low, start, high):
            return None
        if said.authored or self.has_holder(said.text, body, end):
            return start if self._carries_on(said, body, end, line, start) else None
        author = AUTHOR.match(low, start, high)
        if author:
            return int(author.end())
        if self.starts.match(low, start, high) or self.stop.match(low, start, high):
            return None
        return start if ANY_YEAR.match(low, start, high) or NAME.match(low, start, high) else None

    def _carries_on(self, said: "_Said", body: int, end: int, line: int, start: int) -> bool:
        """The same for a statement that has a holder."""
        low, high = said.low, said.high
        if self.starts.match(low, start, high) or self.stop.match(low, start, high):
            return False
        deeper = start - line - 1 >= said.column + 3
        if ANY_YEAR.match(low, start, high):
            return deeper or said.listed
        if deeper and NAMED_MAIL.match(low, start, high):
            return True
        if said.listed and start - line - 1 > said.column and NAMES.match(said.text, start, high):
            return True
        if self.carries.search(low[max(body, line - 80) : line].rstrip(" \t\r*/#|")):
            return bool(NAME.match(low, start, high)) or low[start] in "<(["
        if low[start] in "<(" and MAIL.match(low, start + 1, high) and not has_mail(low, body, end):
            return True
        if self.ended.search(low, max(body, end - 40), end) or low[end - 1] == ".":
            return False
        suffix = self.legal_suffix if self.kind.search(low, max(body, end - 40), end) else self.suffix
        return bool(suffix.match(low, start, high) and CAPITAL.match(said.text, start)) or (
            low[start] == "(" and bool(ASIDE.match(said.text, start, high))
        )

    def _judged(self, said: "_Said", body: int, end: int, blank: Any) -> Statement | None:
        """What the statement from a lead to ``end`` is worth."""
        low, text, lead = said.low, said.text, said.lead
        if blank or self._is_blank(low, said.run, min(end + 12, said.run + 80, said.high)):
            named = [word for word in self.holder_words(text, body, end) if CAPITAL.match(word)]
            if not said.word and (blank is None or NOISE.search(text, lead.end(), end)):
                return None
            named = [word for word in named if not UNFILLED.search(word.lower())]
            return Statement(
                lead.start(),
                end,
                "placeholder",
                0.5 if len(named) > 1 or (named and ANY_YEAR.search(low, body, end)) else 0.2,
                body,
            )
        holders = self.holder_words(text, body, end)
        year = ANY_YEAR.search(low, body, end)
        start = said.valued or self._start(said, bool(holders), bool(year))
        if start < lead.start() and not holders:
            holders = self.holder_words(text, start, lead.start())
        if year and not said.word and start == lead.start() and not self._names(said, body, end):
            end = (
                trimmed(low, body, YEARS_ONLY.match(low, body, end).end())
                if YEARS_ONLY.match(low, body, end).end() >= year.end()
                else end
            )
            holders = self.holder_words(text, body, end)
        score = self._score(said, start, body, end, holders, year)
        if not score or (not said.word and NOISE.search(text, said.run, end)):
            return None
        kind = (
            "crown"
            if "crown copyright" in low[max(start - 12, 0) : end]
            or "parliamentary copyright" in low[max(start - 20, 0) : end]
            else "notice"
        )
        if lead["phonogram"] and not said.word:
            kind = "phonogram"
        elif kind == "notice" and _is_literal(low, start, end, said):
            kind, score = "string_literal", min(score, 0.6)
        return Statement(start, end, kind, score, body)

    def _names(self, said: "_Said", body: int, end: int) -> bool:
        """Whether what follows the years behind a sign may be a holder."""
        low = said.low
        at = name_start(low, body, end)
        if at >= end or CAPITAL.match(said.text, at) or LINE_START.search(low, said.left, said.lead.start()):
            return True
        return has_mail(low, at, end) or bool(self.forms.search(said.text, at, end) or self.plural.search(low, at, end))

    def _is_blank(self, low: str, start: int, end: int) -> bool:
        """Whether something is still to be filled in."""
        return bool(MAY_BE_BLANK.search(low, start, end) and self.placeholders.search(low, start, end))

    def _start(self, said: "_Said", has_holder: bool, has_year: bool) -> int:
        """Where a statement starts: at its lead, or at a holder or "portions" before it."""
        low, lead = said.low, said.lead
        line = low.rfind("\n", said.left, lead.start()) + 1 or said.left
        found = PORTIONS.search(low, line, lead.start())
        if found:
            return int(found.start())
        if has_holder or not has_year:
            return int(lead.start())
        if said.word and low[lead.start()] != "(":
            return said.authored or int(lead.start())
        name = LEFT.search(said.text[line : lead.start()])
        return int(line + name.start()) if name else int(lead.start())

    def _score(self, said: "_Said", start: int, body: int, end: int, holders: Sequence[str], year: Any) -> float:
        low, text, lead = said.low, said.text, said.lead
        near_year = bool(year) and bool(YEARS_ONLY.match(low, said.run, year.end()).end() >= year.end())
        plural = bool(self.plural.search(low, body, end))
        named = bool(holders) and (any(map(CAPITAL.match, holders)) or plural or has_mail(low, body, end))
        if lead["holder"]:
            at = name_start(low, body, end)
            several = len(holders) >= 2 and all(map(CAPITAL.match, holders[:2]))
            return 0.6 if at == lead.end() and several else 0.0
        if said.word and said.sign:
            return 0.95 if near_year else 0.9 if year else 0.85 if holders else 0.0
        if said.word:
            if near_year:
                return 0.9
            by = body > said.run or said.listed
            if year and LINE_START.search(low, said.left, lead.start()) and holders and year.start() - said.run < 40:
                return 0.8 if named else 0.6
            if not named or (not by and ARTICLE.search(low, said.left, lead.start())):
                return 0.0
            at = name_start(low, body, end)
            if not year and "\n" in low[body:at] and not by:
                return 0.0
            if not CAPITAL.match(text, at):
                return 0.8 if year and by else 0.6 if plural else 0.0
            return 0.8 if year or by else 0.7
        if near_year:
            if holders or lead[0] != "(c)" or start < lead.start():
                return 0.9
            return 0.7 if LINE_START.search(low, said.left, lead.start()) else 0.6
        if not named:
            return 0.0
        if year and CAPITAL.match(text, name_start(low, body, end)) and year.start() - said.run < 80:
            return 0.7
        return self._bare(said, start, body, end, holders)

    def _bare(self, said: "_Said", start: int, body: int, end: int, holders: Sequence[str]) -> float:
        """The score of a sign with a name and no year."""
        low, text, lead = said.low, said.text, said.lead
        at = name_start(low, body, end)
        if at - said.run > 3 and body == said.run:
            return 0.0
        sure = has_mail(low, body, end) or bool(self.forms.search(text, at + 2, end)) or body > said.run
        begins = start < lead.start() or bool(LINE_START.search(low, said.left, lead.start()))
        several = len(holders) >= 2 and all(CAPITAL.match(word) for word in holders[:2]) and len(holders) <= 8
        several = several and all(len(word) > 2 and word.isalpha() and word[1:].islower() for word in holders[:2])
        if not CAPITAL.match(text, at):
            return 0.0
        if lead[0] == "(c)":
            return 0.6 if sure and (begins or body > said.run or has_mail(low, body, end)) else 0.0
        return 0.6 if sure or (several and (begins or not said.before.strip()[-1:].isalnum())) else 0.0

    def holder_words(self, text: str, start: int, end: int) -> list[str]:
        """Words from ``start`` to ``end`` that may be of a holder: no mail, no address, none that names nobody."""
        return [word for word in words_in(text, start, end) if self.is_holder(word)]

    def has_holder(self, text: str, start: int, end: int) -> bool:
        """Whether there is one."""
        return any(map(self.is_holder, words_in(text, start, end)))

    @lru_cache(maxsize=1 << 14)  # noqa: B019 - there is one grammar
    def is_holder(self, word: str) -> bool:
        """Whether a word may name somebody."""
        return not self.not_holders.match(word.lower().rstrip("."))


class _Said:
    """A lead and the part of the text that decides on it."""

    def __init__(self, text: str, low: str, left: int, high: int, lead: Any, run: int) -> None:
        self.text, self.low, self.left, self.high, self.lead, self.run = text, low, left, high, lead, run
        whole = low[lead.start() : run]
        self.word = "opyright" in whole or "copr." in whole
        self.sign = bool(ANY_SIGN.search(whole))
        self.listed = bool(COLON.match(low, run)) or low[run - 1] == ":"
        key = KEY.search(low, lead.end() - 1, max(run, lead.end()) + 16) if self.word else None
        self.valued = key.end() if key else 0  # where the statement begins behind the name of a field
        self.authored = 0  # where the name of a holder right before the lead begins
        if self.word and low[lead.start()] != "(":
            line = low.rfind("\n", left, lead.start()) + 1 or left
            name = AUTHORED.search(text[line : lead.start()])
            self.authored = line + name.start(1) if name else 0

    @property
    def column(self) -> int:
        """Characters before the lead in its line, as far as they are seen."""
        return int(self.lead.start() - max(self.left, self.low.rfind("\n", self.left, self.lead.start()) + 1))

    @property
    def before(self) -> str:
        """What stands before the lead."""
        return self.low[self.left : self.lead.start()]


def _is_literal(low: str, start: int, end: int, said: _Said) -> bool:
    """Whether a statement stands in a string of a program."""
    if not QUOTE.search(low, said.left, start):
        return False
    after = low[end : end + 12].lstrip(" .,;:-!")
    return after[:1] in {'"', "'", "`", "\\"} and after[:1] != ""


@cache
def grammar() -> Grammar:
    """The shipped grammar, compiled on first use."""
    return Grammar()
