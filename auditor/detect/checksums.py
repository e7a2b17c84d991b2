"""Checksums that python-stdnum lacks: a rule names them as ``checksum.NAME`` in its ``validator``.

Every function takes a value as it was matched, with whatever separators, and says whether its check digits hold; none
raises. Sources: ICAO Doc 9303 (machine readable zones), ISO/IEC 7064, and the publications of the issuing offices.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from stdnum import luhn, verhoeff

from auditor.detect.wallets import WALLETS

Check = Callable[[str], bool]

_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
_PRIMES = (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)


def _digits(value: str) -> list[int]:
    return [int(c) for c in value if c.isdecimal()]


def _values(value: str) -> list[int]:
    """Digits as they are, A as 10 to Z as 35; separators are left out."""
    return [int(c, 36) for c in _NOT_ALNUM.sub("", value.upper())]


def _weighted(values: Sequence[int], weights: Sequence[int]) -> int:
    return sum(v * w for v, w in zip(values, weights, strict=True))


def _real(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _icao(field: str) -> int:
    """Check digit of a field of a machine readable zone: weights 7, 3, 1; the filler counts 0."""
    return sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(field)) % 10


def _holds(field: str, check: str) -> bool:
    return check.isdecimal() and _icao(field) == int(check)


def mrz(value: str) -> bool:
    """Machine readable zone of a passport (TD3: the second line, or both) or a card (TD1: the first two lines)."""
    zone = "".join(value.upper().split())
    try:
        return _td1(zone[:30], zone[30:60]) if len(zone) in (60, 90) else len(zone) in (44, 88) and _td3(zone[-44:])
    except ValueError:
        return False


def _td3(line: str) -> bool:
    dates = _holds(line[13:19], line[19]) and _holds(line[21:27], line[27])
    optional = line[42] == "<" or _holds(line[28:42], line[42])
    return _holds(line[:9], line[9]) and dates and optional and _holds(line[:10] + line[13:20] + line[21:43], line[43])


def _td1(first: str, second: str) -> bool:
    number = first[14] == "<" or _holds(first[5:14], first[14])
    dates = _holds(second[:6], second[6]) and _holds(second[8:14], second[14])
    return number and dates and _holds(first[5:] + second[:7] + second[8:15] + second[18:29], second[29])


def de_document(value: str) -> bool:
    """Serial number of a German identity card or passport: nine characters and the check digit of ICAO Doc 9303."""
    number = _NOT_ALNUM.sub("", value.upper())
    return len(number) == 10 and _holds(number[:9], number[9])


def de_driving_licence(value: str) -> bool:
    """German driving licence: weights 9 to 1 over nine characters modulo 11, X for 10; then the number of the copy."""
    number = _NOT_ALNUM.sub("", value.upper())
    if len(number) != 11:
        return False
    return "0123456789X"[_weighted(_values(number[:9]), range(9, 0, -1)) % 11] == number[9]


def hu_personal_id(value: str) -> bool:
    """Hungarian personal identifier: a date of birth, and modulo 11 with weights that turned round in 1997."""
    d = _digits(value)
    if len(d) != 11:
        return False
    yy, month, day = d[1] * 10 + d[2], d[3] * 10 + d[4], d[5] * 10 + d[6]
    years = {1: (1900,), 2: (1900,), 3: (2000, 1800), 4: (2000, 1800)}.get(d[0], (1900, 2000))
    return any(
        _real(year + yy, month, day)
        and _weighted(d[:10], range(1, 11) if year + yy < 1997 else range(10, 0, -1)) % 11 == d[10]
        for year in years
    )


def hu_taj(value: str) -> bool:
    """Hungarian social security number (TAJ): weights 3 and 7 in turn, modulo 10."""
    d = _digits(value)
    return len(d) == 9 and _weighted(d[:8], (3, 7) * 4) % 10 == d[8]


def hu_tax_id(value: str) -> bool:
    """Hungarian tax identifier: 8, the days from 1867 to the birth, weights 1 to 9 modulo 11."""
    d = _digits(value)
    if len(d) != 10 or d[0] != 8:
        return False
    born = date(1867, 1, 1) + timedelta(days=int("".join(map(str, d[1:6]))))
    return 1880 <= born.year <= 2030 and _weighted(d[:9], range(1, 10)) % 11 == d[9]


def lu_matricule(value: str) -> bool:
    """Luxembourg identification number: date, serial, the check digits of Luhn and of Verhoeff, both over eleven."""
    d = "".join(map(str, _digits(value)))
    if len(d) != 13 or not _real(int(d[:4]), int(d[4:6]), int(d[6:8])):
        return False
    return bool(luhn.is_valid(d[:12])) and bool(verhoeff.is_valid(d[:11] + d[12]))


def pl_id_card(value: str) -> bool:
    """Polish identity card: three letters and six digits, of which the first is the check digit; modulo 10."""
    v = _values(value)
    return len(v) == 9 and _weighted(v, (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0


def pl_passport(value: str) -> bool:
    """Polish passport: two letters and seven digits, of which the first is the check digit; modulo 10."""
    v = _values(value)
    return len(v) == 9 and _weighted(v, (7, 3, 9, 1, 7, 3, 1, 7, 3)) % 10 == 0


def pt_niss(value: str) -> bool:
    """Portuguese social security number: the first ten primes from the largest down, 9 minus modulo 10."""
    d = _digits(value)
    return len(d) == 11 and 9 - _weighted(d[:10], _PRIMES) % 10 == d[10]


def es_nss(value: str) -> bool:
    """Spanish social security number: province, number of eight digits, remainder of both modulo 97."""
    d = "".join(map(str, _digits(value)))
    if len(d) != 12:
        return False
    province, number, check = int(d[:2]), int(d[2:10]), int(d[10:])
    joined = number + province * 10_000_000 if number < 10_000_000 else province * 100_000_000 + number
    return joined % 97 == check


def se_coordination(value: str) -> bool:
    """Swedish coordination number: a date of birth with 60 added to the day, and the Luhn checksum over ten digits."""
    d = _digits(value)[-10:]
    if len(d) != 10:
        return False
    month, day = d[2] * 10 + d[3], d[4] * 10 + d[5] - 60
    return _real(2000, month, day) and bool(luhn.is_valid("".join(map(str, d))))


def br_pis(value: str) -> bool:
    """Brazilian worker's number (PIS, PASEP, NIS, NIT): eleven digits, modulo 11."""
    d = _digits(value)
    return len(d) == 11 and len(set(d)) > 1 and _from_eleven(d[:10], (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d[10]


def _from_eleven(digits: Sequence[int], weights: Sequence[int]) -> int:
    rest = _weighted(digits, weights) % 11
    return 0 if rest < 2 else 11 - rest


def br_voter(value: str) -> bool:
    """Brazilian voter's number: eight digits, the state (01 to 28), two check digits modulo 11."""
    d = _digits(value)
    if len(d) != 12 or not 1 <= d[8] * 10 + d[9] <= 28:
        return False
    south_east = d[8] * 10 + d[9] <= 2  # São Paulo and Minas Gerais count a remainder of 0 as 1

    def check(rest: int) -> int:
        return 0 if rest == 10 else 1 if rest == 0 and south_east else rest

    first = check(_weighted(d[:8], range(2, 10)) % 11)
    return first == d[10] and check(_weighted((d[8], d[9], first), (7, 8, 9)) % 11) == d[11]


def br_health_card(value: str) -> bool:
    """Brazilian health card (CNS): fifteen digits, weights 15 to 1, divisible by 11."""
    d = _digits(value)
    return len(d) == 15 and d[0] in (1, 2, 7, 8, 9) and _weighted(d, range(15, 0, -1)) % 11 == 0


def br_driving_licence(value: str) -> bool:
    """Brazilian driving licence (CNH): nine digits and two check digits modulo 11, the second lowered by the first."""
    d = _digits(value)
    if len(d) != 11 or len(set(d)) == 1:
        return False
    first = _weighted(d[:9], range(9, 0, -1)) % 11
    second = _weighted(d[:9], range(1, 10)) % 11 - (2 if first > 9 else 0)
    second = second + 11 if second < 0 else second
    return (0 if first > 9 else first) == d[9] and (0 if second > 9 else second) == d[10]


def nz_nhi(value: str) -> bool:
    """New Zealand health index (HISO 10046): letters without I and O count 1 to 24; modulo 11, newer ones modulo 23."""
    number = _NOT_ALNUM.sub("", value.upper())
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    if len(number) != 7 or not all(c.isdecimal() or c in letters for c in number):
        return False
    values = [int(c) if c.isdecimal() else letters.index(c) + 1 for c in number]
    total = _weighted(values[:6], range(7, 1, -1))
    if number[6].isdecimal():
        return total % 11 != 0 and (11 - total % 11) % 10 == values[6]
    return 23 - total % 23 == values[6]


def ca_health_qc(value: str) -> bool:
    """Quebec health insurance number: letters of the name, then a date of birth with 50 added to a woman's month."""
    d = _digits(value)
    if len(d) != 8:
        return False
    month = d[2] * 10 + d[3]
    return _real(2000, month - 50 if month > 50 else month, d[4] * 10 + d[5])


def uk_chi(value: str) -> bool:
    """Scottish community health index: a date of birth, a serial, modulo 11."""
    d = _digits(value)
    if len(d) != 10 or not _real(2000, d[2] * 10 + d[3], d[0] * 10 + d[1]):
        return False
    return (11 - _weighted(d[:9], range(10, 1, -1)) % 11) % 11 == d[9]


def iban(value: str) -> bool:
    """International bank account number: modulo 97 (ISO/IEC 7064), whatever its country checks besides."""
    compact = _NOT_ALNUM.sub("", value.upper())
    return len(compact) > 4 and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


CHECKSUMS: dict[str, Check] = {
    **WALLETS,
    "br_driving_licence": br_driving_licence,
    "br_health_card": br_health_card,
    "br_pis": br_pis,
    "br_voter": br_voter,
    "ca_health_qc": ca_health_qc,
    "de_document": de_document,
    "de_driving_licence": de_driving_licence,
    "es_nss": es_nss,
    "hu_personal_id": hu_personal_id,
    "hu_taj": hu_taj,
    "hu_tax_id": hu_tax_id,
    "iban": iban,
    "lu_matricule": lu_matricule,
    "mrz": mrz,
    "nz_nhi": nz_nhi,
    "pl_id_card": pl_id_card,
    "pl_passport": pl_passport,
    "pt_niss": pt_niss,
    "se_coordination": se_coordination,
    "uk_chi": uk_chi,
}
