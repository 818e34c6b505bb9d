"""Articles that are stale or contradict each other, in the navigation: with the tickets that they cost."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import panel, words
from tests.clock import NOW

pytestmark = pytest.mark.usefixtures("built")
TALL = "height => { document.querySelector('iframe').style.height = `${height}px`; }"
AT = NOW.isoformat()


def article(name: str, title: str) -> dict[str, Any]:
    return {"article": name, "title": title, "url": f"https://help.larkfield.example/{name}", "updated_at": AT}


FOUND = {
    "since": AT,
    "drafts": 1240,
    "articles": [
        article("refunds", "How long does a refund take?")
        | {"key": "refunds", "signs": ["contradicted", "old"], "matters": 31, "tickets": 12,
           "updated_at": "2026-01-09T09:00:00+00:00"}
    ],
    "pairs": [
        {
            "key": "pair",
            "articles": [article("return", "Return an item"), article("gift", "Gifts")],
            "passages": [["You can return it within 30 days.", "A gift can be returned within 14 days."]],
            "tickets": 4,
        }
    ],
    "more": 3,
}  # fmt: skip
TICKETS = {
    "tickets": [
        {"ticket": "4411", "agent": "Maria Lopez", "at": AT, "how": "contradicted",
         "before": "The money is back within ten working days.",
         "after": "The money is back within five working days."},
        {"ticket": "4399", "agent": "Jonas Weber", "at": AT, "how": "taken_out",
         "before": "The money is back within ten working days.", "after": ""},
    ],
    "withheld": 2,
    "more": True,
}  # fmt: skip


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "en"), (900, "dark", "de")])
def test_what_articles_cost_fits_and_can_be_read_by_who_cannot_see_it(
    browser: Browser, axe: None, pictures: Path, width: int, scheme: str, language: str
) -> None:
    gaps = {"questions": 0, "read": 0, "groups": 0, "shown": []}
    answers = {"articles": FOUND, "tickets": TICKETS, "gaps": gaps}
    with panel(
        browser, width=width, scheme=scheme, location="nav_bar", answers=answers, role="lead", at=NOW, locale=language
    ) as one:
        said = words(language)
        one.app.get_by_role("tab", name=said["overview.view.gaps"]).click()
        region = one.app.get_by_role("region", name=said["articles.title"])
        expect(region.locator(".proposal")).to_have_count(2)
        region.get_by_role("button", name=said["articles.tickets"]).first.click()
        expect(region.locator("ins")).to_have_text("The money is back within five working days.")
        one.page.evaluate(TALL, one.app.evaluate("document.body.scrollHeight") + 40)
        one.page.screenshot(path=pictures / f"nav-bar-articles-{width}-{scheme}.png", full_page=True)
        assert one.app.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") <= 0
        assert one.faults() == []
