"""The documents tell of what is there."""

import re
from pathlib import Path

import pytest

from auditor import detect, report, sources
from auditor.cli import _COMMANDS, _HELP, cli
from auditor.rules.recipe import read, shipped
from auditor.rules.regime import paths

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_command_has_help_and_is_in_the_readme():
    assert list(_COMMANDS) == sorted(_COMMANDS, key=list(_COMMANDS).index)
    assert set(_COMMANDS) == set(_HELP)
    for name in _COMMANDS:
        assert cli.get_command(None, name).help
        assert re.search(rf"\b{name}\b", text("README.md")), name


def test_what_changes_with_the_registries_is_told():
    for name in (*shipped(), *paths()):
        assert f"`{name}`" in text("CHANGELOG.md"), name
    assert set(report.formats()) >= {"html", "md", "csv", "json"}
    assert set(sources.formats()) >= {"parquet", "jsonl", "csv"}
    assert len(detect.infos(read("full"))) > 30


@pytest.mark.parametrize("page", PAGES)
def test_paths_that_pages_name_exist(page):
    for path in re.findall(r"`((?:auditor|recipes|tests|docs|data)/[\w./]+)`", text(page)):
        if "NAME" not in path and not path.startswith("audit/"):
            assert (ROOT / path).exists(), f"{page}: {path}"
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text(page)):
        assert (ROOT / page).parent.joinpath(link).exists(), f"{page}: {link}"
