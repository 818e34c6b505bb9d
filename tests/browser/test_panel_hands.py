"""Handing over and back in the panel: the whole package, an instruction with its preview, the brief for engineering."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import VIEW, panel, words

pytestmark = pytest.mark.usefixtures("built")

INSTRUCTION = "Labels and boxes"
PACKAGE = {
    "intent": "Cancel a subscription",
    "steps": ["Which colour is the ring of your Larkfield Hub? → amber", "Restart your router → still amber"],
    "diagnostics": ["Versions: app version 4.12.1, firmware 2.0.3", "Error codes: E14"],
    "sources": ["message of 09:00 UTC on 20 November 2026, by e-mail"],
    "proof": "the number that they are known by, not verified: ask before you tell them anything of their account",
    "profile": ["Language ar, time zone Asia/Dubai", "Devices: Larkfield Warm, Larkfield Hub"],
    "activity": ["ticket 17 of 18 November 2026: Where is my doorbell? (still open)"],
    "consent": ["service by SMS: yes, 2026-01-05 (account settings)"],
    "withheld": ["orders"],
    "ways": ["here", "email", "call"],
    "reply": {
        "minutes": 120,
        "promise": "",
        "by": "2026-11-23T11:00:00+00:00",
        "opens_at": "2026-11-23T09:00:00+00:00",
        "grounds": "promised: 30 minutes; three of four in the last two weeks: 120 working minutes (41 handovers)",
    },
}
BRIEF = {
    "title": "Offline",
    "text": "# Offline: Thermostat shows offline\n\nPlus customer\n\n## Error codes\n\n- E14",
    "file": "ticket-42-brief.md",
    "missing": ["a log that could be read"],
    "ways": ["note", "side_conversation", "slack"],
    "status": "fixed",
    "update": "I have passed this on to our engineers, together with everything you told and sent us.",
}
ANSWERS = {"brief": BRIEF}


def handed() -> dict[str, Any]:
    view: dict[str, Any] = json.loads(VIEW.read_text(encoding="utf-8"))
    given = {"id": "i", "role": "system", "author": "Maria Lopez", "public": False, "text": INSTRUCTION}
    entry = {**view["timeline"][-1], **given, "instruction": True}
    return view | {"handoff": {**view["handoff"], **PACKAGE}, "timeline": [*view["timeline"], entry]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_the_package_and_the_ways_to_change_hands_fit_and_can_be_read_aloud(
    browser: Browser, axe: None, pictures: Path, scheme: str, language: str
) -> None:
    said = words(language)
    locale = "en-GB" if language == "en" else language
    with panel(browser, view=handed(), answers=ANSWERS, scheme=scheme, locale=locale) as one:
        one.unfold(said["handoff.more"])
        one.unfold(said["timeline.title"])
        one.app.get_by_role("button", name=said["action.hand_back.title"], exact=True).first.click()
        one.app.get_by_text(said["action.hand_back.say"], exact=True).click()
        one.app.get_by_label(said["action.hand_back.say.text"]).fill("The label is free of charge.")
        one.app.get_by_role("button", name=said["brief.title"]).click()
        expect(one.app.get_by_label(said["brief.text"])).to_be_visible()
        expect(one.app.get_by_text(said["timeline.instruction"])).to_be_visible()
        one.page.screenshot(path=pictures / f"hands-{language}-{scheme}.png", full_page=True)
        assert one.overflow() == []
        assert one.faults() == []
