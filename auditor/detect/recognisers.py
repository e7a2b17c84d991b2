"""The recognisers of Presidio's default English registry: what each finds and the gate before it.

Gates are argued in comments, and tests hold them against generated texts: none may lose a finding.
"""

from typing import NamedTuple

from auditor.detect.gates import DIGIT, LETTER, any_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEX = "[0-9A-Fa-f]"


class Known(NamedTuple):
    """One recogniser: its class, the name in its id, what it finds, and the RE2 gate that its texts must pass."""

    cls: str
    name: str
    entity: str
    title: str
    gate: str
    chunk: str = ""  # where given, patterns run over the chunks between whitespace that hold this

    @property
    def id(self) -> str:
        """Id of the detector."""
        return f"presidio.{self.name}.v1"


# Each gate drops anchors, look-arounds and repetitions from the recogniser's patterns and keeps what every match holds.
KNOWN = (
    Known("CreditCardRecognizer", "credit_card", "CREDIT_CARD", "Payment card numbers with Luhn checksum",
          f"[13456]{DIGIT}{{3}}[- ]?{DIGIT}{{3,4}}[- ]?{DIGIT}{{3,4}}[- ]?{DIGIT}{{3}}"),
    Known("CryptoRecognizer", "crypto", "CRYPTO", "Bitcoin addresses with checksum",
          f"(?:[Bb][Cc]1|[13])(?:{LETTER}|[0-9]){{25}}"),
    # every pattern has a number before or after its first separator, and a number or a month beside it
    Known("DateRecognizer", "date", "DATE_TIME", "Dates and times in figures",
          f"{DIGIT}[-/.](?:{DIGIT}|{any_of(_MONTHS)})|(?:{any_of(_MONTHS)})-{DIGIT}"),
    # between @ and the first dot of the domain stand only word characters and hyphens
    Known("EmailRecognizer", "email", "EMAIL_ADDRESS", "E-mail addresses with a public suffix",
          r"@[^@\s]+\.", chunk=r"@"),
    Known("IbanRecognizer", "iban", "IBAN_CODE", "IBAN account numbers with checksum",
          f"{LETTER}{{2}}[0-9]{{2}}(?:[ -]?(?:{LETTER}|[0-9]){{4}}){{2}}"),
    # IPv4, or a compressed IPv6 (::), or eight groups; the forms with an embedded IPv4 hold an IPv4
    Known("IpRecognizer", "ip", "IP_ADDRESS", "IPv4 and IPv6 addresses",
          f"::|[0-9](?:\\.[0-9]{{1,3}}){{3}}|(?:{_HEX}{{1,4}}:){{7}}{_HEX}"),
    Known("MacAddressRecognizer", "mac_address", "MAC_ADDRESS", "Hardware (MAC) addresses",
          f"(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}|{_HEX}{{4}}\\.{_HEX}{{4}}\\.{_HEX}{{4}}"),
    Known("MedicalLicenseRecognizer", "medical_license", "MEDICAL_LICENSE", "US DEA certificate numbers with checksum",
          f"{LETTER}(?:{LETTER}|9){DIGIT}{{7}}"),
    Known("NhsRecognizer", "nhs", "UK_NHS", "UK NHS numbers with checksum",
          "[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}"),
    # no number of any region has fewer than four digits, and between two of them stand at most four other characters
    Known("PhoneRecognizer", "phone", "PHONE_NUMBER", "Phone numbers of eight regions, and of all with +",
          f"(?s){DIGIT}(?:.{{0,4}}{DIGIT}){{3}}"),
    Known("UrlRecognizer", "url", "URL", "Web addresses with a known top-level domain",
          f"(?:{LETTER}|[0-9.-])\\.{LETTER}{{2}}", chunk=r"(?i)[a-z0-9.\-][.][a-z]{2}"),
    Known("UsBankRecognizer", "us_bank", "US_BANK_NUMBER", "US bank account numbers (8 to 17 digits)",
          "[0-9]{8}"),
    Known("UsItinRecognizer", "us_itin", "US_ITIN", "US individual taxpayer numbers",
          f"9{DIGIT}{{2}}[- ]?{DIGIT}{{2}}[- ]?{DIGIT}{{4}}"),
    # letters and digits side by side, or six digits; one alternative of the pattern begins with a literal bracket
    Known("UsLicenseRecognizer", "us_license", "US_DRIVER_LICENSE", "US driver licence numbers",
          f"{LETTER}[0-9]|[0-9]{{6}}|\\][0-9]"),
    Known("UsPassportRecognizer", "us_passport", "US_PASSPORT", "US passport numbers",
          "[0-9]{8}"),
    Known("UsSsnRecognizer", "us_ssn", "US_SSN", "US social security numbers",
          "[0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4}"),
    Known("UuidRecognizer", "uuid", "UUID", "UUIDs",
          f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"),
)  # fmt: skip

NAMES_ID = "presidio.spacy.v1"
NAMES = ("DATE_TIME", "LOCATION", "NRP", "ORGANIZATION", "PERSON")
