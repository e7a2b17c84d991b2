"""A regime as an overlay of another: what it takes over, what it changes, and what is wrong with one."""

import pytest

from auditor.errors import RuleError
from auditor.rules.regime import load_regime, read
from auditor.rules.regime_check import check_regime, faults

OVERLAY = """id: land
title: "Data Act of a Land"
jurisdiction: "A Land"
version: "1"
published: 2026-01-01
disclaimer: "Not advice."
extends: gdpr
prefix: land.
scope: {fact: uk_gdpr_applies, is: true}
penalties:
  T1: {base: "a fine", citation: "s. 99"}
common:
  text: "Land {text}"
  url: "https://example.org/act/{article}"
  provenance: {mark: M, source: "memory", checked: 2026-11-21, review_by: 2027-11-21}
  in_force: {from: 2025-01-01}
without:
  g6f-ai: "not there"
changes:
  g8:
    title: "Consent of the young"
    severity: critical
obligations:
  - id: land.extra
    title: "Something more"
    citation: {text: "Data Act s. 5", url: "https://example.org/act/5"}
    provenance: {mark: M, source: "memory", checked: 2026-11-21, review_by: 2027-11-21}
    in_force: {from: 2025-01-01}
    evidence: [{id: dpo, fact: dpo, text: "an officer"}]
    severity: low
    deadline: {kind: standing}
    actions: [{id: name, op: document, text: "Name one."}]
"""


@pytest.fixture
def write(tmp_path):
    """Write the overlay, with texts replaced; returns its path and the line of the first replacement."""

    def written(*changes):
        text, line = OVERLAY, 0
        for old, new in changes:
            assert old in text
            line = line or text[: text.index(old)].count("\n") + 1
            text = text.replace(old, new, 1)
        path = tmp_path / "land.yaml"
        path.write_text(text, encoding="utf-8")
        return path, line

    return written


def test_what_is_taken_over_and_what_differs(write):
    land, base = read(write()[0]), load_regime("gdpr")
    own = {duty.id: duty for duty in land.obligations}
    assert set(own) == {f"land.{d.id}" for d in base.obligations if d.id != "g6f-ai"} | {"land.extra"}
    nine = own["land.g9"]
    assert (str(nine.citation), nine.citation.url) == ("Land GDPR Art. 9 (9(1)-(2))", "https://example.org/act/9")
    assert nine.provenance.mark == "M"
    assert str(nine.in_force.from_) == "2025-01-01"
    assert nine.trigger == next(d.trigger for d in base.obligations if d.id == "g9")
    assert (own["land.g8"].title, own["land.g8"].severity.value) == ("Consent of the young", "critical")
    assert own["land.g8"].evidence == next(d.evidence for d in base.obligations if d.id == "g8")
    assert (land.penalties["T1"].base, land.penalties["T2"]) == ("a fine", base.penalties["T2"])
    assert (land.scope.fact, land.presupposes) == ("uk_gdpr_applies", base.presupposes)
    assert {d.law_status for d in land.obligations} == {"in_force"}


def test_a_sound_overlay_has_no_faults(write):
    assert faults(write()[0]) == []
    assert check_regime(str(write()[0])).id == "land"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("extends: gdpr", "extends: gdrp", "no regime 'gdrp'"),
        ("extends: gdpr", "extends: uk-gdpr", "'uk-gdpr' is an overlay itself"),
        ("  g6f-ai: ", "  g6f-aj: ", "no obligation 'g6f-aj' in 'gdpr'; did you mean 'g6f-ai'?"),
        ("  g8:\n", "  nonsense:\n", "no obligation 'nonsense' in 'gdpr'; see 'auditor regimes show gdpr'"),
        ("  g8:\n", "  g6f-ai:\n", "'g6f-ai' is left out under 'without' and changed"),
        ("    severity: critical", "    severity: fatal", "'severity'"),
        ('    title: "Consent of the young"', '    titel: "x"', "unknown key 'titel'; did you mean 'title'?"),
        ('    title: "Consent of the young"', "    penalty: T9", "no penalty 'T9'"),
        ('    title: "Consent of the young"', "    trigger: {found: [persons]}", "no class or entity 'persons'"),
        ("fact: dpo", "fact: dqo", "no fact 'dqo'; did you mean 'dpo'?"),
        ("id: land.extra", "id: land.g9", "the id 'land.g9' is taken"),
        ("id: land\n", "id: lund\n", "the id 'lund' must be the name of the file"),
        ("prefix: land.", "prefixx: land.", "unknown key 'prefixx'; did you mean 'prefix'?"),
    ],
)
def test_a_faulty_overlay_is_told_at_its_line(write, old, new, fault):
    path, line = write((old, new))
    found = faults(path)
    assert [f for f in found if f.startswith(f"land.yaml:{line}: ") and fault in f], found
    with pytest.raises(RuleError):
        check_regime(str(path))
