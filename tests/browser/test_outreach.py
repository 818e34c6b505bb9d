"""The outage, from the signal to the all-clear, as a supervisor and a customer see it on the page."""

import re
import uuid

from playwright.sync_api import Locator, expect

from apps.demo.outside import Outside, wait_for
from tests.browser.people import Stage

ADDED = "We are sorry for the trouble."


def somebody_told(outside: Outside, words: str) -> str | None:
    """A customer whose phone has got these words."""
    people = [each for each in outside.people("GET", "people")["people"] if each["phone"]]
    told = (each for each in people if any(words in m["body"] for m in outside.sent_to(each["phone"])))
    return next((str(each["name"]) for each in told), None)


def card_of(at: Stage, words: str) -> Locator:
    return at.in_slack("care-approvals", words).last


def reworded(at: Stage) -> None:
    """The supervisor writes one more sentence into every English text."""
    window = at.by("slack-dialog")
    expect(window).to_be_visible()
    for field in window.locator("textarea").all():
        words = field.input_value()
        field.fill(words.replace("No action is needed.", f"No action is needed. {ADDED}"))
    window.get_by_role("button", name="Check and show").click()
    expect(window).to_be_hidden()


def test_an_outage_is_told_as_it_was_approved_and_so_is_its_end(at: Stage, outside: Outside) -> None:
    incident = f"inc-{uuid.uuid4().hex[:8]}"
    service = f"Larkfield cloud ({incident})"
    facts = {"service": service, "region": "north", "started": "09:10 UTC", "expected_fix": "12:00 UTC"}
    outside.people("POST", "signals", id=incident, kind="outage", facts={**facts, "incident": incident})
    card = card_of(at, service)
    expect(card).to_contain_text("May this go out?")
    for shown in ("Who:", "by SMS", "left out", "When:", "Cost", "expires"):
        expect(card).to_contain_text(shown)
    card.get_by_role("button", name="Details").click()
    window = at.by("slack-dialog")
    for behind in ("Segments", "Languages", "Time zones", "Left out", "Digest"):
        expect(card).not_to_contain_text(behind)
        expect(window).to_contain_text(behind)
    window.get_by_role("button", name="Close").click()
    expect(window).to_be_hidden()

    at.by("slack-user").select_option(label="Maria Lopez")
    at.approve(card)
    expect(at.by("slack-message").last).to_contain_text(re.compile("Only visible to you"))
    expect(card_of(at, service)).to_contain_text("May this go out?")

    at.by("slack-user").select_option(label="Priya Nair")
    card_of(at, service).get_by_role("button", name="Edit").click()
    reworded(at)
    card = card_of(at, ADDED)
    expect(card.get_by_role("button", name="Approve and send")).to_be_visible()
    at.approve(card)
    running = at.by("slack-message").filter(has_text=incident).filter(has_text="approved by").last
    expect(running).to_contain_text("@Priya Nair")
    expect(running.get_by_role("button", name="Approve and send")).to_have_count(0)

    name = wait_for("somebody who got it", lambda: somebody_told(outside, incident))
    at.play(name)
    at.by("phone-tab-sms").click()
    told = at.heard(incident)
    expect(told).to_have_count(1)
    expect(told).to_contain_text(service)
    expect(told).to_have_attribute("data-status", re.compile("delivered|read"))

    outside.people("POST", "signals", id=f"{incident}-over", kind="outage_over", facts={**facts, "incident": incident})
    over = at.in_slack("care-approvals", service).filter(has_text="May this go out?")
    expect(over).to_have_count(1)
    at.approve(over)
    expect(at.heard(service)).to_have_count(2)


def test_the_home_shows_what_waits_and_a_command_says_how_it_stands(at: Stage, outside: Outside) -> None:
    incident = f"inc-{uuid.uuid4().hex[:8]}"
    facts = {"service": f"Larkfield app ({incident})", "region": "north", "started": "09:10", "expected_fix": "12:00"}
    outside.people("POST", "signals", id=incident, kind="outage", facts={**facts, "incident": incident})
    card_of(at, incident)
    at.by("slack-home-tab").click()
    home = at.by("slack-home")
    expect(home).to_contain_text("Outage")
    at.by("slack-channel-care-approvals").click()
    at.by("slack-say").fill("/handrail status")
    at.by("slack-send").click()
    expect(at.by("slack-message").last).to_contain_text(re.compile("wait|running|paused", re.I))
    card = card_of(at, incident)
    card.get_by_role("button", name="Reject").click()
    expect(card_of(at, incident)).to_contain_text("Rejected")


def stated_on_the_status_page(at: Stage, name: str, place: str) -> None:
    """An editor of the company's status page begins an incident there; its words state when it will be over."""
    if at.by("dock-toggle").get_attribute("aria-expanded") != "true":
        at.by("dock-toggle").click()
    at.by("dock-tab-status").click()
    at.by("status-name").fill(name)
    at.by("status-component").select_option(label=place)
    at.by("status-send").click()


def test_what_the_status_page_says_waits_for_a_supervisor_and_its_news_too(at: Stage, outside: Outside) -> None:
    name = f"The cloud is slow ({uuid.uuid4().hex[:8]})"
    stated_on_the_status_page(at, name, "Larkfield cloud South")
    row = at.by("status-rows").get_by_role("listitem").filter(has_text=name)
    expect(row).to_contain_text("investigating")
    card = at.in_slack("care-approvals", name).last
    expect(card).to_contain_text("May this go out? Outage")
    expect(card).to_contain_text("Region: south")
    assert somebody_told(outside, name) is None

    card.get_by_role("button", name="Reject").click()
    expect(card_of(at, name)).to_contain_text("Rejected, nothing was sent")
    row.get_by_test_id("status-resolve").click()
    expect(row).to_contain_text("resolved")
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_conversation_is_taken_over_from_its_alert_and_nobody_without_the_right_can(at: Stage) -> None:
    at.play("Omar Siddiqui")
    at.text("I will sue you, my lawyer has all of it")
    alert = at.in_slack("care-alerts", "Omar Siddiqui").filter(has_text="legal steps").last
    expect(alert).to_contain_text(re.compile(r"Ticket #\d+"))  # it was opened after the alert
    expect(alert.get_by_role("button", name="Whisper")).to_be_visible()

    at.by("slack-user").select_option(label="Maria Lopez")
    alert.get_by_role("button", name="Take over").click()
    at.by("slack-confirm-yes").click()
    expect(at.by("slack-message").last).to_contain_text("Only visible to you")
    expect(alert.get_by_role("button", name="Take over")).to_be_visible()

    at.by("slack-user").select_option(label="Priya Nair")
    alert.get_by_role("button", name="Whisper").click()
    window = at.by("slack-dialog")
    expect(window).to_contain_text("The customer never sees it")
    window.locator("textarea").fill("He is right about the invoice.")
    window.get_by_role("button", name="Put on the ticket").click()
    expect(alert).to_contain_text("Priya Nair to the agent: He is right about the invoice.")

    alert.get_by_role("button", name="Take over").click()
    at.by("slack-confirm-yes").click()
    expect(alert).to_contain_text("Priya Nair took the conversation over")
    expect(alert.get_by_role("button")).to_have_text(["Details"])
