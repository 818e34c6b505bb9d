"""What an agent sees first and how near Insert is, in each state of a ticket, in the room that Zendesk gives."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.panel import VIEW, Panel, panel, words

pytestmark = pytest.mark.usefixtures("built")

Json = dict[str, Any]
WIDTH, SCREEN = 320, 600
LINES = 66  # pixels of a draft that show what it is about: three lines
MOST_STOPS = 6
SETTLED = 400  # milliseconds: what stands beside the ticket is there too, and has moved nothing

BASE: Json = json.loads(VIEW.read_text(encoding="utf-8"))
HANDOFF: Json = BASE["handoff"] | {
    "reason": "The customer asked for a person (“I would like to talk to a person about my subscription please”)",
    "wants": "Cancel a subscription: “I would like to talk to a person about my subscription please, the button in the "
    "app is grey and I have asked three times”, and before that: “How do I cancel Plus?”",
    "tried": [
        "The assistant answered by WhatsApp: “Plus can be cancelled at any time. Open the app, choose Account …”"
    ],
    "open": ["“Will I be charged again on 2 December?”", "File hub.log, 900 bytes, read: “E42 at boot”"],
    "proof": "their verified number, by WhatsApp; enough for account details, change address, invoice copy",
}
TOM: Json = {"kind": "agent", "name": "Tom Okafor"}
ASSISTANT: Json = {"kind": "assistant", "name": ""}
SENT: Json = BASE["draft"] | {"state": "sent", "findings": [], "unknown": []}
DONE: Json = {"disposition": "auto_reply"}
SAID: list[Json] = [entry | {"channel": "voice"} for entry in BASE["timeline"]]
QUESTIONS: list[Json] = [
    {
        "message": entry["id"],
        "first": entry["id"],
        "text": entry["text"],
        "channel": "chat",
        "ticket": "42",
        "at": f"2026-11-{day}T09:00:00Z",
        "state": state,
        "by": "Tom Okafor",
        "drafted": False,
    }
    for entry, state, day in zip(BASE["timeline"], ("answered", "handed"), (18, 20), strict=False)
]
CALL: Json = {
    "sid": "CA1",
    "stage": "person",
    "number": "+447700900123",
    "group": "Customer care",
    "language": "en",
    "started_at": "2026-11-20T09:00:00Z",
    "ended_at": None,
    "outcome": "",
    "seconds": 75,
    "raised": ["churn"],
    "lines": [
        {"key": str(n), "role": "customer", "text": "I want out", "at": SAID[0]["at"], "mood": 0} for n in range(9)
    ],
    "moods": [0.1, -0.6],
    "asked": "How do I cancel Plus?",
    "knowledge": [
        {"title": "Cancel Plus", "url": "https://help.example/c", "text": "Press Cancel Plus. " * 12, "score": 1}
    ],
    "scripts": [
        {"name": "Right", "text": "You may cancel within 14 days.", "must_say": True, "because": "", "said": False}
    ],
}
PENDING: Json = {
    "id": "rq1",
    "draft": "d1",
    "text": SENT["body"],
    "state": "pending",
    "channel": "#care-approvals",
    "asked_by": "Maria Lopez",
    "asked_at": "2026-11-20T09:20:00Z",
    "expires_at": "2099-11-20T13:20:00Z",
    "decided_by": "",
    "decided_at": None,
    "reason": "",
    "outdated": False,
    "internal": [],
}
DRAFT, CARD = ".draft-text", ".card-accent"
# By name: how the view differs, what is asked for beside it, and what has to be on the first screen.
STATES: dict[str, tuple[Json, Json, tuple[str, ...]]] = {
    "draft": ({"handoff": None, "owner": {"kind": "none", "name": ""}}, {}, (DRAFT,)),
    "abstained": ({"handoff": None, "draft": None, "abstained": "No article answers this."}, {}, (".abstained",)),
    "handoff": ({"handoff": HANDOFF, "owner": TOM}, {}, (CARD, DRAFT)),
    "handoff-alone": ({"handoff": HANDOFF, "owner": TOM, "draft": None}, {}, (CARD,)),
    "automatic": (
        {"handoff": None, "owner": ASSISTANT, "draft": SENT, "decision": BASE["decision"] | DONE},
        {},
        (DRAFT,),
    ),
    "solved": (
        {
            "handoff": None,
            "owner": ASSISTANT,
            "draft": None,
            "ticket": BASE["ticket"] | {"status": "solved"},
            "adoption": {"state": "used", "distance": 0, "similarity": 1},
        },
        {},
        ("section.card >> nth=0",),
    ),
    "call": ({"handoff": HANDOFF, "owner": TOM, "timeline": SAID}, {"call": {"call": CALL}}, (CARD,)),
    "chat": ({"handoff": HANDOFF, "owner": TOM, "questions": QUESTIONS}, {}, (CARD, DRAFT)),
    "given-back": (
        {
            "handoff": None,
            "owner": ASSISTANT,
            "draft": SENT,
            "timeline": [*BASE["timeline"], BASE["timeline"][-1] | {"id": "i", "role": "system", "instruction": True}],
        },
        {},
        (DRAFT,),
    ),
    "only-suggesting": ({"handoff": HANDOFF, "owner": {"kind": "team", "name": "Customer care"}}, {}, (CARD, DRAFT)),
    "approval-asked": ({"handoff": HANDOFF, "owner": TOM}, {"request": {"request": PENDING}}, (CARD, DRAFT)),
    "nothing-asked": (
        {"handoff": None, "owner": ASSISTANT, "draft": None, "state": "silent", "abstained": "There is no question."},
        {},
        (".silent",),
    ),
}
# Where it begins and ends, from the top of the panel.
PLACE = (
    "each => { const { top, bottom } = each.getBoundingClientRect(); return [Math.round(top), Math.round(bottom)]; }"
)
# Words that are seen in two places; a draft and the sources that it quotes say the same on purpose.
TWICE = """() => {
    const said = new Map();
    const walk = document.createTreeWalker(document.querySelector('.page'), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const at = node.parentElement, text = node.textContent.trim().replace(/[“”.:]/g, '');
        if (text.length < 12 || !at.checkVisibility()) continue;
        if (at.closest('.unseen, .draft-text, .source, .request-text, button')) continue;
        said.set(text, (said.get(text) ?? 0) + 1);
    }
    return [...said].filter(([, times]) => times > 1).map(([text]) => text);
}"""


def shown(one: Panel, what: str) -> tuple[int, int]:
    place: list[int] = one.app.locator(what).last.evaluate(PLACE)
    return place[0], place[1]


def stops_to_insert(one: Panel) -> int:
    """Steps of Tab from the composer, which stands before the panel, to the draft's Insert."""
    insert = one.app.get_by_role("button", name=words("en")["draft.insert"], exact=True).first
    for step in range(1, 40):
        one.page.keyboard.press("Tab")
        if insert.evaluate("each => each === document.activeElement"):
            return step
    return pytest.fail("Insert is not reached")


def opened(name: str) -> tuple[Json, Json, tuple[str, ...]]:
    changes, answers, first = STATES[name]
    return copy.deepcopy(BASE | changes), answers, first


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
@pytest.mark.parametrize("name", STATES)
def test_what_an_agent_needs_first_is_seen_without_scrolling(
    browser: Browser, pictures: Path, name: str, language: str
) -> None:
    view, answers, first = opened(name)
    with panel(
        browser, width=WIDTH, view=view, answers=answers, locale="en-GB" if language == "en" else language
    ) as one:
        for what in first:
            expect(one.app.locator(what).last).to_be_visible()
        one.page.wait_for_timeout(SETTLED)
        one.page.screenshot(path=pictures / f"first-{name}-{language}.png", full_page=True)
        for what in first:
            top, bottom = shown(one, what)
            assert (top + LINES if what == DRAFT else bottom) <= SCREEN, f"{what} from {top} to {bottom}"
        assert one.overflow() == []


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_said_twice_on_the_panel(browser: Browser, axe: None, name: str) -> None:
    view, answers, first = opened(name)
    with panel(browser, width=WIDTH, view=view, answers=answers) as one:
        expect(one.app.locator(first[0]).last).to_be_visible()
        one.page.wait_for_timeout(SETTLED)
        assert one.app.evaluate(TWICE) == []
        assert one.faults() == []


@pytest.mark.parametrize("name", [name for name, (_, _, first) in STATES.items() if DRAFT in first or name == "call"])
def test_insert_is_a_few_stops_of_the_keyboard_away_and_one_shortcut(browser: Browser, name: str) -> None:
    view, answers, _ = opened(name)
    if view["draft"]["state"] == "sent":
        pytest.skip("what was sent is not inserted")
    with panel(browser, width=WIDTH, view=view, answers=answers) as one:
        expect(one.app.locator(DRAFT)).to_be_visible()
        one.page.wait_for_timeout(SETTLED)
        assert stops_to_insert(one) <= MOST_STOPS
        one.page.keyboard.press("Alt+I")
        expect(one.app.get_by_text(words("en")["draft.inserted"])).to_be_visible()
