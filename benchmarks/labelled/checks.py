"""Check digits that python-stdnum lacks, each from the public description of the number."""

from collections.abc import Callable

MRZ = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of the characters' values (A is 10), each times its weight; weights repeat."""
    return sum(MRZ[c] * weights[n % len(weights)] for n, c in enumerate(digits))


def luhn(digits: str) -> bool:
    """The mod 10 check of payment cards."""
    total = sum(int(c) if n % 2 == 0 else sum(divmod(2 * int(c), 10)) for n, c in enumerate(reversed(digits)))
    return total % 10 == 0


def mrz(value: str) -> bool:
    """A document number of nine characters, alone or with the check digit of ICAO 9303 (weights 7, 3, 1)."""
    return len(value) == 9 or weighted(value[:-1], (7, 3, 1)) % 10 == int(value[-1])


def de_social_security(value: str) -> bool:
    """German pension insurance number: the letter counts as two digits; weights 2 1 2 5 7 1 2 1 2 1 2 1, digit sums."""
    digits = value[:8] + f"{MRZ[value[8]] - 9:02}" + value[9:11]
    sums = (sum(divmod(int(d) * w, 10)) for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(sums) % 10 == int(value[11])


def de_health_insurance(value: str) -> bool:
    """German health insurance number: the letter counts as two digits; weights 1 and 2 in turn, digit sums."""
    digits = f"{MRZ[value[0]] - 9:02}" + value[1:9]
    return sum(sum(divmod(int(d) * (1 + n % 2), 10)) for n, d in enumerate(digits)) % 10 == int(value[9])


def es_nss(value: str) -> bool:
    """Spanish social security number: the first ten digits mod 97; a serial below ten million is joined shorter."""
    serial = int(value[2:10])
    body = int(value[:2]) * 10**7 + serial if serial < 10**7 else int(value[:10])
    return body % 97 == int(value[10:])


def pt_niss(value: str) -> bool:
    """Portuguese social security number: weights are primes from 29 down to 2."""
    return 9 - weighted(value[:10], (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)) % 10 == int(value[10])


def pl_id_card(value: str) -> bool:
    """Polish identity card: weights 7 3 1 on the letters and 7 3 1 7 3 on the digits after the check digit."""
    return weighted(value[:3] + value[4:], (7, 3, 1)) % 10 == int(value[3])


def pl_passport(value: str) -> bool:
    """Polish passport: check digit after the two letters."""
    return (weighted(value[:2], (7, 3)) + weighted(value[3:], (1, 7, 3))) % 10 == int(value[2])


def hu_personal_id(value: str) -> bool:
    """Hungarian personal number of those born before 1997: weights 1 to 10, mod 11."""
    return weighted(value[:10], tuple(range(1, 11))) % 11 == int(value[10])


def hu_taj(value: str) -> bool:
    """Hungarian social security number: weights 3 and 7, mod 10."""
    return weighted(value[:8], (3, 7)) % 10 == int(value[8])


def hu_tax_id(value: str) -> bool:
    """Hungarian tax identifier: weights 1 to 9, mod 11."""
    return weighted(value[:9], tuple(range(1, 10))) % 11 == int(value[9])


def lu_matricule(value: str) -> bool:
    """Luxembourg national number: Luhn over twelve digits, then Verhoeff over eleven and its own."""
    from stdnum import verhoeff

    return luhn(value[:12]) and bool(verhoeff.is_valid(value[:11] + value[12]))


def au_medicare(value: str) -> bool:
    """Australian Medicare card: weights 1 3 7 9 over eight digits, mod 10."""
    return weighted(value[:8], (1, 3, 7, 9)) % 10 == int(value[8])


def nz_nhi(value: str) -> bool:
    """New Zealand health index of the old form: letters count 1 to 24 without I and O; weights 7 down to 2, mod 11."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    values = [letters.index(c) + 1 if c.isalpha() else int(c) for c in value[:6]]
    check = 11 - sum(v * w for v, w in zip(values, range(7, 1, -1), strict=True)) % 11
    return check != 11 and check % 10 == int(value[6])


def sg_nric(value: str) -> bool:
    """Singapore NRIC and FIN: weights 2 7 6 5 4 3 2, an offset by the first letter."""
    total = weighted(value[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"S": 0, "T": 4, "F": 0, "G": 4, "M": 3}[value[0]]
    table = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    place = 10 - total % 11 if value[0] == "M" else total % 11
    return table[value[0]][place] == value[8]


def us_npi(value: str) -> bool:
    """US provider identifier: Luhn with the prefix of US health cards."""
    return luhn("80840" + value)


def us_dea(value: str) -> bool:
    """US DEA registration: odd places plus twice the even ones."""
    d = [int(c) for c in value[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def us_aba(value: str) -> bool:
    """US bank routing number: weights 3 7 1, mod 10."""
    return weighted(value, (3, 7, 1)) % 10 == 0


def kr_frn(value: str) -> bool:
    """Korean foreigner registration number: the check of residents plus two."""
    total = weighted(value[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
    return (13 - total % 11) % 10 == int(value[12])


def de_lanr(value: str) -> bool:
    """German physician number: weights 4 and 9 over six digits, mod 10."""
    return (10 - weighted(value[:6], (4, 9)) % 10) % 10 == int(value[6])


def uk_nino(value: str) -> bool:
    """A prefix that is given out."""
    return value[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


CHECKS: dict[str, Callable[[str], bool]] = {
    f.__name__: f
    for f in (
        luhn, mrz, de_social_security, de_health_insurance, es_nss, pt_niss, pl_id_card, pl_passport, hu_personal_id,
        hu_taj, hu_tax_id, lu_matricule, au_medicare, nz_nhi, sg_nric, us_npi, us_dea, us_aba, kr_frn, de_lanr, uk_nino,
    )
}  # fmt: skip
