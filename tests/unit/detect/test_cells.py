"""Long cells, failing detectors, many columns."""

import random

import pyarrow as pa
import pytest
from detect_help import column, recipe, triples
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.detect import cells, patterns, presidio
from auditor.detect.cells import FOUND, Loss, groups, pieces, run
from auditor.detect.overlap import resolve
from auditor.detect.texts import Span, TextDetector
from auditor.model import Limits, TextColumn

SECRET = "AKIA" + "QRSTUVWXYZ234567"
VALUES = ["jane.roe@example.com", "4111 1111 1111 1111", SECRET, "212-555-0123"]
DETECTORS = [
    d for d in [*presidio.detectors(recipe()), *patterns.detectors(recipe())]
    if d.id in ("presidio.email.v1", "financial.card.v1", "presidio.phone.v1", "secrets.aws_access_key_id.v1")
]  # fmt: skip
ENTITY = ["EMAIL_ADDRESS", "CREDIT_CARD", "SECRET_CLOUD_KEY", "PHONE_NUMBER"]


@settings(max_examples=120, deadline=None)
@given(
    at=st.integers(0, 4000),
    which=st.integers(0, 3),
    size=st.integers(600, 1500),
    fill=st.sampled_from(["word ", "é ", "😀 x"]),
)
def test_found_once_wherever_it_stands(at, which, size, fill):
    value, whole = VALUES[which], (fill * 2000)[:4000]
    text = f"{whole[:at]} {value} {whole[at:]}"
    found, losses = run(DETECTORS, column(["short", text, None]), Limits(cell_chars=size))
    expected = [(at + 1, at + 1 + len(value), ENTITY[which])]
    assert [t for t in triples(found) if t[2] == ENTITY[which]] == expected
    assert found["row"].to_pylist() == [1] * found.num_rows
    assert losses == ()


@given(st.text(min_size=0, max_size=300), st.integers(20, 100), st.integers(0, 60))
def test_own_parts_cover_a_text_once(text, size, overlap):
    cut = pieces(column([text]), size, overlap)
    if cut is None:
        assert len(text) <= size
        return
    parts = list(zip(cut.offset, cut.first, cut.last, cut.column.texts.to_pylist(), strict=True))
    assert all(offset <= first and last <= offset + len(piece) for offset, first, last, piece in parts)
    assert "".join(p[first - offset : last - offset] for offset, first, last, p in parts) == text


def test_short_columns_are_left_alone():
    assert pieces(column(["a", None]), 10) is None
    assert pieces(column([]), 10) is None


def test_pieces_keep_rows_items_and_siblings():
    base = column(["x" * 50, "short"], sibling=lambda name: pa.array(["u0", "u1"]) if name == "url" else None)
    cut = pieces(base, 30, 10)
    assert cut.column.rows.to_pylist() == cut.origin.tolist()
    assert cut.column.sibling("url").to_pylist() == [f"u{i}" for i in cut.origin]
    assert cut.column.sibling("none") is None


class Failing(TextDetector):
    id, entities = "t.failing.v1", frozenset({"X"})

    def spans(self, text):
        if "bad" in text:
            raise ValueError(text)
        if "slow" in text:
            raise TimeoutError
        return [Span(0, 1, "X", 0.5)]


def test_a_failure_costs_one_text():
    texts = ["a", "bad", "c", "d", "bad too", "slow", "g"]
    found, losses = run([Failing()], column(texts), Limits())
    assert found["row"].to_pylist() == [0, 2, 3, 6]
    assert losses == (
        Loss("t.failing.v1", 1, "detector_error"), Loss("t.failing.v1", 4, "detector_error"),
        Loss("t.failing.v1", 5, "pattern_budget"),
    )  # fmt: skip
    assert found.schema == FOUND


def test_a_text_lost_in_one_piece_is_lost_whole():
    texts = ["ok " * 300 + "bad" + " ok" * 300, "fine"]
    found, losses = run([Failing()], column(texts), Limits(cell_chars=400))
    assert found["row"].to_pylist() == [1]
    assert losses == (Loss("t.failing.v1", 0, "detector_error"),)


def test_running_out_of_memory_is_not_a_fault_of_the_text():
    class Full(Failing):
        def spans(self, text):
            raise MemoryError

    with pytest.raises(MemoryError):
        run([Full()], column(["a"]), Limits())


def test_no_texts():
    found, losses = run(DETECTORS, column([]), Limits())
    assert (found.num_rows, losses, found.schema) == (0, (), FOUND)


# -- columns together --------------------------------------------------------------------------------------------------


def small(rng, n):
    values = [None, "", "nothing", *VALUES, "é " + VALUES[0]]
    texts = pa.array([rng.choice(values) for _ in range(rng.randint(0, 9))], pa.string())
    return TextColumn(f"c{n}", texts, pa.array(range(len(texts)), pa.int64()), pa.array([0] * len(texts), pa.int32()))


def test_columns_together_give_what_each_gives_by_itself():
    rng = random.Random(5)
    columns = [small(rng, n) for n in range(40)]
    (whole,) = groups(columns)
    together, losses = run(DETECTORS, whole.column, Limits())
    assert losses == ()
    found = [(int(whole.part_of(r["row"])), r) for r in resolve(together).to_pylist()]
    alone = [resolve(run(DETECTORS, one, Limits())[0]).to_pylist() for one in columns]
    expected = [(n, {**r, "row": r["row"] + int(whole.firsts[n])}) for n, rows in enumerate(alone) for r in rows]

    def key(pair):
        return [pair[0], *(str(value) for value in pair[1].values())]

    assert sorted(found, key=key) == sorted(expected, key=key)


def test_a_loss_keeps_its_column():
    columns = [small(random.Random(n), n) for n in range(5)]
    texts = pa.array(["fine", "bad"])
    columns.insert(2, TextColumn("b", texts, pa.array([0, 1], pa.int64()), pa.array([0, 0], pa.int32())))
    (whole,) = groups(columns)
    _, losses = run([Failing()], whole.column, Limits())
    assert [whole.parts[whole.part_of(loss.index)].path for loss in losses] == ["b"]


def test_large_columns_stand_alone():
    large = [column(["x" * 70_000]), column(pa.array(["y" * 70_000], pa.large_string()))]
    tiny = [column(["a"]), column(pa.array(["b"], pa.large_string()))]
    assert [len(g.parts) for g in groups([tiny[0], large[0], tiny[1], large[1]])] == [1, 1, 2]
    assert list(groups([])) == []
    race = [column(["a"], path="race"), column(["b"]), column(["c"])]
    assert [len(g.parts) for g in groups(race, lambda path: path == "race")] == [1, 2]


def test_very_large_columns_are_given_in_parts(monkeypatch):
    monkeypatch.setattr(cells, "AT_ONCE", 60)
    texts = column([f"{value} and more" for value in VALUES for _ in range(3)])
    found, losses = run(DETECTORS, texts, Limits())
    assert losses == ()
    monkeypatch.undo()
    assert found.equals(run(DETECTORS, texts, Limits())[0])
