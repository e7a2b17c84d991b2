"""Checksums of crypto wallets, against published vectors and against changes of one character."""

import random

import pytest

from auditor.detect.checksums import CHECKSUMS
from auditor.detect.wallets import BITCOIN_ALPHABET, WALLETS, keccak256

VALID = {
    "base58check": ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"],
    "bech32": [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    ],
    "bitcoin_cash": ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"],
    "ethereum": ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"],
    "monero": ["44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"],
    "ripple": ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"],
    "stellar": ["GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7"],
}
CASES = [(name, value) for name, values in VALID.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_published_addresses_hold(name, value):
    assert WALLETS[name](value)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_any_change_of_one_character_breaks_them(name, value):
    rng = random.Random(value)
    for _ in range(40):
        at = rng.randrange(len(value) // 2, len(value))
        changed = value[:at] + rng.choice(sorted(set(value[len(value) // 2 :]) - {value[at]})) + value[at + 1 :]
        assert changed.casefold() == value.casefold() or not WALLETS[name](changed), at


@pytest.mark.parametrize("name", sorted(WALLETS))
@pytest.mark.parametrize("value", ["", "0", "l", "1", "bc1", "é" * 40, "0x" + "g" * 40, "1" * 34, "G" * 56, "r" * 33])
def test_what_is_no_address_is_none(name, value):
    assert not WALLETS[name](value)


def test_mixed_case_of_bech32_is_none():
    assert not WALLETS["bech32"]("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4")


def test_an_ethereum_address_in_one_case_has_no_checksum():
    (value, *_) = VALID["ethereum"]
    assert not WALLETS["ethereum"](value.lower())


def test_solana_is_32_bytes():
    assert WALLETS["solana"]("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T")
    assert not WALLETS["solana"](BITCOIN_ALPHABET[5] * 30)


def test_keccak():
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"").hex() == empty
    assert len({keccak256(b"a" * n) for n in (134, 135, 136, 137, 300)}) == 5


def test_rules_can_name_them():
    assert WALLETS.items() <= CHECKSUMS.items()
