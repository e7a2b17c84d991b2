"""A regime to read: one obligation with everything that the rule says, and the page of a whole regime in Markdown."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.report.words import PROVENANCE
from auditor.rules.facts import schema
from auditor.rules.obligation import Exemption, Obligation, Proof
from auditor.rules.regime import Regime
from auditor.rules.wording import either, value_words, words

_STATUS = {
    "in_force": "law in force",
    "future": "law that is to come",
    "proposed": "a proposal: shown, never evaluated",
    "guidance": "guidance, not law: never more than a review",
}


_CHECKS = {"known": "is declared", "present": "is given", "yes": "is yes"}


class Entry(NamedTuple):
    """One thing that a rule says; several lines where there are several."""

    label: str
    lines: tuple[str, ...]


def about(duty: Obligation, regime: Regime) -> tuple[Entry, ...]:
    """Everything that the rule of an obligation says, in the order in which it is judged."""
    entries = (
        ("Citation", [str(duty.citation), duty.citation.url]),
        ("Source", [source(duty)]),
        ("Status", [f"{_STATUS[duty.law_status]}; {_span(duty)}"]),
        ("Scope", [words(regime.scope_of(duty))]),
        ("Set in motion by", [words(regime.trigger_of(duty))]),
        ("A person must look when", [f"{words(duty.review_when)}: {duty.review_text}"] if duty.review_when else []),
        ("Exceptions", [_exemption(one) for one in duty.exceptions]),
        ("Evidence asked for", [_proof(one) for one in duty.evidence]),
        ("Hard limit", [f"{duty.hard_fail_text}: {words(duty.hard_fail)}"] if duty.hard_fail else []),
        ("Judgement", ["a person must judge, whatever is on file"] if duty.judgement else []),
        ("Severity", [duty.severity.value]),
        ("Deadline", [str(duty.deadline)]),
        ("Exposure", [str(regime.penalties[duty.penalty])] if duty.penalty else []),
        ("What to do", [f"{one.op} ({', '.join(one.target)}): {one.text}" for one in duty.actions]),
    )
    return tuple(Entry(label, tuple(lines)) for label, lines in entries if lines)


def asked(duty: Obligation, regime: Regime) -> tuple[Entry, ...]:
    """The facts that an obligation turns on, with the question to each and what may be answered."""
    conditions = [regime.scope_of(duty), regime.trigger_of(duty), *duty.conditions().values()]
    keys = [key for condition in conditions for key in condition.facts]
    keys += [key for proof in duty.evidence for key in proof.facts]
    return tuple(Entry(key, tuple(_question(key))) for key in dict.fromkeys(keys))


def _question(key: str) -> Iterator[str]:
    rule = schema().all()[key]
    yield rule.question
    yield f"answer: {'a list of ' if rule.type == 'list' else ''}{either(rule.values) if rule.values else rule.type}"


def source(duty: Obligation) -> str:
    """How far the rule was checked, against what, when, and when it is to be reviewed."""
    mark = duty.provenance
    reviewed = f"checked {mark.checked}, to be reviewed by {mark.review_by}"
    return f"{mark.mark}, {PROVENANCE[mark.mark]} ({mark.source}); {reviewed}"


def _span(duty: Obligation) -> str:
    to = f" to {duty.in_force.to}" if duty.in_force.to else ""
    return f"from {duty.in_force.from_}{to}"


def _exemption(one: Exemption) -> str:
    effect = "frees without more" if one.self_executing else "a person must judge it"
    return f"{one.text} ({one.citation}), when {words(one.when)}; {effect}"


def _proof(one: Proof) -> str:
    asks = _CHECKS[one.check] if isinstance(one.check, str) else f"says {either(map(value_words, one.check['in']))}"
    return f"{one.text}: {' or '.join(one.facts)} {asks}{'; decisive' if one.blocking else ''}"


def page(regime: Regime) -> str:
    """The page of a regime in Markdown."""
    return "\n".join(_page(regime)) + "\n"


def _page(regime: Regime) -> Iterator[str]:
    yield f"# {regime.title}"
    edition = f"version {regime.version} of {regime.published}, {len(regime.obligations)} obligations"
    yield f"\n`{regime.id}`, {regime.jurisdiction}, {edition}.\n\n{_one_line(regime.disclaimer)}"
    yield f"\nGenerated from the rules by `auditor regimes pages {_FOLDER}`; change the rules, not this page."
    yield "\nSource marks: " + "; ".join(f"**{mark}** {meaning}" for mark, meaning in PROVENANCE.items()) + "."
    yield f"\nAll obligations concern a dataset only where {words(regime.scope)}."
    if not regime.presupposes.always:
        yield f"Unless it says otherwise, each presupposes {words(regime.presupposes)}."
    yield "\n| Obligation | What | Citation | Source | Severity |\n|---|---|---|---|---|"
    for duty in regime.obligations:
        name = f"[`{duty.id}`](#{_anchor(duty)})"
        yield f"| {name} | {_cell(duty.title)} | {_cell(str(duty.citation))} | {_mark(duty)} | {duty.severity.value} |"
    for duty in regime.obligations:
        yield f"\n## {duty.id}\n\n{duty.title}.\n"
        yield from (line for entry in about(duty, regime) for line in _entry(entry))


_FOLDER = "docs/regimes"


def _entry(entry: Entry) -> Iterator[str]:
    if len(entry.lines) == 1:
        yield f"- {entry.label}: {_prose(entry.lines[0])}"
        return
    yield f"- {entry.label}:"
    yield from (f"  - {_prose(line)}" for line in entry.lines)


def _mark(duty: Obligation) -> str:
    status = "" if duty.law_status == "in_force" else f", {duty.law_status}"
    return f"{duty.provenance.mark}{status}"


def _anchor(duty: Obligation) -> str:
    return duty.id.replace(".", "")


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


def _prose(text: str) -> str:
    """Text that Markdown shows as it is: names with underscores and the marks of a list."""
    return _one_line(text).replace("_", "\\_").replace("*", "\\*").replace("<", "\\<")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def pages(regimes: Iterable[Regime]) -> dict[str, str]:
    """File name and content of the page of every regime."""
    return {f"{regime.id}.md": page(regime) for regime in regimes}
