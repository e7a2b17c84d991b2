"""The sketch of a column: how many values it holds, whatever they look like and however they come."""

import pyarrow as pa
import pytest

from auditor.profile import KEPT, Sketch


def estimate(sketch):
    hashes = sketch.hashes
    return len(hashes) if len(hashes) < KEPT else (KEPT - 1) / (hashes[-1] / 2**62)


def sketch(values, key=b"k" * 32, kind=None, at_once=1000):
    made = Sketch(key)
    for first in range(0, len(values), at_once):
        made.add(pa.array(values[first : first + at_once], kind or pa.string()))
    return made


KINDS = {
    "numbers": [str(n) for n in range(20_000)],
    "padded": [f"{n:012}" for n in range(20_000)],
    "ends alike": [f"{n}@example.com" for n in range(20_000)],
    "begins alike": [f"https://example.com/{n}" for n in range(20_000)],
    "long": ["x" * 80 + str(n) + "y" * 80 for n in range(20_000)],
    "64 bytes": [f"{n:064}" for n in range(20_000)],
    "both": [str(n) * (1 + 20 * (n % 2)) for n in range(20_000)],
    "letters": ["é" * (n % 30) + chr(0x4E00 + n) for n in range(20_000)],
}


@pytest.mark.parametrize("name", KINDS)
def test_estimates_are_right_within_four_standard_errors(name):
    values = KINDS[name]
    assert abs(estimate(sketch(values)) / len(set(values)) - 1) < 4 / KEPT**0.5


@pytest.mark.parametrize("name", KINDS)
def test_order_repetition_and_type_change_nothing(name):
    values = KINDS[name]
    expected = sketch(values).hashes
    assert sketch([*values[::-1], *values[:500]], at_once=777).hashes == expected
    assert sketch(values, kind=pa.large_string(), at_once=30_000).hashes == expected
    assert sketch(values, key=b"other" * 6).hashes != expected


def test_a_slice_is_its_own_values():
    whole, part = pa.array(["abc", "", "defghijklm", "n"]), Sketch(b"k")
    part.add(whole.slice(1, 2))
    assert part.hashes == sketch(["", "defghijklm"], key=b"k").hashes
    assert len(part.hashes) == 2


def test_few_values_are_counted():
    assert len(sketch(["a", "b", "a", "", "c" * 100]).hashes) == 4
    assert sketch([]).hashes == ()
