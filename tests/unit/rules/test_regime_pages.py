"""Regimes to read: conditions in words, one rule in full, and the pages of the documentation."""

from pathlib import Path

import pytest

from auditor.report.regime_page import about, asked, pages
from auditor.rules.condition import Condition
from auditor.rules.regime import load_regime, regimes
from auditor.rules.wording import words

DOCS = Path(__file__).parents[3] / "docs" / "regimes"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"found": ["direct"]}, "findings of direct"),
        ({"found": ["direct", "online", "fin"]}, "findings of direct, online or fin"),
        (
            {"found": ["fin"], "min_rows": 1500, "min_score": "strong", "min_share": 0.05},
            "findings of fin (strong ones only, in at least 1,500 rows, in at least 0.05 of the rows)",
        ),
        ({"together": ["direct", "special"], "min_rows": 2}, "direct beside special in one row (in at least 2 rows)"),
        ({"fact": "research", "is": True}, "research is yes"),
        ({"fact": "research", "is": False}, "research is no"),
        ({"fact": "lawful_basis", "in": ["consent", "contract"]}, "lawful_basis is consent or contract"),
        ({"fact": "sources", "in": ["scraped"]}, "sources lists scraped"),
        ({"fact": "recipients", "at_least": 1}, "recipients lists at least 1"),
        ({"fact": "dpia_date", "known": True}, "dpia_date is declared"),
        ({"fact": "dpia_date", "before": "2026-01-01"}, "dpia_date is before 2026-01-01"),
        ({"always": True}, "always"),
        ({"all": [{"always": True}, {"fact": "research", "is": True}]}, "research is yes"),
        (
            {"any": [{"found": ["fin"]}, {"all": [{"found": ["geo"]}, {"not": {"fact": "research", "is": True}}]}]},
            "findings of fin or (findings of geo and not (research is yes))",
        ),
    ],
)
def test_conditions_in_words(condition, said):
    assert words(Condition.model_validate(condition)) == said


@pytest.mark.parametrize("name", regimes())
def test_a_rule_says_all_that_it_holds(name):
    regime = load_regime(name)
    for duty in regime.obligations:
        text = " ".join(line for entry in about(duty, regime) for line in entry.lines)
        texts = [proof.text for proof in duty.evidence] + [action.text for action in duty.actions]
        texts += [one.text for one in duty.exceptions] + [duty.hard_fail_text, duty.review_text, duty.citation.url]
        assert all(part in text for part in (*texts, str(duty.provenance.review_by), str(duty.in_force.from_)))
        keys = {key for condition in duty.conditions().values() for key in condition.facts}
        assert keys <= {entry.label for entry in asked(duty, regime)}


def test_the_pages_are_what_the_rules_say():
    wanted = pages(regimes().values())
    assert {path.name for path in DOCS.glob("*.md")} == set(wanted)
    for name, text in wanted.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, "run auditor regimes pages docs/regimes"


def test_a_page_links_every_obligation_to_its_section_and_gives_its_mark():
    for regime in regimes().values():
        page = pages([regime])[f"{regime.id}.md"]
        for duty in regime.obligations:
            assert f"| [`{duty.id}`](#{duty.id.replace('.', '')}) |" in page
            assert f"\n## {duty.id}\n" in page
        assert page.count("- Source: ") == len(regime.obligations)
