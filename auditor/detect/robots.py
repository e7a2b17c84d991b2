"""Groups of robots.txt that turn away crawlers which gather data for models; ``recipes/reservations/robots.yaml``.

A group is its ``User-agent`` lines and the rules after them (RFC 9309). It counts where one of these names a crawler
of the list and a rule keeps that one off the site or off a path. Of two rules of equal length the allowing one wins, so
``Disallow: /`` beside ``Allow: /`` keeps nobody off. Lines may stand in a file, in a JSON string (``\\n``) or, where a
text has lost its line feeds, one behind another.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from auditor.detect import gates
from auditor.detect.info import DetectorInfo
from auditor.detect.prefilter import Need
from auditor.detect.texts import Deadline, Span, TextDetector
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import Agent, RobotsFile, robots

ID = "rights.robots_agents.v1"
ENTITY = "TDM_OPT_OUT"
ROOT = frozenset({"/", "/*", "*"})
"""Paths that stand for the whole site."""

SITE, EXCEPT, PATH, OTHER, ALL = 0.95, 0.9, 0.6, 0.6, 0.4
"""Scores: the whole site; with exceptions; a path; no crawler for training among the agents; every crawler there is."""

APART = 1000
"""Most characters between two lines of a group."""
_NAMED = 40  # agents that are told

_NAMES = (
    r"user-?agent|disallow|allow|crawl-delay|request-rate|sitemap|host|clean-param|noindex|content-signal|"
    r"content-usage|license"
)
_VALUE = rf"(?:(?!\b(?:{_NAMES})[ \t]*:)[^\r\n#\\\"'`<>])*"
_LINE = re.compile(rf"(?:\b|(?<=\\[nrt]))({_NAMES})[ \t]*:[ \t]*({_VALUE})", re.IGNORECASE | re.ASCII)
_BEFORE = re.compile(r"(?:^|[\r\n]|\\n|\\r|(?P<quoted>[\"'`>]))[ \t>*|-]*$", re.ASCII)
_QUOTES = ('"', "'", "`", "<")
_FIRST = re.compile(r"user-?agent[ \t]*:", re.IGNORECASE | re.ASCII)
_FEW = 40  # characters before a line that are looked at
_BETWEEN = re.compile(r"[ \t]*")


class _Line(NamedTuple):
    """One directive: where it starts, where its value ends."""

    name: str
    value: str
    start: int
    end: int


class _Group(NamedTuple):
    agents: list[_Line]
    rules: list[_Line]


class RobotsDetector(TextDetector):
    """One finding for every group: from the first line that names a crawler to the rule that keeps it off."""

    id = ID
    entities = frozenset({ENTITY})

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        words = ("user-agent", "useragent")
        names = "|".join(map(gates.coded, ("*", *(agent.name for agent in self._file.agents))))
        expressions = tuple(rf"{gates.coded(word)}[ \t]*:[ \t]*(?:{names})" for word in words)
        self.need = Need(gates.any_of(words), expressions, folds=True)

    @cached_property
    def _file(self) -> RobotsFile:
        return robots()

    @cached_property
    def _agents(self) -> dict[str, Agent]:
        return {agent.name.lower(): agent for agent in self._file.agents}

    def spans(self, text: str) -> Iterator[Span]:
        """See the base."""
        deadline = Deadline(self._seconds)
        for group in _groups(_lines(text)):
            deadline.check()
            found = self._judged(group)
            if found:
                yield found

    def _judged(self, group: _Group) -> Span | None:
        named = [line for line in group.agents if line.value == "*" or _token(line.value) in self._agents]
        barred = _barred(group.rules)
        if not named or not barred:
            return None
        known = {agent.name: agent for agent in (self._agents.get(_token(line.value)) for line in named) if agent}
        is_site = barred.value in ROOT
        if not known and not is_site:
            return None
        kind = "robots_agents" if known else "robots_all"
        detail: dict[str, object] = {"kind": kind, "scope": "site" if is_site else "path"}
        if known:
            purposes = sorted({agent.purpose for agent in known.values()})
            detail |= {"agents": sorted(known)[:_NAMED], "purposes": purposes}
        exceptions = is_site and any(rule.name == "allow" and rule.value for rule in group.rules)
        if exceptions:
            detail["exceptions"] = "yes"
        first = next(line for line in named if not known or _token(line.value) in self._agents)
        score = _score(known.values(), is_site=is_site, exceptions=exceptions)
        return Span(first.start, barred.end, ENTITY, score, json.dumps(detail, sort_keys=True))


def _score(agents: Iterable[Agent], *, is_site: bool, exceptions: bool) -> float:
    purposes = {agent.purpose for agent in agents}
    if not purposes:
        return ALL
    if not is_site:
        return PATH
    return OTHER if purposes.isdisjoint({"training", "dataset"}) else EXCEPT if exceptions else SITE


def _token(value: str) -> str:
    """The product token of a ``User-agent`` line, without its version."""
    return value.split("/", maxsplit=1)[0].strip().lower()


def _barred(rules: Iterable[_Line]) -> _Line | None:
    """The rule that keeps the agents off, the whole site before a path."""
    allowed = {rule.value for rule in rules if rule.name == "allow"}
    is_open = not allowed.isdisjoint(ROOT)
    off = [
        rule
        for rule in rules
        if rule.name == "disallow" and rule.value and rule.value not in allowed and not (is_open and rule.value in ROOT)
    ]
    return next((rule for rule in off if rule.value in ROOT), off[0] if off else None)


def _lines(text: str) -> Iterator[_Line]:
    """The directives of a text; what stands in a sentence or behind ``#`` is none."""
    last, first = -1, _FIRST.search(text)
    for match in _LINE.finditer(text, first.start()) if first else ():
        start = match.start()
        follows = last >= 0 and _BETWEEN.fullmatch(text, last, start)
        if not follows and not _begins(text, start, match.end()):
            last = -1
            continue
        name = match[1].lower().replace("useragent", "user-agent")
        value = match[2].strip() if name == "user-agent" else (match[2].split() or [""])[0]
        last = match.start(2) + match[2].find(value) + len(value) if value else match.end(1) + 1
        yield _Line(name, value, start, last)


def _begins(text: str, start: int, end: int) -> bool:
    """Whether a line begins at a place: of the text or of a string, but not of one that holds no more than the line."""
    low = max(0, start - _FEW)
    before = _BEFORE.search(text[low:start])
    if not before or (low and before.start() == 0 and not before[0].strip(" \t>*|-")):
        return False
    return not (before["quoted"] and text.startswith(_QUOTES, end))


def _groups(lines: Iterable[_Line]) -> Iterator[_Group]:
    group, last = _Group([], []), 0
    for line in lines:
        far = line.start - last > APART
        last = line.end
        if line.name == "user-agent":
            if group.rules or far:
                yield group
                group = _Group([], [])
            group.agents.append(line)
        elif far:
            yield group
            group = _Group([], [])
        elif line.name != "sitemap" and group.agents:
            group.rules.append(line)
    yield group


def detectors(recipe: Recipe) -> Iterable[RobotsDetector]:
    """The one there is."""
    return [RobotsDetector(recipe.limits.pattern_seconds)]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of it."""
    return [
        DetectorInfo(
            id=ID,
            title="Groups of robots.txt that turn away crawlers of AI",
            entities=(ENTITY,),
            engine="terms",
            keywords=("user-agent",),
            references=("https://www.rfc-editor.org/rfc/rfc9309",),
            facts=(
                "The crawlers are listed in recipes/reservations/robots.yaml, with their operators and purposes.",
                "A group for every crawler (*) that bars the whole site is a weak finding.",
            ),
            false_positives="Documentation that shows such a file as an example.",
        )
    ]
