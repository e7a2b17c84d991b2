"""The words of a text: an NLP engine of Presidio on spaCy, offline, silent and without a limit on length.

``names.engine: none`` tokenises only (``spacy.blank``); ``spacy`` loads an installed package, which also finds names.
A tokenizer has no lemmas, and without lemmas Presidio finds no context words at all: a phone number would stay at 0.4
however often "phone" stands before it. So words serve as their own lemmas, unless the recipe says
``names.context: lemmas``, which is what Presidio's own ``SpacyNlpEngine`` does on a blank pipeline.
"""

import importlib.util
import logging
from typing import Any

from auditor.errors import AuditorError
from auditor.rules.recipe import Recipe

_LOGGERS = ("presidio-analyzer", "decision_process", "spacy", "tldextract", "phonenumbers")


def silence() -> None:
    """Presidio logs texts it cannot validate; nothing of these libraries may reach a handler."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)


def check_names(recipe: Recipe) -> None:
    """Make sure that the names model of a recipe is there, before any data is read; imports neither library.

    Raises:
        AuditorError: naming the command that installs it.
    """
    model = recipe.names.model
    if recipe.names.engine == "none":
        return
    if not model:
        raise AuditorError(f"recipe '{recipe.id}': names.model is missing; name a spaCy package such as en_core_web_sm")
    if not model.isidentifier() or importlib.util.find_spec(model) is None:
        raise AuditorError(f"the names model '{model}' is not installed; run: python -m spacy download {model}")


def pipeline(recipe: Recipe) -> Any:
    """The spaCy pipeline of a recipe; its words are their own lemmas where it has none (see above)."""
    import spacy

    silence()
    check_names(recipe)
    nlp = spacy.blank(recipe.language) if recipe.names.engine == "none" else spacy.load(recipe.names.model)
    nlp.max_length = 1 << 30  # spaCy refuses 1,000,000; the worker cuts long cells itself
    if recipe.names.context == "words":
        _words_as_lemmas(nlp)
    return nlp


def _words_as_lemmas(nlp: Any) -> None:
    from spacy.language import Language

    @Language.component("auditor_words_as_lemmas")
    def component(doc: Any) -> Any:
        for token in doc:
            if not token.lemma:
                token.lemma_ = token.text
        return doc

    nlp.add_pipe("auditor_words_as_lemmas")


def engine(nlp: Any, language: str) -> Any:
    """Presidio's ``SpacyNlpEngine`` around a loaded pipeline, so that nothing is looked up or downloaded."""
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    made = SpacyNlpEngine(models=[{"lang_code": language, "model_name": "auditor"}])
    made.nlp = {language: nlp}  # type: ignore[assignment]  # declared by its first value, None
    return made
