"""The cases that rules carry: texts that a detector must find something in, spans marked ``«so»``, and near misses.

A *suite* is a detector with its cases, a *case* one text. Rules with cases are the patterns of ``recipes/detectors``
and of a recipe, the term lists of ``recipes/terms``, the copyright notices of ``recipes/notices``, and what
``recipes/presidio.yaml`` says of Presidio's recognisers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from auditor.detect import lyrics, presidio, reservations, robots
from auditor.detect.ages import AgeDetector
from auditor.detect.cells import run
from auditor.detect.notices import ID as NOTICES
from auditor.detect.notices import NoticeDetector
from auditor.detect.overlap import resolve
from auditor.detect.patterns import PatternDetector
from auditor.detect.special import SpecialDetector
from auditor.model import REVIEW, STRONG, Detector, Limits, TextColumn
from auditor.rules.ages import AgeFile, age_files
from auditor.rules.curation import curations
from auditor.rules.notices import cases as notice_cases
from auditor.rules.pattern import Cases, PatternRule, pattern_rules
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import coded_cases
from auditor.rules.terms import TermFile, Terms, term_files

_MARKS = re.compile("[«»]")


class Case(NamedTuple):
    """A text with its expected spans marked, none in a near miss; findings below ``least`` do not count."""

    kind: str  # as the rule has it: match, miss, found, sure
    marked: str
    least: float = 0.0


class Hit(NamedTuple):
    """One finding in a case: code points, half-open."""

    start: int
    end: int
    score: float


class Failure(NamedTuple):
    """A case that does not hold: what was found instead, as text of the case and score, or why nothing was."""

    case: Case
    found: tuple[tuple[str, float], ...]
    lost: str = ""  # reason code, where the detector gave up


class Outcome(NamedTuple):
    """What the cases of one detector came to."""

    id: str
    cases: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Suite:
    """The cases of one detector; building it is left until they run."""

    id: str
    cases: tuple[Case, ...]
    build: Callable[[], Detector]

    def run(self) -> Outcome:
        """Run all of them."""
        failures = tuple(self.failures(self.cases))
        return Outcome(self.id, len(self.cases), failures)

    def failures(self, cases: Sequence[Case]) -> Iterator[Failure]:
        """Those of some cases that do not hold."""
        plain = [marked(case.marked) for case in cases]
        hits, lost = _found(self.build(), [text for text, _ in plain])
        for number, (case, (text, spans)) in enumerate(zip(cases, plain, strict=True)):
            found = [hit for hit in hits.get(number, ()) if hit.score >= case.least]
            if number in lost or [(hit.start, hit.end) for hit in found] != spans:
                shown = tuple((text[hit.start : hit.end], hit.score) for hit in found)
                yield Failure(case, shown, lost.get(number, ""))


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the spans (code points, half-open) they stood for."""
    spans, plain = [], ""
    for number, part in enumerate(_MARKS.split(text)):
        if number % 2:
            spans.append((len(plain), len(plain) + len(part)))
        plain += part
    return plain, spans


def _found(detector: Detector, texts: Sequence[str]) -> tuple[dict[int, list[Hit]], dict[int, str]]:
    """Findings by text in their order, and texts that the detector gave up on with the reason."""
    index = pa.array(range(len(texts)), pa.int64())
    column = TextColumn("text", pa.array(texts, pa.string()), index, pa.array([0] * len(texts), pa.int32()))
    spans, losses = run([detector], column, Limits())
    kept = resolve(spans).sort_by([(name, "ascending") for name in ("row", "start", "end")])
    columns = (kept[name].to_pylist() for name in ("row", "start", "end", "score"))
    hits: dict[int, list[Hit]] = {}
    for row, *hit in zip(*columns, strict=True):
        hits.setdefault(row, []).append(Hit(*hit))
    return hits, {loss.index: loss.reason for loss in losses}


def shipped() -> list[Suite]:
    """Suites of all rules that ship, by id."""
    found = [
        *(pattern_suite(rule, Limits.pattern_seconds, shipped=True) for rule in pattern_rules()),
        *(term_suite(file) for file in term_files()),
        *_coded_suites(),
        notice_suite(),
        *(age_suite(file) for file in age_files()),
        *_presidio_suites(),
    ]
    return sorted(found, key=lambda suite: suite.id)


def of_recipe(recipe: Recipe) -> list[Suite]:
    """Suites of the patterns that a recipe brings itself; they run under its clock."""
    return [pattern_suite(rule, recipe.limits.pattern_seconds) for rule in recipe.patterns]


def pattern_suite(rule: PatternRule, seconds: float, *, shipped: bool = False) -> Suite:
    """The cases of a pattern rule: any finding counts."""
    return Suite(rule.id, _cases(rule.cases), lambda: PatternDetector(rule, seconds, shipped=shipped))


def age_suite(file: AgeFile) -> Suite:
    """The cases of the ages of a language: any finding counts."""
    return Suite(file.id, _cases(file.cases), lambda: AgeDetector(file, Limits.pattern_seconds))


def _cases(cases: Cases) -> tuple[Case, ...]:
    return (*(Case("match", text) for text in cases.match), *(Case("miss", text) for text in cases.miss))


def term_suite(file: TermFile) -> Suite:
    """The cases of a term list: ``sure`` has strong findings, ``found`` any from review on, ``miss`` none of these."""
    lists: Iterable[Terms] = (file.everywhere, *file.languages.values())
    cases = tuple(
        Case(kind, text, STRONG if kind == "sure" else REVIEW)
        for terms in lists
        for kind in ("sure", "found", "miss")
        for text in getattr(terms, kind)
    )
    return Suite(file.id, cases, lambda: SpecialDetector(file.id, file.entity, Limits.pattern_seconds))


def _coded_suites() -> Iterator[Suite]:
    """Suites of the coded detectors of reservations and lyrics: any finding counts."""
    recipe = Recipe(id="cases", title="Cases", description="Coded detectors")

    def built(name: str) -> Callable[[], Detector]:
        made = (detector for module in (lyrics, reservations, robots) for detector in module.detectors(recipe))
        return lambda: next(detector for detector in made if detector.id == name)

    for name, cases in coded_cases():
        yield Suite(name, _cases(cases), built(name))


def notice_suite() -> Suite:
    """The cases of copyright notices: ``match`` has all that is marked, ``miss`` nothing from review on."""
    kinds = {kind: each for kind, each in notice_cases().items() if kind != "placeholder"}
    found = [case if isinstance(case, str) else case.text for each in kinds.values() for case in each.match]
    none = [case for each in kinds.values() for case in each.miss]
    cases = (*(Case("match", text) for text in found), *(Case("miss", text, REVIEW) for text in none))
    return Suite(NOTICES, cases, lambda: NoticeDetector(Limits.pattern_seconds))


def _presidio_suites() -> Iterator[Suite]:
    def built(name: str) -> Callable[[], Detector]:
        return lambda: _presidio()[name]

    for name, rule in curations().items():
        if not rule.off and (rule.cases.match or rule.cases.miss):
            yield Suite(name, _cases(rule.cases), built(name))


@cache
def _presidio() -> dict[str, Detector]:
    """Presidio's recognisers of all countries; dear, so they are built when the first of their cases runs."""
    every = Recipe(id="cases", title="Cases", description="All countries", countries=("*",))
    return {detector.id: detector for detector in presidio.detectors(every)}
