"""The words and names of texts by the spaCy pipeline of a recipe, shared by its detectors."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from auditor.detect import nlp
from auditor.detect.context import AllWords, NearbyWords, Tokenizer, Words
from auditor.detect.recognisers import NAMES
from auditor.detect.texts import Span
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe


@dataclass
class _Column:
    """Analyses of the column at hand, by text."""

    texts: pa.Array | None = None
    nearby: dict[str, NearbyWords] = field(default_factory=dict)
    whole: dict[str, tuple[Words, list[Span]]] = field(default_factory=dict)


class Language:
    """The words of texts by one pipeline, shared by the detectors of a recipe and remembered for one column."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._held = _Column()

    def turn_to(self, column: TextColumn) -> None:
        """Forget the texts of other columns."""
        if self._held.texts is not column.texts:
            self._held = _Column(column.texts)

    @property
    def has_words(self) -> bool:
        """False where the recipe compares lemmas and the pipeline has none."""
        return self._recipe.names.engine == "spacy" or self._recipe.names.context == "words"

    def words(self, text: str) -> Words:
        """Words of a text."""
        if self._recipe.names.engine == "spacy":
            return self.analysed(text)[0]
        return self._held.nearby.setdefault(text, NearbyWords(text, self._tokenizer))

    def analysed(self, text: str) -> tuple[Words, list[Span]]:
        """Words and names of a text by the model of the recipe, computed once per column."""
        known = self._held.whole
        if text not in known:
            with self._engine.get_nlp(self._recipe.language).memory_zone():
                known[text] = self._analyse(text)
        return known[text]

    def _analyse(self, text: str) -> tuple[Words, list[Span]]:
        artifacts = self._engine.process_text(text, self._recipe.language)
        pairs = zip(artifacts.entities, artifacts.scores, strict=True)
        names = [Span(e.start_char, e.end_char, e.label_, score) for e, score in pairs if e.label_ in NAMES]
        return AllWords(artifacts.tokens), names

    @cached_property
    def _engine(self) -> Any:
        return nlp.engine(nlp.pipeline(self._recipe), self._recipe.language)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(lambda: nlp.pipeline(self._recipe))
