"""Licences by their names and titles, and statements about rights, in flat text (``licence_flat.py``)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from auditor.detect.licence_fields import CONCLUDED, Mark
from auditor.detect.licence_flat import Batch, Flat, Keys, flattened
from auditor.detect.licence_texts import references
from auditor.rules.licences import Name, Statement, names, statements, unlisted

_VERSION = r"v?(\d(?:[.]\d{1,2})?[ac]?)(?:[.]0)?(?![0-9a-z])"


_COMPATIBLE = re.compile(r" (?:in)?compatib(?:le|ility)")
"""Behind a name: it is compared with."""
_NAME_REACH, _STATEMENT_REACH = (90, 160), (180, 300)
"""How far before and behind the beginning of a key a match of its rule lies."""


class _Names:
    """The rules, compiled once."""

    def __init__(self) -> None:
        file = names()
        filler = "|".join(sorted(map(re.escape, file.fillers), key=lambda word: (-len(word), word)))
        between = rf"(?: (?:{filler})(?![a-z0-9.]))"
        self.behind = re.compile(rf"{between}{{0,14}} (?:versions?|vers?|v|release)[.]? ?{_VERSION}|[.]? ?{_VERSION}")
        later = (
            r"(?: (?:or|and)(?: (?:at|your|our|option|discretion|under|any|a|its|the|terms|of))*"
            r" (?:later|newer|higher|above|subsequent|greater)(?: versions?)?)"
        )
        self.later = re.compile(rf"{between}{{0,8}}{later}|[+]")
        self.before = re.compile(
            rf" (?:versions?|v)[.]? ?{_VERSION}(?P<later>{later}|[+])?(?: (?:of|under|the|terms|gnu|license|licence))* $"  # noqa: E501
        )
        about = "(?: (?:the|a|an|any|its|our|terms|of|gnu|version|v|[0-9.]+|or|later))*"
        self.denied = re.compile(rf" (?:{'|'.join(file.denials)}){about} $")
        self.chosen = re.compile("|".join(file.choices))
        self.granted = re.compile(rf" (?:{'|'.join(file.grants)})(?![a-z0-9])")


class _Rule(NamedTuple):
    """A rule with its expressions, compiled, and how far around a key of it a match lies, in characters."""

    rule: Any
    compiled: Any
    refused: Any
    before: int
    behind: int


class _Rules(NamedTuple):
    """All rules, and the keys by which they are found; the number behind the last is that of the titles."""

    rules: tuple[_Rule, ...]
    keys: Keys

    @classmethod
    def of(cls, some: Sequence[Name], others: Sequence[Statement]) -> "_Rules":
        """Of names and statements."""
        keys = defaultdict[str, list[int]](list)
        every: tuple[Name | Statement, ...] = (*some, *others)
        for n, rule in enumerate(every):
            for key in rule.keys:
                keys[flattened(key) + " " * key.endswith(" ")].append(n)
        for word in ("license", "licence"):
            keys[word].append(len(some) + len(others))
        rules = (*(_rule(r, *_NAME_REACH) for r in some), *(_rule(r, *_STATEMENT_REACH) for r in others))
        return cls(rules, Keys(keys))


def _rule(rule: Name | Statement, before: int, behind: int) -> _Rule:
    return _Rule(rule, re.compile(f" (?:{rule.regex})"), rule.refuse and re.compile(rule.refuse), before, behind)


def _matches(rule: _Rule, places: Sequence[int], text: str) -> Iterator[Any]:
    """The matches of a rule, each with the blank before it, and each of which holds one of the places of its keys."""
    at = 0
    for place in places:
        if place < at:
            continue
        match = rule.compiled.search(text, max(at - 1, place - rule.before, 0), min(len(text), place + rule.behind))
        if match is None:
            continue
        at = max(match.end(), place + 1)
        if not (rule.refused and _refuses(rule.refused, match, text)):
            yield match


def _refuses(refused: Any, match: Any, text: str) -> bool:
    """Whether a match is a known false one, alone or by the words before it."""
    alone = refused.search(match[0].strip())
    return bool(alone or refused.search(text, max(0, match.start() - 20), match.end()))


@cache
def _rules() -> _Rules:
    return _Rules.of((*names().names, *unlisted().names), statements().statements)


@cache
def _names() -> _Names:
    return _Names()


def keyed(batch: Batch) -> dict[int, dict[int, list[int]]]:
    """By window and then by rule where keys stand in its flat text."""
    return _rules().keys.found(batch)


def named(flat: Flat, places: Mapping[int, Sequence[int]]) -> Iterator[Mark]:
    """Names and titles of licences; ``places`` are those of keys in the window, by rule."""
    held = _rules().rules
    for n in sorted(places):
        if n == len(held):
            yield from _by_title(flat, places[n])
        elif isinstance(held[n].rule, Name):
            yield from _by_name(flat, held[n], places[n])


def stated(flat: Flat, places: Mapping[int, Sequence[int]]) -> Iterator[Mark]:
    """Statements about rights; ``places`` as in :func:`named`."""
    held = _rules().rules
    for n in sorted(places):
        if n < len(held) and isinstance(held[n].rule, Statement):
            yield from _by_statement(flat, held[n], places[n])


_TITLE = re.compile(r"[^a-z0-9.]+")
_TITLED = re.compile(r"licen[cs]e(?![a-z])")
_NUMBER = re.compile(r" (?:version |v)?(\d(?:[.]\d+)*)\b.*$")
_LONGEST = 8


@cache
def _titles() -> dict[tuple[str, ...], dict[str, str]]:
    """The titles of the list that end in *license* and say enough, by their words: identifiers by version."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for name, title in sorted(references().titles.items()):
        plain = _TITLE.sub(" ", title.lower()).strip()
        number = _NUMBER.search(plain)
        said = tuple(_NUMBER.sub("", plain).replace("licence", "license").split())
        if len(said) >= 3 and said[-1] == "license":
            found.setdefault(said, {}).setdefault(number[1] if number else "", name)
    return found


@cache
def _last_words() -> frozenset[str]:
    """The words before *license* in these titles."""
    return frozenset(words[-2] for words in _titles())


def _by_title(flat: Flat, places: Sequence[int]) -> Iterator[Mark]:
    """Licences by their titles in the list, which end at the word *license*."""
    known, titles, text = _names(), _titles(), flat.text
    for place in places:
        match = _TITLED.match(text, place)
        before = text[max(0, place - 90) : place].split()[-_LONGEST:]
        if match is None or not before or before[-1] not in _last_words():
            continue
        for n in range(len(before) - 1):
            versions = titles.get((*before[n:], "license"))
            if versions is not None:
                start = match.start() - sum(len(word) + 1 for word in before[n:])
                mark = _titled(known, text, start, match.end(), versions)
                if mark:
                    start, end = flat.span(mark.start, mark.end)
                    yield mark._replace(start=start, end=end)
                break


def _titled(known: _Names, text: str, start: int, end: int, versions: dict[str, str]) -> Mark | None:
    if known.denied.search(text, max(0, start - 90), start):
        return None
    behind = known.behind.match(text, end)
    exact = versions.get(behind[1] or behind[2]) if behind else None
    spdx = exact or versions.get("") or max(versions.values())
    score = 0.8 if known.granted.search(text, max(0, start - 160), end + 60) else 0.6
    stop = behind.end() if behind and exact else end
    return Mark(start, stop, spdx, "licence_name", score, CONCLUDED, spdx, not exact and "" not in versions)


def _by_name(flat: Flat, rule: _Rule, places: Sequence[int]) -> Iterator[Mark]:
    """Licences by their names, with the version that stands beside them."""
    known, text = _names(), flat.text
    for match in _matches(rule, places, text):
        start, end, spdx, vague = _versioned(known, rule.rule, match, flat)
        if not (known.denied.search(text, max(0, start - 90), start) or _COMPATIBLE.match(text, end)):
            granted = known.granted.search(text, max(0, start - 160), end + 60)
            score = 0.8 if granted else 0.6
            chosen = flat.may_choose and known.chosen.search(text, max(0, start - 200), start)
            kind = "licence_choice" if chosen else "licence_name"
            yield Mark(*flat.span(start, end), spdx, kind, score, CONCLUDED, rule.rule.name, vague)


def _versioned(known: _Names, rule: Name, match: Any, flat: Flat) -> tuple[int, int, str, bool]:
    """Where a name with its version stands, the identifier, and whether the version is unknown."""
    (start, end), text, words = (match.start() + 1, match.end()), flat.text, match[0]
    for word, spdx in rule.also.items():
        if word in words:
            return start, end, spdx, False
    if not (rule.versions or rule.creative):
        return start, end, rule.spdx, rule.spdx.startswith("LicenseRef-")
    version, later = "", False
    behind = known.behind.match(text, end)
    if behind and (behind[1] or not flat.parted(end, behind.start(2))):
        version, end = behind[1] or behind[2], behind.end()
        more = known.later.match(text, end)
        if more:
            later, end = True, more.end()
    else:
        before = known.before.search(text, max(0, start - 110), start)
        if before:
            version, later = before[1], bool(before["later"])
            start = before.start() + 1
    if rule.creative:
        return start, end, *_creative(words, version)
    spdx = rule.versions.get(version) or rule.versions.get(version.removesuffix(".0"), "")
    if not spdx:
        return match.start() + 1, match.end() if version else end, rule.spdx, True
    if rule.later and later:
        spdx = spdx.removesuffix("-only") + "-or-later"
    return start, end, spdx, False


def _creative(words: str, version: str) -> tuple[str, bool]:
    parts = ["nc" * bool(re.search(r"\bnc|non ?commercial", words))]
    parts += ["nd" * bool(re.search(r"\bnd\b|no ?deriv", words)), "sa" * bool(re.search(r"\bsa\b|share ?alike", words))]
    name = "-".join(["CC-BY", *(part.upper() for part in parts if part)])
    if version in {"1.0", "2.0", "2.5", "3.0", "4.0"}:
        return f"{name}-{version}", False
    return f"LicenseRef-{name}", True


def _by_statement(flat: Flat, rule: _Rule, places: Sequence[int]) -> Iterator[Mark]:
    """Statements about rights."""
    said = rule.rule
    for match in _matches(rule, places, flat.text):
        place = flat.span(*match.span())
        yield Mark(*place, said.spdx, said.kind, said.score, CONCLUDED, "", False, said.category or "")
