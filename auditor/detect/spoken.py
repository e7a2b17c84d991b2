"""Which language a text is in, by a model that lies in its package (py3langid); nothing is fetched, and it loads late.

Short texts have no language. A text is judged by what it is probable to be, so close relatives come together.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.rules.terms import LANGUAGES

FEWEST = 20
"""Letters below which a text has no language."""

PROBABLE = 0.05
"""Probability from which on a language counts."""

SURE = 0.9
"""Probability from which on a language without lists is believed to be that of a text."""

SAMPLE = 16
"""Texts in Latin letters that are identified per column and batch; what they show is scaled up."""

PROSE = 60
"""Bytes from which on a text in Latin letters is prose enough to ask for its language."""

_HEAD = 400  # characters of a text that are looked at
_NEVER = {"la", "eo", "vo", "ia", "ie", "io", "jv", "jbo", "lfn", "vec", "lmo", "pms", "wa", "an", "oc", "ext", "scn"}
"""Languages of the model that science and short texts are mistaken for."""

_SCRIPTS = (
    "Arabic", "Armenian", "Bengali", "Bopomofo", "Cherokee", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek",
    "Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer", "Lao", "Malayalam",
    "Mongolian", "Myanmar", "Oriya", "Sinhala", "Syriac", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan",
)  # fmt: skip
OTHER = "[" + "".join(rf"\p{{{name}}}" for name in _SCRIPTS) + "]"
"""RE2: a letter of another script than Latin."""

FEWEST_OTHER = 4
"""Letters of another script below which they are a name or a sign; they say more each than Latin ones."""


class Unlisted(NamedTuple):
    """How many texts are in a language without lists: in another script (counted), in Latin letters (estimated)."""

    other: int
    latin: int

    @property
    def texts(self) -> int:
        """All of them."""
        return self.other + self.latin


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(set(made.labels) - _NEVER)
    made.nb_ptc = np.ascontiguousarray(made.nb_ptc)  # features in rows, as they are read
    return made


def languages(text: str) -> dict[str, float]:
    """Languages that a text may be in, the likeliest first, with their probability; none for a short one."""
    head = text[:_HEAD]
    if sum(map(str.isalpha, head)) < FEWEST:
        return {}
    return {name: p for name, p in _identifier().rank(head) if p >= PROBABLE}


def unlisted(text: str, listed: Collection[str] = LANGUAGES) -> bool:
    """Whether a text is surely in a language without lists."""
    found = languages(text)
    return bool(found) and not any(name in listed for name in found) and sum(found.values()) >= SURE


def unsupported(texts: pa.Array, listed: Collection[str] = LANGUAGES) -> Unlisted:
    """Texts of an array in a language without lists; other scripts by RE2, those in Latin letters by a sample."""
    known = texts.drop_null()
    other = _in_other_script(known)
    latin = np.flatnonzero(~other & (pc.binary_length(known).to_numpy() >= PROSE))
    asked = latin if len(latin) <= SAMPLE else latin[np.linspace(0, len(latin) - 1, SAMPLE).astype(np.int64)]
    heads = pc.utf8_slice_codeunits(known.take(pa.array(asked)), 0, _HEAD).to_pylist()
    share = sum(unlisted(head, listed) for head in heads) / max(len(heads), 1)
    return Unlisted(int(other.sum()), round(share * len(latin)))


def _in_other_script(texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether at least every third character of each text is a letter of another script."""
    found = np.zeros(len(texts), bool)
    some = np.flatnonzero(~pc.string_is_ascii(texts).to_numpy(zero_copy_only=False))
    if len(some):
        chosen = texts.take(pa.array(some))
        letters = pc.count_substring_regex(chosen, OTHER).to_numpy()
        found[some] = (letters >= FEWEST_OTHER) & (3 * letters >= pc.utf8_length(chosen).to_numpy())
    return found
