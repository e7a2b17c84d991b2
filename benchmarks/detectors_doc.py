"""``python -m benchmarks.detectors_doc``: write ``docs/detectors.md`` from the rules and the measured figures.

It stands here and not among the commands of ``auditor``, for it needs ``benchmarks/figures/detectors.json``, which is
measured in a checkout and is not in the package. ``--check`` writes nothing and exits with 1 where the document is not
what would be written.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor import detect
from auditor.detect.info import DetectorInfo
from auditor.detect.recognisers import KNOWN, NAMES_ID
from auditor.evaluate import cases
from auditor.rules import recipe as recipe_rules
from auditor.rules.curation import curations
from auditor.rules.pattern import PatternRule, pattern_rules
from auditor.rules.recipe import Names
from auditor.rules.vocabulary import Entity, vocabulary

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "detectors.md"
FIGURES = ROOT / "benchmarks" / "figures" / "detectors.json"

NOT_MEASURED = "not measured"

GROUPS = {
    "direct": "Who somebody is, and how to reach them",
    "online": "Online identifiers",
    "natid": "Identifiers issued by states",
    "fin": "Money",
    "quasi": "Details that narrow down who somebody is",
    "geo": "Precise places",
    "comms": "Content of communications",
    "child": "Children",
    "crim": "Offences",
    "special.health": "Health",
    "special.genetic": "Genetic data",
    "special.biometric": "Biometric data",
    "special.race": "Racial or ethnic origin",
    "special.political": "Political opinions",
    "special.religion": "Religion and belief",
    "special.union": "Trade unions",
    "special.sex": "Sex life and sexual orientation",
    "secret": "Secrets",
    "ip.copyright": "Copyright notices",
    "ip.licence": "Licences",
    "ip.optout": "Reservations of rights",
    "ip.work": "Works",
}
"""Classes of entities in the order of the document."""

_HEAD = """# Detectors

Every entity that the auditor knows, what looks for it, and how well that was measured. Generated from the rules by
`python -m benchmarks.detectors_doc`; change the rules, not this page.

- **Context**: *needed* means that a finding counts only with a word nearby (100 characters before, 40 after) or in the
  name of the column that says what it is; *raises* that such a word makes the score higher; *person* that something in
  the sentence, or the name of the column, links it to a person.
- **Check**: what a value must pass beyond its form. `stdnum.*` are modules of python-stdnum.
- **Country**: ISO 3166-1 code; on where the `countries` of a recipe have it, or always where it says so.
- **Cases**: texts with what must be found, and near misses. `auditor detectors test ID` runs them.
- `auditor explain ID` tells patterns, words and sources.

"""


@dataclass(frozen=True)
class Details:
    """What the document says of a detector beyond the catalogue."""

    country: str = ""
    cases: int = 0
    context: str = ""
    check: str = ""


def details() -> dict[str, Details]:
    """Details of every shipped detector that has some, by id."""
    counts = {suite.id: len(suite.cases) for suite in cases.shipped()}
    known = {name: Details(cases=count) for name, count in counts.items()}
    known |= {rule.id: _of_pattern(rule, counts[rule.id]) for rule in pattern_rules()}
    known |= {name: Details(cases=n, context="person") for name, n in counts.items() if name.startswith("special.")}
    rules = curations()
    for each in KNOWN:
        rule = rules.get(each.id)
        needed = "" if rule is None or rule.needs == "nothing" else "raises" if rule.counts_alone else "needed"
        country = each.country and f"{each.country}{' (always)' if each.default else ''}"
        known[each.id] = Details(country, counts.get(each.id, 0), needed, "Presidio's own")
    known[NAMES_ID] = Details(check="a spaCy model, where a recipe names one")
    return known


def _of_pattern(rule: PatternRule, count: int) -> Details:
    words = bool(rule.context or rule.context_whole)
    alone = any(pattern.valid_score for pattern in rule.patterns)
    context = "" if not words else "raises" if alone else "needed"
    country = rule.country and f"{rule.country}{' (always)' if rule.everywhere else ''}"
    return Details(country, count, context, f"`{rule.validator}`" if rule.validator else "")


def figures(path: Path = FIGURES) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Head and rows of the measured figures; nothing of either where they were not measured."""
    if not path.exists():
        return {}, []
    data = json.loads(path.read_text(encoding="utf-8"))
    return data["head"], data["rows"]


def document(head: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    """The whole page."""
    every = recipe_rules.read("full").model_copy(update={"countries": ("*",), "names": Names(engine="spacy")})
    infos, known = detect.infos(every), details()
    measured = {(row["entity"], row["language"]): row for row in rows}
    parts = [_HEAD, _measured(head), _contents()]
    for class_, title in GROUPS.items():
        entities = {name: entity for name, entity in vocabulary().entities.items() if entity.class_ == class_}
        if entities:
            parts.append(_group(title, entities, infos, known, measured))
    parts.append(_by_language(measured))
    return "".join(parts).rstrip("\n") + "\n"


def _measured(head: dict[str, Any]) -> str:
    if not head:
        return "Precision and recall have not been measured yet.\n\n"
    return (
        f"Precision and recall were measured on {head['documents']:,} generated texts (seed {head['seed']}, "
        f"{head['date']}) with 95 % Wilson intervals; see [benchmarks](../benchmarks/README.md). Generated texts are "
        "easier than real ones, so take the figures as an upper bound, and measure on your own with "
        "`auditor detectors evaluate`.\n\n"
    )


def _contents() -> str:
    return " · ".join(f"[{title}](#{_anchor(title)})" for title in GROUPS.values()) + "\n"


def _anchor(title: str) -> str:
    return "".join(c for c in title.lower() if c.isalnum() or c in " -").replace(" ", "-")


def _group(
    title: str,
    entities: dict[str, Entity],
    infos: Iterable[DetectorInfo],
    known: dict[str, Details],
    measured: dict[tuple[str, str], dict[str, Any]],
) -> str:
    finders = {name: [info for info in infos if name in info.entities] for name in entities}
    rows = [
        [f"`{name}`", entity.title, str(len(finders[name]) or "none"), *_figures(measured.get((name, "all")))]
        for name, entity in entities.items()
    ]
    text = f"\n## {title}\n\nClass `{next(iter(entities.values())).class_}`.\n\n"
    text += _table(("entity", "what", "detectors", "precision", "recall"), rows)
    chosen = {info.id: info for found in finders.values() for info in found}
    if chosen:
        heads = ("detector", "finds", "engine", "country", "cases", "context", "check", "known false findings")
        text += "\n" + _table(heads, [_detector(info, known.get(info.id, Details())) for info in chosen.values()])
    return text


def _detector(info: DetectorInfo, more: Details) -> list[str]:
    finds = f"{info.title} ({', '.join(f'`{name}`' for name in info.entities)})"
    count = str(more.cases or "none")
    return [f"`{info.id}`", finds, info.engine, more.country, count, more.context, more.check, info.false_positives]


def _figures(row: dict[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return NOT_MEASURED, NOT_MEASURED
    return _share(row, "precision", row["found"]), _share(row, "recall", row["support"])


def _share(row: dict[str, Any], name: str, of: int) -> str:
    if row[name] is None:
        return "none found" if name == "precision" else "none labelled"
    return f"{row[name]:.3f} [{row[f'{name}_low']:.3f}, {row[f'{name}_high']:.3f}] of {of:,}"


def _by_language(measured: dict[tuple[str, str], dict[str, Any]]) -> str:
    """Precision and recall by language of what is found by words."""
    words = [name for name, entity in vocabulary().entities.items() if entity.class_.startswith(("special.", "crim"))]
    languages = sorted({language for name, language in measured if name in words and language != "all"})
    if not languages:
        return ""
    rows = [
        [f"`{name}`", *(_pair(measured.get((name, language))) for language in languages)]
        for name in words
        if any((name, language) in measured for language in languages)
    ]
    intro = "What is found by words depends on the language: precision / recall.\n\n"
    return "\n## By language\n\n" + intro + _table(("entity", *languages), rows)


def _pair(row: dict[str, Any] | None) -> str:
    if row is None:
        return NOT_MEASURED
    return " / ".join("-" if row[name] is None else f"{row[name]:.2f}" for name in ("precision", "recall"))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(_lines(heads, rows))


def _lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |\n"
    yield f"|{'---|' * len(heads)}\n"
    for row in rows:
        yield f"| {' | '.join(' '.join(cell.replace('|', '&#124;').split()) for cell in row)} |\n"


def main() -> int:
    """Exit code 1 when ``--check`` finds the document out of date."""
    known = argparse.ArgumentParser(
        prog="python -m benchmarks.detectors_doc", description="Write docs/detectors.md from the rules and figures."
    )
    known.add_argument("--check", action="store_true", help="write nothing; exit with 1 when it is out of date")
    given = known.parse_args()
    text = document(*figures())
    if not given.check:
        DOCUMENT.write_text(text, encoding="utf-8")
        print(f"wrote {DOCUMENT.relative_to(ROOT)}")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == text:
        return 0
    print("docs/detectors.md is out of date: run python -m benchmarks.detectors_doc")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
