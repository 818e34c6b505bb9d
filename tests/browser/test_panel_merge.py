"""What may be one matter, as the panel asks it at the width that Zendesk gives it."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import VIEW, panel, words

pytestmark = pytest.mark.usefixtures("built")

LONG = "Hello, the video doorbell that I bought is opened but unused, and my sister has one already. " * 4
SUGGESTED = {
    "id": "co_9",
    "questions": [
        {"author": "Emma Clarke", "text": LONG, "channel": "email", "ticket": "17", "at": "2026-11-18T09:00:00Z"},
        {
            "author": "Emma Clarke",
            "text": "Who pays for the parcel?",
            "channel": "sms",
            "ticket": None,
            "at": "2026-11-18T12:00:00Z",
        },
    ],
}


def with_suggestion() -> dict[str, Any]:
    view: dict[str, Any] = json.loads(VIEW.read_text(encoding="utf-8"))
    return {**view, "suggestions": [SUGGESTED]}


@pytest.mark.parametrize(
    ("language", "scheme"), [("en-GB", "light"), ("en-GB", "dark"), ("de", "light"), ("ja", "light")]
)
def test_both_questions_fit_the_panel_with_what_can_be_done(
    browser: Browser, axe: None, pictures: Path, language: str, scheme: str
) -> None:
    said = words(language[:2])
    with panel(browser, view=with_suggestion(), locale=language, scheme=scheme) as one:
        card = one.app.get_by_role("region", name=said["merge.title"])
        expect(card.get_by_role("button", name=said["merge.yes"], exact=True)).to_be_visible()
        expect(card.get_by_role("button", name=said["merge.no"], exact=True)).to_be_visible()
        card.scroll_into_view_if_needed()
        one.page.screenshot(path=pictures / f"merge-{language}-{scheme}.png")
        assert one.overflow() == []
        assert one.faults() == []


def test_a_merge_is_taken_back_where_it_was_made(browser: Browser, axe: None, pictures: Path) -> None:
    with panel(browser, view=with_suggestion(), answers={"merge": {"id": "mv_1", "to": "co_1"}}) as one:
        one.app.get_by_role("button", name="Merge", exact=True).click()
        back = one.app.get_by_role("button", name="Put back", exact=True).first
        expect(back).to_be_visible()
        one.page.screenshot(path=pictures / "merge-done.png")
        assert one.faults() == []
        back.click()
        expect(one.app.get_by_text("Merged into one conversation.")).to_have_count(0)
    assert [url.rsplit("/", 1)[-1] for method, url in one.asked if method == "POST" and "/threads/" in url] == [
        "merge",
        "undo",
    ]
