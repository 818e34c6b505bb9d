"""The report's page in a browser: nothing is fetched, a figure opens its conversations, it fits 900 pixels."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from apps.report.command import ON_PAGE
from apps.report.page import page as drawn
from benchmarks.year import DAY, NOW, Year, fill
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.report.report import Prices, report_of
from core.model.matter import Span
from tests.browser.conftest import listen
from tests.browser.people import AXE


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    upgrade(f"sqlite:///{folder / 'a.db'}")
    store = SqlStore(f"sqlite:///{folder / 'a.db'}")
    fill(store, Year(matters=4_000, days=120))
    span = Span(since=NOW - 60 * DAY, until=NOW, now=NOW)
    with store.read() as unit:
        report, newest = (
            report_of(unit, span, ON_PAGE, Prices(minute=0.6, currency="EUR")),
            unit.matters.newest(span, 5000),
        )
    store.close()
    (folder / "report.html").write_text(drawn(report, newest, 0, "larkfield"), encoding="utf-8")
    return folder / "report.html"


@pytest.fixture
def page(browser: Browser, file: Path, complaints: list[str]) -> Page:
    context = browser.new_context(viewport={"width": 900, "height": 1000}, reduced_motion="reduce")
    opened = context.new_page()
    listen(opened, complaints)
    opened.on("request", lambda asked: complaints.extend([asked.url] if not asked.url.startswith("file:") else []))
    opened.goto(file.as_uri())
    return opened


def test_nothing_is_fetched_and_it_is_no_wider_than_its_window(
    page: Page, complaints: list[str], pictures: Path
) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 900
    assert page.locator("svg.chart").count() >= 6
    page.screenshot(path=pictures / "report.png", full_page=True)
    assert complaints == []


def test_a_figure_opens_its_conversations_and_the_escape_key_closes_them(page: Page) -> None:
    row = page.locator("tr", has=page.get_by_role("rowheader", name="refund status"))
    row.locator("td.bad button").first.click()
    box = page.get_by_role("dialog")
    assert box.get_by_role("heading").inner_text().startswith("Intent “refund status”: Solved at the first contact")
    assert (
        box.get_by_role("link")
        .first.get_attribute("href", timeout=2000)
        .startswith(  # type: ignore[union-attr]
            "https://larkfield.zendesk.com/agent/tickets/"
        )
    )
    assert "--list resolved_first" in box.locator("code").inner_text()
    page.keyboard.press("Escape")
    assert not box.is_visible()


def test_who_cannot_see_it_can_read_it(page: Page) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in result["violations"]] == []
