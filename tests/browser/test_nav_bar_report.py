"""The report in the navigation over a real store: what is planted in it is read there, and a figure opens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from benchmarks.year import NOW, Year, fill
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from tests.apps.zendesk.desk import Desk
from tests.apps.zendesk.test_overview import AISHA
from tests.browser.panel import Panel, panel, words
from tests.clock import Clock

pytestmark = pytest.mark.usefixtures("built")
Answers = dict[str, Callable[[Route], None]]
TALL = "height => { document.querySelector('iframe').style.height = `${height}px`; }"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Our web's own answers about 60 days, with an intent that comes back more often than the others."""
    url = f"sqlite:///{tmp_path_factory.mktemp('report') / 'a.db'}"
    upgrade(url)
    store = SqlStore(url)
    desk = Desk(store, Clock(NOW))
    fill(store, Year(matters=6_000, days=120))

    def forward(route: Route) -> None:
        asked = urlsplit(route.request.url)
        desk.language = route.request.headers.get("accept-language", "en")
        path = f"{asked.path.removeprefix('/sidebar/api/')}?{asked.query}"
        answer = desk.get(path, bearer=desk.signed_in(AISHA))
        route.fulfill(status=answer.status_code, content_type="application/json", body=answer.data)

    yield dict.fromkeys(("report", "pictures", "conversations"), forward)
    store.close()


def opened(one: Panel, language: str = "en") -> dict[str, str]:
    said = words(language)
    one.app.get_by_role("tab", name=said["overview.view.report"]).click()
    one.app.get_by_text(said["overview.days"].format(count=90)).click()
    expect(one.app.get_by_text(said["report.found.none"])).to_have_count(0, timeout=20_000)
    expect(one.app.locator(".report-pictures svg").first).to_be_visible(timeout=20_000)
    expect(one.app.locator(".skeleton")).to_have_count(0)
    return said


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (900, "dark")])
def test_the_report_fits_and_can_be_read_by_who_cannot_see_it(
    browser: Browser, web: Answers, axe: None, pictures: Path, width: int, scheme: str
) -> None:
    with panel(browser, width=width, scheme=scheme, location="nav_bar", answers=web, role="lead", at=NOW) as one:
        opened(one)
        one.page.evaluate(TALL, one.app.evaluate("document.body.scrollHeight") + 40)
        one.page.screenshot(path=pictures / f"nav-bar-report-{width}-{scheme}.png", full_page=True)
        assert one.app.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") <= 0
        assert one.faults() == []


def test_what_stands_out_opens_its_conversations(browser: Browser, web: Answers, pictures: Path) -> None:
    with panel(browser, width=1440, location="nav_bar", answers=web, role="lead", at=NOW) as one:
        said = opened(one)
        found = one.app.get_by_role("region", name=said["report.found"])
        mark = found.get_by_role("listitem").filter(has_text="Back with the same within seven days")
        expect(mark).to_contain_text("refund status")
        mark.get_by_role("button").click()
        box = one.app.get_by_role("dialog")
        expect(box.get_by_role("listitem")).to_have_count(20)
        one.page.screenshot(path=pictures / "nav-bar-report-behind.png")
        box.get_by_role("button", name=said["report.close"]).click()
        expect(box).to_have_count(0)


def test_it_is_told_in_the_readers_language(browser: Browser, web: Answers, pictures: Path) -> None:
    with panel(browser, width=900, locale="de", location="nav_bar", answers=web, role="lead", at=NOW) as one:
        said = opened(one, "de")
        scorecard = one.app.get_by_role("region", name=said["report.scorecard"])
        expect(scorecard).to_contain_text("Binnen sieben Tagen mit demselben zurück")
        one.page.evaluate(TALL, one.app.evaluate("document.body.scrollHeight") + 40)
        one.page.screenshot(path=pictures / "nav-bar-report-de.png", full_page=True)
