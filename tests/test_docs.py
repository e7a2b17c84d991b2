"""The documents tell of what is there."""

import re
from pathlib import Path

import pytest

from auditor import detect, report, sources
from auditor.cli import _COMMANDS, _HELP, cli
from auditor.rules.recipe import read, shipped
from auditor.rules.regime import paths
from auditor.rules.vocabulary import vocabulary
from benchmarks import detectors_doc

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


def test_the_page_of_detectors_is_what_the_rules_say():
    page = detectors_doc.document(*detectors_doc.figures())
    assert text("docs/detectors.md") == page, "run python -m benchmarks.detectors_doc"


def test_the_page_of_detectors_names_every_entity_and_detector():
    assert {entity.class_ for entity in vocabulary().entities.values()} <= set(detectors_doc.GROUPS)
    page = detectors_doc.document({}, [])
    assert all(f"| `{name}` |" in page for name in vocabulary().entities)
    every = read("full").model_copy(update={"countries": ("*",)})
    assert all(f"| `{info.id}` |" in page for info in detect.infos(every))
    assert "not measured" in page


def test_figures_stand_beside_their_entity():
    share = {"precision": 0.5, "precision_low": 0.25, "precision_high": 0.75}
    share |= {"recall": None, "recall_low": None, "recall_high": None}
    row = {"entity": "RELIGION", "language": "all", "support": 0, "found": 4, "tp": 2, **share}
    head = {"documents": 1200, "seed": 7, "date": "2026-11-24"}
    page = detectors_doc.document(head, [row, {**row, "language": "pl"}])
    assert "| `RELIGION` | Religious belief | 1 | 0.500 [0.250, 0.750] of 4 | none labelled |" in page
    assert "1,200 generated texts (seed 7, 2026-11-24)" in page
    assert "| entity | pl |" in page
    assert "| `RELIGION` | 0.50 / - |" in page
