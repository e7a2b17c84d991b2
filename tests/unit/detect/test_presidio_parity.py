"""All detectors together find exactly what Presidio's analyzer engine finds: entity, offsets and score."""

import logging
import random
import socket
import string

import pytest
from detect_help import LEADS, column, recipe, text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.detect import nlp, presidio
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.detect.recognisers import KNOWN
from auditor.detect.search import factored
from auditor.detect.texts import share
from auditor.errors import AuditorError
from auditor.model import Limits


class Side:
    """Our detectors and Presidio's engine over the same pipeline."""

    def __init__(self, context, countries=()):
        from presidio_analyzer import AnalyzerEngine

        rules = recipe(names={"context": context}, countries=countries, curated=False)
        self.detectors = presidio.detectors(rules)
        share(self.detectors)
        engine = nlp.engine(nlp.pipeline(rules), "en")
        registry = presidio.registry(rules)
        self.engine = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def ours(self, texts):
        spans, losses = run(self.detectors, column(texts), Limits())
        assert not losses
        found = [set() for _ in texts]
        for r in resolve(spans).to_pylist():
            found[r["row"]].add((r["entity"], r["start"], r["end"], r["score"]))
        return found

    def theirs(self, value):
        found = self.engine.analyze(value, language="en", score_threshold=0)
        return {(r.entity_type, r.start, r.end, r.score) for r in found}


@pytest.fixture(scope="module", params=[("words", ()), ("lemmas", ()), ("words", ("*",))], ids=str)
def side(request):
    return Side(*request.param)


def test_parity_on_generated_texts(side):
    rng = random.Random(20261123)
    texts = [text(rng) for _ in range(400)]
    for value, ours in zip(texts, side.ours(texts), strict=True):
        assert ours == side.theirs(value), value


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.lists(st.one_of(st.text(max_size=12), st.sampled_from(LEADS), st.from_regex(r"[0-9+(). /-]{4,18}"))))
def test_parity_on_any_text(side, value):
    joined = " ".join(value)
    if joined:
        assert side.ours([joined])[0] == side.theirs(joined)


def test_context_raises_a_score_only_with_words(side):
    score = {s for e, _, _, s in side.ours(["Call my phone 212-555-0123"])[0] if e == "PHONE_NUMBER"}
    assert score == ({0.75} if side.detectors[0]._language._recipe.names.context == "words" else {0.4})


def test_table_holds_the_rule_and_all_of_presidio():
    from presidio_analyzer import RecognizerRegistry

    nlp.silence()
    theirs = RecognizerRegistry()
    theirs.load_predefined_recognizers(languages=["en"])
    nlp.silence()
    expected = {type(r).__name__: r.supported_entities for r in theirs.recognizers}
    ours = {type(r).__name__: r.supported_entities for r in presidio.registry(recipe()).recognizers}
    assert ours == expected
    names = expected.pop("SpacyRecognizer")
    assert expected == {k.cls: [k.entity] for k in KNOWN if k.default}
    assert sorted(names) == sorted(presidio.NAMES)


def test_table_holds_what_presidio_has_switched_off():
    """All that is predefined and needs neither a model nor a service, with country and language."""
    configuration = {entry["name"]: entry for entry in presidio._configuration("en")["recognizers"]}
    remote = {"HuggingFaceNerRecognizer", "BasicLangExtractRecognizer"}
    optional = {name for name, entry in configuration.items() if not entry.get("enabled", True)} - remote
    off = {known.cls: known for known in KNOWN if not known.default}
    spoken = {
        name: [v if isinstance(v, str) else v["language"] for v in configuration[name].get("supported_languages") or []]
        for name in off
    }
    assert optional <= set(off)
    assert all(known.language == ("" if not spoken[name] or "en" in spoken[name] else spoken[name][0])
               for name, known in off.items())  # fmt: skip
    iso = {"uk": "GB"}
    assert {name: known.country for name, known in off.items()} == {
        name: iso.get(configuration[name]["country_code"], configuration[name]["country_code"].upper()) for name in off
    }
    found = {type(r).__name__: r.supported_entities for r in presidio.registry(recipe(countries=["*"])).recognizers}
    assert {known.cls: [known.entity] for known in KNOWN}.items() <= found.items()


def test_a_country_brings_its_recognisers():
    found = {d.id for d in presidio.detectors(recipe(countries=["DE"], curated=False))} - {
        d.id for d in presidio.detectors(recipe(curated=False))
    }
    assert found == {known.id for known in KNOWN if known.country == "DE"}
    assert "presidio.de_tax_id.v1" in found


def test_factored_patterns_match_the_same():
    import regex
    from presidio_analyzer.predefined_recognizers import UrlRecognizer

    rng = random.Random(8)
    hosts = ["example.", "www.a-b.", "x.y.", "'q."]
    ends = [*regex.findall(r"\(\?:([a-z0-9-]{2,})\)", UrlRecognizer.BASE_URL_REGEX), "zz", "coma", "ſk", "Kİ", "museu"]
    values = [rng.choice(hosts) + end + rng.choice(["", "'", "/p?q=1", ".", "m'", "'x"]) for end in ends]
    for pattern in UrlRecognizer.PATTERNS:
        assert len(factored(pattern.regex)) < len(pattern.regex)
        ours, theirs = regex.compile(factored(pattern.regex), 26), regex.compile(pattern.regex, 26)
        for value in values:
            assert [m.span() for m in ours.finditer(value)] == [m.span() for m in theirs.finditer(value)]


def test_no_socket(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    detectors = presidio.detectors(recipe())
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = [d.detect(column(["jane@example.co.uk"])) for d in detectors]
    assert sum(b.num_rows for b in found if b["entity"].to_pylist() == ["EMAIL_ADDRESS"]) == 1


def test_nothing_is_logged(capfd, caplog):
    caplog.set_level(logging.DEBUG)
    for detector in presidio.detectors(recipe()):
        detector.detect(column(["DE89 3704 0044 0532 0130 00 and XX00 ZZZZ ZZZZ ZZZZ, jane@example.com 212-555-0123"]))
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_a_budget_passed_is_a_loss_and_not_a_silence():
    lost = []
    detectors = presidio.detectors(recipe(curated=False, limits={"pattern_seconds": 1e-9}))
    texts = ["4111 1111 1111 1111 " * 5000, "nothing"]  # too long for the way without a clock
    found = [d.detect(column(texts, lose=lambda *loss: lost.append(loss))) for d in detectors]
    assert sum(b.num_rows for b in found) == 0
    assert (0, "pattern_budget") in lost
    assert not any(index == 1 for index, _ in lost)


def test_a_recogniser_of_an_unknown_kind_is_refused():
    class Odd:
        pass

    with pytest.raises(AuditorError, match="Odd"):
        presidio._kind(Odd())


def test_country_codes_need_the_digits_we_ask_for():
    import phonenumbers

    from auditor.detect.phones import SHORTEST

    metadata = [phonenumbers.PhoneMetadata.metadata_for_region(r) for r in phonenumbers.SUPPORTED_REGIONS]
    assert min(min(m.general_desc.possible_length) for m in metadata) >= SHORTEST


def test_digits_ruled_out_are_no_numbers():
    import phonenumbers

    from auditor.detect import phones

    def valid(digits, region):
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
        except phonenumbers.NumberParseException:
            return False

    rng = random.Random(3)
    numbers = [phonenumbers.example_number(region) for region in phonenumbers.SUPPORTED_REGIONS]
    known = [phonenumbers.national_significant_number(n) for n in numbers]
    known += [f"{n.country_code}{phonenumbers.national_significant_number(n)}" for n in numbers]
    prefixes = ["", "", "0", "1", "00", "011", "0014", "9", "90", "015", "49", "55", "44", "972", "91"]
    for _ in range(3000):
        digits = rng.choice(known) if rng.random() < 0.5 else "".join(rng.choices(string.digits, k=rng.randint(2, 18)))
        digits = rng.choice(prefixes) + digits
        for region in ("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR"):
            assert phones._reading(region).may_hold(digits) or not valid(digits, region), (digits, region)
