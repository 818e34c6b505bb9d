"""What goes wrong while an agent works: each trouble is said where it happened, and nothing they typed is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.panel import Panel, panel, refused, unreachable, words

pytestmark = pytest.mark.usefixtures("built")

EN = words("en")
MINE = "Dear Layla, I have cancelled it for you."
HTML_503 = "<html><body><h1>503 Service Unavailable</h1></body></html>"


def proxy_503(route: Route) -> None:
    route.fulfill(status=503, content_type="text/html", body=HTML_503)


def button(one: Panel, name: str) -> Locator:
    return one.app.get_by_role("button", name=name, exact=True)


def version(one: Panel) -> Locator:
    return one.app.get_by_label(EN["draft.edit.label"])


def test_a_text_that_zendesk_refuses_is_kept_for_copying(browser: Browser, axe: None, pictures: Path) -> None:
    with panel(browser, composer="refuses") as one:
        one.type("What Maria had typed")
        button(one, "Edit").click()
        version(one).fill(MINE)
        button(one, "Insert my version").click()
        expect(one.app.get_by_role("alert").filter(has_text=EN["draft.insert.refused"])).to_be_visible()
        expect(one.app.get_by_label(EN["draft.copy.label"])).to_have_value(MINE)
        expect(version(one)).to_have_value(MINE)
        assert one.reply == "What Maria had typed"
        one.page.screenshot(path=pictures / "trouble-insert-refused.png", full_page=True)
        assert one.faults() == []
        one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        button(one, "Copy").click()
        expect(button(one, "Copied")).to_be_visible()


def test_a_text_that_zendesk_may_have_taken_is_not_put_in_a_second_time(browser: Browser, pictures: Path) -> None:
    with panel(browser, composer="mute", scheme="dark") as one:
        button(one, "Insert").click()
        expect(one.app.get_by_role("alert").filter(has_text=EN["draft.insert.silent"])).to_be_visible(timeout=12_000)
        expect(one.app.get_by_label(EN["draft.copy.label"])).to_have_value(re.compile("^Hello Layla,"))
        assert one.reply.count("Hello Layla,") == 1
        one.page.screenshot(path=pictures / "trouble-insert-unsure.png", full_page=True)


def test_what_was_typed_outlives_a_trouble_a_newer_draft_and_a_reload(browser: Browser, pictures: Path) -> None:
    with panel(browser) as one:
        button(one, EN["note.add"]).click()
        one.app.get_by_label(EN["note.label"]).fill("I read all three of your messages.")
        button(one, "Edit").click()
        version(one).fill(MINE)
        one.fault = unreachable
        one.fire("ticket.updated")
        expect(one.app.get_by_text(EN["problem.offline.title"])).to_be_visible()
        expect(version(one)).to_have_value(MINE)
        one.page.screenshot(path=pictures / "trouble-offline-while-editing.png", full_page=True)
        one.fault = None
        one.view = {**one.view, "version": 2, "draft": {**one.view["draft"], "id": "d2", "body": "Newer."}}
        offline = one.app.get_by_role("alert").filter(has_text=EN["problem.offline.title"])
        offline.get_by_role("button", name=EN["problem.retry"]).click()
        expect(one.app.get_by_text(EN["draft.edit.newer"])).to_be_visible()
        expect(version(one)).to_have_value(MINE)
        one.view = {**one.view, "version": 3, "draft": {**one.view["draft"], "id": "d1"}}
        one.page.reload()
        expect(version(one)).to_have_value(MINE)
        expect(one.app.get_by_label(EN["note.label"])).to_have_value("I read all three of your messages.")


def test_an_act_that_fails_says_so_beside_its_button_and_keeps_the_words(
    browser: Browser, axe: None, pictures: Path
) -> None:
    answers = {"escalate": proxy_503, "rating": refused(429, "rate_limited", Retry_After="5"), "search": unreachable}
    with panel(browser, answers=answers) as one:
        button(one, "Escalate").click()
        escalate = one.app.get_by_role("region", name="Escalate")
        escalate.get_by_label("Group").select_option(label="Billing")
        escalate.get_by_label(EN["action.escalate.note"]).fill("The button is grey.")
        escalate.get_by_role("button", name="Escalate").click()
        # Nothing tries it again but the agent.
        expect(escalate.get_by_role("alert")).to_have_text(f"{EN['problem.unavailable.title']}. {EN['problem.act']}")
        expect(escalate.get_by_label(EN["action.escalate.note"])).to_have_value("The button is grey.")
        draft = one.app.get_by_role("group", name=EN["rating.draft"])
        draft.get_by_role("button", name="Good", exact=True).click()
        expect(draft.get_by_role("alert")).to_contain_text(EN["problem.rate_limited.title"])
        one.app.get_by_label(EN["search.label"]).fill("grey button")
        button(one, "Search").click()
        search = one.app.get_by_role("region", name=EN["search.title"])
        expect(search.get_by_role("alert")).to_contain_text(EN["problem.offline.title"])
        one.page.screenshot(path=pictures / "trouble-acts.png", full_page=True)
        assert one.faults() == []
        one.answers.pop("escalate")
        escalate.get_by_role("button", name="Escalate").click()
        expect(one.app.get_by_text("Passed on to Billing.")).to_be_visible()


def test_a_part_that_cannot_be_had_leaves_the_others_alone(browser: Browser, axe: None, pictures: Path) -> None:
    away = dict.fromkeys(("elsewhere", "similar", "macros", "assist", "scenarios", "request", "writing"), proxy_503)
    with panel(browser, answers=away) as one:
        expect(button(one, "Insert")).to_be_visible()
        button(one, EN["similar.title"]).click()
        similar = one.app.get_by_role("region", name=EN["similar.title"])
        expect(similar.get_by_role("button", name=EN["problem.retry"])).to_be_visible()
        expect(one.app.get_by_role("region", name=EN["timeline.title"])).to_contain_text("The button is grey.")
        one.page.screenshot(path=pictures / "trouble-parts.png", full_page=True)
        assert one.faults() == []
        one.answers.pop("similar")
        similar.get_by_role("button", name=EN["problem.retry"]).click()
        expect(similar).to_contain_text(EN["similar.none"])
        button(one, "Insert").click()
        expect(one.app.get_by_text(EN["draft.inserted"])).to_be_visible()
        assert one.reply.startswith("Hello Layla,")


def test_who_asked_too_often_sees_the_seconds_run_and_is_not_asked_for_before(browser: Browser, axe: None) -> None:
    with panel(browser, fault=refused(429, "rate_limited", Retry_After="4")) as one:
        expect(one.app.get_by_text("Next try in 3 s")).to_be_visible()
        expect(one.app.get_by_text("Next try in 2 s")).to_be_visible()
        asked = len(one.asked)
        one.fire("ticket.updated")
        one.fault = None
        expect(one.app.get_by_text("Next try in 1 s")).to_be_visible()
        assert len(one.asked) == asked
        expect(button(one, "Insert")).to_be_visible(timeout=8_000)


def test_a_session_that_ends_in_the_middle_keeps_the_words_to_be_copied(browser: Browser, pictures: Path) -> None:
    with panel(browser) as one:
        button(one, "Edit").click()
        version(one).fill(MINE)
        one.fault = refused(401, "unauthorized")
        one.answers |= dict.fromkeys(("session", "inserted"), refused(401, "unauthorized"))
        one.fire("ticket.updated")
        expect(one.app.get_by_text(EN["problem.unauthorized.title"])).to_be_visible()
        expect(version(one)).to_have_value(MINE)
        button(one, "Insert my version").click()
        expect(one.app.get_by_text(EN["draft.inserted.unrecorded"])).to_be_visible()
        assert one.reply == MINE
        one.page.screenshot(path=pictures / "trouble-session-ended.png", full_page=True)
