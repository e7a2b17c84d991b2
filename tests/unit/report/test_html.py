import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
import report_factory as make

from auditor import assets
from auditor.model import Result
from auditor.report import build, render, sha256
from auditor.report.words import STATUS

VOID = {"meta", "br", "input", "link", "img", "hr"}


class Outline(HTMLParser):
    """Elements in order with their attributes; raises on bad nesting."""

    def __init__(self, text):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> out of place"

    def all(self, tag):
        return [attrs for name, attrs, _ in self.seen if name == tag]


@pytest.fixture
def outline(page):
    return Outline(page)


def test_page_is_well_formed_and_starts_as_it_should(page, outline):
    assert page.startswith("<!DOCTYPE html>")
    assert outline.all("html") == [{"lang": "en"}]
    assert [len(outline.all(tag)) for tag in ("h1", "main", "nav", "header", "footer")][:3] == [1, 1, 1]
    assert any(a.get("class") == "skip" and a["href"] == "#main" for a in outline.all("a"))


def test_headings_never_skip_a_level(outline):
    levels = [int(tag[1]) for tag, _, _ in outline.seen if re.fullmatch(r"h[1-6]", tag)]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_tables_have_captions_scopes_and_a_scroll_box_one_can_reach(page, outline):
    assert len(outline.all("table")) == page.count("<caption>")
    assert all("scope" in a for a in outline.all("th"))
    boxes = [a for a in outline.all("div") if a.get("class") == "scroll"]
    assert boxes
    assert all(a["tabindex"] == "0" and a["role"] == "region" and a["aria-label"] for a in boxes)


def test_ids_are_unique_and_links_lead_somewhere(outline):
    ids = [a["id"] for _, a, _ in outline.seen if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in outline.all("a") if a["href"].startswith("#")} <= set(ids)
    assert {a["href"][1:] for a in outline.all("use")} <= set(ids)
    assert {r for _, a, _ in outline.seen for r in a.get("aria-labelledby", "").split()} <= set(ids)


def test_nothing_is_requested_and_the_policy_covers_what_is_inline(page, outline):
    policy = next(a["content"] for a in outline.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for tag in ("style", "script"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'" in policy
    assert not [a for _, a, _ in outline.seen if "src" in a or "style" in a or any(k.startswith("on") for k in a)]
    assert not re.search(r"url\(|@import", page)
    assert not outline.all("link")


def test_page_one_answers_what_an_officer_asks(page):
    first = page[page.index('class="sheet page-one"') : page.index('<nav class="sheet contents"')]
    audit = build(make.audited())
    facts = [
        "ACTION NEEDED",
        "Screening result, not legal advice",
        "94.37 %",
        "2025/broken.parquet",
        "A-1",
        "Not signed",
        "182,703",
    ]
    facts += [sha256(audit), f"AUD-{sha256(audit)[:12]}", "no names engine", *(STATUS[s] for s in STATUS)]
    assert [f for f in facts if f not in first] == []


@pytest.mark.parametrize("result", list(Result))
def test_each_result_has_its_word(result):
    text = render("html", build(make.audited(result=result))).decode()
    assert f'<p class="word">{result.value}</p>' in text


def test_findings_show_their_commands(page):
    assert "auditor inspect DIR F-000003" in page
    assert "auditor explain DIR F-000003" in page
    assert "in the name itself" in page
    assert "F-000009" not in page  # weak matches only


def test_ten_thousand_groups_stay_readable():
    audit = build(make.many(10_000))
    page = render("html", audit)
    assert len(page) <= 5_000_000
    first = page.decode()[: page.decode().index('<nav class="sheet contents"')]
    assert "2,000 riskiest of 10,000" in first
    Outline(page.decode())


def test_an_empty_audit_renders():
    page = render(
        "html", build(make.audited(groups=(), profiles=(), assessments=(), facts=(), regimes=(), detectors=()))
    ).decode()
    assert "Nothing at review or above was found in what was scanned." in page
    assert "No regime was applied." in page


def tokens(block):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_of_every_pair(theme):
    style = (assets.templates() / "report" / "style.css").read_text()
    light, dark = style.split("@media screen and (prefers-color-scheme: dark)", 1)
    colours = tokens(light) if theme == "light" else tokens(dark[: dark.index("box-sizing")])
    assert set(colours) == set(tokens(light))
    pairs = [(n, n.replace("-ink", "-tint")) for n in colours if n.endswith("-ink")]
    pairs += [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "page")]
    pairs += [
        ("ink", "code"),
        ("soft", "code"),
        *(("ink", n) for n in colours if n.endswith("-tint") and n[:2] in {"ac", "re", "un", "cl", "na"}),
    ]
    low = {
        p: round(contrast(colours[p[0]], colours[p[1]]), 2)
        for p in pairs
        if contrast(colours[p[0]], colours[p[1]]) < 4.5
    }
    assert low == {}
    for part, ground in (
        ("focus", "paper"),
        ("focus", "page"),
        ("strong-line", "paper"),
        ("bar-read", "paper"),
        ("bar-lost", "paper"),
    ):
        assert contrast(colours[part], colours[ground]) >= 3, part
