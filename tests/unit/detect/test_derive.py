"""What is derived of patterns holds for every match, for every recogniser of Presidio."""

import importlib
import inspect
import pkgutil
import re
from functools import cache

import pyarrow as pa
import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.detect import gates, nlp
from auditor.detect.derive import derive
from auditor.detect.expressions import is_literal
from auditor.detect.gates import odd_expression
from auditor.detect.prefilter import Need, Prefilter
from auditor.detect.trees import looks_far, parse

nlp.silence()

FLAGS = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)

NOISE = [" ", " ", "\n", "\0", "-", "/", ".", ":", "_", "A", "x", "k", "0", "1", "9", "12", "ab", "é", "Ü", "\u2003",
         "\x1c", "#", "(", "中", "\u0663", "ſ", "ı", "İ", "\u212a",
         "claim no. ", "medical\xa0claim: ", "Rx # ", "prescription id:", "authorization ", "prior auth: ",
         "provider tin ", "Billing  Provider: ", "referral\nnumber "]  # fmt: skip
URLS = ["http://www.example.com/a", "'https://x.museum'", '"a.b.co.uk:80/?q=1"', "e.g.this", "x.é"]


@cache
def classes():
    """All pattern recognisers that Presidio brings, of all countries and languages."""
    import presidio_analyzer.predefined_recognizers as package
    from presidio_analyzer import PatternRecognizer

    modules = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    values = [value for module in modules for value in vars(importlib.import_module(module.name)).values()]
    kinds = [
        v for v in values if inspect.isclass(v) and issubclass(v, PatternRecognizer) and v is not PatternRecognizer
    ]
    return {kind.__name__: kind for kind in kinds}


@cache
def given_by(name):
    """Patterns and flags of a recogniser."""
    made = classes()[name](supported_language="en")
    return tuple(pattern.regex for pattern in made.patterns), int(made.global_regex_flags)


class Checked:
    """What is derived of patterns, and whether it holds of texts."""

    def __init__(self, patterns, flags):
        self.derived = derive(patterns, flags)
        self._compiled = [regex.compile(pattern, flags) for pattern in patterns]
        self._need = Need("", self.derived.expressions, windowed=True)
        self._prefilter = Prefilter([self._need])
        self._inside = regex.compile(b"[" + self.derived.alphabet.encode() + b"]+")
        self._far = any(looks_far(parse(pattern, flags)) for pattern in patterns)

    def matches(self, text):
        return [m for compiled in self._compiled for m in compiled.finditer(text) if m.end() > m.start()]

    def check(self, texts):
        joined = "".join(texts)
        matches = self.matches(joined)
        if matches:
            assert not self.derived.gate or len(gates.passing(pa.array([joined]), self.derived.gate))
        if not ODD.search(joined.encode()):
            self.check_matches([m[0] for m in matches])
            self.check_hits(matches, joined)
            self.check_windows(joined)
        self.check_joined([*texts, joined])

    def check_matches(self, found):
        for match in found:
            assert self._inside.fullmatch(match.encode())
            assert not self.derived.chars or len(match) <= self.derived.chars

    def check_hits(self, matches, text):
        """There is a hit in every match, or in its window where a look-ahead sees all of that."""
        inside = [bool(self._inside.fullmatch(char.encode())) for char in text]
        windows = [text[m.start() : self._edge(inside, m.start(), 1)] if self._far else m[0] for m in matches]
        if self.derived.expressions and matches:
            assert set(self._prefilter.scan(pa.array(windows)).places(self._need).rows) == set(range(len(windows)))

    def check_windows(self, text):
        """At every place stands in its window what stands in the whole text."""
        inside = [bool(self._inside.fullmatch(char.encode())) for char in text]
        for at in range(len(text)):
            low, high = (self._edge(inside, at, step) for step in (-1, 1))
            low, high = max(low - self.derived.context, 0), high + self.derived.context
            for compiled in self._compiled:
                whole, part = compiled.match(text, at), compiled.match(text[low:high], at - low)
                assert (whole and whole.end()) == (part and part.end() + low), (compiled.pattern, text, at)

    def _edge(self, inside, at, step):
        limit = self.derived.chars or len(inside)
        edge = at
        while abs(edge - at) < limit and 0 <= (edge - 1 if step < 0 else edge) < len(inside):
            if not inside[edge - 1 if step < 0 else edge]:
                break
            edge += step
        return edge

    def check_joined(self, texts):
        mark = self.derived.separator
        texts = [text.replace(mark, "") for text in texts] if mark else []
        for compiled in self._compiled:
            starts, expected = 0, []
            for text in texts:
                expected += [(m.start() + starts, m.end() + starts) for m in compiled.finditer(text)]
                starts += len(text) + 1
            assert [m.span() for m in compiled.finditer(mark.join(texts))] == expected


ODD = re.compile(odd_expression().encode())


def generated(pattern, flags):
    """Texts that match, as far as the standard library knows the pattern: without what it looks behind at."""
    if len(pattern) > 2000:
        return st.sampled_from(URLS)
    pattern = pattern.replace("(?i)", "")
    if pattern.startswith("(?<=") and "{" not in pattern[: pattern.index(")")]:
        pattern = pattern[lookbehind(pattern) :]
    return st.from_regex(re.compile(pattern, flags), fullmatch=True)


def lookbehind(pattern):
    depth = 0
    for match in re.finditer(r"\\.|[()]", pattern):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    raise AssertionError(pattern)


@cache
def checked(name):
    return Checked(*given_by(name))


@cache
def texts_for(name):
    patterns, flags = given_by(name)
    built = st.one_of([generated(pattern, flags) for pattern in patterns])
    return st.lists(st.one_of(built, built, st.sampled_from(NOISE), st.text(max_size=3)), min_size=1, max_size=6)


@pytest.mark.parametrize("name", sorted(classes()))
def test_every_recogniser_of_presidio_has_what_it_needs(name):
    derived = derive(*given_by(name))
    assert derived
    assert derived.gate
    assert derived.expressions
    assert derived.folds
    assert derived.separator or name == "InPanRecognizer"  # it looks anywhere later; see ``without_later``
    assert derived.context <= 15


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("name", sorted(classes()))
def test_what_is_derived_holds_of_texts_built_around_the_patterns(name, data):
    checked(name).check(data.draw(texts_for(name)))


HAND = [
    r"(?<=id[ :])\d{4}(?!\d\d)", r"(?<!\d{3})ab\d(?=.{3}$)", r"^\d{3}-x$", r"x\d\s\d(?!\s\s)", r"[^\s,]{3}@[^\W\d]{2}",
    r"a(?i)b\d{2}", r"(?i:k)\d(?-i:s)\d", r"#[\w-]*\d", r"key=\S+;", r"(?=\d{2}-)\d+-\d+", r"([ab]\d)-\1", r"\Aid\d\d",
    r"id\d\d\Z", r"[\u0100-\u0140]\d\d", r"(?>\d+|x)-\d(?=..)", r"\d++-\d", r"(?<=^|,)\d\d,", r"\B\d\d-\d\B", r"a\S#",
    r"(?:ab|cd*|[^\n]*ef)\d\d", r"é\d\dÜ", r"\d\d(?=\w*x)", r"(?<!x\w*)\d\d-",
]  # fmt: skip
BITS = ["a", "b", "x", "K", "s", "i", "id", "ab", "ef", "d", "é", "Ü", "ĳ", "1", "22", "333", "-", ",", " ", ":", "@",
        "#", "key=", ";", "\n", "\0", "\x1c", "\u2003", "S", "."]  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(texts=st.lists(st.lists(st.sampled_from(BITS), max_size=8).map("".join), min_size=1, max_size=4))
@pytest.mark.parametrize("flags", [FLAGS, int(regex.DOTALL), 0])
@pytest.mark.parametrize("pattern", HAND)
def test_what_is_derived_holds_of_patterns_of_all_kinds(pattern, flags, texts):
    hand(pattern, flags).check(texts)


@cache
def hand(pattern, flags):
    return Checked([pattern], flags)


def reach(pattern, flags=FLAGS):
    derived = derive([pattern], flags)
    return derived.alphabet, derived.chars, derived.context, derived.separator


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\b[A-Z]{2}\d{3}\b", ("0-9A-Za-z", 5, 1, "\n")),
        (r"[A-F]\d-\d", (r"\x2d0-9A-Fa-f", 4, 0, "\n")),
        (r"(?<!\d)\d{2}(?![-\w]{3})", ("0-9", 2, 3, "\n")),
        (r"(?!12(?!\d))\d{2,4}", ("0-9", 4, 1, "\n")),  # looks at three characters, two of them in the match
        (r"(?<=a{4})\d\d", ("0-9", 2, 4, "\n")),
        (r"(?<=no\s*)\d\d", (r"\x09-\x0d\x200-9N-On-o\x80-\xff", 0, 1, "\0")),
        (r"\d\s\d", (r"\x09-\x0d\x200-9\x80-\xff", 3, 0, "\0")),
        (r"\d[^\n]\d", (r"\x00-\x09\x0b-\x2f0-9\x3a-\x40A-Z\x5b-\x60a-z\x7b-\x7f\x80-\xff", 3, 0, "\n")),
        (r"\d[^x]\d", (r"\x00-\x2f0-9\x3a-\x40A-Z\x5b-\x60a-z\x7b-\x7f\x80-\xff", 3, 0, "")),
        (r"^\d\d$", ("0-9", 2, 1, "\n")),
        (r"(?-m:^)\d\d", ("0-9", 2, 1, "")),
        (r"\A\d\d", ("0-9", 2, 1, "")),
        (r"\d{2,}", ("0-9", 0, 0, "\n")),
    ],
)
def test_reach(pattern, expected):
    assert reach(pattern) == expected


def test_lines_are_no_texts_without_the_flag():
    assert reach(r"^\d\d", flags=0)[3] == ""
    assert reach(r"\d\d$", flags=0) == ("0-9", 2, 2, "")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\b[A-Z]{5}\d{4}[A-Z]\b", r"\b(?:[a-z]){5}(?:[0-9]){4}[a-z]\b"),
        (r"\b(?:\d{9}|\d{12})\b", r"\b(?:(?:[0-9]){9}|(?:[0-9]){12})\b"),
        (r"\b\d{3,5}-", r"\b(?:[0-9]){3,5}\x2d"),
        (r"\b-\d{3}\b", r"\x2d(?:[0-9]){3}\b"),  # Unicode letters may stand before the hyphen
        (r"\b[-x]\d{3}", r"(?:\bx|\x2d)(?:[0-9]){3}"),
        (r"(?=[A-Z0-9]*\d)[A-Z][A-Z0-9]{5}", r"[a-z](?:[0-9a-z]){0,}[0-9]"),
        (r"[- ]?\d{3,5}", "(?:[0-9]){3}"),
        (r"(?:x+)?([0-9][ _]?){3}#\w*", r"(?:[0-9](?:[\x20\x5f]){0,1}){3}\x23"),
        (r"\d{2}[^\n]+AB", "ab"),
        (r"\d{2}\w+AB", r"(?:[0-9]){2}(?:[0-9\x5fa-z]){1,}ab"),
        (r"(\d)-\1", r"[0-9]\x2d[0-9]"),
        (r"x\.(?:" + "|".join(f"{'abc'[i % 3]}{i}" for i in range(200)) + ")", r"x\x2e(?:[0-9a-c]){2}"),
    ],
)
def test_expressions(pattern, expected):
    found = derive([pattern], FLAGS).expressions
    assert [e.replace(r"(?:(?:[0-9\x5fa-z]|[\x80-\xff]{2,4}))", r"(?:[0-9\x5fa-z])") for e in found] == [expected]


@pytest.mark.parametrize(
    "pattern",
    [r"\p{Lu}{9}", r"(?:secret){e<=1}", r"[[:alpha:]]{8}", r"(?R)?abc", r"(a)?(?(1)b|c)", "("],
)
def test_what_is_not_understood_is_refused(pattern):
    assert derive([r"\d{4}", pattern], FLAGS) is None


def test_flags_that_are_not_understood_are_refused():
    assert derive([r"\d{4}"], int(regex.FULLCASE)) is None
    assert derive([r"\d{4}"], int(regex.VERSION1)) is None


def test_a_pattern_that_says_nothing_has_no_expression():
    assert derive([r"\d{4}", r"\w+"], FLAGS).expressions == ()
    assert derive([r"[a-z]{2}", r"\S+"], FLAGS).gate == ""
    assert derive([r"\b"], FLAGS) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"[A-Z]-\d{3}", "ı-\u0661\u0662\u0663"),
        (r"[a-z]-\d{3}", "İ-123"),
        (r"[a-z]k\d[0-9]", "ſ\u212a\u06612"),
        (r"[\u0100-\u0140]\d\d", "i12"),
        (r"[\u0100-\u0140]\d\d", "I12"),
        (r"\u212a\u017f\d\d", "Ks12"),
        (r"\S\d\d", "\x1c12"),
        (r"[^\s]\d\d", "\x1f12"),
    ],
)
def test_letters_that_are_equal_when_case_is_ignored(pattern, text):
    assert Checked([pattern], FLAGS).matches(text)
    Checked([pattern], FLAGS).check([text])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UsClaimNumberRecognizer", "a medical\xa0claim  number: 1234567, x"),
        ("UsPrescriptionNumberRecognizer", "my Prescription id\n: 1234567"),
        ("UsPriorAuthorizationNumberRecognizer", "pre-auth no. : PA-1234567."),
        ("UsProviderTaxIdRecognizer", "billing  provider tax\tid number : 12-1234567"),
        ("UsReferralNumberRecognizer", "infusion \n referral # REF-123456"),
        ("UsHealthInsuranceMemberIdRecognizer", "id ABCDEF-GHIJKLM-1, x"),
    ],
)
def test_what_looks_far_sees_enough(name, text):
    assert checked(name).matches(text)
    checked(name).check([text])


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"(?<!x\w*)\d\d-", "xabc22-"), (r"\d\d(?=\w*x)", "22abcx"), (r"\d(?=a{9}x)", "1aaaaaaaaax")]
)
def test_look_arounds_are_seen_as_a_whole(pattern, text):
    Checked([pattern], FLAGS).check([text])


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("años", r"a\xc3[\x91\xb1]os"),
        ("[à-ã]bc", r"\xc3[\x80-\x83\xa0-\xa3]bc"),
        ("(?:n|ń)iec", r"(?:n|\xc5[\x83-\x84])iec"),
        (r"caf\wbc", r"caf(?:[0-9\x5fa-z]|[\x80-\xff]{2,4})bc"),
    ],
)
def test_few_characters_beyond_ascii_are_told_one_by_one(pattern, expression):
    derived = derive([pattern], regex.IGNORECASE)
    assert derived is not None
    assert derived.expressions == (expression,)
    assert is_literal(expression) is not pattern.startswith("[")
