"""Windows are as long as their alphabet, cut where a reach says so, and never within a character."""

import random
import re

import pyarrow as pa
import pytest

from auditor.detect.prefilter import Need, Prefilter
from auditor.detect.search import Regexes, look
from auditor.detect.texts import Distinct
from auditor.detect.windows import Reach, pieces, windows
from auditor.model import TextColumn

NEED = Need("x", ("x",), windowed=True, folds=True)


def found(texts, reach):
    scan = Prefilter([NEED]).scan(pa.array(texts))
    around = windows(scan, scan.places(NEED), reach)
    cut = pieces(scan, around, reach.context)
    whole = cut.texts.to_pylist()
    return [(row, whole[n][cut.firsts[n] : cut.lasts[n]], whole[n]) for row, n in zip(around.rows, cut.of, strict=True)]


def expected(texts, inside, chars, context):
    """The same, letter by letter."""
    result = []
    for row, text in enumerate(texts):
        ends = [n + 1 for n, char in enumerate(text) if char == "x"]
        spans = []
        for end in ends:
            low, high = end, end
            while low > 0 and text[low - 1] in inside and (not chars or low > end - chars):
                low -= 1
            while high < len(text) and text[high] in inside and (not chars or high < end + chars):
                high += 1
            if spans and low < spans[-1][1]:
                spans[-1] = spans[-1][0], max(high, spans[-1][1])
            elif low < high:
                spans.append((low, high))
        result += [(row, text[a:b], text[max(a - context, 0) : b + context]) for a, b in spans]
    return result


@pytest.mark.parametrize("chars", [0, 3, 40])
@pytest.mark.parametrize("context", [0, 1, 3])
def test_windows_are_what_they_say(chars, context):
    rng = random.Random(chars * 10 + context)
    texts = ["", "x", " x", "x" * 700, "a" * 900 + "x" + "b" * 900, "é x é", "😀x😀"]
    texts += ["".join(rng.choices("axb ,é😀", (5, 1, 5, 2, 1, 1, 1), k=rng.randint(0, 60))) for _ in range(300)]
    texts += ["".join(rng.choices("axb,", (500, 1, 500, 1), k=5000)) for _ in range(10)]
    assert found(texts, Reach("axb", chars, context)) == expected(texts, "axb", chars, context)


def test_windows_beyond_ascii_are_cut_between_characters():
    texts = ["éé" * 40 + "x" + "😀" * 40, "éxé", "x"]
    for _, inside, whole in found(texts, Reach(r"x\x80-\xff", 5, 2)):
        assert "x" in inside
        assert whole.encode().decode() == whole
        assert "\ufffd" not in whole


def test_windows_of_folded_texts_are_of_the_texts_themselves():
    texts = ["İxı٣ x", "a \u212a", "ſxſ,x"]
    need = Need("x", ("x", "[0-9]"), windowed=True, folds=True)
    scan = Prefilter([need]).scan(pa.array(texts))
    around = windows(scan, scan.places(need), Reach("ixs0-9"))
    data = bytes(scan.layout.data)
    assert [data[a:b].decode() for a, b in zip(around.starts, around.ends, strict=True)] == ["İxı٣", "x", "ſxſ", "x"]
    assert scan.chars.of(around.rows, around.starts).tolist() == [0, 5, 0, 4]


def test_equal_windows_are_one_piece():
    scan = Prefilter([NEED]).scan(pa.array(["ax b", "c ax", "ax", "ax"]))
    around = windows(scan, scan.places(NEED), Reach("axb"))
    cut = pieces(scan, around, 1)
    assert sorted(cut.texts.to_pylist()) == [" ax", "ax", "ax "]
    assert [cut.texts[n].as_py() for n in cut.of.tolist()] == ["ax ", " ax", "ax", "ax"]


def test_windows_apart_from_their_hits_end_where_no_match_goes_on():
    reach = Reach("ab", 2, 1, before=4, after=7)
    texts = [".ab ... x ...  ba..", "aaaaaaaa..x", "x" + "." * 20]
    assert [inside for _, inside, _ in found(texts, reach)] == [".. x ...  ba", "aaaaaaaa..x", "x......."]
    assert [inside for _, inside, _ in found(["ééééx" + "é" * 20], reach)] == ["ééééx" + "é" * 14]


def test_a_match_that_ends_beyond_its_window_is_none():
    """Of ``aaaa-aaaa`` ten characters stand between two borders only where a window is cut within a word."""
    search = Regexes([(r"\b[a-z-]{10}\b", 1.0)], 0, 1.0, None)
    text = "a-aaaaaaaa-" + "aaaa-aa-" * 9 + "aaaaaaaaaaaaa é"
    texts = Distinct.of(pa.array([text]))
    scan = Prefilter([search.need]).scan(texts.values)
    column = TextColumn("text", texts.source, pa.array([0]), pa.array([0], pa.int32()))
    found = look(search, "X", texts, scan, column, 1.0)
    expected = [match.span() for match in re.finditer(r"\b[a-z-]{10}\b", text)]
    assert sorted(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == expected
    assert expected
