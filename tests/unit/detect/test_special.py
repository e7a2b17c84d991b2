"""Terms of special categories: every case of every list, what links a term to a person, and the laws of detectors."""

import pickle
import random
import re

import pyarrow as pa
import pytest
from detect_help import column, recipe

from auditor.detect import build, gates, prefilter
from auditor.detect.cells import run
from auditor.detect.glance import Glance
from auditor.detect.lexicon import every_word
from auditor.detect.overlap import resolve
from auditor.detect.prefilter import Prefilter
from auditor.detect.sentences import Held
from auditor.detect.special import KINDS, SpecialDetector, catalogue, detectors
from auditor.detect.texts import Distinct
from auditor.evaluate.cases import marked
from auditor.model import Limits, TextColumn, band
from auditor.rules.terms import LANGUAGES, term_files
from auditor.rules.vocabulary import vocabulary

FILES = term_files()
DETECTORS = {file.entity: SpecialDetector(file.id, file.entity, 2.0) for file in FILES}
CASES = [
    pytest.param(file.entity, kind, case, id=f"{file.entity}-{language}-{kind}-{n}")
    for file in FILES
    for language, terms in file.languages.items()
    for kind in ("sure", "found", "miss")
    for n, case in enumerate(getattr(terms, kind))
]


def named(texts, path):
    plain = column(texts)
    return TextColumn(path, plain.texts, plain.rows, plain.items)


def found(entity, text, path="text"):
    """Findings as (text, score), the best of what contains another only."""
    rows = resolve(DETECTORS[entity].detect(named([text], path))).to_pylist()
    return [(text[r["start"] : r["end"]], r["score"]) for r in rows]


@pytest.mark.parametrize(("entity", "kind", "case"), CASES)
def test_case(entity, kind, case):
    text, spans = marked(case)
    rows = resolve(DETECTORS[entity].detect(column([text]))).to_pylist()
    wanted = {"strong"} if kind == "sure" else {"strong", "review"}
    assert [(r["start"], r["end"]) for r in rows if band(r["score"]) in wanted] == spans
    assert (kind == "miss") == (not spans)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.entity)
def test_every_language_has_terms_and_cases(file):
    for language in LANGUAGES:
        terms = file.languages[language]
        assert len(terms.classes()) + len(file.everywhere.classes()) >= 50, language
        assert len(terms.sure) + len(terms.found) >= 5, language
        assert len(terms.miss) >= 5, language
        assert terms.sure, language


def test_the_catalogue_says_what_the_files_say():
    assert {file.id: file.entity for file in FILES} == {name: entity for name, (entity, _) in KINDS.items()}
    assert [file.title for file in FILES] == [KINDS[file.id][1] for file in FILES]
    assert {i.id for i in catalogue(recipe())} == {d.id for d in detectors(recipe())}
    assert {file.entity for file in FILES} <= set(vocabulary().entities)


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("I was diagnosed with epilepsy.", ["strong"]),
        ("My brother has epilepsy.", ["review"]),
        ("His epilepsy got worse.", ["review"]),
        ("Anna has epilepsy.", ["review"]),
        ("Epilepsy was described in antiquity.", ["weak"]),
        ("I have no epilepsy.", ["weak"]),
        ("Epilepsy was ruled out for my son.", ["weak"]),
        ("I do not smoke, but I have epilepsy.", ["strong"]),
        ("If you have epilepsy, ask first.", ["weak"]),
        ("She read a book about epilepsy.", ["weak"]),
        ("I have asthma. Epilepsy is another matter.", ["review", "weak"]),
        ("He left a cold house.", []),
        ("My uncle has ALS.", ["review"]),
        ("Mijn oom is groter als vroeger.", []),
        ("He is not epileptic.", ["weak"]),
    ],
)
def test_links(text, bands):
    assert [band(score) for _, score in found("HEALTH_CONDITION", text)] == bands


@pytest.mark.parametrize(
    ("entity", "text", "expected"),
    [
        ("RELIGION", "My husband, a devout Muslim, wants Friday off.", ["devout Muslim"]),  # explained behind a comma
        ("RELIGION", "My husband, who reads, likes the Catholic architecture of Rome.", []),
        ("RELIGION", "As a Catholic I was the odd one out.", ["Catholic"]),  # a role
        ("RELIGION", "As Catholic voters moved away, I watched the results.", []),
        ("RACE_ETHNICITY", "Als Schwarze Frau erlebe ich das täglich.", ["Schwarze Frau"]),
        ("RELIGION", "Ich bin katholisch und esse das nicht.", ["katholisch"]),  # denied is what stands behind und
        ("RELIGION", "Katholisch bin ich nicht.", []),
        ("MEDICATION", "Karl Meyer broke a leg in 2019 and takes metformin.", ["metformin"]),  # and takes
        ("MEDICATION", "The study began in 2019 and takes metformin as an example.", []),
        ("HEALTH_CONDITION", "History: Karl has epilepsy.", ["epilepsy"]),  # behind a label
        ("TRADE_UNION", "Inês da Costa é sindicalizada desde 2015.", ["sindicalizada"]),  # a name with a small word
        ("TRADE_UNION", "Die Kollegin ist seit 2015 bei ver.di.", ["bei ver.di"]),
        (
            "HEALTH_CONDITION",
            "Yesterday Dr. Weber said that Mrs. Hill has epilepsy.",
            ["epilepsy"],
        ),  # no end of a sentence
        ("RELIGION", "Anna Kowalski was born in 1985 and was a Lutheran.", ["Lutheran"]),
        ("RELIGION", "Anna Kowalski was born in 1685 and was a Lutheran.", []),  # long dead
        ("MEDICATION", "Karl Meyer was prescribed metformin 1500 mg and takes warfarin.", ["metformin", "warfarin"]),
        ("CRIMINAL_RECORD", "Because of my criminal record nobody answers.", ["criminal record"]),  # whose it is
        ("RACE_ETHNICITY", "I was the first Black student there.", ["Black"]),
    ],
)
def test_more_links(entity, text, expected):
    assert [value for value, score in found(entity, text) if score >= 0.5] == expected


@pytest.mark.parametrize(
    ("path", "entity", "text", "expected"),
    [
        ("patients.diagnosis", "HEALTH_CONDITION", "Asthma", [("Asthma", 0.7)]),
        ("primaryDiagnosis", "HEALTH_CONDITION", "depressed", [("depressed", 0.6)]),
        ("Rasse", "RACE_ETHNICITY", "weiß", [("weiß", 0.6)]),
        ("race", "RACE_ETHNICITY", "White / Asian", [("White", 0.6), ("Asian", 0.6)]),
        ("wyznanie", "RELIGION", "katolik", [("katolik", 0.7)]),
        ("diagnoses[]", "HEALTH_CONDITION", "moderate asthma, seasonal", [("asthma", 0.6)]),
        ("diagnosis", "HEALTH_CONDITION", "no asthma", [("asthma", 0.3)]),
        ("diagnosis", "HEALTH_CONDITION", "none", []),
        ("colour", "RACE_ETHNICITY", "White", []),
        ("diagnosis_text", "HEALTH_CONDITION", "x" * 70 + " with asthma here", [("asthma", 0.3)]),
    ],
)
def test_columns_about_a_person(path, entity, text, expected):
    assert found(entity, text, path) == expected


@pytest.mark.parametrize(
    ("entity", "text", "expected"),
    [
        ("HEALTH_CONDITION", "Han bor med sin sida av familjen och lever i Uppsala sedan 1998.", []),  # Swedish
        ("HEALTH_CONDITION", "Mi hermano vive con sida desde hace diez años.", [("sida", 0.6)]),
        ("RELIGION", "Good evening, I am Christian Farrowby.", []),
        ("RELIGION", "Good evening, I am Christian and so is my wife.", [("Christian", 0.6)]),
        ("RACE_ETHNICITY", "Good evening, I am Sami.", []),
        ("RELIGION", "He is not Sikh.", [("Sikh", 0.3)]),  # too short for a language
        ("MEDICATION", "Hon tar metformin två gånger om dagen och mår bra av det.", [("metformin", 0.3)]),
        ("HEALTH_CONDITION", "Bevásároltunk és hazamentünk a buszon, aztán főztünk, ela.", []),
    ],
)
def test_lists_of_other_languages_do_not_count(entity, text, expected):
    assert found(entity, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "My wife's ASTHMA",
        "I take Metformın",
        "I have aſthma",
        "my son has İNSOMNIA",
        "I have asthma١",
        "I have_asthma",
        "éasthma I have",
        "I have type\u00a02 diabetes",
        "I have Crohn’s disease",
        "I have post-traumatic stress disorder",
        "I have breast  cancer",
        "Ich leide an EPILEPSIE",
        "Je suis ÉPILEPTIQUE",
        "I have asthma\nand",
        "ſ١ my father has kidney failure",
    ],
)
@pytest.mark.parametrize("kind", ["plain", "without"])
def test_odd_characters(text, kind, monkeypatch):
    """With and without Hyperscan the same is found, and at the same places."""
    if kind == "without":
        monkeypatch.setattr(prefilter, "available", lambda: False)
    for entity in ("HEALTH_CONDITION", "MEDICATION"):
        detector = DETECTORS[entity]
        detector.prefilter = Prefilter(detector.needs)
        rows = detector.detect(column(["", text, "١"])).to_pylist()
        spans = sorted({(s.start, s.end, s.score) for s in detector.spans(text)})
        assert sorted((r["start"], r["end"], r["score"]) for r in rows) == spans
        assert all(r["row"] == 1 for r in rows)
        detector.prefilter = Prefilter(detector.needs)


PLAIN = [marked(case)[0] for file in FILES for t in file.languages.values() for case in (*t.sure, *t.found, *t.miss)]


def test_split_law():
    rng = random.Random(5)
    for _ in range(6):
        texts = [" ".join(rng.sample(PLAIN, rng.randint(1, 4))) for _ in range(30)] + [None, "", "x"]
        cut = rng.randint(0, len(texts))
        for detector in DETECTORS.values():
            whole = detector.detect(column(texts)).to_pylist()
            parts = [detector.detect(column(part)).to_pylist() for part in (texts[:cut], texts[cut:])]
            assert whole == parts[0] + [{**r, "row": r["row"] + cut} for r in parts[1]]


def test_hyperscan_loses_nothing():
    """What the pure path finds in every case is what the prefilter leads to."""
    for detector in DETECTORS.values():
        rows = detector.detect(column(PLAIN)).to_pylist()
        led = {(r["row"], r["start"], r["end"], r["score"]) for r in rows}
        assert led == {(n, *s[:2], s.score) for n, text in enumerate(PLAIN) for s in detector.spans(text)}


def test_spans_stand_in_order_and_hold_no_words():
    for detector in DETECTORS.values():
        rows = detector.detect(column(PLAIN)).to_pylist()
        assert rows == sorted(rows, key=lambda r: (r["row"], r["start"], r["end"]))
        assert all(re.fullmatch(r'\{("language": "[a-z]{2}", )?"link": "[a-z]+"\}', r["detail"]) for r in rows)


def test_long_texts_in_pieces():
    text = ("Nothing happens in this sentence. " * 600) + "I was diagnosed with epilepsy. " + ("And so on. " * 900)
    whole, losses = run([DETECTORS["HEALTH_CONDITION"]], column([text]), Limits(cell_chars=10_000))
    assert not losses
    assert [text[r["start"] : r["end"]] for r in whole.to_pylist()] == ["epilepsy"]


def test_a_sentence_without_end():
    text = "asthma and diabetes " * 5_000
    assert len(DETECTORS["HEALTH_CONDITION"].detect(column([text]))) == 10_000


def test_built_from_a_recipe():
    chosen = build(recipe(detectors=["special.religion.v1", "special.health*"]))
    assert [d.id for d in chosen] == ["special.health_condition.v1", "special.religion.v1"]
    assert pickle.loads(pickle.dumps(recipe(detectors=["special.*"]))).detectors == ("special.*",)


def test_expressions_find_every_term():
    """A hit leads to the key of every form of every term, in either case and between other words."""
    import hyperscan

    for detector in DETECTORS.values():
        terms = [term for held in detector._lexicon.by_key.values() for term in held]
        plain = [" ".join(term.words) for term in terms]
        forms = [form for text in plain for form in (text, text.upper()) if len(form) == len(text)]
        texts = Distinct.of(pa.array([f"so {form}, it" for form in forms] + plain))
        led = {
            texts.text(value): {key.word for key in detector._lexicon.keys(texts.text(value), ends)}
            for value, ends in detector._places(texts)
            if ends is not None
        }
        for term, text in zip(terms, plain, strict=True):
            key = term.words[term.key]
            for form in (text, f"so {text}, it", f"so {text.upper()}, it"):
                assert len(text.upper()) != len(text) or key in led.get(form, ()), form
    assert hyperscan
    assert gates.coded("é")


def test_a_glance_loses_nothing(monkeypatch):
    """What is found without a glance is found with it, at the edges of what it sees, too."""
    rng = random.Random(11)
    said = [word for text in PLAIN for word in text.split()]
    texts = [*PLAIN, *(" ".join(rng.choices(said, k=rng.randint(2, 40))) for _ in range(400))]
    texts += [text[rng.randint(0, 30) :] for text in rng.sample(PLAIN, 100)]
    with_it = {entity: [list(d.spans(text)) for text in texts] for entity, d in DETECTORS.items()}
    looked = sum(len(spans) for found in with_it.values() for spans in found)
    monkeypatch.setattr(Glance, "may_count", lambda *_: True)
    assert {entity: [list(d.spans(text)) for text in texts] for entity, d in DETECTORS.items()} == with_it
    assert looked > len(PLAIN)


@pytest.mark.parametrize(
    ("entity", "text", "word", "worth"),
    [
        ("SEXUAL_ORIENTATION", "He came home and said he is straight.", "straight", True),  # a light claim
        ("SEXUAL_ORIENTATION", "Drive straight to the end of the road.", "straight", False),
        ("TRADE_UNION", "We joined the union in May.", "union", True),
        ("TRADE_UNION", "A union between two sets holds both.", "union", False),
        ("HEALTH_CONDITION", "Press back to see it.", "back", False),  # no term by itself
        ("HEALTH_CONDITION", "The back pain of readers is a topic.", "back", True),
    ],
)
def test_a_glance(entity, text, word, worth):
    key = next(key for key in every_word(text) if key.word == word)
    assert DETECTORS[entity]._glance.may_count(text, key) == worth


def test_sentences_go_with_their_column():
    detector = DETECTORS["HEALTH_CONDITION"]
    run([detector], column(["I was diagnosed with epilepsy."]), Limits())
    assert not Held.sentences
