"""recipes/entities.yaml: complete beside Presidio, and severe where it should be."""

import importlib
import inspect
import pkgutil
import re

import pytest
from presidio_analyzer import EntityRecognizer, predefined_recognizers
from presidio_analyzer.nlp_engine import NerModelConfiguration

from auditor.model import Severity
from auditor.rules.vocabulary import vocabulary

WORDS = vocabulary().entities
REMOTE = {"AzureAILanguageRecognizer", "AzureHealthDeidRecognizer"}  # entities named by a paid service
OUTSIDE = {"AzureOpenAILangExtractRecognizer", "BasicLangExtractRecognizer"}  # configured by the user
BASES = {"EntityRecognizer", "LocalRecognizer", "PatternRecognizer", "RemoteRecognizer", "LMRecognizer",
         "LangExtractRecognizer"}  # fmt: skip


def recognizers():
    """Every recogniser class Presidio ships."""
    found = {}
    for module in pkgutil.walk_packages(predefined_recognizers.__path__, predefined_recognizers.__name__ + "."):
        loaded = importlib.import_module(module.name)
        found |= {n: c for n, c in vars(loaded).items() if inspect.isclass(c) and issubclass(c, EntityRecognizer)}
    return {n: c for n, c in sorted(found.items()) if n not in BASES | REMOTE | OUTSIDE}


def entities_of(cls):
    """Entities a recogniser can give; where it cannot be built here, those its class names."""
    try:
        return set(cls().supported_entities)
    except (ImportError, TypeError):
        named = list(getattr(cls, "ENTITIES", None) or [])
        named += (getattr(cls, "DEFAULT_LABEL_MAPPING", None) or {}).values()
        named += re.findall(r'"([A-Z][A-Z_]+_NUMBER)"', inspect.getsource(cls))
        return set(named) or set(NerModelConfiguration().model_to_presidio_entity_mapping.values())


@pytest.mark.filterwarnings("ignore")
def test_every_entity_of_every_presidio_recogniser_has_an_entry():
    missing = {n: unknown for n, c in recognizers().items() if (unknown := entities_of(c) - WORDS.keys())}
    assert not missing
    assert len(recognizers()) > 70


def test_every_entity_of_presidios_names_models_has_an_entry():
    assert set(NerModelConfiguration().model_to_presidio_entity_mapping.values()) <= WORDS.keys()


@pytest.mark.parametrize(
    ("names", "least", "most"),
    [
        (
            "SECRET_PRIVATE_KEY SECRET_CLOUD_KEY US_SSN HEALTH_CONDITION GENETIC BIOMETRIC CRIMINAL_RECORD",
            "critical",
            "critical",
        ),
        ("CREDIT_CARD IBAN_CODE DE_ID_CARD PL_PESEL US_PASSPORT UK_NHS RELIGION TDM_OPT_OUT", "high", "critical"),
        ("EMAIL_ADDRESS PHONE_NUMBER PERSON TDM_OPT_OUT_PROSE", "medium", "medium"),
        ("DATE_TIME URL LOCATION IP_ADDRESS ORGANIZATION UUID COPYRIGHT_NOTICE", "info", "low"),
    ],
)
def test_severity(names, least, most):
    for name in names.split():
        assert Severity(least).rank <= WORDS[name].severity.rank <= Severity(most).rank, name


def test_names_and_sources():
    for name, entity in WORDS.items():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", name)
        assert re.search(r"\b[VSM]\(|^M$", entity.source), name
        assert entity.dpv == "" or entity.dpv.startswith(("pd:", "dpv:")), name
        assert entity.class_.startswith(("ip.", "secret")) or entity.gdpr, name


def test_classes():
    words = vocabulary()
    assert words.of_class("special") >= {"HEALTH_CONDITION", "RELIGION", "UK_NHS"}
    assert "UK_NHS" in words.of_class("natid")
    assert words.of_class("special.race") == {"RACE_ETHNICITY"}
    assert not words.of_class("pd") & (words.of_class("ip") | words.of_class("secret"))
    assert words.expand(["PERSON", "special.race", "nonsense"]) == {"PERSON", "RACE_ETHNICITY"}
    assert words.of_class("spec") == frozenset()
