"""The main job from end to end, as a user runs it."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import CLI, free_of, jsonl, note, rows

import auditor as library


def findings(auditor, out):
    keep = ("row", "column", "item", "start_char", "end_char", "entity", "score", "detector", "shape", "hmac", "detail")
    return [tuple(f[k] for k in keep) for f in jsonl(auditor("findings", out))]


def test_scan_finds_counts_and_reports(auditor, lake, tmp_path):
    out = tmp_path / "out"
    done = auditor("scan", lake, "-o", out, "--report", "md", "--report", f"csv={tmp_path / 'groups.csv'}")
    assert done.returncode == 1, done.stderr
    assert "coverage 100 %" in done.stdout
    for name in ("audit.duckdb", "audit.json", "report.html", "run.json", "report.md"):
        path = out / name
        assert path.is_file(), name
        assert path.stat().st_mode & 0o777 == 0o600, name
    assert out.stat().st_mode & 0o777 == 0o700
    found = jsonl(auditor("findings", out))
    mails = [f for f in found if f["entity"] == "EMAIL_ADDRESS"]
    assert len(mails) == 2 * 40 + 2 * 30 + 20 + 2 * 40
    first = next(f for f in mails if f["file"] == "chat.jsonl" and f["column"] == "note" and f["row"] == 3)
    assert note(3)[first["start_char"] : first["end_char"]] == "dario.3@planted-mail.org"
    assert first["shape"] == "[EMAIL_ADDRESS, 24 chars]"
    nested = next(f for f in mails if f["column"] == "turns[].text" and f["row"] == 3)
    assert nested["item"] == 1
    same = {f["hmac"] for f in mails if f["row"] == 3 and f["column"] == "note"}
    assert len(same) == 1, "equal values join across formats"


def test_no_value_in_any_output(process, lake, tmp_path):
    out = tmp_path / "out"
    printed = process("scan", lake, "-o", out, "-v")
    for name in ("planted-mail", "4111 1111"):
        assert name not in printed.stdout + printed.stderr
        assert free_of(out, name, store=True)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_workers_order_and_encoding_change_nothing(auditor, tmp_path, names):
    """1 and 4 workers, shuffled files, dictionary and plain columns: identical findings."""
    seen = []
    for jobs, kind in ((1, "plain"), (4, "plain"), (3, "dictionary"), (2, "large"), (2, "run-end")):
        lake = tmp_path / f"{kind}{jobs}"
        lake.mkdir()
        for seed, name in enumerate(random.Random(jobs).sample(names, 2)):
            table = pa.table({"note": coded(pa.array([note(n % 5 + 10 * (name == "a")) for n in range(60)]), kind)})
            path = lake / f"{name}.arrow"
            with pa.ipc.new_file(path, table.schema) as writer:
                writer.write_table(table, max_chunksize=7 + seed)
        out = tmp_path / f"out-{kind}{jobs}"
        assert auditor("scan", lake, "-o", out, "-j", jobs, "-q").returncode == 1
        seen.append(findings(auditor, out))
    assert len(seen[0]) > 100
    assert all(one == seen[0] for one in seen[1:])


def coded(array, kind):
    if kind == "dictionary":
        return array.dictionary_encode()
    if kind == "large":
        return array.cast(pa.large_string())
    return pa.compute.run_end_encode(array) if kind == "run-end" else array


def test_running_again_skips_what_is_done(auditor, lake, tmp_path):
    out = tmp_path / "out"
    auditor("scan", lake, "-o", out, "-q")
    records = {p.name: p.stat().st_mtime_ns for p in (out / "findings").iterdir()}
    before = (out / "audit.json").read_bytes()
    again = auditor("scan", lake, "-o", out)
    assert f"{len(records)} unchanged" in again.stdout
    assert {p.name: p.stat().st_mtime_ns for p in (out / "findings").iterdir()} == records
    assert (out / "audit.json").read_bytes() == before, "equal evidence, equal bytes"


def test_equal_data_elsewhere_and_later_give_equal_bytes(process, lake, tmp_path):
    process("scan", lake, "-o", tmp_path / "out", "-q")
    (tmp_path / "other").mkdir()
    copy = shutil.copytree(lake, tmp_path / "other" / "lake", copy_function=shutil.copyfile)
    command = ("scan", "lake", "-o", "out", "-q")
    process(*command, cwd=tmp_path / "other")
    shutil.rmtree(tmp_path / "out")
    process(*command, cwd=tmp_path)
    assert (copy / "chat.jsonl").stat().st_mtime_ns != (lake / "chat.jsonl").stat().st_mtime_ns
    audits = [(tmp_path / place / "audit.json").read_bytes() for place in ("out", "other/out")]
    assert audits[0] == audits[1]


def test_a_changed_file_is_scanned_again_and_a_new_one_added(auditor, lake, tmp_path):
    out = tmp_path / "out"
    auditor("scan", lake, "-o", out, "-q")
    before = len(jsonl(auditor("findings", out)))
    with (lake / "chat.jsonl").open("a") as file:
        file.write(json.dumps({"note": "also zoe@planted-mail.org"}) + "\n")
    shutil.copy(lake / "people.csv", lake / "more.csv")
    auditor("scan", lake, "-o", out, "-q")
    found = jsonl(auditor("findings", out))
    assert any(f["file"] == "chat.jsonl" and f["row"] == 30 and f["entity"] == "EMAIL_ADDRESS" for f in found)
    assert any(f["file"] == "more.csv" for f in found)
    assert len(found) > before
    (lake / "more.csv").unlink()
    auditor("scan", lake, "-o", out, "-q")
    assert not any(f["file"] == "more.csv" for f in jsonl(auditor("findings", out)))


def test_rebuild_gives_the_same_database_and_report(auditor, lake, tmp_path):
    out = tmp_path / "out"
    auditor("scan", lake, "-o", out, "-q")
    expected = auditor("findings", out).stdout, auditor("coverage", out).stdout, (out / "audit.json").read_bytes()
    (out / "audit.duckdb").write_bytes(b"damaged")
    assert auditor("findings", out).returncode == 2
    (out / "audit.json").unlink()
    assert auditor("rebuild", out).returncode == 1
    assert (
        auditor("findings", out).stdout,
        auditor("coverage", out).stdout,
        (out / "audit.json").read_bytes(),
    ) == expected


def test_a_damaged_record_is_scanned_again(auditor, lake, tmp_path):
    out = tmp_path / "out"
    auditor("scan", lake, "-o", out, "-q")
    expected = auditor("findings", out).stdout
    victim = max((out / "findings").iterdir(), key=lambda p: p.stat().st_size)
    victim.write_bytes(victim.read_bytes()[:100])
    assert auditor("scan", lake, "-o", out, "-q").returncode == 1
    assert auditor("findings", out).stdout == expected


def test_killed_at_random_moments_it_ends_the_same(auditor, lake, tmp_path):
    auditor("scan", lake, "-o", tmp_path / "whole", "-q")
    expected = auditor("findings", tmp_path / "whole").stdout
    out, rng = tmp_path / "out", random.Random(3)
    for _ in range(4):
        process = subprocess.Popen([*CLI, "scan", str(lake), "-o", str(out), "-q"], start_new_session=True)
        time.sleep(rng.uniform(0.2, 3))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert auditor("scan", lake, "-o", out, "-q").returncode == 1
    assert auditor("findings", out).stdout == expected


def test_names_are_searched_and_masked(auditor, tmp_path):
    lake, out = tmp_path / "lake", tmp_path / "out"
    (lake / "user=veradina@planted-mail.org").mkdir(parents=True)
    pq.write_table(
        pa.table({"olafsson@planted-mail.org": ["x"]}), lake / "user=veradina@planted-mail.org" / "p.parquet"
    )
    (lake / "nilsholg@planted-mail.org.jsonl").write_text('{"a": "b"}\n')
    printed = auditor("scan", lake, "-o", out, "-v")
    found = jsonl(auditor("findings", out))
    names = {f["column"]: f for f in found if f["row"] == -1 and f["entity"] == "EMAIL_ADDRESS"}
    assert set(names) == {"@path", "@partition", "@column"}
    assert all(f["file_id"].startswith("f-") for f in found)
    tables = auditor("findings", out).stdout + auditor("coverage", out).stdout
    for who in ("veradina", "olafsson", "nilsholg"):
        assert who not in printed.stdout + printed.stderr + tables
        assert free_of(out, who)


def test_the_columns_and_files_left_out_are_in_the_ledger(auditor, lake, tmp_path):
    out = tmp_path / "out"
    auditor("scan", lake, "-o", out, "-q", "--columns", "note", "--exclude", "*.csv")
    assert {f["column"] for f in jsonl(auditor("findings", out)) if f["row"] >= 0} == {"note"}
    gaps = {(c["file"], c["column"], c["status"]) for c in jsonl(auditor("coverage", out)) if c["reason"] == "excluded"}
    assert ("people.csv", "*", "planned_gap") in gaps
    assert ("chat.jsonl", "turns[].text", "planned_gap") in gaps


def test_bad_files_are_named_everywhere_and_decide_the_exit_code(auditor, tmp_path):
    lake, out = tmp_path / "lake", tmp_path / "out"
    lake.mkdir()
    (lake / "fine.jsonl").write_text('{"a": "nothing here"}\n')
    (lake / "empty.parquet").touch()
    (lake / "broken.parquet").write_bytes(b"PAR1 jane@planted-mail.org PAR1")
    (lake / "half.jsonl").write_text('{"a": "b"}\n{"a": "jane@planted-mail.org\n')
    (lake / "link.jsonl").symlink_to("/etc/hostname")
    os.mkfifo(lake / "pipe.jsonl")
    done = auditor("scan", lake, "-o", out, "--report", "md", "--report", "coverage-csv")
    assert done.returncode == 3, done.stdout
    lost = {c["file"]: c["reason"] for c in jsonl(auditor("coverage", out)) if c["status"] == "lost"}
    assert lost == {
        "empty.parquet": "empty_file",
        "broken.parquet": lost["broken.parquet"],
        "half.jsonl": "invalid_json",
        "link.jsonl": "symlink_outside",
        "pipe.jsonl": "not_regular",
    }
    for name in lost:
        for report in ("report.html", "report.md", "report.coverage.csv", "audit.json"):
            assert name in (out / report).read_text(), f"{name} in {report}"


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02\x03" * 50])
def test_nothing_audited_is_never_clean(auditor, tmp_path, content):
    lake, out = tmp_path / "lake", tmp_path / "out"
    lake.mkdir()
    if content is not None:
        (lake / "x.bin").write_bytes(content)
    done = auditor("scan", lake, "-o", out, "--min-coverage", 0)
    assert done.returncode == 3
    assert json.loads((out / "audit.json").read_text())["result"]["word"] != "NOTHING FOUND IN WHAT WAS SCANNED"
    assert "nothing was audited" in done.stdout


def test_a_library_call_in_a_plain_script(lake, tmp_path, auditor):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, auditor\n"
        "audit = auditor.audit(sys.argv[1], out=sys.argv[2], jobs=2)\n"
        "print(audit.result, audit.findings.num_rows, audit.coverage.num_rows, audit.assessments.num_rows)\n"
        "print(audit.report(sys.argv[2] + '/again.html').stat().st_size)\n"
    )
    done = subprocess.run([CLI[0], script, lake, tmp_path / "out"], capture_output=True, text=True, check=True)
    assert "NEEDED" in done.stdout
    assert library.__version__ in auditor("--version").stdout


def test_audit_json_hash_is_what_the_run_says(auditor, lake, tmp_path):
    auditor("scan", lake, "-o", tmp_path / "out", "-q")
    digest = hashlib.sha256((tmp_path / "out" / "audit.json").read_bytes()).hexdigest()
    assert json.loads((tmp_path / "out" / "run.json").read_text())["audit_sha256"] == digest


def test_rows_of_every_format_are_the_same_rows(auditor, tmp_path):
    """A value in row n is reported in row n, whatever the format and the cuts."""
    lake, out = tmp_path / "lake", tmp_path / "out"
    lake.mkdir()
    texts = [r["note"] if n % 7 == 0 else "nothing" for n, r in enumerate(rows(100))]
    pq.write_table(pa.table({"note": texts}), lake / "a.parquet", row_group_size=9)
    (lake / "b.jsonl").write_text("".join(json.dumps({"note": t}) + "\n" for t in texts))
    (lake / "c.csv").write_text("note,x\n" + "".join(f'"{t}",1\n' for t in texts))
    recipe = tmp_path / "small.yaml"
    limits = "limits: {fragment_bytes: 65536, batch_bytes: 65536}\n"
    recipe.write_text(f"id: small\ntitle: t\ndescription: d\ndetectors: [presidio.email.v1]\n{limits}")
    auditor("scan", lake, "-o", out, "-q", "-r", recipe)
    mails = [f for f in jsonl(auditor("findings", out)) if f["entity"] == "EMAIL_ADDRESS"]
    for name in ("a.parquet", "b.jsonl", "c.csv"):
        assert [f["row"] for f in mails if f["file"] == name] == list(range(0, 100, 7)), name
