"""What can be done, what was done and what stands against it, in the panel at the width that Zendesk gives it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import panel, words

pytestmark = pytest.mark.usefixtures("built")

LONG = "Verlängert die Garantieleistungsvereinbarung des Thermostatventilanschlussadapters"
ORDER = {"name": "order", "says": "Order", "kind": "id", "value": "LK-1", "optional": False, "most": 200}
ORDER |= {"options": [{"value": "LK-1", "says": f"LK-1 · {LONG}"}]}
NOTE = {"name": "note", "says": "Note", "kind": "text", "value": "", "optional": True, "most": 2000, "options": []}
ACTION: dict[str, Any] = {
    "name": "one",
    "says": LONG,
    "fits": True,
    "possible": True,
    "why": "",
    "inputs": [ORDER, NOTE],
    "needs": [],
    "changes": [
        {"says": "Paid back", "before": "0.00", "after": "75.00"},
        {"says": LONG, "before": LONG, "after": LONG},
    ],
    "digest": "abc",
    "approver": "two",
    "question": "Shall I do it?",
    "picture": "damage to the item",
    "can_undo": True,
}
NOT = {**ACTION, "name": "two", "says": "Unlock", "possible": False, "why": "The account is not locked", "digest": None}
RUN: dict[str, Any] = {
    "id": "ac_1",
    "name": "one",
    "says": LONG,
    "state": "unclear",
    "why": "“One”: the system said yes, and its record does not show exactly that",
    "by": "maria.lopez-with-a-long-name@larkfield.example",
    "approved_by": ["Priya Nair", "Aisha Rahman"],
    "asked_at": "2026-11-18T10:00:00Z",
    "expires_at": "2026-11-18T14:00:00Z",
    "settled_at": "2026-11-18T10:00:09Z",
    "inputs": [],
    "changes": ACTION["changes"],
    "found": ["10:00:01 hub serial [serial] firmware 2.0.5 ERROR no answer"],
    "undo": None,
    "undone": False,
    "undoes": None,
}


@pytest.mark.parametrize(
    ("language", "scheme"), [("en-GB", "light"), ("en-GB", "dark"), ("de", "light"), ("fr", "light"), ("ja", "light")]
)
def test_the_form_and_what_came_of_it_fit_the_panel(
    browser: Browser, axe: None, pictures: Path, language: str, scheme: str
) -> None:
    said = words(language[:2])
    answers = {"actions": {"actions": [ACTION, NOT]}, "runs": {"runs": [RUN]}}
    with panel(browser, answers=answers, locale=language, scheme=scheme) as one:
        one.unfold(said["act.title"])
        part = one.app.get_by_role("region", name=said["act.title"], exact=True)
        expect(part.get_by_text(said["act.state.unclear"], exact=True)).to_be_visible()
        part.locator(".run-found > summary").click()
        part.get_by_role("button", name=said["act.more"].replace("{count}", "1")).click()
        part.locator(".doable-name").click()
        expect(part.get_by_role("button", name=said["act.ask"])).to_be_disabled()
        part.get_by_text("damage to the item").click()  # its label lies over the box
        expect(part.get_by_role("button", name=said["act.ask"])).to_be_enabled()
        part.screenshot(path=pictures / f"actions-{language}-{scheme}.png")
        assert one.overflow() == []
        assert one.faults() == []
