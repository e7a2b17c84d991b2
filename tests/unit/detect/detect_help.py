"""Columns and recipes for the tests of detectors."""

import random
import string

import pyarrow as pa

from auditor.model import TextColumn
from auditor.rules.recipe import Recipe


def recipe(**fields) -> Recipe:
    return Recipe.model_validate({"id": "test", "title": "Test", "description": "Test", **fields})


def column(texts, lose=None, path="text", **fields) -> TextColumn:
    n = len(texts)
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    extra = {"lose": lose} if lose else {}
    return TextColumn(path, array, pa.array(range(n), pa.int64()), pa.array([0] * n, pa.int32()), **extra, **fields)


LEADS = (
    "Call my phone",
    "my ssn is",
    "credit card:",
    "date of birth",
    "url link",
    "iban bank transfer",
    "the IP was",
    "driver license lic#",
    "passport:US",
    "taxpayer tin",
    "bitcoin wallet",
    "note:the",
    "medical DEA certificate",
    "account\n\nnumber",
    "Email  ",
    "nhs",
    "uuid",
    "mac address",
    "\t",
    "birthday",
    "be",
    "a.m. :)",
    "see",
    "Ref.",
)
STRUCTURED = (
    "4111 1111 1111 1111",
    "378282246310005",
    "jane.roe@example.com",
    "ſales@exÄmple.co.uk",
    "212-555-0123",
    "+44 20 7946 0958",
    "(030) 123456",
    "+49 30 123456 ext. 5",
    "078-05-1121",
    "219-09-9998",
    "123 45 6789",
    "DE89370400440532013000",
    "gb82 WEST 1234 5698 7654 32",
    "192.168.1.10/24",
    "::ffff:10.0.0.1",
    "2001:db8::1",
    "fe80:0:0:0:1:2:3:4",
    "00:1A:2B:3C:4D:5E",
    "0012.3456.789A",
    "900-70-1234",
    "912345678",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "943 476 5919",
    "123e4567-e89b-12d3-a456-426614174000",
    "AB1234563",
    "A1234567",
    "12/31/1999",
    "31.12.99",
    "5-JAN-2020",
    "2024-02-30T10:00:00Z",
    "https://example.com/a?b=c",
    "'www.example.museum/x'",
    "example.org.",
    "1/22",
    "١٢٣٤٥٦٧٨٩٠",
    "4111-1111-1111-1111",
    "X12345678901234",
    "8005551212",
    "12345678",
    "a@b.c",
    "x@y.example",
    "“jane@example.org”",
    "tel:2125550123",
    "1.2.3.4.5",
    "e.g.this",
    "SKU-12345678-9",
    "+1 (212) 555-0198",
)


def text(rng: random.Random) -> str:
    """A text with leads, structured values and noise, joined in odd ways."""
    parts = []
    for _ in range(rng.randint(1, 12)):
        kind = rng.random()
        if kind < 0.35:
            parts.append(rng.choice(STRUCTURED))
        elif kind < 0.5:
            parts.append(mutated(rng, rng.choice(STRUCTURED)))
        elif kind < 0.8:
            parts.append(rng.choice(LEADS))
        else:
            parts.append("".join(rng.choices(string.printable + "äſKİé中١😀", k=rng.randint(1, 14))))
    return "".join(part + rng.choice((" ", " ", " ", ", ", "\n", "", ": ", "/", "  ")) for part in parts)


def mutated(rng: random.Random, value: str) -> str:
    at = rng.randrange(len(value))
    return value[:at] + rng.choice(string.digits + " -./:@x") + value[at + rng.randint(0, 1) :]


def triples(batch):
    return [(r["start"], r["end"], r["entity"]) for r in batch.to_pylist()]
