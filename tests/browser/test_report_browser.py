"""The report in a real browser: it fits, it is quiet, it prints whole."""

import html
import re
import shutil
import struct
import subprocess
import zlib
from dataclasses import replace

import pytest
import report_factory as make

from auditor.report import build, render, sha256

CHROMIUM = shutil.which("chromium")
PDFTOTEXT = shutil.which("pdftotext")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH: install it to look at the report"),
]

FRAME = """<!DOCTYPE html><title>frame</title><body style="margin:0">
<iframe style="border:0;width:{width}px;height:{height}px" srcdoc="{page}"></iframe>
<script>
document.querySelector("iframe").addEventListener("load", (event) => {{
  const inner = event.target.contentDocument;
  const root = inner.documentElement;
  const out = [...inner.querySelectorAll("main *")].filter((e) =>
    !e.closest(".scroll, .sprite") && e.getBoundingClientRect().right > root.clientWidth + 1);
  const small = [...inner.querySelectorAll("nav a, button, input")].filter((e) => {{
    const box = e.getBoundingClientRect();
    return box.width && (box.height < 24 || box.width < 24);
  }});
  document.body.dataset.scroll = root.scrollWidth;
  document.body.dataset.client = root.clientWidth;
  document.body.dataset.out = out.map((e) => e.className || e.tagName).join(" ");
  document.body.dataset.small = small.map((e) => e.outerHTML).join(" ");
  document.body.dataset.paper = inner.defaultView.getComputedStyle(inner.querySelector(".sheet")).backgroundColor;
}});
</script>"""


@pytest.fixture(scope="module")
def audits():
    hostile = "x" * 300 + "</script><img src=x onerror=alert(1)>"
    usual = make.audited()
    long = (make.group(77, column=hostile, dataset=hostile), *usual.groups)
    bad = replace(usual.coverage, lines=(*usual.coverage.lines, make.line(hostile, "corrupt")))
    return {
        "usual": usual,
        "hostile": replace(usual, title=hostile, groups=long, coverage=bad),
        "many": make.many(600),
        "empty": make.audited(groups=(), profiles=(), assessments=(), facts=()),
    }


@pytest.fixture
def chromium(tmp_path):
    """Run Chromium on a page written to a file; returns what it wrote to stdout and stderr."""

    def run(page, *options):
        path = tmp_path / "page.html"
        path.write_bytes(page)
        profile = ["--no-first-run", f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0"]
        command = [CHROMIUM, *QUIET, *profile, *options, path.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    return run


def report(audited):
    return render("html", build(audited), make.run())


def measures(chromium, page, width, *options):
    framed = FRAME.format(page=html.escape(page.decode()), width=width, height=900)
    dom = chromium(
        framed.encode(), "--dump-dom", "--virtual-time-budget=4000", "--window-size=1600,1000", *options
    ).stdout
    return {
        k: html.unescape(v)
        for k, v in re.findall(r'data-([a-z]+)="([^"]*)"', dom.rpartition("<body")[2].partition(">")[0])
    }


def pixels(path):
    """Width, height and number of distinct bytes of a PNG: enough to tell a page from a blank."""
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    chunks, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks += data[at + 8 : at + 8 + length] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    return width, height, len(set(zlib.decompress(chunks)))


@pytest.mark.parametrize("name", ["usual", "hostile", "many", "empty"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_never_scrolls_sideways(chromium, audits, name, width):
    found = measures(chromium, report(audits[name]), width)
    assert int(found["scroll"]) <= int(found["client"]) <= width
    assert found["out"] == ""
    assert found["small"] == ""


def test_dark_mode_is_dark_and_light_mode_light(chromium, audits):
    page = report(audits["usual"])
    assert measures(chromium, page, 1280, "--blink-settings=preferredColorScheme=0")["paper"] == "rgb(26, 30, 33)"
    assert measures(chromium, page, 1280, "--blink-settings=preferredColorScheme=1")["paper"] == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", ["usual", "hostile"])
def test_the_console_stays_silent(chromium, audits, name):
    done = chromium(report(audits[name]), "--dump-dom", "--virtual-time-budget=4000")
    assert "CONSOLE" not in done.stderr
    assert "Content Security Policy" not in done.stderr
    assert "8 of 8 shown" in done.stdout or "9 of 9 shown" in done.stdout  # the script ran under the policy
    assert "<img" not in done.stdout


def test_page_is_whole_without_script(chromium, audits):
    page = re.sub(rb"<script>.*?</script>", b"", report(audits["usual"]), flags=re.DOTALL)
    dom = chromium(page, "--dump-dom").stdout
    assert all(fact in dom for fact in ("ACTION NEEDED", "94.37 %", "F-000003", "Not signed"))
    assert re.search(r'id="finding-tools" hidden', dom)


@pytest.mark.parametrize("width", [1280, 500])
def test_screenshot_shows_a_page(chromium, audits, tmp_path, width):
    shot = tmp_path / "shot.png"
    chromium(report(audits["usual"]), f"--screenshot={shot}", f"--window-size={width},1600", "--hide-scrollbars")
    wide, high, colours = pixels(shot)
    assert (wide, high) == (width, 1600)
    assert colours > 50


@pytest.fixture
def printed(chromium, tmp_path):
    """Pages of the printed report as text."""

    def pages(audited):
        pdf = tmp_path / "report.pdf"
        chromium(report(audited), f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
        assert pdf.read_bytes().startswith(b"%PDF")
        if not PDFTOTEXT:
            pytest.skip("no pdftotext on PATH: install poppler-utils to read the PDF")
        text = subprocess.run([PDFTOTEXT, "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        return text.split("\f")[:-1]

    return pages


def test_page_one_fits_one_sheet_and_each_sheet_names_the_audit(printed, audits):
    pages = printed(audits["usual"])
    digest = sha256(build(audits["usual"]))
    for fact in ("ACTION NEEDED", "94.37 %", "2025/broken.parquet", "A-4", "Not signed", "Gate", "no names engine"):
        assert fact in pages[0], fact
    assert "1 Obligations" in pages[1]
    for number, page in enumerate(pages, 1):
        assert digest in page
        assert f"page {number} of {len(pages)}" in page


def test_print_loses_nothing(printed, audits):
    text = re.sub(r"\s+", "", "".join(printed(audits["usual"])))
    facts = (
        "eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32016R0679",
        "auditorexplainDIRF-000007",
        "legacy/latin.csv",
    )
    assert [f for f in facts if f not in text] == []
    assert "Filterfindings" not in text


def test_long_tables_repeat_their_heads(printed, audits):
    pages = printed(audits["many"])
    following = [p for p in pages if re.search(r"F-\w{6} +(critical|high|medium|low|info)", p)]
    assert len(following) > 3
    assert all(re.search(r"Finding +Severity", p) for p in following)
