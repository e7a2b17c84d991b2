"""The server that workers are forked from: what it has made, no worker makes again."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import detect, server
from auditor.engine import local
from auditor.rules.recipe import read

OWN = """id: own
title: t
description: d
detectors: [own.*]
patterns:
  - id: own.badge.v1
    title: Badges
    entity: ID
    patterns: [{regex: '\\bB-[0-9]{4}\\b', score: 0.9}]
    cases: {match: ['badge «B-1234»'], miss: [b]}
"""
SCRIPT = """
import sys
sys.path[:0] = [{tests!r}]
import test_server
from auditor import server
from auditor.engine.local import Local
engine = Local(preload=server.PRELOAD, tells={tells!r})
print(dict(engine.map(test_server.state, [{recipe!r}], 1)))
"""


def state(recipe, beat):
    """In a worker: how many detectors a recipe has, and how often they were built here."""
    built = []
    build = detect.build
    detect.build = lambda recipe: built.append(recipe) or build(recipe)
    wanted = read(recipe).model_copy(update={"fail_on": "never", "title": "as the command line changes it"})
    found = len(detect.ready(wanted))
    assert detect.ready(wanted) is detect.ready(read(recipe)), "built once, whatever says nothing of detectors"
    return found, len(built)


def outcome(tells, recipe):
    script = SCRIPT.format(tests=str(Path(__file__).parent), tells=tells, recipe=recipe)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return re.fullmatch(r"\{.*: (\(\d+, \d+\))\}\n", done.stdout)[1]


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def test_workers_share_the_detectors_that_the_server_has_built(own):
    assert outcome(own, own) == "(1, 0)", "one detector, not built here"
    assert outcome(server.tells(read(own)), own) == "(1, 0)"


@pytest.mark.parametrize("tells", ["", "presidio-parity", "no-such-recipe", "{nonsense"])
def test_a_worker_builds_what_the_server_has_not(own, tells):
    assert outcome(tells, own) == "(1, 1)"


def test_only_the_server_is_told():
    with local._telling("quick"):
        assert local.told() == "quick"
    assert local.told() == ""


@pytest.mark.parametrize("tells", ["x" * 200_000, "a\0b"])
def test_what_cannot_be_told_is_not(tells):
    with local._telling(tells):
        assert local.told() == ""
        subprocess.run([sys.executable, "-c", ""], check=True)


THREADS = """
import pathlib, sys
from auditor import server
from auditor.rules.recipe import read
server._load()
count = lambda: len(list(pathlib.Path("/proc/self/task").iterdir()))
before = count()
server._build(read(sys.argv[1]))
sys.exit(count() > before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_detectors_are_built_without_a_thread(own):
    """A thread does not live on in a process that is forked, nor what it holds locked."""
    assert subprocess.run([sys.executable, "-c", THREADS, own], check=False).returncode == 0
