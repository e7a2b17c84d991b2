"""The method part of ``audit.json``: what looked, what nothing looked for, and the limits of both."""

from typing import Any

from auditor.model import LOST, PLANNED_GAP, Audited
from auditor.report.plain import name, plain, prose
from auditor.report.words import reason

_FAMILIES = (
    ("names", ("PERSON", "LOCATION", "ORGANIZATION", "NRP")),
    ("special categories", ("HEALTH_CONDITION", "RELIGION")),
    ("secrets", ("SECRET_",)),
    ("copyright and licence markers", ("COPYRIGHT_NOTICE", "LICENSE_MARKER", "TDM_")),
)
"""What a reader may expect to have been searched; an entity that ends in ``_`` stands for all that begin so."""


def method(audited: Audited) -> dict[str, Any]:
    """Detectors, recipe, limits and what was not looked for."""
    recipe = dict(audited.recipe)
    limits, names = recipe.pop("limits", {}), recipe.get("names") or {}
    recipe["patterns"] = [p["id"] for p in recipe.get("patterns") or ()]
    return {
        "detectors": sorted((_detector(d) for d in audited.detectors), key=lambda d: d["id"]),
        "entities": sorted(_declared(audited)),
        "names_engine": prose(str(names.get("engine", "none"))),
        "not_searched": not_searched(audited),
        "recipe": plain(recipe, name),
        "limits": plain(limits),
        "regimes": [{k: prose(r.get(k, "")) for k in ("id", "title", "version")} for r in audited.regimes],
    }


def _detector(item: dict[str, Any]) -> dict[str, Any]:
    return {"id": item["id"], "title": prose(item["title"]), "entities": sorted(item["entities"])}


def _declared(audited: Audited) -> set[str]:
    return {e for d in audited.detectors for e in d["entities"]}


def not_searched(audited: Audited) -> list[dict[str, Any]]:
    """Families of entities, or parts of them, that no detector of this ruleset declares."""
    declared = _declared(audited)
    missing = [
        (family, [e for e in wanted if not any(d == e or (e.endswith("_") and d.startswith(e)) for d in declared)])
        for family, wanted in _FAMILIES
    ]
    return [
        {"family": f, "entities": [f"{e}*" if e.endswith("_") else e for e in gone], "why": _why(f, audited)}
        for f, gone in missing
        if gone
    ]


def _why(family: str, audited: Audited) -> str:
    engine = (audited.recipe.get("names") or {}).get("engine", "none")
    if family == "names" and engine == "none":
        return "no names engine"
    return "no detector in this recipe"


def limitations(audited: Audited) -> list[str]:
    """What this audit cannot say, in plain sentences, the weightiest first."""
    lines = audited.coverage.lines
    return [
        *_lost(audited),
        *(f"Not searched ({gap['why']}): {', '.join(gap['entities'])}." for gap in not_searched(audited)),
        *(f"Left out by design: {reason(r)}." for r in sorted({x.reason for x in lines if x.status == PLANNED_GAP})),
        *_facts(audited),
        "Rules and models miss things. Finding nothing shows that nothing was recognised, not that nothing is there.",
        "A finding is a match of a rule or model. Some are wrong; the confidence says how far to trust one.",
        _language(audited),
        "Pictures, sound and video are not examined.",
        "Rights markers tell what a text says of itself. Where there is none, permission does not follow.",
        "Rules of law are an engineer's digest at the version shown; the citation is there to check them against.",
    ]


def _lost(audited: Audited) -> list[str]:
    summary = audited.coverage
    if not (summary.bytes_lost or summary.files_lost or any(x.status == LOST for x in summary.lines)):
        return []
    files = f"{summary.files_lost} files lost and {summary.files_partial} read in part"
    return [f"Not everything was read: {summary.percent:g} % of bytes, {files}. Nothing is known of the rest."]


def _language(audited: Audited) -> str:
    language = prose(str(audited.recipe.get("language", "en")))
    return f"Word lists are for the language '{language}'; other languages are searched for fixed patterns only."


def _facts(audited: Audited) -> list[str]:
    unknown = sum(f.value is None for f in audited.facts)
    declared = len(audited.facts) - unknown
    sentences = []
    if declared:
        sentences.append(f"{declared} facts are taken as declared; the tool did not verify them.")
    if unknown:
        sentences.append(f"{unknown} facts are unknown; unknown is never read as no.")
    return sentences
