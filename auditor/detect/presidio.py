"""Presidio's predefined recognisers, one detector each; :mod:`auditor.detect.presidio_search` runs them.

Id of a recogniser: ``presidio.`` + its class name without ``Recognizer`` in snake case + ``.v1``; ``UsSsnRecognizer``
is ``presidio.us_ssn.v1``. The table in :mod:`auditor.detect.recognisers` is explicit; a test holds it against Presidio.
"""

from copy import deepcopy
from importlib import metadata
from typing import Any

import pyarrow as pa

from auditor.detect import nlp
from auditor.detect.derive import remembered
from auditor.detect.info import DetectorInfo
from auditor.detect.language import Language
from auditor.detect.overlap import without_contained
from auditor.detect.presidio_search import Iban, LinePhone, Patterns, Phone, PresidioDetector
from auditor.detect.recognisers import NAMES, NAMES_ID, Known, chosen
from auditor.detect.texts import Span, TextDetector
from auditor.errors import AuditorError
from auditor.model import TextColumn
from auditor.rules.curation import Curation, curations
from auditor.rules.recipe import Recipe


class _Names(TextDetector):
    """``SpacyRecognizer.analyze``: names by the model of the recipe."""

    id = NAMES_ID
    entities = frozenset(NAMES)

    def __init__(self, language: Language) -> None:
        self._language = language

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """See :class:`auditor.model.Detector`."""
        self._language.turn_to(column)
        return super().detect(column)

    def spans(self, text: str) -> list[Span]:
        """Names in one text."""
        return without_contained(self._language.analysed(text)[1])


def _offline() -> None:
    """Make ``tldextract`` use its bundled list of public suffixes: no network, no cache on disk."""
    from tldextract import tldextract

    tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def registry(recipe: Recipe) -> Any:
    """Presidio's registry with the recognisers that a recipe has on, quiet and offline.

    It is what ``RecognizerRegistry.load_predefined_recognizers(languages=["en"])`` gives, with more of its
    configuration switched on.
    """
    nlp.silence()
    from presidio_analyzer import RecognizerRegistry
    from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerListLoader

    _offline()
    on = {known.cls: known for known in chosen(recipe.countries)}
    configuration = _configuration(recipe.language)
    for entry in configuration["recognizers"]:
        known = on.get(entry["name"])
        if known and not known.default:
            entry["enabled"] = True
            if known.language:
                entry["supported_languages"] = [recipe.language]
    made = RecognizerRegistry(RecognizerListLoader.get(**configuration))
    made.add_nlp_recognizer(nlp_engine=None)  # type: ignore[arg-type]  # as its own loader does
    nlp.silence()
    return made


def _configuration(language: str) -> dict[str, Any]:
    """Presidio's own configuration of its predefined recognisers; parsing it takes as long as making them."""
    from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerConfigurationLoader

    def parsed() -> Any:
        return RecognizerConfigurationLoader.get(registry_configuration={"supported_languages": [language]})

    loaded = deepcopy(remembered(("registry", metadata.version("presidio-analyzer"), language), parsed))
    return {**loaded, "recognizers": [entry for entry in loaded["recognizers"] if isinstance(entry, dict)]}


def _kind(recogniser: Any) -> type[PresidioDetector]:
    """How a recogniser is run, by the way it analyses.

    Raises:
        AuditorError: for one that analyses in a way of its own, which a newer Presidio may bring.
    """
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer import predefined_recognizers as own

    kinds: dict[Any, type[PresidioDetector]] = {
        own.IbanRecognizer: Iban,
        own.PhoneRecognizer: Phone,
        own.ZaMobileNumberRecognizer: LinePhone,
        own.ZaTelephoneNumberRecognizer: LinePhone,
    }
    cls = type(recogniser)
    if cls in kinds:
        return kinds[cls]
    if isinstance(recogniser, PatternRecognizer) and cls.analyze is PatternRecognizer.analyze:
        return Patterns
    raise AuditorError(
        f"this version of Presidio runs {cls.__name__} in a way the auditor does not know; install 2.2.366"
    )


def _on(recipe: Recipe) -> list[tuple[Known, Curation | None]]:
    """The recognisers of a recipe, and how their findings are judged where it is curated."""
    rules = curations() if recipe.curated else {}
    pairs = [(known, rules.get(known.id)) for known in chosen(recipe.countries)]
    return [(known, rule) for known, rule in pairs if not (rule and rule.off)]


def detectors(recipe: Recipe) -> list[TextDetector]:
    """One detector per recogniser, and one for names where the recipe has a model."""
    language, seconds = Language(recipe), recipe.limits.pattern_seconds
    by_class = {type(recogniser).__name__: recogniser for recogniser in registry(recipe).recognizers}
    made: list[TextDetector] = [
        _kind(by_class[known.cls])(known, by_class[known.cls], language, seconds, rule, recipe.countries)
        for known, rule in _on(recipe)
    ]
    return [*made, _Names(language)] if recipe.names.engine == "spacy" else made


def catalogue(recipe: Recipe) -> list[DetectorInfo]:
    """What ``auditor explain`` says of them, without loading Presidio."""
    infos = [_info(known, rule) for known, rule in _on(recipe)]
    if recipe.names.engine == "spacy":
        fact = f"Runs Presidio's SpacyRecognizer over the model {recipe.names.model}."
        infos.append(DetectorInfo(NAMES_ID, "Names of persons, places and groups", NAMES, "names", facts=(fact,)))
    return infos


def _info(known: Known, rule: Curation | None) -> DetectorInfo:
    fact = f"Runs Presidio's {known.cls}."
    if not rule:
        return DetectorInfo(known.id, known.title, (known.entity,), "presidio", facts=(fact,))
    return DetectorInfo(
        known.id,
        known.title,
        (known.entity,),
        "presidio",
        context=(*rule.context, *rule.context_whole),
        facts=(fact, rule.reason),
    )
