"""Checksums of our own: specimens that the issuing offices print, and what every one of them has to withstand."""

import random
import string

import pytest

from auditor.detect.checksums import CHECKSUMS
from auditor.detect.patterns import validator
from auditor.rules.pattern import pattern_rules

TD3 = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"
NAMES = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"

HOLD = {  # specimens of standards and offices where there are some, else numbers made up by hand
    "mrz": (TD3, f"{NAMES}\n{TD3}", TD1, f"{TD1}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    "de_document": ("L01X00T471", "C01X00T478", "L01X00T47 1"),
    "de_driving_licence": ("B072RRE2I55", "B072 RRE2I 55"),
    "es_nss": ("281234567840", "28/12345678/40", "08 03778396 78"),
    "hu_personal_id": ("2-610917-1579", "3 040229 9886"),
    "hu_taj": ("111 111 110", "037687210"),
    "hu_tax_id": ("8071592153", "8368238307"),
    "lu_matricule": ("1893120105732", "1893 1201 057 32"),
    "pl_id_card": ("ABS123456", "ABS 123456"),
    "pl_passport": ("ZS0000177", "ZS 0000177"),
    "pt_niss": ("12345678910", "19599753051"),
    "se_coordination": ("701063-2391", "197010632391"),
    "br_pis": ("120.56412.84-7", "12056412847"),
    "br_voter": ("1023 8501 0671", "106644440302", "457387670108"),
    "br_health_card": ("898 0011 6066 0761", "719470080060481"),
    "br_driving_licence": ("97625655678", "03810426216"),
    "nz_nhi": ("ZAC5361", "ZBN77VL", "zbn77vl"),
    "uk_chi": ("1402682018", "140268 2018"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HOLD.items() for value in values])
def test_holds(name, value):
    assert CHECKSUMS[name](value)


@pytest.mark.parametrize("name", HOLD)
def test_no_other_last_check_digit_holds(name):
    """Of the ten last digits one holds; the last of the German licence counts its copies and is none of the check."""
    value = HOLD[name][0]
    at = len(value) - (2 if name == "de_driving_licence" else 1)
    at = value.index("1", 3) if name == "pl_id_card" else 4 if name == "pl_passport" else at
    others = [value[:at] + digit + value[at + 1 :] for digit in string.digits if digit != value[at]]
    assert not any(CHECKSUMS[name](other) for other in others)


@pytest.mark.parametrize("name", HOLD)
def test_random_figures_rarely_hold(name):
    rng = random.Random(11)
    shape = HOLD[name][0]
    kinds = (string.digits, string.ascii_uppercase)
    made = ["".join(next((rng.choice(k) for k in kinds if c in k), c) for c in shape) for _ in range(2000)]
    assert sum(map(CHECKSUMS[name], made)) < 2000 * 0.15


def test_every_place_of_a_zone_counts():
    rng = random.Random(5)
    checked = [i for i, c in enumerate(TD3) if c.isdigit() and i not in range(28, 42)]
    for at in checked:
        other = str((int(TD3[at]) + rng.randint(1, 9)) % 10)
        assert not CHECKSUMS["mrz"](TD3[:at] + other + TD3[at + 1 :])


def test_born_on_no_day():
    assert not CHECKSUMS["hu_personal_id"]("2-610931-1579")  # September has 30 days
    assert not CHECKSUMS["lu_matricule"]("1893130105732")  # no 13th month
    assert not CHECKSUMS["se_coordination"]("701003-2391")  # 60 is not added to the day
    assert not CHECKSUMS["ca_health_qc"]("ROYA 8063 0112")
    assert CHECKSUMS["ca_health_qc"]("ROYA 8062 0112")  # a woman, born in December


@pytest.mark.parametrize("name", CHECKSUMS)
def test_nothing_raises(name):
    rng = random.Random(3)
    pieces = string.ascii_uppercase + string.digits + "<- ./ß١é\n"
    for length in (0, 1, 7, 9, 10, 11, 12, 13, 15, 30, 44, 60, 88, 90):
        for _ in range(20):
            assert CHECKSUMS[name]("".join(rng.choices(pieces, k=length))) in (True, False)


def test_rules_name_what_there_is():
    named = {rule.validator for rule in pattern_rules() if rule.validator.startswith("checksum.")}
    assert named
    assert all(validator(name) is CHECKSUMS[name.removeprefix("checksum.")] for name in named)
