"""One number, many rules: one finding, of the rule that the text speaks for."""

import json

import pyarrow as pa
import pytest
from detect_help import column, recipe

from auditor.detect import build
from auditor.detect.cells import FOUND, run
from auditor.detect.overlap import resolve
from auditor.detect.rivals import Around, claim
from auditor.model import Limits
from auditor.rules.pattern import country_names, pattern_rules


@pytest.fixture(scope="module")
def everything():
    return build(recipe(detectors=["ids.*", "presidio.*"], countries=["*"]))


def found(detectors, text, path="text"):
    """Entities and details of what is found in one text with a score of 0.5 or more."""
    texts = column([text], path=path)
    spans, losses = run(detectors, texts, Limits())
    assert not losses
    return [
        (text[r["start"] : r["end"]], r["entity"], json.loads(r["detail"] or "{}"))
        for r in resolve(spans, texts).to_pylist()
        if r["score"] >= 0.5
    ]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("my New Zealand passport is LC386711", "NZ_PASSPORT"),
        ("NZ passport LC386711, flight on Monday", "NZ_PASSPORT"),
        ("passport LC386711 (Canadian)", "CA_PASSPORT"),
        ("Numer dowodu i paszport: EB9803649, Portugal", "PL_PASSPORT"),
        ("driving licence AB123411 and a New Zealand passport", "NZ_DRIVER_LICENSE"),
        ("Slovak birth number 580804/4154", "SK_RC"),
        ("Czech birth number 580804/4154", "CZ_RC"),
        ("Telefon: 4711, NIF 216109248", "PT_NIF"),
        ("NIF em falta. Telefone: 216 109 248", "PHONE_NUMBER"),
        ("Mon numéro national est le 960125-448-49, comme demandé.", "BE_NN"),
        ("Korean passport M1234567", "PASSPORT"),
        ("Passport No. X1234567 (Thailand)", "PASSPORT"),
        ("Philippine passport P1234567A", "PASSPORT"),
        ("U.S. passport no. 123456789", "US_PASSPORT"),
        ("Thai passport no. 123456789", "PASSPORT"),
        ("Mexican passport G12345678", "MX_PASSPORT"),
    ],
)
def test_what_the_text_says_decides(everything, text, entity):
    assert [kind for _, kind, _ in found(everything, text) if kind != "DATE_TIME"] == [entity]


def test_where_it_does_not_say_one_finding_names_all_countries(everything):
    ((value, entity, detail),) = found(everything, "passport LC386711")
    assert value == "LC386711"
    assert entity.endswith("_PASSPORT")
    assert detail["country"] == "several"
    assert {"NZ", "CA", "PT"} <= set(detail["countries"])
    assert "US" not in detail["countries"]


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("passport", "572206611", "PASSPORT"),
        ("customer.passport", "88370911", "PASSPORT"),
        ("driverLicense", "12345678", "DRIVER_LICENSE"),
        ("reisepass", "P2556911", "PASSPORT"),
        ("tax_id", "246441534", ""),
    ],
)
def test_the_name_of_a_column_is_label_enough_and_gives_one_finding(everything, path, value, kind):
    held = found(everything, value, path)
    assert [text for text, _, _ in held] == [value]
    assert held[0][1].endswith(kind)


@pytest.mark.parametrize("path", ["passport", "driver_license", "national_id", "tax_id"])
def test_names_of_columns_do_not_label_what_has_another_form(everything, path):
    assert found(everything, "renewed twice, ok", path) == []


def test_a_label_of_ones_own_is_worth_more_than_one_for_names_of_columns(everything):
    """HU_TAJ takes columns called ssn as well, and one number in ten has its check digit."""
    assert {kind for n in range(123456780, 123456790) for _, kind, _ in found(everything, str(n), "ssn")} == {"US_SSN"}


def test_the_column_names_the_country(everything):
    ((_, entity, _),) = found(everything, "LC386711", "new_zealand_passport")
    assert entity == "NZ_PASSPORT"


def batch(*spans):
    rows = [{"row": r, "start": s, "end": e, "entity": k, "score": p, "detail": None, "detector": d}
            for r, s, e, k, p, d in spans]  # fmt: skip
    return pa.RecordBatch.from_pylist(rows, schema=FOUND)


def entities(kept):
    return kept["entity"].to_pylist()


def test_others_are_left_alone():
    texts = column(["passport X1234567", "passport X1234567"])
    spans = batch(
        (0, 9, 17, "AT_PASSPORT", 0.8, "ids.at_passport.v1"),
        (0, 9, 17, "EMPLOYEE_ID", 0.8, "own.badge.v1"),
        (1, 9, 17, "US_PASSPORT", 0.4, "presidio.us_passport.v1"),
        (1, 9, 17, "UK_PASSPORT", 0.4, "presidio.uk_passport.v1"),
    )
    assert entities(resolve(spans, texts)) == ["AT_PASSPORT", "EMPLOYEE_ID", "US_PASSPORT", "UK_PASSPORT"]


def test_presidio_alone_is_left_as_it_is():
    texts = column(["passport 123456789"])
    spans = batch(
        (0, 9, 18, "US_PASSPORT", 0.4, "presidio.us_passport.v1"),
        (0, 9, 18, "US_SSN", 0.05, "presidio.us_ssn.v1"),
        (0, 9, 16, "PHONE_NUMBER", 0.3, "presidio.phone.v1"),
    )
    assert resolve(spans, texts).equals(resolve(spans))
    assert resolve(spans, texts).num_rows == 3


def test_what_lies_within_a_longer_one_goes():
    texts = column(["iban IE87 AIBK 0710 2613 9376 21"])
    spans = batch(
        (0, 5, 32, "IBAN_CODE", 1.0, "presidio.iban.v1"),
        (0, 10, 24, "CA_QC_HEALTH", 0.9, "ids.ca_health_qc.v1"),
        (0, 15, 24, "PHONE_NUMBER", 0.4, "presidio.phone.v1"),
        (0, 0, 4, "ES_NIF", 0.9, "ids.es_nif_spaced.v1"),
    )
    assert entities(resolve(spans, texts)) == ["IBAN_CODE", "ES_NIF"]


def test_order_and_batches_do_not_matter():
    texts = column(["passport LC386711", "Reisepass C1234567"])
    spans = [
        (0, 9, 17, "NZ_PASSPORT", 0.8, "ids.nz_passport.v1"),
        (0, 9, 17, "CA_PASSPORT", 0.8, "ids.ca_passport.v1"),
        (1, 10, 18, "AT_PASSPORT", 0.8, "ids.at_passport.v1"),
        (1, 10, 18, "CN_PASSPORT", 0.8, "ids.cn_passport.v1"),
    ]
    told = {(r["row"], r["entity"], r["detail"]) for r in resolve(batch(*spans), texts).to_pylist()}
    assert told == {(r["row"], r["entity"], r["detail"]) for r in resolve(batch(*spans[::-1]), texts).to_pylist()}
    alone = [resolve(batch(*spans[i : i + 2]), texts).to_pylist() for i in (0, 2)]
    assert told == {(r["row"], r["entity"], r["detail"]) for rows in alone for r in rows}
    assert (1, "AT_PASSPORT", None) in told


def test_around_is_cut_and_begins_with_the_name_of_the_column():
    around = Around.of("passportNo", "x" * 200 + "AB1" + "y" * 100, 200, 203)
    assert around.before == "passport no\n" + "x" * 100
    assert around.after == "y" * 40


def test_a_country_that_is_named_far_off_takes_nothing_away(everything):
    text = "We flew to Thailand in May and met the others there. passport X1234567"
    assert [kind for _, kind, _ in found(everything, text)] == ["AT_PASSPORT"]


def test_every_country_of_a_rule_has_its_names():
    countries = {rule.country for rule in pattern_rules() if rule.id.startswith("ids.")}
    assert countries == set(country_names())
    assert all(claim(rule.id) for rule in pattern_rules() if rule.id.startswith("ids."))
