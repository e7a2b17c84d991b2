"""Exit codes, locks and refusals of the command line."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from helpers import CLI


@pytest.fixture
def clean(tmp_path):
    """A dataset without findings."""
    folder = tmp_path / "clean"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"a": "the quick brown fox"}\n')
    return folder


@pytest.fixture
def dirty(tmp_path):
    """A dataset with a finding of severity high."""
    folder = tmp_path / "dirty"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"a": "card 4111 1111 1111 1111 of jane@planted-mail.org"}\n')
    return folder


def spoil(folder):
    (folder / "broken.parquet").write_bytes(b"PAR1nothingPAR1")


def test_exit_code_matrix(auditor, clean, dirty, tmp_path):
    assert auditor("scan", dirty, "-o", tmp_path / "o2", "--fail-on", "never").returncode == 0
    assert auditor("scan", dirty, "-o", tmp_path / "o3", "--fail-on", "critical").returncode == 0
    spoil(clean)
    spoil(dirty)
    assert auditor("scan", clean, "-o", tmp_path / "o5", "--min-coverage", "50").returncode == 0
    assert auditor("scan", dirty, "-o", tmp_path / "o6").returncode == 1, "1 goes before 3"
    assert auditor("scan", "--no-such-option").returncode == 2
    assert auditor("scan", clean).returncode == 2
    assert auditor("no-such-command").returncode == 2


def test_processes_end_with_the_exit_codes(process, clean, dirty, tmp_path):
    assert process("--help").returncode == 0
    assert process("scan", clean, "-o", tmp_path / "o0").returncode == 0
    assert process("scan", dirty, "-o", tmp_path / "o1").returncode == 1
    spoil(clean)
    assert process("scan", clean, "-o", tmp_path / "o4").returncode == 3
    assert process("scan", tmp_path / "missing", "-o", tmp_path / "o7").returncode == 2


def test_a_crash_is_never_a_finding(tmp_path):
    code = """
import auditor.pipeline as p, auditor.cli as c, sys
def boom(*a, **k): raise ValueError('jane@planted-mail.org')
p.prepare = boom
sys.argv = ['auditor', 'scan', '.', '-o', sys.argv[1]]
c.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "o")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "internal error: ValueError" in done.stderr
    assert "jane" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_within_seconds_and_resumable(auditor, tmp_path, sign):
    folder, out = tmp_path / "big", tmp_path / "out"
    folder.mkdir()
    for n in range(6):
        lines = (
            json.dumps({"t": f"call 212-555-{n}{i % 1000:03d} or mail a{i}@planted-mail.org on 2026-11-{i % 28 + 1}"})
            for i in range(1000)
        )
        (folder / f"{n}.jsonl").write_text("\n".join(lines))
    process = subprocess.Popen([*CLI, "scan", str(folder), "-o", str(out)], stderr=subprocess.PIPE, text=True)
    while not out.exists() or not list(out.glob("findings/*.parquet")):
        time.sleep(0.05)
        assert process.poll() is None
    started = time.monotonic()
    process.send_signal(sign)
    _, printed = process.communicate(timeout=20)
    assert time.monotonic() - started < 8
    assert process.returncode == 130
    assert "run the same command again" in printed
    assert not [p for p in out.rglob("*") if p.name.startswith(".draft")]
    assert auditor("scan", folder, "-o", out, "-q", "--fail-on", "never").returncode == 0


def test_one_of_two_runs_wins(auditor, dirty, tmp_path):
    out = tmp_path / "out"
    for n in range(8):
        (dirty / f"{n}.jsonl").write_text('{"a": "x"}\n' * 2000)
    runs = [
        subprocess.Popen([*CLI, "scan", str(dirty), "-o", str(out), "-q"], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    results = sorted((p.communicate(timeout=120)[1], p.returncode) for p in runs)
    codes = sorted(code for _, code in results)
    assert codes in ([1, 2], [1, 1]), "the second may start after the first has ended"
    if codes == [1, 2]:
        assert any("another run (process " in text for text, code in results if code == 2)


def test_output_folders_that_are_not_ours_are_refused(auditor, clean, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("x")
    done = auditor("scan", clean, "-o", other)
    assert done.returncode == 2
    assert "not an audit's" in done.stderr
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    assert auditor("scan", clean, "-o", link).returncode == 2
    assert auditor("scan", clean, "-o", clean / "a.jsonl").returncode == 2
    assert (other / "thesis.tex").read_text() == "x"


def test_the_output_may_stand_inside_the_target(auditor, clean):
    out = clean / "out"
    for _ in range(2):
        assert auditor("scan", clean, "-o", out).returncode == 0


def test_a_full_disk_is_said_and_the_audit_goes_on_later(auditor, process, dirty, tmp_path):
    import resource

    out = tmp_path / "out"

    def bound():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    done = process("scan", dirty, "-o", out, "-q", preexec_fn=bound)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "internal error" not in done.stderr
    assert auditor("scan", dirty, "-o", out, "-q").returncode == 1


def test_a_key_that_others_can_read_is_refused(auditor, clean, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_bytes(b"k" * 40)
    key.chmod(0o644)
    monkeypatch.setenv("AUDITOR_KEY_FILE", str(key))
    done = auditor("scan", clean, "-o", tmp_path / "o")
    assert done.returncode == 2
    assert "chmod 600" in done.stderr
    key.chmod(0o600)
    assert auditor("scan", clean, "-o", tmp_path / "o").returncode == 0


def test_a_faulty_recipe_is_refused_before_data_is_read(auditor, clean, tmp_path):
    recipe = tmp_path / "r.yaml"
    recipe.write_text("id: r\ntitle: t\ndescription: d\nfail-on: high\nthreshold: 3\nregimes: [nope]\n")
    done = auditor("scan", clean, "-o", tmp_path / "o", "-r", recipe)
    assert done.returncode == 2
    for part in ("r.yaml:4: unknown key 'fail-on'; did you mean 'fail_on'?", "r.yaml:5: 'threshold'"):
        assert part in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_pattern_that_never_ends_costs_its_cell(auditor, tmp_path):
    folder, out, recipe = tmp_path / "d", tmp_path / "o", tmp_path / "r.yaml"
    folder.mkdir()
    (folder / "z.jsonl").write_text(
        json.dumps({"z": "a" * 60 + "!"}) + "\n" + json.dumps({"z": "mail jane@planted-mail.org"}) + "\n"
    )
    recipe.write_text(
        "id: r\ntitle: t\ndescription: d\ndetectors: [own.*, presidio.email.v1]\n"
        "limits: {pattern_seconds: 0.5}\npatterns:\n  - id: own.bad.v1\n    title: bad\n"
        "    entity: SECRET_API_KEY\n    patterns: [{regex: '(a|aa)+$', score: 0.9}]\n"
        "    cases: {match: ['«aaa»'], miss: [b]}\n"
    )
    done = auditor("scan", folder, "-o", out, "-r", recipe)
    assert done.returncode == 3, done.stdout + done.stderr
    lost = [json.loads(x) for x in auditor("coverage", out).stdout.splitlines() if "pattern_budget" in x]
    assert [(c["detector"], c["rows_seen"]) for c in lost] == [("own.bad.v1", 1)]
    assert "EMAIL_ADDRESS" in auditor("findings", out).stdout


def test_hostile_names_do_not_steer_the_terminal(auditor, tmp_path):
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "\x1b]8;;evil\x07 \u202egpj.jsonl").write_text('{"a\x1b[31m": "x", "b": "nothing"}\n')
    (folder / os.fsdecode(b"caf\xe9\n.csv")).write_text("a,b\n1,2\n")
    done = auditor("scan", folder, "-o", tmp_path / "o", "-v")
    printed = done.stdout + done.stderr + auditor("coverage", tmp_path / "o").stdout
    assert "Traceback" not in printed
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)


@pytest.mark.parametrize("words", [
    ("recipes", "list"), ("recipes", "show", "full"), ("recipes", "check"), ("regimes", "list"),
    ("regimes", "show", "gdpr"),
    ("detectors", "list"), ("explain", "presidio.email.v1"), ("explain", "EMAIL_ADDRESS"), ("explain", "truncated"),
    ("explain", "g9"), ("schema",), ("doctor",), ("--version",), ("scan", "--help"),
])  # fmt: skip
def test_commands_that_need_no_audit(auditor, words):
    done = auditor(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_init_writes_a_file_that_scan_takes(auditor, clean, tmp_path):
    path = tmp_path / "dataset.yaml"
    assert auditor("init", path).returncode == 0
    assert auditor("init", path).returncode == 2, "never over a file that is there"
    assert auditor("scan", clean, "-o", tmp_path / "o", "--facts", path).returncode == 0


def test_inspect_shows_the_place_and_asks_first(auditor, process, dirty, tmp_path):
    out = tmp_path / "o"
    auditor("scan", dirty, "-o", out, "-q")
    groups = json.loads((out / "audit.json").read_text())["findings"]
    one = next(g["id"] for g in groups if g["entity"] == "CREDIT_CARD")
    refused = process("inspect", out, one, stdin=subprocess.DEVNULL)
    assert refused.returncode == 2
    assert "4111" not in refused.stdout + refused.stderr
    shown = auditor("inspect", out, one, "--yes")
    assert "4111 1111 1111 1111" in shown.stdout
    assert auditor("inspect", out, "F-00000000", "--yes").returncode == 2


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet", "arrow"])
def test_findings_in_every_format(auditor, dirty, tmp_path, name):
    out, path = tmp_path / "o", tmp_path / f"f.{name}"
    auditor("scan", dirty, "-o", out, "-q")
    assert auditor("findings", out, "-f", name, "-o", path).returncode == 0
    assert path.stat().st_size > 100
    assert path.stat().st_mode & 0o777 == 0o600


def test_help_starts_quickly():
    fastest = min(_timed() for _ in range(3))
    assert fastest < 0.6, "0.3 s on a quiet machine"


def _timed():
    started = time.monotonic()
    subprocess.run([*CLI, "--help"], capture_output=True, check=True)
    return time.monotonic() - started


def test_a_terminal_gets_a_progress_bar(dirty, tmp_path):
    import pty

    reader, terminal = pty.openpty()
    command = [*CLI, "scan", str(dirty), "-o", str(tmp_path / "o")]
    process = subprocess.Popen(command, stdout=terminal, stderr=terminal, stdin=subprocess.DEVNULL)
    os.close(terminal)
    printed = b""
    while True:
        try:
            block = os.read(reader, 1 << 16)
        except OSError:  # the terminal is closed when the process ends
            break
        printed += block
    os.close(reader)
    assert process.wait() == 1, printed
    assert b"fragments" in printed
    assert b"CREDIT_CARD" in printed


def test_doctor_names_the_prefilter(monkeypatch, capsys):
    from auditor.cli import project
    from auditor.detect import databases

    assert project._prefilter() == []
    assert "prefilter hyperscan" in capsys.readouterr().out
    monkeypatch.setattr(databases, "available", lambda: False)
    assert project._prefilter() == []
    assert "slower, with equal findings" in capsys.readouterr().out


OWN = """id: own
title: t
description: d
detectors: [own.*]
patterns:
  - id: own.badge.v1
    title: Badges
    entity: ID
    patterns: [{regex: '\\bB-[0-9]{4}\\b', score: 0.9}]
    cases: {match: ['badge «B-1234»'], miss: [%s]}
"""


@pytest.fixture
def own(tmp_path):
    """A recipe with a pattern of its own."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN % "AB-1234")
    return path


def test_cases_of_detectors_are_run(auditor, own, tmp_path):
    done = auditor("detectors", "test", "ids.us_*", "rights.copyright_notice.v2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ids.us_ptin.v1" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(" 0 failed")
    assert auditor("detectors", "test", "-r", own).stdout.splitlines()[-1] == "1 detectors, 2 cases, 0 failed"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OWN % "'see B-7777'")
    done = auditor("detectors", "test", "-r", wrong, "own.*")
    assert done.returncode == 1
    assert "miss: see B-7777" in done.stdout
    assert "found: «B-7777» 0.90" in done.stdout


def test_detectors_that_cannot_be_tested(auditor):
    done = auditor("detectors", "test", "ids.us_ptim.v1")
    assert done.returncode == 2
    assert "did you mean 'ids.us_ptin.v1'?" in done.stderr
    done = auditor("detectors", "test", "-r", "quick")
    assert done.returncode == 2
    assert "brings no patterns" in done.stderr


def test_detectors_are_scored_without_a_word_of_the_texts(auditor, own, tmp_path):
    gold = tmp_path / "gold.jsonl"
    lines = [
        {"text": "planted badge B-1234", "spans": [[14, 20, "BADGE"]], "language": "en"},
        {"text": "planted B-9999", "spans": [[0, 7, "PERSON"]], "language": "fr"},
        {"text": "planted", "spans": [[0, 99, "BADGE"]]},
    ]
    gold.write_text("\n".join(map(json.dumps, lines)) + "\nplanted\n")
    words = ("detectors", "evaluate", gold, "-r", own, "--map", "BADGE=ID", "--show-errors", "5", "--by-language")
    out = tmp_path / "scores.json"
    done = auditor(*words, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "not looked for by this recipe: PERSON 1" in done.stdout
    assert "2 records were skipped" in done.stdout
    assert "gold.jsonl:3: span 1 from 0 to 99 is outside" in done.stdout
    assert "ID: found, not labelled:" in done.stdout
    assert "record 2 at 8 to 14; " not in done.stdout
    printed = done.stdout + done.stderr + out.read_text()
    assert not [word for word in ("B-1234", "B-9999", "planted") if word in printed]
    assert out.stat().st_mode & 0o777 == 0o600
    data = json.loads(out.read_text())
    assert json.loads(auditor(*words, "--json").stdout) == data
    assert [part["name"] for part in data["parts"]] == ["en", "fr"]
    (score,) = data["all"]["exact"]["entities"]
    assert (score["entity"], score["support"], score["found"], score["tp"]) == ("ID", 1, 2, 1)
    assert (score["precision"], score["recall"]) == (0.5, 1.0)


def test_evaluations_that_cannot_be(auditor, own, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("nothing\n")
    for words, why in (
        ((gold, "-r", own), "no known format"),
        ((gold, "-r", own, "--format", "jsonl"), "no record could be read"),
        ((tmp_path / "gone.jsonl", "-r", own), "no such file"),
        ((gold, "-r", own, "--entities", "EMAIL_ADRESS"), "did you mean EMAIL_ADDRESS?"),
        ((gold, "-r", own, "--map", "ID"), "LABEL=ENTITY"),
        ((gold, "-r", "nope"), "no recipe 'nope'"),
    ):
        done = auditor("detectors", "evaluate", *words)
        assert done.returncode == 2, words
        assert why in done.stderr.replace("\n", " "), done.stderr
