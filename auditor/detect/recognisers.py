"""The recognisers of Presidio's default English registry: what each finds and what every finding of it holds.

Needs (see :mod:`auditor.detect.prefilter`) and reaches (:mod:`auditor.detect.windows`) are argued in comments, and
tests hold them against generated texts: none may lose or add a finding.
"""

from typing import NamedTuple

from auditor.detect.gates import DIGIT, LETTER, any_of
from auditor.detect.prefilter import Need
from auditor.detect.windows import Reach

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_HEX = "[0-9A-Fa-f]"
_BEYOND = r"\x80-\xff"


class Known(NamedTuple):
    """One recogniser: its class, the name in its id, what it finds, and where it has to look.

    ``gate`` is RE2 and knows Unicode; ``expressions`` are Hyperscan without regard to case, for texts without odd
    characters; there a match holds characters of the alphabet of ``reach`` only.
    """

    cls: str
    name: str
    entity: str
    title: str
    gate: str
    expressions: tuple[str, ...]
    reach: Reach

    @property
    def id(self) -> str:
        """Id of the detector."""
        return f"presidio.{self.name}.v1"

    @property
    def need(self) -> Need:
        """What every finding holds."""
        return Need(self.gate, self.expressions, windowed=True)


# Gates and expressions drop anchors, look-arounds and repetitions from the recogniser's patterns and keep what every
# match holds. The context of one character is for \b and single look-arounds.
KNOWN = (
    # its look-ahead over 14 characters begins with the match, which has at least 13: one character more than that
    Known("CreditCardRecognizer", "credit_card", "CREDIT_CARD", "Payment card numbers with Luhn checksum",
          f"[13456]{DIGIT}{{3}}[- ]?{DIGIT}{{3,4}}[- ]?{DIGIT}{{3,4}}[- ]?{DIGIT}{{3}}",
          (r"[13456]\d{3}[- ]?\d{3,4}[- ]?\d{3,4}[- ]?\d{3}",), Reach("0-9 -")),
    Known("CryptoRecognizer", "crypto", "CRYPTO", "Bitcoin addresses with checksum",
          f"(?:[Bb][Cc]1|[13])(?:{LETTER}|[0-9]){{25}}",
          ("(?:bc1|[13])[a-z0-9]{25}",), Reach("A-Za-z0-9")),
    # every pattern has a number before or after its first separator, and a number or a month beside it; with slashes
    # there are two digits after one, or a year before the first
    Known("DateRecognizer", "date", "DATE_TIME", "Dates and times in figures",
          f"{DIGIT}[-/.](?:{DIGIT}|{any_of(_MONTHS)})|(?:{any_of(_MONTHS)})-{DIGIT}",
          (r"\d/\d\d", r"\d{4}/\d", r"\d{4}-\d{1,2}-\d", r"\d-\d{1,2}-\d{4}", r"\d\.\d{1,2}\.\d\d",
           rf"\d-{_MONTH}", rf"{_MONTH}-\d\d"), Reach("A-Za-z0-9/.:+-")),
    # between @ and the first dot of the domain stand only word characters and hyphens
    Known("EmailRecognizer", "email", "EMAIL_ADDRESS", "E-mail addresses with a public suffix",
          r"@[^@\s]+\.",
          (rf"@[\w{_BEYOND}-]+\.[\w{_BEYOND}]",), Reach(rf"!#$%&'*+\-/=?^_`{{|}}~.@A-Za-z0-9{_BEYOND}")),
    # two letters, two digits, six groups of at most five, one more, and at most four: 43
    Known("IbanRecognizer", "iban", "IBAN_CODE", "IBAN account numbers with checksum",
          f"{LETTER}{{2}}[0-9]{{2}}(?:[ -]?(?:{LETTER}|[0-9]){{4}}){{2}}",
          (r"[a-z]{2}\d\d(?:[ -]?[a-z0-9]{4}){2}",), Reach("A-Za-z0-9 -", chars=43)),
    # IPv4, or a compressed IPv6 (::), or eight groups; the forms with an embedded IPv4 hold an IPv4; a zone is letters
    # and digits; the end of an IPv6 looks two characters ahead
    Known("IpRecognizer", "ip", "IP_ADDRESS", "IPv4 and IPv6 addresses",
          f"::|[0-9](?:\\.[0-9]{{1,3}}){{3}}|(?:{_HEX}{{1,4}}:){{7}}{_HEX}",
          ("::", r"\d\.\d{1,3}\.\d{1,3}\.\d", "(?:[0-9a-f]{1,4}:){7}[0-9a-f]"),
          Reach("A-Za-z0-9.:/%", context=2)),
    Known("MacAddressRecognizer", "mac_address", "MAC_ADDRESS", "Hardware (MAC) addresses",
          f"(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}|{_HEX}{{4}}\\.{_HEX}{{4}}\\.{_HEX}{{4}}",
          ("(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}"), Reach("A-Fa-f0-9.:-")),
    Known("MedicalLicenseRecognizer", "medical_license", "MEDICAL_LICENSE", "US DEA certificate numbers with checksum",
          f"{LETTER}(?:{LETTER}|9){DIGIT}{{7}}",
          (r"[a-z][a-z9]\d{7}",), Reach("A-Za-z0-9")),
    Known("NhsRecognizer", "nhs", "UK_NHS", "UK NHS numbers with checksum",
          "[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}",
          (r"\d{3}[- ]?\d{3}[- ]?\d{4}",), Reach("0-9 -")),
    # no number of any region has fewer than four digits, and between two of them stand at most four characters, all of
    # them punctuation; beside these a candidate can hold plus signs and an extension (";ext=", "anexo", "int", "x"...)
    Known("PhoneRecognizer", "phone", "PHONE_NUMBER", "Phone numbers of eight regions, and of all with +",
          f"(?s){DIGIT}(?:.{{0,4}}{DIGIT}){{3}}",
          (rf"\d(?:[-x ().\[\]/~{_BEYOND}]{{0,12}}\d){{3}}",),
          Reach(rf"0-9extnsioaEXTNSIOA \t().\[\]/~+;=,#:{_BEYOND}-")),
    # a match holds no whitespace, parenthesis or angle bracket
    Known("UrlRecognizer", "url", "URL", "Web addresses with a known top-level domain",
          f"(?:{LETTER}|[0-9.-])\\.{LETTER}{{2}}",
          (r"[a-z0-9.-]\.[a-z]{2}",), Reach(rf"\x00-\x08\x0e-\x1f\x21-\x27*-;=?-\x7f{_BEYOND}", context=0)),
    Known("UsBankRecognizer", "us_bank", "US_BANK_NUMBER", "US bank account numbers (8 to 17 digits)",
          "[0-9]{8}",
          (r"\d{8}",), Reach("0-9")),
    Known("UsItinRecognizer", "us_itin", "US_ITIN", "US individual taxpayer numbers",
          f"9{DIGIT}{{2}}[- ]?{DIGIT}{{2}}[- ]?{DIGIT}{{4}}",
          (r"9\d{2}[- ]?\d{2}[- ]?\d{4}",), Reach("0-9 -")),
    # letters and digits side by side, or six digits; one alternative of the pattern begins with a literal "A-Z]]"; all
    # begin where a word does, so at the start of the window or after "]" or "-": with a digit, or a letter or two and a
    # digit, or that literal
    Known("UsLicenseRecognizer", "us_license", "US_DRIVER_LICENSE", "US driver licence numbers",
          f"{LETTER}[0-9]|[0-9]{{6}}|\\][0-9]",
          (r"[a-z]\d", r"\d{6}", r"a-z\]\]\d\d"),
          Reach(r"A-Za-z0-9\]-", head=r"(?:.*[\]-])?(?:[a-z]{0,2}[0-9]|a-z\]\])")),
    Known("UsPassportRecognizer", "us_passport", "US_PASSPORT", "US passport numbers",
          "[0-9]{8}",
          (r"\d{8}",), Reach("A-Za-z0-9")),
    Known("UsSsnRecognizer", "us_ssn", "US_SSN", "US social security numbers",
          "[0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4}",
          (r"\d{3}[- .]?\d{2}[- .]?\d{4}",), Reach("0-9 .-")),
    Known("UuidRecognizer", "uuid", "UUID", "UUIDs",
          f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
          ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",), Reach("A-Fa-f0-9-")),
)  # fmt: skip

NAMES_ID = "presidio.spacy.v1"
NAMES = ("DATE_TIME", "LOCATION", "NRP", "ORGANIZATION", "PERSON")
