"""Checksums of addresses of crypto wallets: whether a string is an address, by the rules of its network.

Sources: Bitcoin's Base58Check, BIP 173 and BIP 350 (bech32), EIP-55 (Ethereum), the address formats of Bitcoin Cash,
Monero, XRP Ledger, Stellar (SEP-23) and Solana as their projects document them. Each function takes the address as it
is written and never raises.
"""

import base64
import binascii
from collections.abc import Callable
from hashlib import sha256

BITCOIN_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BECH32_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

BASE58_VERSIONS = {b"\x00", b"\x05", b"\x1e", b"\x16", b"\x30", b"\x32", b"\x4c", b"\x10", b"\x41"}
"""Version bytes of Bitcoin, Dogecoin, Litecoin, Dash and Tron, of keys and of scripts."""
ZCASH_VERSIONS = {b"\x1c\xb8", b"\x1c\xbd"}

_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CASH_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_MONERO_PREFIXES = {18, 19, 42}
_MONERO_SIZES = (0, 2, 3, 5, 6, 7, 9, 10, 11)  # characters of a block of so many bytes

_LANE = (1 << 64) - 1


def _base58(value: str, alphabet: str) -> bytes:
    """Bytes of a Base58 number, with its leading zeros.

    Raises:
        ValueError: for a character outside the alphabet.
    """
    number = 0
    for char in value:
        number = number * 58 + alphabet.index(char)
    zeros = len(value) - len(value.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checked(value: str, alphabet: str) -> bytes:
    """The payload of a Base58Check string; empty where its checksum does not hold."""
    try:
        raw = _base58(value, alphabet)
    except ValueError:
        return b""
    body, checksum = raw[:-4], raw[-4:]
    return body if sha256(sha256(body).digest()).digest()[:4] == checksum else b""


def base58check(value: str) -> bool:
    """Addresses of Bitcoin, Litecoin, Dogecoin, Dash, Tron and Zcash."""
    body = _checked(value, BITCOIN_ALPHABET)
    known = len(body) == 21 and body[:1] in BASE58_VERSIONS
    return known or (len(body) == 22 and body[:2] in ZCASH_VERSIONS)


def ripple(value: str) -> bool:
    """Addresses of the XRP Ledger: Base58Check over an alphabet of its own."""
    body = _checked(value, RIPPLE_ALPHABET)
    return len(body) == 21 and body[:1] == b"\x00"


def solana(value: str) -> bool:
    """Addresses of Solana have no checksum: 32 bytes in Base58."""
    try:
        return len(_base58(value, BITCOIN_ALPHABET)) == 32
    except ValueError:
        return False


def _polymod(values: list[int], generators: tuple[int, ...], top: int) -> int:
    mask, remainder = (1 << top) - 1, 1
    for value in values:
        high = remainder >> top
        remainder = ((remainder & mask) << 5) ^ value
        for bit, generator in enumerate(generators):
            remainder ^= generator if high >> bit & 1 else 0
    return remainder


def bech32(value: str) -> bool:
    """Addresses in bech32 or bech32m: Bitcoin, Litecoin, Cardano, Cosmos."""
    if value not in (value.lower(), value.upper()):
        return False
    prefix, _, data = value.lower().rpartition("1")
    if not prefix or len(data) < 6 or any(char not in BECH32_ALPHABET for char in data):
        return False
    codes = [ord(char) for char in prefix]
    expanded = [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]
    values = expanded + [BECH32_ALPHABET.index(char) for char in data]
    return _polymod(values, _BECH32_GENERATORS, 25) in (1, 0x2BC830A3)


def bitcoin_cash(value: str) -> bool:
    """Addresses of Bitcoin Cash (CashAddr), with or without ``bitcoincash:`` before them."""
    data = value.lower().removeprefix("bitcoincash:")
    if len(data) != 42 or any(char not in BECH32_ALPHABET for char in data):
        return False
    prefix = [ord(char) & 31 for char in "bitcoincash"]
    return _polymod([*prefix, 0, *map(BECH32_ALPHABET.index, data)], _CASH_GENERATORS, 35) == 1


def ethereum(value: str) -> bool:
    """Addresses of Ethereum whose capitals are the checksum of EIP-55; one in a single case has none."""
    digits = value.removeprefix("0x")
    if len(digits) != 40 or not digits.isascii() or digits in (digits.lower(), digits.upper()):
        return False
    nibbles = keccak256(digits.lower().encode()).hex()
    return all(
        char.isdecimal() or char.isupper() == (int(nibble, 16) >= 8)
        for char, nibble in zip(digits, nibbles, strict=False)
    )


def monero(value: str) -> bool:
    """Addresses of Monero: Base58 in blocks of eight bytes, and four bytes of Keccak."""
    try:
        raw = b"".join(_monero_block(value[n : n + 11]) for n in range(0, len(value), 11))
    except (ValueError, OverflowError):
        return False
    return len(raw) in (69, 77) and raw[0] in _MONERO_PREFIXES and keccak256(raw[:-4])[:4] == raw[-4:]


def _monero_block(block: str) -> bytes:
    number = 0
    for char in block:
        number = number * 58 + BITCOIN_ALPHABET.index(char)
    return number.to_bytes(_MONERO_SIZES.index(len(block)), "big")


def stellar(value: str) -> bool:
    """Accounts of Stellar: Base32 with CRC-16 of XMODEM."""
    try:
        raw = base64.b32decode(value)
    except (binascii.Error, ValueError):
        return False
    known = len(raw) == 35 and raw[0] == 6 << 3
    return known and binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


def _round_constants() -> list[int]:
    """The constants of the rounds of Keccak, by its shift register."""
    constants, state = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            constant |= (state & 1) << ((1 << power) - 1)
            state = (state << 1) ^ (0x171 if state >> 7 else 0)
        constants.append(constant)
    return constants


_ROUNDS = _round_constants()


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _LANE


def _permuted(lanes: list[int]) -> list[int]:
    """Keccak-f[1600] over 25 lanes of 64 bits, lane ``x + 5 y``."""
    for constant in _ROUNDS:
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        effect = [parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
        lanes = [lane ^ effect[n % 5] for n, lane in enumerate(lanes)]
        x, y, current = 1, 0, lanes[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x + 5 * y] = lanes[x + 5 * y], _turned(current, (step + 1) * (step + 2) // 2 % 64)
        moved = lanes[:]
        for n in range(25):
            row = n - n % 5
            lanes[n] = moved[n] ^ (~moved[row + (n + 1) % 5] & moved[row + (n + 2) % 5] & _LANE)
        lanes[0] ^= constant
    return lanes


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: SHA-3 with the padding of the first submission."""
    rate = 136
    padded = data + b"\x01" + bytes(rate - len(data) % rate - 1)
    padded = padded[:-1] + bytes([padded[-1] | 0x80])
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for n in range(rate // 8):
            lanes[n] ^= int.from_bytes(padded[start + 8 * n : start + 8 * n + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


WALLETS: dict[str, Callable[[str], bool]] = {
    "base58check": base58check,
    "bech32": bech32,
    "bitcoin_cash": bitcoin_cash,
    "ethereum": ethereum,
    "monero": monero,
    "ripple": ripple,
    "solana": solana,
    "stellar": stellar,
}
"""By the name that rules give them: ``checksum.NAME``."""
