"""300 invented lines that hold numbers and codes of things: no identifier of a person, no account and no secret."""

import base64
import hashlib
import random
import string
import uuid
from collections import Counter

import pytest
from detect_help import column, recipe

from auditor.detect import build
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.model import Limits
from auditor.rules.vocabulary import vocabulary

KINDS = {"natid", "fin", "secret"}
OTHERS = {"PHONE_NUMBER", "IBAN_CODE", "DEVICE_ID", "MAC_ADDRESS", "IP_ADDRESS", "EMAIL_ADDRESS", "US_BANK_NUMBER"}
EACH = 12


def digits(rng, count):
    return "".join(rng.choices(string.digits, k=count))


def letters(rng, count):
    return "".join(rng.choices(string.ascii_uppercase, k=count))


def hexed(rng, count):
    return hashlib.sha512(rng.randbytes(8)).hexdigest()[:count]


def isbn(rng):
    body = "978" + digits(rng, 9)
    check = -sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(body)) % 10
    return f"{body[:3]}-{body[3]}-{body[4:8]}-{body[8:]}-{check}"


FORMS = {
    "commit": lambda r: f"commit {hexed(r, 40)}",
    "short commit": lambda r: f"Merge pull request #{r.randint(10, 9999)} from fix/{hexed(r, 7)}",
    "md5": lambda r: f"{hexed(r, 32)}  release-{r.randint(1, 9)}.{r.randint(0, 20)}.tar.gz",
    "sha256": lambda r: f"--hash=sha256:{hexed(r, 64)}",
    "integrity": lambda r: f'integrity="sha384-{base64.b64encode(r.randbytes(48)).decode()}"',
    "isbn": lambda r: f"ISBN {isbn(r)}, second edition",
    "isbn bare": lambda r: f"see {isbn(r).replace('-', '')} for the paperback",
    "order": lambda r: f"Order {digits(r, 9)} was shipped on Monday.",
    "order in German": lambda r: f"Ihre Bestellnummer lautet {digits(r, 11)}.",
    "invoice": lambda r: f"Invoice INV-{r.randint(2015, 2025)}-{digits(r, 6)}, due in 30 days",
    "tracking": lambda r: f"Parcel {letters(r, 2)}{digits(r, 9)}{letters(r, 2)} left the depot.",
    "version": lambda r: f"Updated from {r.randint(1, 9)}.{r.randint(0, 40)}.{digits(r, 4)} to {r.randint(10, 20)}.0.1",
    "build": lambda r: f"build {digits(r, 8)}.{r.randint(1, 9)}, Chrome/{digits(r, 3)}.0.{digits(r, 4)}.{digits(r, 2)}",
    "product": lambda r: f"Pump TX{letters(r, 1)}-{digits(r, 4)}, part {digits(r, 3)}.{digits(r, 3)}.{digits(r, 2)}",
    "sku": lambda r: f"SKU {letters(r, 2)}{digits(r, 6)} in stock: {r.randint(1, 90)}",
    "barcode": lambda r: f"EAN 40{digits(r, 11)}; colour: blue",
    "phone-like": lambda r: f"ticket {digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)} was closed as a duplicate",
    "uuid": lambda r: f"request_id={uuid.UUID(int=r.getrandbits(128), version=4)} took {r.randint(1, 900)} ms",
    "base64": lambda r: f"data:image/png;base64,{base64.b64encode(r.randbytes(60)).decode()}",
    "timestamp": lambda r: f"[{1_600_000_000 + r.randrange(10**8)}] worker {r.randint(1, 64)}, pid {digits(r, 5)}",
    "code": lambda r: f"const TABLE = [0x{hexed(r, 8)}, {digits(r, 10)}, {digits(r, 9)}]; // crc32",
    "float": lambda r: f"loss=0.{digits(r, 16)} grad_norm={r.randint(1, 99)}.{digits(r, 15)}",
    "chart": lambda r: f"<path d='M{digits(r, 3)}.{digits(r, 4)} {digits(r, 3)}.{digits(r, 4)}L{digits(r, 9)} 0'/>",
    "figures": lambda r: f"The plant made {digits(r, 3)} {digits(r, 3)} {digits(r, 3)} in {r.randint(1990, 2024)}",
    "session": lambda r: f"cache key v2:{hexed(r, 16)}:{digits(r, 12)} evicted",
}  # fmt: skip


def lines():
    rng = random.Random(20240611)
    return [(kind, make(rng)) for kind, make in FORMS.items() for _ in range(EACH)]


@pytest.fixture(scope="module")
def found():
    """Findings at review or above, by kind of line."""
    known = vocabulary().entities
    detectors = build(
        recipe(detectors=["ids.*", "presidio.*", "financial.*", "secrets.*", "online.*"], countries=["*"])
    )
    given = lines()
    texts = column([text for _, text in given])
    spans, losses = run(detectors, texts, Limits())
    assert not losses
    return [
        (given[r["row"]], r["entity"], r["detector"])
        for r in resolve(spans, texts).to_pylist()
        if r["score"] >= 0.5 and (r["entity"] in OTHERS or known[r["entity"]].class_ in KINDS)
    ]


def test_there_are_enough_of_them():
    made = lines()
    assert len(made) == 300
    assert Counter(kind for kind, _ in made) == dict.fromkeys(FORMS, EACH)
    assert len({text for _, text in made}) == len(made)


@pytest.mark.parametrize("kind", FORMS)
def test_no_identifier_is_found(found, kind):
    assert [one for one in found if one[0][0] == kind] == []
