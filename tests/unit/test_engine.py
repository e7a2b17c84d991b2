"""The local engine: one outcome per item whatever a worker does."""

import ctypes
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path

import pytest

from auditor.engine import Lost
from auditor.engine.local import Local


@pytest.fixture(autouse=True, scope="module")
def _own_server():
    """These workers come from a server that has loaded nothing; the next test file has another one."""
    stop()
    yield
    stop()


def stop():
    forkserver._forkserver._stop()


def double(item, beat):
    beat(1, 1)
    return item * 2


def misbehave(item, beat):
    if item == "crash":
        ctypes.string_at(0)
    if item == "hang":
        time.sleep(60)
    if item == "raise":
        raise ValueError("jane@example.org")
    if item == "swell":
        hoard = []
        while True:
            hoard.append(b"x" * (8 << 20))
            beat(len(hoard), 0)
            time.sleep(0.01)
    if item == "slow":
        for n in range(15):
            time.sleep(0.1)
            beat(n, n)
    return item


def swell_at_once(item, beat):
    return len(bytearray(1 << 40))


def test_yields_one_outcome_per_item():
    assert sorted(Local().map(double, range(50), 3)) == [(n, n * 2) for n in range(50)]


def test_a_bad_item_costs_itself_alone():
    items = ["fine", "crash", "hang", "raise", "swell", "slow", "last"]
    outcomes = dict(Local(stall_seconds=1, memory_mb=300).map(misbehave, items, 2))
    assert outcomes["fine"] == "fine"
    assert outcomes["last"] == "last"
    assert outcomes["slow"] == "slow", "the deadline is on progress, not on total time"
    assert outcomes["crash"] == Lost("decoder_crash")
    assert outcomes["hang"] == Lost("deadline")
    assert outcomes["swell"] == Lost("memory_cap")
    assert outcomes["raise"].reason == "internal_error"
    assert "ValueError" in outcomes["raise"].where
    assert "jane" not in outcomes["raise"].where


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is bounded on Linux only")
def test_one_huge_allocation_fails_at_once():
    assert dict(Local(memory_mb=300).map(swell_at_once, ["x"], 1)) == {"x": Lost("memory_cap")}


def test_progress_adds_up_what_runs():
    seen = []
    list(Local(progress=lambda rows, size: seen.append(rows)).map(misbehave, ["slow"], 1))
    assert max(seen) > 5


def test_leaving_early_stops_the_workers():
    started = time.monotonic()
    for _ in Local(stall_seconds=60).map(misbehave, ["fine", "hang"], 2):
        break
    assert time.monotonic() - started < 20


MANY = """
import sys
sys.path[:0] = [{tests!r}]
import test_engine
from auditor.engine.local import Local
for n in range(15):
    assert len(list(Local().map(test_engine.double, range(2), 8))) == 2
"""


def test_short_runs_end_in_silence(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(MANY.format(tests=str(Path(__file__).parent)))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == ""


SCRIPT = """
import sys, time
sys.path[:0] = [{tests!r}]
import test_engine
from auditor.engine.local import Local
print(len(list(Local().map(test_engine.double, range(4), 2))), flush=True)
for _ in Local().map(test_engine.misbehave, ["hang"], 1):
    pass
"""


def children(pid):
    listing = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.split("\n")[
        1:
    ]
    pairs = [tuple(map(int, line.split())) for line in listing if line.strip()]
    direct = [p for p, parent in pairs if parent == pid]
    return direct + [c for d in direct for c in children(d)]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_script_without_main_guard_works_and_its_workers_die_with_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout.readline() == "4\n"
        time.sleep(1)
        workers = children(parent.pid)
        assert workers
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(alive, workers))
