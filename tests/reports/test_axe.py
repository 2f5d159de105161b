"""Accessibility in a real browser: axe-core finds nothing against WCAG 2.2 AA, on a desktop and on a phone.

Needs Chromium on the machine (`apt-get install chromium`, or its path in CHROMIUM) and the packages playwright and
axe-playwright-python; without them these tests are skipped, saying so.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reports import charts
from reports.charts import Series
from reports.page import Column, Figure, Table, environment
from reports.quality import write_reports
from reports.regiopagina import write_region_pages
from reports.weekly import send_all
from tests.reports.story import MONDAYS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is niet geïnstalleerd")
axe_package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is niet geïnstalleerd")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"desktop": (1280, 900), "telefoon": (360, 740)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (Path(axe_package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="er is geen Chromium op deze machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        # --no-sandbox: a container has no user namespaces; the pages are our own files.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def pages(story: object, tmp_path: Path) -> list[Path]:  # noqa: ARG001 - the warehouse they are of
    """A page of every template, and one with every kind of chart."""
    labels = ["jan", "feb", "mrt"]
    drawings = {
        "Lijn": charts.lines("lijn", "Stand", labels, [Series("in", [1, None, 3]), Series("uit", [2, 2, 2])]),
        "Staaf": charts.bars("staaf", "Wachtend", [("Dordrecht", 12), ("Arnhem", 3.5)]),
        "Kolom": charts.columns("kolom", "Stroom", labels, [Series("in", [4, 5, 6]), Series("uit", [1, None, 3])]),
    }
    rows = Table("Cijfers", [Column("Maand"), Column("Aantal", numeric=True)], [["jan", 1], ["feb", None]])
    figures = [Figure(name, drawing, rows, "3") for name, drawing in drawings.items()]
    body = environment().from_string(
        "{% extends 'basis.html.j2' %}{% import 'delen.html.j2' as delen with context %}{% block inhoud %}"
        "<h2>Op een rij</h2>{% for f in figuren %}{{ delen.figuur(f) }}{% endfor %}{% endblock %}"
    )
    kinds = {"index.html", "regio_DAV.html", "leverancier_sdd.html"}
    written = [path for path in write_reports(tmp_path) if path.name in kinds]
    made = tmp_path / "grafieken.html"
    made.write_text(body.render(titel="Grafieken", datum=None, figuren=figures), encoding="utf-8")
    return [*written, made]


def violations(view: Any) -> list[str]:
    """Return what axe finds on the page that is open."""
    view.evaluate(AXE)
    found = view.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    assert len(found["passes"]) > 5, "axe did look"
    return [f"{v['id']}: {v['help']} {[n['html'][:120] for n in v['nodes'][:2]]}" for v in found["violations"]]


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(browser: Any, pages: list[Path], size: str) -> None:
    in_order(browser, pages, size)


@pytest.mark.usefixtures("published")
def test_the_pages_of_the_regions_are_in_order_and_fit_on_paper(browser: Any, tmp_path: Path) -> None:
    made = write_region_pages(tmp_path)
    for size in SIZES:
        in_order(browser, made, size)
    paper = round((210 - 2 * 14) / 25.4 * 96)  # the width page.css leaves of A4
    view = browser.new_page(viewport={"width": paper, "height": 900})
    view.emulate_media(media="print")
    for path in made:
        view.goto(path.as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= paper, path.name
    view.close()


def in_order(browser: Any, pages: list[Path], size: str) -> None:
    """Axe finds nothing on the pages, they do not scroll sideways and ask nothing from outside."""
    width, height = SIZES[size]
    view = browser.new_page(viewport={"width": width, "height": height})
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    for path in pages:
        view.goto(path.as_uri())
        for closed in view.query_selector_all("details"):
            closed.evaluate("element => element.open = true")  # what is folded away must be in order too
        assert violations(view) == [], path.name
        assert view.evaluate("document.documentElement.scrollWidth") <= width, path.name
    view.close()
    outside = [url for url in asked if not url.startswith("file:")]
    assert outside == []


def test_a_row_on_a_phone_is_still_a_row_of_a_table(browser: Any, pages: list[Path]) -> None:
    view = browser.new_page(viewport={"width": 360, "height": 740})
    (page,) = [path for path in pages if path.name == "regio_DAV.html"]
    view.goto(page.as_uri())
    table = view.get_by_role("table", name="Wijzigingen per leverancier")
    assert table.get_by_role("columnheader").count() == 6
    assert table.get_by_role("row", name=re.compile("Sociale Dienst")).get_by_role("cell").count() == 5
    view.close()


def test_the_first_tab_goes_to_the_content(browser: Any, pages: list[Path]) -> None:
    view = browser.new_page()
    view.goto(pages[1].as_uri())
    view.keyboard.press("Tab")
    link = view.locator(":focus")
    assert link.inner_text() == "Naar de inhoud"
    assert link.bounding_box()["y"] >= 0, "it shows when it has the focus"
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "inhoud"
    view.close()


@pytest.mark.usefixtures("story")
def test_the_mail_itself_is_in_order(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import email.policy  # noqa: PLC0415

    monkeypatch.setenv("DOORSTROOM_STATE", str(tmp_path))
    send_all(MONDAYS[-1], proef=True)
    view = browser.new_page(viewport={"width": 360, "height": 740})
    kept = sorted(tmp_path.rglob("*.eml"))
    assert kept
    for path in kept:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        view.set_content(message.get_body(("html",)).get_content())  # type: ignore[attr-defined]
        assert violations(view) == [], path.name
        assert view.evaluate("document.documentElement.scrollWidth") <= 360, path.name
    view.close()


def test_axe_sees_what_is_not_in_order(browser: Any, pages: list[Path]) -> None:
    """Mistakes as a template or a style sheet could have them: a check that sees none of them proves nothing."""
    mistakes = {
        "color-contrast": ".zacht { color: #b0b8c4 !important }</style><style>",
        "heading-order": "</style></head><body><main><h1>a</h1><h4>b</h4></main><style>",
        "image-alt": "</style></head><body><main><h1>a</h1><img src='data:,'></main><style>",
    }
    view = browser.new_page()
    source = pages[1].read_text(encoding="utf-8")
    for rule, text in mistakes.items():
        view.set_content(source.replace("</style>", f"{text}</style>", 1))
        assert rule in {told.split(":")[0] for told in violations(view)}
    view.close()
