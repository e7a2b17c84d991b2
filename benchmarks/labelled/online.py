"""Values of the network and of money: addresses, devices, wallets, cards, accounts."""

import hashlib
import random
from functools import cache

from benchmarks.labelled.checks import CHECKS, luhn
from benchmarks.labelled.markup import Value

DIGITS = "0123456789"
HEX = "0123456789abcdef"
ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
CARDS = (
    ("4", 16), ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16),
    ("36", 14), ("3528", 16), ("62", 16), ("5018", 16),
)  # fmt: skip


def some(rng: random.Random, alphabet: str, count: int) -> str:
    """That many characters of an alphabet."""
    return "".join(rng.choices(alphabet, k=count))


def ip4(rng: random.Random) -> Value:
    """A public IPv4 address."""
    first = rng.choice([n for n in range(11, 224) if n not in {127, 169, 172, 192, 198, 203}])
    return Value(f"{first}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}", "IP_ADDRESS")


def ip6(rng: random.Random) -> Value:
    """A global IPv6 address, long, shortened, or with capitals."""
    groups = ["2a02", "8071"] + [some(rng, HEX, 4) for _ in range(6)]
    short = f"2001:{some(rng, HEX[1:], 3)}:{some(rng, HEX[1:], 4)}::{some(rng, HEX[1:], rng.choice((1, 2, 4)))}"
    text = rng.choice([":".join(groups), short, ":".join(groups).upper()])
    return Value(text, "IP_ADDRESS")


def mac(rng: random.Random) -> Value:
    """A hardware address: colons, dashes, or dots as Cisco writes them."""
    digits = some(rng, "048c", 1) + some(rng, HEX, 11)
    digits = digits[0] + rng.choice("048c") + digits[2:]
    pairs = [digits[n : n + 2] for n in range(0, 12, 2)]
    dotted = ".".join(digits[n : n + 4] for n in (0, 4, 8))
    return Value(rng.choice([":".join(pairs), ":".join(pairs).upper(), "-".join(pairs).upper(), dotted]), "MAC_ADDRESS")


def imei(rng: random.Random) -> Value:
    """A device number with its check digit."""
    body = rng.choice(("35", "86", "01")) + some(rng, "0123456789", 12)
    whole = next(body + d for d in "0123456789" if luhn(body + d))
    spaced = f"{whole[:2]}-{whole[2:8]}-{whole[8:14]}-{whole[14]}"
    return Value(rng.choice([whole, whole, spaced]), "DEVICE_ID")


def uuid(rng: random.Random) -> str:
    """A random UUID."""
    return (
        "-".join(some(rng, HEX, n) for n in (8,))
        + "-"
        + "-".join(
            (some(rng, HEX, 4), "4" + some(rng, HEX, 3), rng.choice("89ab") + some(rng, HEX, 3), some(rng, HEX, 12))
        )
    )


def advertising(rng: random.Random) -> Value:
    """An advertising id, capitals as Apple writes it."""
    made = uuid(rng)
    return Value(rng.choice([made, made.upper()]), "DEVICE_ID", ("UUID",))


def cookie(rng: random.Random) -> Value:
    """The value of an analytics cookie."""
    seconds = rng.randrange(1_500_000_000, 1_760_000_000)
    google = f"GA1.2.{rng.randrange(10**8, 10**9)}.{seconds}"
    facebook = f"fb.1.{seconds}{rng.randrange(100, 1000)}.{rng.randrange(10**8, 10**10)}"
    return Value(rng.choice([google, google, facebook]), "COOKIE_ID")


def card(rng: random.Random) -> Value:
    """A card number of an issuer's range with its check digit."""
    prefix, length = rng.choice(CARDS)
    body = prefix + some(rng, "0123456789", length - len(prefix) - 1)
    whole = next(body + d for d in "0123456789" if luhn(body + d))
    groups = (4, 6, len(whole) - 10) if length < 16 else (4, 4, 4, 4)
    parts, start = [], 0
    for size in groups:
        parts.append(whole[start : start + size])
        start += size
    return Value(rng.choice([whole, " ".join(parts), "-".join(parts), " ".join(parts)]), "CREDIT_CARD")


IBANS = {
    "DE": 18, "AT": 16, "CH": 17, "FR": 23, "BE": 12, "LU": 16, "ES": 20, "IT": 23, "NL": 14, "PL": 24, "PT": 21,
    "GB": 18, "IE": 18, "DK": 14, "FI": 14, "SE": 20, "NO": 11,
}  # fmt: skip
IBAN_LETTERS = {"NL": 4, "GB": 4, "IE": 4, "IT": 1}
BANKS = ("ABNA", "INGB", "RABO", "BARC", "NWBK", "HBUK", "AIBK", "BOFI")


def iban(rng: random.Random, countries: tuple[str, ...]) -> Value:
    """An account number of one of the countries, with its check digits."""
    country = rng.choice([c for c in countries if c in IBANS] or list(IBANS))
    letters = rng.choice(BANKS)[: IBAN_LETTERS.get(country, 0)]
    body = letters + some(rng, "0123456789", IBANS[country] - len(letters))
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    whole = f"{country}{98 - number % 97:02}{body}"
    spaced = " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))
    return Value(rng.choice([whole, spaced, spaced]), "IBAN_CODE")


@cache
def _bics() -> tuple[str, ...]:
    return (
        "DEUTDEFF", "COBADEFFXXX", "GENODEF1S10", "BNPAFRPP", "AGRIFRPP882", "CAIXESBBXXX", "BBVAESMM", "UNCRITMM",
        "ABNANL2A", "INGBNL2A", "BREXPLPWMBK", "CGDIPTPL", "BARCGB22", "UBSWCHZH80A", "KREDBEBB", "BKAUATWW",
    )  # fmt: skip


def bic(rng: random.Random) -> Value:
    """The code of a bank."""
    return Value(rng.choice(_bics()), "BIC_CODE")


def routing(rng: random.Random) -> Value:
    """A US routing number."""
    while True:
        number = rng.choice(("0", "1", "2", "3")) + rng.choice("12") + some(rng, "0123456789", 7)
        if CHECKS["us_aba"](number):
            return Value(number, "ABA_ROUTING_NUMBER")


def _base58check(payload: bytes) -> str:
    raw = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for n, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> n) & 1 else 0
    return check


def _bech32(rng: random.Random, prefix: str) -> str:
    """A version 0 key hash: 20 bytes are 32 groups of five bits."""
    data = [0, *(rng.randrange(32) for _ in range(32))]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    return prefix + "1" + "".join(BECH32[d] for d in data + [(check >> 5 * (5 - n)) & 31 for n in range(6)])


def crypto(rng: random.Random) -> Value:
    """A wallet's address: Bitcoin in its three forms."""
    version = rng.choice((b"\0", b"\5"))
    return Value(rng.choice([_base58check(version + rng.randbytes(20)), _bech32(rng, "bc")]), "CRYPTO")
