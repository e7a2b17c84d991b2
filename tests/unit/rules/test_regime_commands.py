"""``auditor regimes``: list, show, check and pages."""

from helpers import called


def test_list_and_one_obligation_in_full():
    assert "hipaa-safe-harbor" in called("regimes", "list").stdout
    shown = called("regimes", "show", "gdpr", "--obligation", "g14")
    assert shown.returncode == 0
    for words in ("GDPR Art. 14", "Evidence asked for", "notice14", "From what kinds of source", "V, checked against"):
        assert words in shown.stdout


def test_a_wrong_name_is_answered_with_near_ones():
    wrong = called("regimes", "show", "gdpr", "--obligation", "g144")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no obligation 'g144' in gdpr; did you mean g44 or g14?" in wrong.stderr
    assert "have ca-ab2013, ccpa" in called("regimes", "show", "gdrp").stderr


def test_check_gives_the_faults_of_a_file(tmp_path):
    assert called("regimes", "check").stdout == "no faults\n"
    path = tmp_path / "house.yaml"
    path.write_text("id: house\ntitel: x\n", encoding="utf-8")
    faulty = called("regimes", "check", path)
    assert faulty.returncode == 2
    assert "house.yaml:2: unknown key 'titel'" in faulty.stderr
    assert "house.yaml:1: 'obligations' is missing" in faulty.stderr


def test_pages_are_written_and_checked(tmp_path):
    folder = tmp_path / "pages"
    assert called("regimes", "pages", folder, "--check").returncode == 1
    assert called("regimes", "pages", folder).returncode == 0
    assert called("regimes", "pages", folder, "--check").returncode == 0
    (folder / "gdpr.md").write_text("changed", encoding="utf-8")
    stale = called("regimes", "pages", folder, "--check")
    assert (stale.returncode, "gdpr.md is not what the rules say" in stale.stdout) == (1, True)
