"""The labelled generator: markup, values that are valid by another's check, documents, counting."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import phonenumbers
import pytest
from stdnum import iban, imei, luhn
from stdnum.fr import nir
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.us import rtn

from auditor.evaluate import Error
from auditor.rules.recipe import Recipe
from auditor.rules.vocabulary import vocabulary
from benchmarks.labelled import online, secrets
from benchmarks.labelled.checks import CHECKS
from benchmarks.labelled.generate import Document, documents, templates
from benchmarks.labelled.identifiers import identifiers, styled
from benchmarks.labelled.markup import Span, Value, fill
from benchmarks.labelled.measure import ALL, BARE, SPECIAL, credited, forgiven, group, measure
from benchmarks.labelled.slots import MAKERS, Slots, languages

ROOT = Path(__file__).parents[1]
SOME = list(documents(1500, 3))


def rng(seed=1):
    return random.Random(seed)


def filled(text):
    return fill(text, rng(), lambda name: Value(f"<{name}>", "PERSON" if name == "name" else ""))


def test_markup_labels_what_it_says():
    made = filled("é ‹name›: ⟦AGE:‹age› years⟧, {x|y} [z]")
    assert made.text == "é <name>: <age> years, {x|y} [z]"
    assert [(made.text[s.start : s.end], s.entity) for s in made.spans] == [
        ("<name>", "PERSON"),
        ("<age> years", "AGE"),
    ]


def test_choices_settle_from_within_and_may_hold_slots():
    texts = {fill("‹a|b ‹name››", rng(n), Value).text for n in range(20)}
    assert texts == {"a", "b name"}


def test_optional_labels_stand_apart():
    made = filled("⟦CHILD_DATA+AGE:aged 9⟧ ⟦+UUID:x⟧")
    assert made.spans == [Span(0, 6, "CHILD_DATA")]
    assert made.optional == [Span(0, 6, "AGE"), Span(7, 8, "UUID")]


@pytest.mark.parametrize("text", ["⟦AGE:9", "9⟧"])
def test_spans_that_do_not_pair(text):
    with pytest.raises(ValueError, match="span"):
        filled(text)


@pytest.mark.parametrize("kind", identifiers(), ids=lambda kind: kind.entity)
def test_every_identifier_is_drawn_and_known(kind):
    assert kind.entity in vocabulary().entities
    drawn = [kind.draw(rng(n)) for n in range(5)]
    assert len(set(drawn)) > 1
    assert all(value.strip() == value and any(c.isdigit() for c in value) for value in drawn)
    assert kind.labels


@pytest.mark.parametrize("kind", identifiers(), ids=lambda kind: kind.entity)
def test_labels_of_the_final_set_stand_nowhere_else(kind):
    assert kind.unseen
    assert not set(kind.unseen) & set(kind.labels)
    assert {kind.label(rng(n)) for n in range(40)} <= set(kind.labels)
    assert {kind.label(rng(n), held_out=True) for n in range(40)} & set(kind.unseen)


def test_an_identifier_is_a_slot_by_its_entity():
    slots = Slots(rng(), languages()["nl"])
    assert bsn.is_valid(slots("nl_bsn").text)
    assert slots("nl_bsn") is slots("nl_bsn")
    assert slots("nl_bsn2") is not slots("nl_bsn")
    assert slots("nl_bsn2").entity == "NL_BSN"


def test_addresses_have_a_number_and_postal_codes_the_form_of_their_country():
    forms = {"fr_BE": r"\d{4}", "es_MX": r"\d{5}", "en_IE": r"\w{3} ?\w{4}", "en_CA": r"\w{3} ?\w{3}"}
    for code, language in languages().items():
        for n in range(40):
            slots = Slots(rng(n), language)
            street = slots("street").text
            assert re.search(r"[1-9]", street), code
            assert "\n" not in street
            assert re.fullmatch(forms.get(slots.locale, ".+"), slots("zip").text), slots.locale


def test_styles():
    assert styled("12345678A", "XX.XXX.XXX-X") == "12.345.678-A"


@pytest.mark.parametrize(("entity", "check"), [("FR_NIR", nir), ("NL_BSN", bsn), ("PL_PESEL", pesel)])
def test_identifiers_hold_before_python_stdnum(entity, check):
    kind = next(one for one in identifiers() if one.entity == entity)
    assert all(check.is_valid(kind.draw(rng(n))) for n in range(30))


@pytest.mark.parametrize("name", sorted(CHECKS.keys() - {"uk_nino", "luhn", "us_aba"}))
def test_checks_refuse_most_wrong_digits(name):
    kind = next(kind for kind in identifiers() if kind.valid == f"own.{name}")
    drawn = ("".join(c for c in kind.draw(rng(n)) if c.isalnum()) for n in range(40))
    number = max(drawn, key=len)  # with the check digit that some are written without
    wrong = [
        number[:n] + digit + number[n + 1 :]
        for n, c in enumerate(number)
        if c.isdigit()
        for digit in "0123456789"
        if digit != c
    ]
    assert sum(map(CHECKS[name], wrong)) < 0.4 * len(wrong)


def test_values_of_the_network_and_of_money():
    values = [rng(n) for n in range(60)]
    assert all(luhn.is_valid(online.card(r).text.replace(" ", "").replace("-", "")) for r in values)
    assert all(rtn.is_valid(online.routing(r).text) for r in values)
    assert all(imei.is_valid(online.imei(r).text) for r in values)
    assert all(iban.is_valid(online.iban(r, ("DE", "NL", "GB", "FR")).text) for r in values)


def test_wallets_hold_before_the_detectors_own_check():
    from auditor.detect import wallets

    drawn = [online.crypto(rng(n)).text for n in range(40)]
    assert all(wallets.bech32(a) if a.startswith("bc1") else wallets.base58check(a) for a in drawn)


def test_phone_numbers_are_valid_where_they_are():
    for code, language in languages().items():
        slots = Slots(rng(), language)
        number = phonenumbers.parse(slots("phone").text, slots.country)
        assert phonenumbers.is_valid_number(number), code


def test_every_slot_gives_a_value():
    slots = Slots(rng(), languages()["en"])
    assert all(slots(name).text for name in MAKERS)
    assert slots("email") is slots("email")
    with pytest.raises(KeyError):
        slots("nonsense")


def test_no_secret_is_an_example():
    drawn = [make(rng(n)).text for make in secrets.SECRETS.values() for n in range(20)]
    assert len(set(drawn)) == len(drawn)
    assert not any("EXAMPLE" in value for value in drawn)


def test_every_template_can_be_filled_and_names_known_entities():
    known = vocabulary().entities
    for template in templates():
        slots = Slots(rng(), languages()[template.language or "en"])
        made = fill(template.text, rng(), slots)
        assert {s.entity for s in (*made.spans, *made.optional)} <= known.keys(), template.text
        assert "‹" not in made.text
        assert "⟧" not in made.text


def test_negatives_label_nothing():
    for template in templates():
        if template.kind == "negative":
            made = fill(template.text, rng(), Slots(rng(), languages()[template.language or "en"]))
            assert not made.spans, template.text


def test_equal_seeds_give_equal_documents():
    again = list(documents(40, 3))
    assert [d.as_dict() for d in again] == [d.as_dict() for d in SOME[:40]]
    assert [d.text for d in documents(40, 4)] != [d.text for d in again]


def test_held_out_templates_are_used_in_the_final_set_only():
    starts = {t.text[:25] for t in templates() if t.held_out and "‹" not in t.text[:25]}
    assert starts
    assert not any(d.text.startswith(tuple(starts)) for d in SOME)
    assert any(d.text.startswith(tuple(starts)) for d in documents(300, 3, final=True))


def test_every_language_has_every_kind_held_out_and_not():
    for code in languages():
        for held_out in (False, True):
            kinds = {t.kind for t in templates() if t.language == code and t.held_out == held_out}
            assert {"structured", "special", "negative"} <= kinds, (code, held_out)
        special = " ".join(t.text for t in templates() if t.language == code and t.kind == "special")
        assert all(f"⟦{entity}" in special for entity in SPECIAL), code


def test_held_out_templates_are_new():
    seen = {t.text for t in templates() if not t.held_out}
    assert not [t.text for t in templates() if t.held_out and t.text in seen]


@pytest.mark.parametrize("code", languages())
def test_held_out_templates_vary(code):
    own = [t for t in templates() if t.language == code and t.held_out]
    registers = Counter(t.register for t in own if t.kind == "structured")
    assert {"letter", "email", "chat", "form", "ticket", "hr", "medical", "invoice", "post", "log", "csv", "json",
            "code"} <= registers.keys()  # fmt: skip
    assert min(registers.values()) >= 3
    assert all(sum(f"⟦{entity}" in t.text for t in own) >= 3 for entity in SPECIAL)


def test_languages_can_be_chosen():
    assert {d.language for d in documents(60, 1, ["pl", "nl"])} == {"pl", "nl"}
    with pytest.raises(ValueError, match="xx"):
        list(documents(1, 1, ["xx"]))


def test_spans_stand_where_they_should():
    for document in SOME:
        for span in (*document.spans, *document.optional):
            assert 0 <= span.start < span.end <= len(document.text)


def test_groups():
    assert group("US_SSN") == group("MEDICAL_LICENSE") == group("CHILD_DATA") == "structured"
    assert group("RELIGION") == "special"
    assert group("SECRET_JWT") == "secret"
    assert group("PERSON") == group("DATE_TIME") == group("COPYRIGHT_NOTICE") == group("MEDICAL_HISTORY") == ""


def document(text, spans, optional=(), register="chat"):
    return Document("1", "en", register, text, tuple(spans), tuple(optional))


def test_counting_of_true_false_optional_and_doubled_findings():
    mail = "ann.lee@kalovo.com"
    held = [
        document(f"write to {mail}", [Span(9, 27, "EMAIL_ADDRESS")]),
        document(f"write to {mail}", []),  # false
        document(f"write to {mail}", [], [Span(9, 27, "EMAIL_ADDRESS")]),  # not counted
        document("no address at all", [Span(0, 2, "EMAIL_ADDRESS")]),  # missed
        document(f"{mail} {mail}", [Span(0, 37, "EMAIL_ADDRESS")]),  # the second one is not counted
        document(mail, [Span(0, 18, "EMAIL_ADDRESS")], register=BARE),
    ]
    figures = measure(held, Recipe(id="mine", title="t", description="d", detectors=("*email*",)))
    score = figures.scores["EMAIL_ADDRESS", ALL]
    assert (score.support, score.found, score.tp) == (3, 3, 2)
    assert figures.scores["EMAIL_ADDRESS", BARE].tp == 1
    assert figures.groups()["structured", ALL] == score
    row = next(row for row in figures.rows() if row["entity"] == "EMAIL_ADDRESS" and row["language"] == ALL)
    assert (row["precision"], row["recall"]) == (round(2 / 3, 4), round(2 / 3, 4))
    assert 0 < row["precision_low"] < row["precision"] < row["precision_high"] < 1


def error(entity, kind, instead="", start=0, end=5):
    return Error("", 0, entity, start, end, kind, instead)


def test_a_postal_code_in_an_address_or_as_that_of_another_country_is_found():
    held = [document("12345 Town", [Span(0, 5, "DE_PLZ")])]
    said = [error("DE_PLZ", "missed", name) for name in ("STREET_ADDRESS", "POSTAL_CODE")]
    not_said = [error("DE_PLZ", "missed", name) for name in ("", "PHONE_NUMBER")]
    assert credited(held, said + not_said) == frozenset(said)
    false = [error(name, "false", "DE_PLZ") for name in ("STREET_ADDRESS", "UK_POSTCODE", "PHONE_NUMBER")]
    assert list(forgiven(held, false)) == false[:2]


def test_a_number_whose_country_nobody_can_tell_is_found_as_that_of_the_other():
    held = [document("12345 Town", [Span(0, 5, "CZ_RC")], [Span(0, 5, "SK_RC")])]
    said = error("CZ_RC", "missed", "SK_RC")
    assert credited(held, [said, error("CZ_RC", "missed", "DK_CPR")]) == {said}


def test_an_age_does_not_stand_for_a_child():
    held = [document("aged 9 now", [Span(0, 6, "CHILD_DATA")], [Span(0, 6, "AGE")])]
    assert not credited(held, [error("CHILD_DATA", "missed", "AGE")])


def test_the_command_writes_and_reads_what_it_wrote(tmp_path):
    path = tmp_path / "made.jsonl"
    command = [
        sys.executable,
        "-m",
        "benchmarks.labelled",
        "generate",
        "-o",
        str(path),
        "--documents",
        "5",
        "--seed",
        "3",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines == [json.loads(json.dumps(d.as_dict())) for d in SOME[:5]]


def test_a_wrong_language_is_told(capsys):
    command = [sys.executable, "-m", "benchmarks.labelled", "generate", "-o", "/dev/null", "--languages", "xx"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no templates in xx" in done.stderr
