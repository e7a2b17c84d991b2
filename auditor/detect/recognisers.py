"""The recognisers of Presidio: what each finds, in which country, and whether it is on unless a recipe says so.

Presidio ships them for several languages and most of them switched off; a recipe switches on those of its
``countries``. Where to look for the findings of each is derived from its patterns (:mod:`auditor.detect.derive`).
"""

import re
from typing import NamedTuple


class Known(NamedTuple):
    """One recogniser: its class, what it finds, and its country (ISO 3166-1 alpha-2; empty: of none).

    ``default`` is whether Presidio's English registry has it switched on, ``language`` the one that Presidio has it for
    where that is not English.
    """

    cls: str
    entity: str
    title: str
    country: str = ""
    default: bool = True
    language: str = ""

    @property
    def id(self) -> str:
        """Id of the detector."""
        name = self.cls.removesuffix("Recognizer")
        return f"presidio.{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}.v1"


KNOWN = (
    Known("CreditCardRecognizer", "CREDIT_CARD", "Payment card numbers with Luhn checksum"),
    Known("CryptoRecognizer", "CRYPTO", "Bitcoin addresses with checksum"),
    Known("DateRecognizer", "DATE_TIME", "Dates and times in figures"),
    Known("EmailRecognizer", "EMAIL_ADDRESS", "E-mail addresses with a public suffix"),
    Known("IbanRecognizer", "IBAN_CODE", "IBAN account numbers with checksum"),
    Known("IpRecognizer", "IP_ADDRESS", "IPv4 and IPv6 addresses"),
    Known("MacAddressRecognizer", "MAC_ADDRESS", "Hardware (MAC) addresses"),
    Known("MedicalLicenseRecognizer", "MEDICAL_LICENSE", "US DEA certificate numbers with checksum", "US"),
    Known("NhsRecognizer", "UK_NHS", "UK NHS numbers with checksum", "GB"),
    Known("PhoneRecognizer", "PHONE_NUMBER", "Phone numbers of eight regions, and of all with +"),
    Known("UrlRecognizer", "URL", "Web addresses with a known top-level domain"),
    Known("UsBankRecognizer", "US_BANK_NUMBER", "US bank account numbers (8 to 17 digits)", "US"),
    Known("UsItinRecognizer", "US_ITIN", "US individual taxpayer numbers", "US"),
    Known("UsLicenseRecognizer", "US_DRIVER_LICENSE", "US driver licence numbers", "US"),
    Known("UsPassportRecognizer", "US_PASSPORT", "US passport numbers", "US"),
    Known("UsSsnRecognizer", "US_SSN", "US social security numbers", "US"),
    Known("UuidRecognizer", "UUID", "UUIDs"),
    Known("AuAbnRecognizer", "AU_ABN", "Australian business numbers with checksum", "AU", default=False),
    Known("AuAcnRecognizer", "AU_ACN", "Australian company numbers with checksum", "AU", default=False),
    Known("AuMedicareRecognizer", "AU_MEDICARE", "Australian Medicare numbers with checksum", "AU", default=False),
    Known("AuTfnRecognizer", "AU_TFN", "Australian tax file numbers with checksum", "AU", default=False),
    Known("CaPostalCodeRecognizer", "CA_POSTAL_CODE", "Canadian postal codes", "CA", default=False),
    Known("CaSinRecognizer", "CA_SIN", "Canadian social insurance numbers with Luhn checksum", "CA", default=False),
    Known("DeBsnrRecognizer", "DE_BSNR", "German medical site numbers", "DE", default=False, language="de"),
    Known(
        "DeFuehrerscheinRecognizer",
        "DE_FUEHRERSCHEIN",
        "German driving licence numbers",
        "DE",
        default=False,
        language="de",
    ),
    Known(
        "DeHandelsregisterRecognizer",
        "DE_HANDELSREGISTER",
        "German commercial register numbers",
        "DE",
        default=False,
        language="de",
    ),
    Known(
        "DeHealthInsuranceRecognizer",
        "DE_HEALTH_INSURANCE",
        "German health insurance numbers with checksum",
        "DE",
        default=False,
        language="de",
    ),
    Known("DeIdCardRecognizer", "DE_ID_CARD", "German identity card numbers", "DE", default=False, language="de"),
    Known("DeKfzRecognizer", "DE_KFZ", "German licence plates", "DE", default=False, language="de"),
    Known("DeLanrRecognizer", "DE_LANR", "German physician numbers with checksum", "DE", default=False, language="de"),
    Known("DePassportRecognizer", "DE_PASSPORT", "German passport numbers", "DE", default=False, language="de"),
    Known("DePlzRecognizer", "DE_PLZ", "German postal codes", "DE", default=False, language="de"),
    Known(
        "DeSocialSecurityRecognizer",
        "DE_SOCIAL_SECURITY",
        "German social insurance numbers with checksum",
        "DE",
        default=False,
        language="de",
    ),
    Known(
        "DeTaxIdRecognizer",
        "DE_TAX_ID",
        "German tax identification numbers with checksum",
        "DE",
        default=False,
        language="de",
    ),
    Known("DeTaxNumberRecognizer", "DE_TAX_NUMBER", "German tax numbers", "DE", default=False, language="de"),
    Known("DeVatIdRecognizer", "DE_VAT_ID", "German VAT numbers with checksum", "DE", default=False, language="de"),
    Known(
        "EsNieRecognizer", "ES_NIE", "Spanish foreigner numbers (NIE) with checksum", "ES", default=False, language="es"
    ),
    Known("EsNifRecognizer", "ES_NIF", "Spanish tax numbers (NIF) with checksum", "ES", default=False, language="es"),
    Known("EsPassportRecognizer", "ES_PASSPORT", "Spanish passport numbers", "ES", default=False, language="es"),
    Known(
        "FiPersonalIdentityCodeRecognizer",
        "FI_PERSONAL_IDENTITY_CODE",
        "Finnish personal identity codes with checksum",
        "FI",
        default=False,
        language="fi",
    ),
    Known("UkDrivingLicenceRecognizer", "UK_DRIVING_LICENCE", "UK driving licence numbers", "GB", default=False),
    Known("UkNinoRecognizer", "UK_NINO", "UK national insurance numbers", "GB", default=False),
    Known("UkPassportRecognizer", "UK_PASSPORT", "UK passport numbers", "GB", default=False),
    Known("UkPostcodeRecognizer", "UK_POSTCODE", "UK postcodes", "GB", default=False),
    Known(
        "UkVehicleRegistrationRecognizer", "UK_VEHICLE_REGISTRATION", "UK vehicle registrations", "GB", default=False
    ),
    Known("InAadhaarRecognizer", "IN_AADHAAR", "Indian Aadhaar numbers with checksum", "IN", default=False),
    Known("InGstinRecognizer", "IN_GSTIN", "Indian goods and services tax numbers (GSTIN)", "IN", default=False),
    Known("InPanRecognizer", "IN_PAN", "Indian permanent account numbers (PAN)", "IN", default=False),
    Known("InPassportRecognizer", "IN_PASSPORT", "Indian passport numbers", "IN", default=False),
    Known(
        "InVehicleRegistrationRecognizer",
        "IN_VEHICLE_REGISTRATION",
        "Indian vehicle registrations",
        "IN",
        default=False,
    ),
    Known("InVoterRecognizer", "IN_VOTER", "Indian voter numbers (EPIC)", "IN", default=False),
    Known(
        "ItDriverLicenseRecognizer",
        "IT_DRIVER_LICENSE",
        "Italian driving licence numbers",
        "IT",
        default=False,
        language="it",
    ),
    Known(
        "ItFiscalCodeRecognizer",
        "IT_FISCAL_CODE",
        "Italian fiscal codes with checksum",
        "IT",
        default=False,
        language="it",
    ),
    Known(
        "ItIdentityCardRecognizer",
        "IT_IDENTITY_CARD",
        "Italian identity card numbers",
        "IT",
        default=False,
        language="it",
    ),
    Known("ItPassportRecognizer", "IT_PASSPORT", "Italian passport numbers", "IT", default=False, language="it"),
    Known(
        "ItVatCodeRecognizer", "IT_VAT_CODE", "Italian VAT numbers with checksum", "IT", default=False, language="it"
    ),
    Known(
        "KrBrnRecognizer",
        "KR_BRN",
        "Korean business registration numbers with checksum",
        "KR",
        default=False,
        language="ko",
    ),
    Known(
        "KrDriverLicenseRecognizer",
        "KR_DRIVER_LICENSE",
        "Korean driving licence numbers",
        "KR",
        default=False,
        language="ko",
    ),
    Known("KrFrnRecognizer", "KR_FRN", "Korean foreigner registration numbers", "KR", default=False, language="ko"),
    Known("KrPassportRecognizer", "KR_PASSPORT", "Korean passport numbers", "KR", default=False, language="ko"),
    Known("KrRrnRecognizer", "KR_RRN", "Korean resident registration numbers", "KR", default=False, language="ko"),
    Known("NgNinRecognizer", "NG_NIN", "Nigerian national identification numbers", "NG", default=False),
    Known(
        "NgVehicleRegistrationRecognizer",
        "NG_VEHICLE_REGISTRATION",
        "Nigerian vehicle registrations",
        "NG",
        default=False,
    ),
    Known("PhPassportRecognizer", "PH_PASSPORT", "Philippine passport numbers", "PH", default=False),
    Known("PhTinRecognizer", "PH_TIN", "Philippine taxpayer numbers", "PH", default=False),
    Known("PhUmidRecognizer", "PH_UMID", "Philippine UMID numbers", "PH", default=False),
    Known("PlPeselRecognizer", "PL_PESEL", "Polish PESEL numbers with checksum", "PL", default=False, language="pl"),
    Known(
        "SeOrganisationsnummerRecognizer",
        "SE_ORGANISATIONSNUMMER",
        "Swedish organisation numbers with checksum",
        "SE",
        default=False,
        language="sv",
    ),
    Known(
        "SePersonnummerRecognizer",
        "SE_PERSONNUMMER",
        "Swedish personal identity numbers with checksum",
        "SE",
        default=False,
        language="sv",
    ),
    Known("SgFinRecognizer", "SG_NRIC_FIN", "Singapore NRIC and FIN numbers with checksum", "SG", default=False),
    Known("SgUenRecognizer", "SG_UEN", "Singapore entity numbers (UEN)", "SG", default=False),
    Known(
        "ThTninRecognizer",
        "TH_TNIN",
        "Thai national identity numbers with checksum",
        "TH",
        default=False,
        language="th",
    ),
    Known("TrLicensePlateRecognizer", "TR_LICENSE_PLATE", "Turkish licence plates", "TR", default=False, language="tr"),
    Known(
        "TrNationalIdRecognizer",
        "TR_NATIONAL_ID",
        "Turkish national identity numbers with checksum",
        "TR",
        default=False,
        language="tr",
    ),
    Known("AbaRoutingRecognizer", "ABA_ROUTING_NUMBER", "US bank routing numbers with checksum", "US", default=False),
    Known("UsClaimNumberRecognizer", "US_CLAIM_NUMBER", "US health claim numbers in context", "US", default=False),
    Known(
        "UsHealthInsuranceMemberIdRecognizer",
        "US_HEALTH_INSURANCE_MEMBER_ID",
        "US health insurance member numbers in context",
        "US",
        default=False,
    ),
    Known("UsMbiRecognizer", "US_MBI", "US Medicare beneficiary identifiers", "US", default=False),
    Known("UsNpiRecognizer", "US_NPI", "US national provider identifiers with checksum", "US", default=False),
    Known(
        "UsPrescriptionNumberRecognizer",
        "US_PRESCRIPTION_NUMBER",
        "US prescription numbers in context",
        "US",
        default=False,
    ),
    Known(
        "UsPriorAuthorizationNumberRecognizer",
        "US_PRIOR_AUTHORIZATION_NUMBER",
        "US prior authorisation numbers in context",
        "US",
        default=False,
    ),
    Known("UsProviderTaxIdRecognizer", "US_PROVIDER_TAX_ID", "US provider tax numbers in context", "US", default=False),
    Known("UsReferralNumberRecognizer", "US_REFERRAL_NUMBER", "US referral numbers in context", "US", default=False),
    Known(
        "ZaCompanyRegistrationRecognizer",
        "ZA_COMPANY_REGISTRATION",
        "South African company registrations",
        "ZA",
        default=False,
    ),
    Known(
        "ZaDriverLicenseRecognizer", "ZA_DRIVER_LICENSE", "South African driving licence numbers", "ZA", default=False
    ),
    Known("ZaIdNumberRecognizer", "ZA_ID_NUMBER", "South African identity numbers with checksum", "ZA", default=False),
    Known(
        "ZaIncomeTaxNumberRecognizer", "ZA_INCOME_TAX_NUMBER", "South African income tax numbers", "ZA", default=False
    ),
    Known("ZaLicensePlateRecognizer", "ZA_LICENSE_PLATE", "South African licence plates", "ZA", default=False),
    Known("ZaMobileNumberRecognizer", "ZA_MOBILE_NUMBER", "South African mobile numbers", "ZA", default=False),
    Known("ZaPassportRecognizer", "ZA_PASSPORT", "South African passport numbers", "ZA", default=False),
    Known("ZaTelephoneNumberRecognizer", "ZA_TELEPHONE_NUMBER", "South African telephone numbers", "ZA", default=False),
    Known(
        "ZaTrafficRegisterNumberRecognizer",
        "ZA_TRAFFIC_REGISTER_NUMBER",
        "South African traffic register numbers",
        "ZA",
        default=False,
    ),
    Known("ZaVatNumberRecognizer", "ZA_VAT_NUMBER", "South African VAT numbers", "ZA", default=False),
)

NAMES_ID = "presidio.spacy.v1"
NAMES = ("DATE_TIME", "LOCATION", "NRP", "ORGANIZATION", "PERSON")


def chosen(countries: tuple[str, ...]) -> tuple[Known, ...]:
    """The recognisers that are on for some countries; ``*`` stands for all of them."""
    return tuple(known for known in KNOWN if known.default or known.country in countries or "*" in countries)
