"""What the slots of templates stand for, remembered within one text: ``‹name›`` is one person, ``‹name2›`` another."""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from faker import Faker

from benchmarks.labelled import lookalikes, online, places, secrets
from benchmarks.labelled.identifiers import Identifier, named, of_countries
from benchmarks.labelled.markup import Value
from benchmarks.labelled.online import DIGITS, HEX, some

ENDINGS = ("com", "com", "net", "org", "io", "de", "fr", "es", "it", "nl", "pl", "pt", "co.uk", "eu")


@dataclass(frozen=True)
class Language:
    """How values are made in a language; ``abroad`` are further countries whose numbers its texts hold."""

    code: str
    locales: tuple[str, ...]
    countries: tuple[str, ...]
    months: tuple[str, ...]
    birth: tuple[str, ...]
    abroad: tuple[str, ...] = ()


@cache
def languages() -> dict[str, Language]:
    """All languages by code."""
    table = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
    return {code: Language(code, **{k: tuple(v) for k, v in row.items()}) for code, row in table.items()}


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


@dataclass
class Slots:
    """The values of one text; call it with the name of a slot or, in small letters, an entity of ``identifiers.yaml``.

    With ``held_out``, half of the labels of numbers are words that only the final set has.

    Raises:
        KeyError: for a slot that nobody knows.
    """

    rng: random.Random
    language: Language
    held_out: bool = False
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.locale = self.rng.choice(self.language.locales)
        self.country = self.locale.partition("_")[2]
        self.faker = _faker(self.locale)
        self.faker.seed_instance(self.rng.randrange(1 << 40))
        self.places = _faker(places.BORROWED.get(self.locale, self.locale))
        self.places.seed_instance(self.rng.randrange(1 << 40))

    def __call__(self, name: str) -> Value:
        """The value of a slot."""
        kind, number = (name, "") if name in MAKERS or named(name) else (name[:-1], name[-1])
        if known := named(kind):
            return self._remembered(name, lambda: known.value(self.rng))
        if kind in FRESH:
            return MAKERS[kind](self, number)
        return self._remembered(name, lambda: MAKERS[kind](self, number))

    def _remembered(self, name: str, make: Callable[[], Value]) -> Value:
        if name not in self.memory:
            self.memory[name] = make()
        made: Value = self.memory[name]
        return made

    def label(self, number: str) -> Value:
        """What somebody writes before the number of ``‹id›``."""
        return Value(self.identifier(number).label(self.rng, held_out=self.held_out))

    def identifier(self, number: str) -> Identifier:
        """The kind of number that ``‹id›`` and ``‹id_label›`` share."""
        key = f"kind{number}"
        if key not in self.memory:
            abroad = self.language.abroad if self.rng.random() < 0.5 else ()
            self.memory[key] = self.rng.choice(of_countries(abroad or self.language.countries))
        made: Identifier = self.memory[key]
        return made

    def person(self, number: str) -> tuple[str, str]:
        """First and last name."""
        key = f"person{number}"
        if key not in self.memory:
            self.memory[key] = (self.faker.first_name(), self.faker.last_name())
        made: tuple[str, str] = self.memory[key]
        return made

    def ascii_name(self, number: str) -> tuple[str, str]:
        """First and last name in small plain letters."""
        first, last = (_plain(part) for part in self.person(number))
        return first or "sam", last or "lee"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", folded)


def _domain(slots: Slots) -> str:
    rng = slots.rng
    word = "".join(rng.choice(("ka", "lo", "mi", "ten", "ra", "vo", "sel", "bu", "nor", "di")) for _ in range(3))
    return f"{word}.{rng.choice(ENDINGS)}"


def _email(slots: Slots, number: str) -> Value:
    rng = slots.rng
    first, last = slots.ascii_name(number)
    local = rng.choice([f"{first}.{last}", f"{first[0]}{last}", f"{last}{rng.randrange(100)}", f"{first}_{last}+shop"])
    if rng.random() < 0.06:
        local, domain = slots.person(number)[1].lower().replace(" ", "").replace("'", ""), f"bücher-{_domain(slots)}"
        return Value(f"{local}@{domain}", "EMAIL_ADDRESS")
    domain = rng.choice([_domain(slots), _domain(slots), f"mail.{_domain(slots)}", "gmail.com", "outlook.com"])
    return Value(f"{local}@{domain}", "EMAIL_ADDRESS")


def _user(slots: Slots, number: str) -> str:
    first, last = slots.ascii_name(number)
    return slots.rng.choice([f"{first}.{last}", f"{first}_{last[:3]}", f"{first}{last[0]}{slots.rng.randrange(1000)}"])


def _number(slots: Slots, region: str) -> phonenumbers.PhoneNumber:
    """A number like the examples of its region, its last digits drawn, that is valid there."""
    kind = slots.rng.choice([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        raise KeyError(f"no example of a telephone number in {region}; take another locale")
    digits = str(example.national_number)
    for _ in range(200):
        made = phonenumbers.PhoneNumber(example.country_code, int(digits[:-6] + some(slots.rng, DIGITS, 6)))
        if phonenumbers.is_valid_number(made):
            return made
    return example


def _phone(slots: Slots, _: str) -> Value:
    """A number as people write it: six in ten national, the rest international; dashes, dots or nothing at times."""
    form = phonenumbers.PhoneNumberFormat
    style = slots.rng.choice([form.NATIONAL, form.NATIONAL, form.NATIONAL, form.INTERNATIONAL, form.E164])
    return _written(slots, style)


def _written(slots: Slots, style: int) -> Value:
    text = phonenumbers.format_number(_number(slots, slots.country), style)
    changed = slots.rng.random()
    if changed < 0.12:
        text = re.sub(r"(?<=\d)[ -](?=\d)", ".", text)
    elif changed < 0.25:
        text = re.sub(r"(?<=\d) (?=\d)", "-", text)
    elif changed < 0.35:
        text = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return Value(text, "PHONE_NUMBER")


def _day(slots: Slots, first: int, last: int) -> date:
    start = date(first, 1, 1)
    return start + timedelta(days=slots.rng.randrange((date(last, 12, 31) - start).days))


def _dated(slots: Slots, day: date, form: str) -> str:
    month = slots.language.months[day.month - 1]
    return form.format(y=day.year, yy=day.year % 100, m=day.month, d=day.day, M=month)


def _birth(slots: Slots, _: str) -> Value:
    return Value(_dated(slots, _day(slots, 1940, 2005), slots.rng.choice(slots.language.birth)), "BIRTH_DATE")


def _birth_iso(slots: Slots, _: str) -> Value:
    return Value(_day(slots, 1940, 2005).isoformat(), "BIRTH_DATE")


def _date(slots: Slots, _: str) -> Value:
    return Value(_dated(slots, _day(slots, 2019, 2025), slots.rng.choice(slots.language.birth)))


def _url(slots: Slots, _: str) -> Value:
    path = slots.rng.choice(("about", "en/help", "shop/item?id=12", "blog/2021/05/post.html"))
    return Value(f"https://www.{_domain(slots)}/{path}", "", ("URL",))


def _profile(slots: Slots, number: str) -> Value:
    site = slots.rng.choice(("www.linkedin.com/in/", "github.com/", "twitter.com/", "www.instagram.com/"))
    return Value(f"https://{site}{_user(slots, number).replace('.', '')}", "USERNAME", ("URL",))


def _price(slots: Slots, _: str) -> Value:
    amount = slots.rng.uniform(5, 90_000)
    plain = f"{amount:,.2f}"
    european = plain.replace(",", "_").replace(".", ",").replace("_", ".")
    return Value(
        slots.rng.choice([f"{european} EUR", f"€ {european}", f"${plain}" if slots.country == "US" else european])
    )


def _iso(slots: Slots, _: str) -> Value:
    rng = slots.rng
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    return Value(f"{_day(slots, 2020, 2025).isoformat()}T{clock}Z")


def _plain_of(make: Callable[[random.Random], Value | str]) -> Callable[[Slots, str], Value]:
    """A maker of a value that needs nothing but random numbers."""

    def maker(slots: Slots, _: str) -> Value:
        made = make(slots.rng)
        return made if isinstance(made, Value) else Value(made)

    return maker


def _characters(alphabet: str, count: int) -> Callable[[Slots, str], Value]:
    return _plain_of(lambda rng: some(rng, alphabet, count))


def _digits(count: int) -> Callable[[Slots, str], Value]:
    """A number without a leading zero."""
    return _plain_of(lambda rng: some(rng, "123456789", 1) + some(rng, DIGITS, count - 1))


MAKERS: dict[str, Callable[[Slots, str], Value]] = {
    "name": lambda s, n: Value(" ".join(s.person(n)), "PERSON"),
    "first": lambda s, n: Value(s.person(n)[0], "PERSON"),
    "last": lambda s, n: Value(s.person(n)[1], "PERSON"),
    "city": lambda s, _: Value(s.places.city(), "LOCATION"),
    "street": lambda s, _: places.street(s.places, s.rng),
    "zip": lambda s, _: places.postcode(s.places, s.rng, s.country),
    "company": lambda s, _: Value(s.faker.company()),
    "phone": _phone,
    "phonenational": lambda s, _: _written(s, phonenumbers.PhoneNumberFormat.NATIONAL),
    "email": _email,
    "user": lambda s, n: Value(_user(s, n), "USERNAME"),
    "handle": lambda s, n: Value("@" + _user(s, n).replace(".", "_"), "USERNAME"),
    "url": _url,
    "profile": _profile,
    "id": lambda s, n: s.identifier(n).value(s.rng),
    "id_label": lambda s, n: s.label(n),
    "id2_label": lambda s, _: s.label("2"),
    "birth": _birth,
    "birthiso": _birth_iso,
    "date": _date,
    "iso": _iso,
    "age": _plain_of(lambda rng: str(rng.randrange(18, 96))),
    "childage": _plain_of(lambda rng: str(rng.randrange(2, 16))),
    "geo": _plain_of(places.position),
    "lat": _plain_of(lambda rng: f"{rng.uniform(36, 60):.6f}"),
    "lon": _plain_of(lambda rng: f"{rng.uniform(-9, 24):.6f}"),
    "lonlat": _plain_of(places.lonlat),
    "iban": lambda s, _: online.iban(s.rng, s.language.countries),
    "bic": _plain_of(online.bic),
    "card": _plain_of(online.card),
    "cvv": _plain_of(lambda rng: Value(some(rng, DIGITS, 3), "CREDIT_CARD_CVV")),
    "expiry": _plain_of(lambda rng: Value(f"{rng.randrange(1, 13):02}/{rng.randrange(26, 32)}", "CREDIT_CARD_EXPIRY")),
    "crypto": _plain_of(online.crypto),
    "routing": _plain_of(online.routing),
    "usaccount": _plain_of(lambda rng: Value(some(rng, "123456789", rng.randint(9, 12)), "US_BANK_NUMBER")),
    "ukaccount": _plain_of(lambda rng: Value(some(rng, "123456789", 8), "UK_BANK_ACCOUNT")),
    "sort": _plain_of(lambda rng: Value("-".join(some(rng, DIGITS, 2) for _ in range(3)), "UK_BANK_ACCOUNT")),
    "ip": _plain_of(online.ip4),
    "ip6": _plain_of(online.ip6),
    "mac": _plain_of(online.mac),
    "imei": _plain_of(online.imei),
    "advertising": _plain_of(online.advertising),
    "gacookie": _plain_of(online.cookie),
    "password_text": _plain_of(secrets.password),
    "awsid": _plain_of(lambda rng: Value("AKIA" + some(rng, secrets.BASE32, 16), "SECRET_CLOUD_KEY")),
    **{name: _plain_of(make) for name, make in secrets.SECRETS.items()},
    **{name: _plain_of(make) for name, make in lookalikes.MAKERS.items()},
    "price": _price,
    "amount": _plain_of(lambda rng: f"{rng.uniform(1, 500):.2f}"),
    "uuid": _plain_of(lambda rng: Value(online.uuid(rng), "", ("UUID",))),
    "sha": _characters(HEX, 40),
    "sha256": _characters(HEX, 64),
    "md5": _characters(HEX, 32),
    **{f"hex{n}": _characters(HEX, n) for n in (6, 7, 8, 16)},
    **{f"digits{n}": _digits(n) for n in (5, 6, 8, 9, 10)},
}  # fmt: skip
"""Slot to maker; a maker gets the number after the slot's name."""

FRESH = frozenset({"sku", "version", "version4", "amount", "iso", "order", "hex7", "digits9"})
"""Slots that are drawn anew at each place."""
