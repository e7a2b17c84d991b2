"""Write the sample datasets and their truth: ``python data/generate.py [FOLDER [TRUTH]]``.

Every person, company and value is invented: example domains, fictional phone ranges, test card numbers, documentation
address ranges, identity numbers from ranges never issued. The same seed gives the same files. ``TRUTH`` gets one JSON
object per planted value: ``file, row, column, item, start, end, entity``; offsets are code points.
"""

import csv
import gzip
import hashlib
import io
import json
import random
import re
import string
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20260301
HERE = Path(__file__).resolve().parent
TRUTH = HERE.parent / "tests" / "truth" / "samples.jsonl"

FIRST = (
    "Alma", "Benno", "Carla", "Dario", "Elin", "Farid", "Greta", "Hamza", "Ines", "Jonas",
    "Keiko", "Lars", "Mira", "Nuno", "Olga", "Pavel", "Rosa", "Sami", "Tilda", "Yusuf",
)  # fmt: skip
LAST = (
    "Abernoth", "Birkvale", "Castellane", "Dornwick", "Eskelund", "Farrowby",
    "Grunwaldt", "Hollerin", "Ibarrond", "Jessamyne", "Kestrow",
)  # fmt: skip
CITIES = ("Norwell", "Altenbrück", "Port Sable", "Vallorne", "Easthollow", "Königsfelden")
STREETS = ("Mill Lane", "Lindenweg", "Harbour Street", "Rue des Tilleuls", "Station Road")
COMPANIES = ("Sample Press", "Invented Media Ltd", "Fictive Labs GmbH", "Placeholder Records", "Imagined Atlas Inc")
CONDITIONS = ("asthma", "type 2 diabetes", "epilepsy", "hypertension", "migraine", "rheumatoid arthritis")
CARDS = ("4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "4242424242424242")
LICENCES = ("MIT", "Apache-2.0", "GPL-3.0-or-later", "BSD-3-Clause", "MPL-2.0")
PROSE = (
    "The delivery came two days late and the box was open.", "Thank you for the quick answer.",
    "The weather stayed dry all week.",
    "Prices rose a little in spring and fell again in autumn.", "We repaired the old bridge with local stone.",
    "The library opens at nine and closes at six.", "Nobody could say who had moved the boats.",
    "A second train follows within the hour.", "The garden was planted by pupils of the school.",
)  # fmt: skip

Fill = tuple[str, list[tuple[int, int, str]]]
_SLOT = re.compile(r"\{([A-Z_]+)\}")


class Maker:
    """Invented values, all from one seeded source."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def chars(self, n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
        return "".join(self.rng.choices(alphabet, k=n))

    def digits(self, n: int) -> str:
        return self.chars(n, string.digits)

    def pick(self, values: Any) -> Any:
        return self.rng.choice(values)

    def person(self) -> str:
        return f"{self.pick(FIRST)} {self.pick(LAST)}"

    def email(self) -> str:
        name = self.person().lower().replace(" ", self.pick(".-_"))
        return f"{name}{self.rng.randint(1, 99)}@{self.pick(('example.com', 'example.org', 'mail.example.net'))}"

    def phone(self) -> str:
        tail = f"01{self.digits(2)}"
        us = (f"212-555-{tail}", f"(415) 555-{tail}", f"+1 646 555 {tail}")
        return str(self.pick((*us, f"+44 20 7946 0{self.digits(3)}", f"+49 30 23125 {self.digits(3)}")))

    def card(self) -> str:
        number = self.pick(CARDS)
        return " ".join(re.findall(".{1,4}", number)) if len(number) == 16 and self.rng.random() < 0.5 else number

    def iban(self) -> str:
        country, bban = self.pick((("DE", "99999999" + self.digits(10)), ("GB", "ZZZZ999999" + self.digits(8))))
        number = int("".join(str(int(c, 36)) for c in f"{bban}{country}00"))
        return f"{country}{98 - number % 97:02d}{bban}"

    def ssn(self) -> str:
        return f"9{self.rng.randint(10, 99)}-{self.rng.randint(10, 49)}-{self.rng.randint(1000, 9999)}"

    def nhs(self) -> str:
        while True:
            body = "999" + self.digits(6)
            check = 11 - sum(int(c) * (10 - i) for i, c in enumerate(body)) % 11
            if check != 10:
                return f"{body[:3]} {body[3:6]} {body[6:]}{check % 11}"

    def ip(self) -> str:
        return f"{self.pick(('192.0.2', '198.51.100', '203.0.113'))}.{self.rng.randint(1, 254)}"

    def mac(self) -> str:
        return f"00:00:5E:00:53:{self.rng.randrange(256):02X}"

    def crypto(self) -> str:
        alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        while True:
            body = b"\0" + self.rng.randbytes(20)
            number = int.from_bytes(body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4], "big")
            text = ""
            while number:
                number, rest = divmod(number, 58)
                text = alphabet[rest] + text
            if len(text) == 33:
                return "1" + text

    def forge(self) -> str:
        return f"ghp_{self.chars(36)}"

    def cloud(self) -> str:
        return f"AKIA{self.chars(16, string.ascii_uppercase + '234567')}"

    def api(self) -> str:
        return f"sk_live_{self.chars(24)}"

    def key(self) -> str:
        lines = "\n".join(self.chars(64) for _ in range(5))
        return f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"

    def database(self) -> str:
        return f"postgresql://app:{self.chars(14)}@db.internal:5432/shop"

    def notice(self) -> str:
        return f"Copyright (c) {self.rng.randint(1998, 2025)} {self.pick(COMPANIES)}"

    def spdx(self) -> str:
        return f"SPDX-License-Identifier: {self.pick(LICENCES)}"

    def makers(self) -> dict[str, Callable[[], str]]:
        return {
            "PERSON": self.person, "EMAIL_ADDRESS": self.email, "PHONE_NUMBER": self.phone, "CREDIT_CARD": self.card,
            "IBAN_CODE": self.iban, "US_SSN": self.ssn, "UK_NHS": self.nhs, "IP_ADDRESS": self.ip,
            "MAC_ADDRESS": self.mac, "CRYPTO": self.crypto, "SECRET_FORGE_TOKEN": self.forge,
            "SECRET_CLOUD_KEY": self.cloud, "SECRET_API_KEY": self.api, "SECRET_PRIVATE_KEY": self.key,
            "SECRET_CONNECTION_STRING": self.database, "COPYRIGHT_NOTICE": self.notice, "LICENSE_MARKER": self.spdx,
            "HEALTH_CONDITION": lambda: str(self.pick(CONDITIONS)), "PROSE": lambda: str(self.pick(PROSE)),
        }  # fmt: skip

    def fill(self, template: str) -> Fill:
        """A template with every ``{ENTITY}`` replaced, and where the values stand; prose is not planted."""
        text, spans, last, makers = "", [], 0, self.makers()
        for slot in _SLOT.finditer(template):
            text += template[last : slot.start()]
            value = makers[slot[1]]()
            if slot[1] != "PROSE":
                spans.append((len(text), len(text) + len(value), slot[1]))
            text, last = text + value, slot.end()
        return text + template[last:], spans


class Truth:
    """Planted values of one file after the other."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, file: str, row: int, column: str, item: int, fill: Fill) -> str:
        """Write down what was planted in a cell and give its text."""
        for start, end, entity in fill[1]:
            where = {"file": file, "row": row, "column": column, "item": item, "start": start, "end": end}
            self.lines.append(json.dumps({**where, "entity": entity}))
        return fill[0]


CHATS = (
    ("Hello, I am {PERSON}. {PROSE}", "Hi, how can I help?", "My order never came, write to {EMAIL_ADDRESS} please."),
    ("{PROSE} Can you call me at {PHONE_NUMBER}?", "Of course. {PROSE}", "Thanks."),
    ("The card {CREDIT_CARD} was charged twice.", "Please never post a card number. {PROSE}", "Sorry! {PROSE}"),
    ("Refund to IBAN {IBAN_CODE}, name {PERSON}.", "Noted. {PROSE}"),
    ("My social security number is {US_SSN}, is that enough?", "You need not give it. {PROSE}"),
    ("{PROSE}", "{PROSE}", "{PROSE}", "{PROSE}"),
    ("Login fails from {IP_ADDRESS} with token {SECRET_FORGE_TOKEN}", "Revoke that token now. {PROSE}"),
    ("I paid from wallet {CRYPTO}", "{PROSE}"),
    ("{PROSE} {PROSE}", "Is there anything else?", "No. {PROSE}"),
    ("😀 {PERSON} here — reach me: {EMAIL_ADDRESS} / {PHONE_NUMBER}", "{PROSE}"),
)  # fmt: skip


def support_chats(make: Maker, truth: Truth, folder: Path) -> None:
    name, lines = "support_chats.jsonl", []
    for row in range(400):
        turns = make.pick(CHATS)
        said = [truth.note(name, row, "messages[].content", i, make.fill(t)) for i, t in enumerate(turns)]
        messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(said)]
        meta = {"agent": make.pick(("bot", "desk")), "stars": make.rng.randint(1, 5), "tags": ["help"]}
        lines.append(json.dumps({"id": row, "channel": "web", "messages": messages, "meta": meta}, ensure_ascii=False))
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


NOTES = ("", "", "", "{PROSE}", "Prefers phone {PHONE_NUMBER}.", "Card on file {CREDIT_CARD}", "SSN {US_SSN} checked")


def customers(make: Maker, truth: Truth, folder: Path) -> None:
    name, rows = "customers.parquet", []
    for row in range(1000):
        cell = {
            column: truth.note(name, row, column, 0, make.fill(template))
            for column, template in (("name", "{PERSON}"), ("email", "{EMAIL_ADDRESS}"), ("phone", "{PHONE_NUMBER}"),
                                     ("iban", "{IBAN_CODE}"), ("notes", make.pick(NOTES)))
        }  # fmt: skip
        street = f"{make.rng.randint(1, 99)} {make.pick(STREETS)}"
        rows.append({
            "customer_id": 100_000 + row, **cell, "notes": cell["notes"] or None, "active": make.rng.random() < 0.8,
            "birth_date": date(1950, 1, 1) + timedelta(days=make.rng.randrange(20_000)),
            "balance": round(make.rng.uniform(-50, 5000), 2), "visits": make.rng.randrange(200),
            "signup": datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=make.rng.randrange(1_500_000)),
            "address": {"street": street, "city": make.pick(CITIES), "postcode": make.digits(5)},
        })  # fmt: skip
    schema = pa.schema([
        ("customer_id", pa.int64()), ("name", pa.string()), ("email", pa.string()), ("phone", pa.string()),
        ("iban", pa.string()), ("birth_date", pa.date32()), ("balance", pa.float64()), ("visits", pa.int32()),
        ("active", pa.bool_()), ("signup", pa.timestamp("ms", "UTC")), ("notes", pa.string()),
        ("address", pa.struct([("street", pa.string()), ("city", pa.string()), ("postcode", pa.string())])),
    ])  # fmt: skip
    write_parquet(folder / name, rows, schema, 400)


PAGES = (
    ("", "{PROSE} {PROSE} {PROSE}"),
    ("", "{PROSE} {PROSE}\n{COPYRIGHT_NOTICE}"),
    ("", "{PROSE} Contact {PERSON}, {EMAIL_ADDRESS}, phone {PHONE_NUMBER}. {PROSE}"),
    ('<meta name="tdm-reservation" content="1">', "{PROSE} {PROSE}"),
    ('<meta name="robots" content="noai, noimageai">', "{PROSE} {COPYRIGHT_NOTICE}"),
    ('<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">', "{PROSE} {PROSE}"),
    ('<link rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">', "{PROSE}\n{COPYRIGHT_NOTICE}"),
)
HEADS = (("tdm-reservation", "TDM_OPT_OUT"), ("noai", "TDM_OPT_OUT"), ("creativecommons", "LICENSE_MARKER"))


def web_crawl(make: Maker, truth: Truth, folder: Path) -> None:
    name, rows = "web_crawl.parquet", []
    for row in range(500):
        head, template = make.pick(PAGES)
        body, planted = make.fill(template)
        start = f'<!doctype html><html lang="en"><head><title>Page {row}</title>'
        opening = f"{start}{head}</head><body><p>"
        in_head = [(len(start), len(start) + len(head), entity) for mark, entity in HEADS if mark in head][:1]
        in_body = [(s + len(opening), e + len(opening), entity) for s, e, entity in planted]
        html = truth.note(name, row, "html", 0, (f"{opening}{body}</p></body></html>", in_head + in_body))
        text = truth.note(name, row, "text", 0, (body, planted))
        url = f"https://{make.pick(('news', 'blog', 'wiki'))}.example.org/{row}"
        rows.append({"url": url, "status": 200, "html": html, "text": text})
    fields = [("url", pa.string()), ("status", pa.int16()), ("html", pa.string()), ("text", pa.string())]
    write_parquet(folder / name, rows, pa.schema(fields), 250)


FILES = (
    ("src/{}.py", "# {LICENSE_MARKER}\n# {COPYRIGHT_NOTICE}\n\ndef run(x):\n    return x + 1\n"),
    ("src/{}.py", "import os\n\nTOKEN = os.environ['TOKEN']\n\n\ndef total(rows):\n    return sum(rows)\n"),
    ("deploy/{}.env", "REGION=eu-west-1\nAWS_ACCESS_KEY_ID={SECRET_CLOUD_KEY}\nDEBUG=0\n"),
    ("deploy/{}.env", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nTOKEN=your_token_here\n"),
    ("conf/{}.yaml", "database: {SECRET_CONNECTION_STRING}\npool: 5\n"),
    ("ci/{}.sh", "#!/bin/sh\nexport GH_TOKEN={SECRET_FORGE_TOKEN}\nmake all\n"),
    ("keys/{}.pem", "{SECRET_PRIVATE_KEY}\n"),
    ("web/{}.js", "// {COPYRIGHT_NOTICE}\nconst stripe = Stripe('{SECRET_API_KEY}');\n"),
    ("AUTHORS.{}", "{PERSON} <{EMAIL_ADDRESS}>\n{PERSON} <{EMAIL_ADDRESS}>\n"),
)


def source_files(make: Maker, truth: Truth, folder: Path) -> None:
    name, lines = "source_files.jsonl.gz", []
    for row in range(200):
        path, template = make.pick(FILES)
        content = truth.note(name, row, "content", 0, make.fill(template))
        lines.append(json.dumps({"path": path.format(f"f{row:03d}"), "content": content}))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    (folder / name).write_bytes(packed.getvalue())


VISITS = (
    "Seen today for {HEALTH_CONDITION}. {PROSE}",
    "NHS number {UK_NHS}. History of {HEALTH_CONDITION}; next of kin {PERSON}, phone {PHONE_NUMBER}.",
    "Letter sent to {EMAIL_ADDRESS}. No change.",
    '{PROSE}\nReview of {HEALTH_CONDITION} in six weeks; "stable", says {PERSON}.',
    "No complaints. {PROSE}",
)


def clinical_notes(make: Maker, truth: Truth, folder: Path) -> None:
    name, out = "clinical_notes.csv", io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["note_id", "patient", "visit", "note"])
    for row in range(300):
        patient = truth.note(name, row, "patient", 0, make.fill("{PERSON}"))
        note = truth.note(name, row, "note", 0, make.fill(make.pick(VISITS)))
        visit = date(2024, 1, 1) + timedelta(days=make.rng.randrange(700))
        writer.writerow([f"N{row:05d}", patient, visit.isoformat(), note])
    (folder / name).write_text(out.getvalue(), encoding="utf-8", newline="")


EVENTS = ("login from {IP_ADDRESS}", "device {MAC_ADDRESS} joined", "mail to {EMAIL_ADDRESS} bounced", "{PROSE}", "ok")


def events(make: Maker, truth: Truth, folder: Path) -> None:
    fields = [("at", pa.timestamp("ms", "UTC")), ("user_id", pa.int64()), ("message", pa.string())]
    for country in ("de", "gb", "us"):
        name, rows = f"events/country={country}/part-0.parquet", []
        for row in range(100):
            message = truth.note(name, row, "message", 0, make.fill(make.pick(EVENTS)))
            at = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=37 * row)
            rows.append({"at": at, "user_id": make.rng.randrange(1_000), "message": message})
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_parquet(folder / name, rows, pa.schema(fields), 100)


def write_parquet(path: Path, rows: list[dict[str, Any]], schema: pa.Schema, group: int) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=group, compression="zstd")


DATASETS = (support_chats, customers, web_crawl, source_files, clinical_notes, events)


def generate(folder: Path, truth_file: Path) -> None:
    """Write every dataset into ``folder`` and the truth of all into ``truth_file``."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = Truth()
    for n, dataset in enumerate(DATASETS):
        dataset(Maker(random.Random(SEED + n)), truth, folder)
    truth_file.parent.mkdir(parents=True, exist_ok=True)
    truth_file.write_text("\n".join(truth.lines) + "\n", encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else HERE / "samples"
    generate(folder, Path(arguments[1]) if len(arguments) > 1 else TRUTH)


if __name__ == "__main__":
    main(sys.argv[1:])
