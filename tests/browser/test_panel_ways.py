"""The panel by keyboard alone, and the help that a language model gives; the model's words are played."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.panel import VIEW, Panel, panel, words

pytestmark = pytest.mark.usefixtures("built")

EN = words("en")
MOST_STEPS = 80
TYPED = "hi layla i cancelled plus for you it runs until 2 december"
BETTER = "Hi Layla, I have cancelled Plus for you. It runs until 2 December."
WRITING = {
    "writing": {"rewrite": {"unavailable": ""}},
    "rewrite": {"text": BETTER, "changed": True, "reason": "", "caution": ""},
}
# Marks what has the focus; the answer is what it is, and whether anybody can see that it has it.
STEP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    at.dataset.visited = 'yes';
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
    const seen = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    return [at.outerHTML.slice(0, 120), seen];
}"""
MISSED = """() => [...document.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"]')]
    .filter(each => each.checkVisibility() && !each.disabled && each.tabIndex >= 0 && !each.dataset.visited)
    .map(each => each.outerHTML.slice(0, 120))"""


def button(one: Panel, name: str) -> Locator:
    return one.app.get_by_role("button", name=name, exact=True)


def tab_to(one: Panel, wanted: Locator) -> None:
    for _ in range(MOST_STEPS):
        one.page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"not reached in {MOST_STEPS} steps of Tab")


def from_inside(article: str) -> dict[str, Any]:
    """The view whose draft rests on an article for staff."""
    view: dict[str, Any] = copy.deepcopy(json.loads(VIEW.read_text(encoding="utf-8")))
    for sentence in view["draft"]["sentences"]:
        if sentence["citation"]:
            sentence["citation"] |= {"audience": "internal", "title": article}
    return view


@pytest.mark.parametrize("locale", ["en-GB", "ar-EG"])
def test_everything_is_reached_with_tab_and_is_seen_to_have_the_focus(browser: Browser, locale: str) -> None:
    with panel(browser, locale=locale) as one:
        expect(button(one, "Insert")).to_be_visible()
        # What stands beside the ticket comes a little later, all in one answer: in a place that was passed already
        # nothing of it would be reached.
        expect(one.app.get_by_role("region", name=EN["profile.title"])).to_be_visible()
        for _ in range(MOST_STEPS):
            one.page.keyboard.press("Tab")
            if (step := one.app.evaluate(STEP)) is None:
                break
            assert step[1], step[0]
        assert one.app.evaluate(MISSED) == []


def test_a_reply_is_edited_and_inserted_with_the_keyboard_alone(browser: Browser, pictures: Path) -> None:
    with panel(browser) as one:
        expect(button(one, "Edit")).to_be_visible()
        tab_to(one, button(one, "Edit"))
        one.page.screenshot(path=pictures / "keyboard-focus.png", full_page=True)
        one.page.keyboard.press("Enter")
        expect(one.app.get_by_label(EN["draft.edit.label"])).to_be_focused()
        one.page.keyboard.press("Control+End")
        one.page.keyboard.type(" Kind regards")
        tab_to(one, button(one, "Insert my version"))
        one.page.keyboard.press("Space")
        expect(one.app.get_by_text(EN["draft.inserted"])).to_be_visible()
        assert one.reply.endswith("Kind regards")


def test_what_is_closed_gives_the_focus_back_to_where_it_was_opened(browser: Browser) -> None:
    with panel(browser) as one:
        expect(button(one, "Edit")).to_be_visible()
        tab_to(one, button(one, "Escalate"))
        one.page.keyboard.press("Enter")
        tab_to(one, button(one, "Cancel"))
        one.page.keyboard.press("Enter")
        expect(button(one, "Escalate")).to_be_focused()
        tab_to(one, button(one, "Edit"))
        one.page.keyboard.press("Enter")
        tab_to(one, button(one, "Cancel"))
        one.page.keyboard.press("Enter")
        expect(button(one, "Edit")).to_be_focused()


def test_an_internal_draft_is_not_inserted_by_who_presses_enter_twice(
    browser: Browser, axe: None, pictures: Path
) -> None:
    with panel(browser, view=from_inside("Refund limits"), scheme="dark") as one:
        expect(button(one, "Insert")).to_be_visible()
        tab_to(one, button(one, "Insert"))
        one.page.keyboard.press("Enter")
        warning = one.app.get_by_role("alertdialog")
        expect(warning).to_contain_text("Refund limits")
        one.page.screenshot(path=pictures / "internal-warned-dark.png", full_page=True)
        assert one.faults() == []
        one.page.keyboard.press("Enter")
        expect(warning).to_have_count(0)
        assert one.reply == ""
        button(one, "Insert").click()
        warning.get_by_role("button", name="Insert anyway").click()
        expect(one.app.get_by_text(EN["draft.inserted"])).to_be_visible()
        assert one.reply.startswith("Hello Layla,")


def test_what_was_typed_is_reworded_beside_it_and_replaced_only_when_the_agent_says_so(
    browser: Browser, axe: None, pictures: Path
) -> None:
    with panel(browser, answers=WRITING) as one:
        button(one, EN["mine.start"]).click()
        expect(one.app.get_by_text(EN["mine.empty"])).to_be_visible()
        one.type(TYPED)
        button(one, EN["mine.start"]).click()
        mine = one.app.get_by_role("region", name=EN["mine.title"])
        for way in ("Shorter", "Friendlier", "To English", "Grammar"):
            mine.get_by_role("button", name=way).click()
            expect(mine.get_by_role("group", name=EN["mine.after"])).to_contain_text(BETTER)
            mine.get_by_role("button", name="Undo").click()
        mine.get_by_role("button", name="Grammar").click()
        expect(mine.get_by_role("group", name=EN["mine.after"])).to_contain_text(BETTER)
        assert one.reply == TYPED
        one.page.screenshot(path=pictures / "my-text-reworded.png", full_page=True)
        assert one.faults() == []
        one.type(TYPED + " more")
        mine.get_by_role("button", name=EN["mine.replace"]).click()
        expect(mine.get_by_role("alert")).to_contain_text(EN["mine.changed"])
        assert one.reply == TYPED + " more"
        mine.get_by_role("button", name=EN["mine.anyway"]).click()
        expect(mine).to_contain_text(EN["mine.replaced"])
        assert one.reply == BETTER
        mine.get_by_role("button", name=EN["mine.undo"]).click()
        expect(mine).to_contain_text(EN["mine.undone"])
        assert one.reply == TYPED + " more"


def test_a_draft_worded_by_the_model_appears_sentence_by_sentence_and_goes_in(browser: Browser, pictures: Path) -> None:
    view = json.loads(VIEW.read_text(encoding="utf-8"))
    draft = view["draft"] | {"id": "live", "composer": "model", "findings": []}
    steps = [{"event": "sentence", "sentence": each} for each in draft["sentences"]]
    steps += [{"event": "done", "draft": draft, "abstained": None}]
    body = "".join(json.dumps(step) + "\n" for step in steps)

    def written(route: Route) -> None:
        route.fulfill(content_type="application/x-ndjson", body=body)

    with panel(browser, answers=WRITING | {"compose": written}, width=480) as one:
        button(one, EN["live.start"]).click()
        live = one.app.get_by_role("region", name=EN["live.title"])
        expect(live.locator(".cited")).to_have_count(2)
        one.page.screenshot(path=pictures / "live-draft.png", full_page=True)
        live.get_by_role("button", name="Insert").click()
        expect(live).to_contain_text(EN["draft.inserted"])
        assert one.reply == draft["body"]
        live.get_by_role("button", name="Close").click()
        expect(live).to_have_count(0)


def test_without_a_language_model_rules_show_what_they_change(browser: Browser, axe: None, pictures: Path) -> None:
    places = [{"before": "its not", "after": "it's not"}, {"before": "Thank you for your message.", "after": ""}]
    rules = {"text": BETTER, "changed": True, "reason": "", "caution": "", "by_rules": True, "differences": places}
    with panel(browser, answers={"writing": {"rewrite": {"unavailable": "No model."}}, "rewrite": rules}) as one:
        one.type(TYPED)
        button(one, EN["mine.start"]).click()
        mine = one.app.get_by_role("region", name=EN["mine.title"])
        expect(mine.get_by_role("button", name=EN["write.friendlier"])).to_have_count(0)
        mine.get_by_role("button", name=EN["write.grammar"]).click()
        expect(mine.locator("del")).to_have_text(["its not", "Thank you for your message."])
        expect(mine.locator("ins")).to_have_text(["it's not"])
        one.page.screenshot(path=pictures / "my-text-by-rules.png", full_page=True)
        assert one.faults() == []
        mine.get_by_role("button", name="Undo").click()
        expect(mine.locator("del")).to_have_count(0)


def test_the_weekly_question_is_answered_with_one_click_or_put_off_with_one(
    browser: Browser, axe: None, pictures: Path
) -> None:
    view = json.loads(VIEW.read_text(encoding="utf-8"))
    answered = view | {"draft": None, "abstained": None, "adoption": {"state": "used", "distance": 0, "similarity": 1}}
    last = {"helps": 0.8, "answered": 8, "asked": 10}
    asked: list[str] = []

    def pulse(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(json={"due": True, "last": last})
        else:
            asked.append(json.loads(route.request.post_data or "{}")["did"])
            route.fulfill(status=204)

    for name, comes in (("4", "Last week 80% said that they help (8 of 10 answered)."), (EN["pulse.later"], "")):
        with panel(browser, view=answered, answers={"pulse": pulse}) as one:
            question = one.app.get_by_role("region", name=EN["pulse.question"])
            expect(question).to_be_visible()
            one.page.screenshot(path=pictures / "pulse.png", full_page=True)
            assert one.faults() == []
            with one.page.expect_response(lambda given: "pulse" in given.url and given.request.method == "POST"):
                question.get_by_role("button", name=name, exact=True).click()
            expect(question).to_have_count(0)
            expect(one.app.get_by_text(comes or EN["pulse.thanks"])).to_have_count(1 if comes else 0)
    assert asked == ["shown", "answered", "shown", "later"]
