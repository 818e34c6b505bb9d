"""`python -m tests.browser.screenshot [FILE]`: play some of the story on a fresh demo, take the README's picture."""

import argparse
from pathlib import Path

from playwright.sync_api import expect

from apps.demo.launch import start_demo
from tests.browser.chromium import found, started
from tests.browser.people import PATIENCE, ROOT, Stage

TOP = "sentence => sentence.getBoundingClientRect().top"
MARGIN = 24  # pixels left above the sentence
IMAGE = ROOT / "docs" / "images" / "demo.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=IMAGE)
    take(parser.parse_args().file)


def take(file: Path) -> None:
    path = found()
    if path is None:
        raise SystemExit("There is no Chromium: install one or name it in HANDRAIL_CHROMIUM.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with start_demo(ROOT / "var" / "screenshot") as running, started(path) as browser:
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce", locale="en-GB", timezone_id="UTC"
        )
        page.goto(running.environment.sandbox_url)
        page.locator("body[data-ready=yes]").wait_for()
        play(Stage(page=page))
        page.screenshot(path=file)


def play(at: Stage) -> None:
    """A card to approve in Slack, an answered text on the phone, a ticket with a cited draft and a lit source."""
    at.by("story-fill-e").click()
    at.by("signal-send").click()
    at.in_slack("care-approvals", "May this go out?")
    at.by("dock-toggle").click()
    ticket = at.mail(
        "Signing in",
        "Hello,\n\nI cannot sign in. How do I reset my password?",
    )
    at.open_ticket(ticket)
    expect(at.insert).to_be_visible(timeout=PATIENCE)
    at.play("Oliver Hartley")
    at.text("How do I cancel my Plus subscription?")
    answer = at.heard("virtual assistant")
    expect(answer).to_have_attribute("data-status", "delivered", timeout=PATIENCE)
    at.by("phone-scroll").evaluate("window => window.scrollTo(0, window.scrollHeight)")
    light_one(at)
    expect(at.by("toast")).to_have_count(0, timeout=PATIENCE)


def light_one(at: Stage) -> None:
    """Point at the last sentence that stands close enough to the words it rests on to be seen in one view with them."""
    room = at.by("sidebar-holder").evaluate("holder => holder.clientHeight")
    for sentence in reversed(at.card("Draft reply").locator(".cited").all()):
        sentence.hover()
        mark = at.card("Sources").locator("mark.mark-active")
        if mark.evaluate("mark => mark.getBoundingClientRect().bottom") - sentence.evaluate(TOP) < room - MARGIN:
            mark.evaluate("mark => mark.scrollIntoView({block: 'end'})")
            at.by("sidebar-holder").evaluate(f"holder => holder.scrollBy(0, {MARGIN / 2})")
            sentence.hover()
            return


if __name__ == "__main__":
    main()
