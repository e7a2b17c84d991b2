"""Which language a text is in, and how many texts are in one without lists."""

import subprocess
import sys

import pyarrow as pa
import pytest

from auditor.detect.spoken import PROSE, SAMPLE, Unlisted, languages, unlisted, unsupported

TEXTS = {
    "en": "My sister was told last year that she should eat less sugar.",
    "de": "Meine Schwester soll seit letztem Jahr weniger Zucker essen.",
    "fr": "Ma sœur doit manger moins de sucre depuis l'année dernière.",
    "es": "Mi hermana debe comer menos azúcar desde el año pasado.",
    "it": "Mia sorella deve mangiare meno zucchero dall'anno scorso.",
    "nl": "Mijn zus moet sinds vorig jaar minder suiker eten.",
    "pl": "Moja siostra od zeszłego roku powinna jeść mniej cukru.",
    "pt": "A minha irmã deve comer menos açúcar desde o ano passado.",
}
UNLISTED = {
    "sv": "Min syster ska äta mindre socker sedan förra året, säger läkaren i Uppsala.",
    "cs": "Moje sestra by měla od loňského roku jíst méně cukru, říká lékařka.",
    "hu": "A nővéremnek tavaly óta kevesebb cukrot kellene ennie, mondja az orvos.",
    "tr": "Kız kardeşim geçen yıldan beri daha az şeker yemeli, diyor doktor.",
}
OTHER = (
    "Моя сестра должна есть меньше сахара.",
    "我姐姐从去年开始应该少吃糖。",
    "على أختي أن تأكل سكرا أقل.",
    "여동생은 설탕을 덜 먹어야 한다.",
)


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_language(language, text):
    assert next(iter(languages(text))) == language
    assert not unlisted(text)


@pytest.mark.parametrize("text", UNLISTED.values())
def test_unlisted(text):
    assert unlisted(text)


@pytest.mark.parametrize("text", ["", "asthma", "12345 67890 12345 67890 12345", "I am here.", "€€€ " * 100])
def test_short_texts_have_no_language(text):
    assert languages(text) == {}
    assert not unlisted(text)


def test_listed_may_be_others():
    assert unlisted(TEXTS["de"], {"en"})
    assert not unlisted(UNLISTED["sv"], {"sv"})


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_unsupported(kind):
    texts = pa.array([*TEXTS.values(), None, "", *UNLISTED.values(), *OTHER, "μ and Ω are signs of physics"], kind)
    found = unsupported(texts)
    assert found == Unlisted(len(OTHER), len(UNLISTED))
    assert found.texts == 8
    assert unsupported(texts.slice(0, 10)) == Unlisted(0, 0)
    assert unsupported(texts.slice(0, 0)) == Unlisted(0, 0)
    assert unsupported(pa.array([None, None], kind)) == Unlisted(0, 0)


def test_many_texts_are_estimated_by_a_sample():
    swedish, english = UNLISTED["sv"], TEXTS["en"] + " " * PROSE
    found = unsupported(pa.array([swedish, english] * (4 * SAMPLE)))
    assert found.other == 0
    assert found.latin == pytest.approx(4 * SAMPLE, rel=0.3)
    assert unsupported(pa.array([swedish] * (4 * SAMPLE))) == Unlisted(0, 4 * SAMPLE)


def test_the_model_loads_late_and_nothing_is_fetched():
    code = (
        "import sys, socket; import auditor.detect.special, auditor.detect.spoken as s;"
        "assert 'py3langid' not in sys.modules;"
        "socket.socket = None; assert s.languages('This is a sentence in English.');"
        "assert 'urllib.request' not in sys.modules and 'wsgiref' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
