"""What a language model read stands in the panel, and the conversation can be had in short or translated."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import VIEW, panel, words

pytestmark = pytest.mark.usefixtures("built")

EN = words("en")
ANSWERS: dict[str, Any] = {
    "writing": {"rewrite": {"unavailable": ""}},
    "summary": {
        "lines": [
            {"text": "Layla wants Plus cancelled today.", "message": "1", "quote": "إلغاء اشتراك Plus اليوم"},
            {"text": "The button in the app is grey.", "message": "3", "quote": "The button is grey."},
        ],
        "struck": 1,
        "unavailable": "",
    },
    "translation": {
        "messages": [
            {"message": "1", "text": "Hello, I want to cancel Plus today. This is not acceptable!", "differs": ""},
            {
                "message": "3",
                "text": "The button is grey. Order LK-10243.",
                "differs": "without LK-10234 and with LK-10243",
            },
        ],
        "unavailable": "",
    },
}


def read() -> dict[str, Any]:
    """The view of a ticket that a model read too."""

    def fact(name: str, label: str, *evidence: str) -> dict[str, Any]:
        return {
            "name": name, "label": label, "amount": None, "confidence": 0.75, "evidence": list(evidence), "records": [],
        }  # fmt: skip

    view: dict[str, Any] = copy.deepcopy(json.loads(VIEW.read_text(encoding="utf-8")))
    view["signals"]["facts"] = [
        fact("model_read", "Read by small-1 as reader, lead"),
        fact("asked", "How do I cancel Plus today?", "أريد إلغاء اشتراك Plus اليوم"),
        fact("asked", "Why is the button grey?", "The button is grey."),
        fact("readers_differ", "Only reworded is it about subscription cancel."),
    ]
    return view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_model_read_and_the_conversation_in_short_and_translated(
    browser: Browser, scheme: str, pictures: Path
) -> None:
    with panel(browser, scheme=scheme, view=read(), answers=ANSWERS) as one:
        expect(one.app.get_by_text("Why is the button grey?")).to_be_visible()
        expect(one.app.get_by_text("Only reworded is it about subscription cancel.", exact=False)).to_be_visible()
        one.unfold(EN["timeline.title"])
        one.app.get_by_role("button", name=EN["thread.summarise"]).click()
        summary = one.app.get_by_role("region", name=EN["thread.summary"])
        expect(summary).to_contain_text("Layla wants Plus cancelled today.")
        expect(summary.locator("q").first).to_have_text("إلغاء اشتراك Plus اليوم")
        one.app.get_by_role("button", name=EN["thread.translate"]).click()
        expect(one.app.get_by_text("This is not acceptable!", exact=False)).to_be_visible()
        expect(one.app.get_by_text("without LK-10234", exact=False)).to_be_visible()
        one.app.get_by_role("button", name=EN["thread.original"], exact=True).first.click()
        expect(one.app.get_by_text("مرحبا", exact=False)).to_be_visible()
        expect(one.app.get_by_text("without LK-10234", exact=False)).to_be_visible()
        one.page.set_viewport_size({"width": 320, "height": 2600})
        one.page.screenshot(path=pictures / f"panel-reading-{scheme}.png", full_page=True)
        assert one.faults() == []
        assert one.overflow() == []
