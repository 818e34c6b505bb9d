"""`python -m tests.browser.screenshot [FILE]`: play some of the story on a fresh demo, take the README's picture."""

import argparse
from pathlib import Path

from playwright.sync_api import expect

from apps.demo.launch import demo
from tests.browser.chromium import found, started
from tests.browser.people import PATIENCE, ROOT, Stage

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
    with demo(ROOT / "var" / "screenshot") as running, started(path) as browser:
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
    at.in_slack("care-approvals", "Send this SMS to")
    at.by("dock-toggle").click()
    ticket = at.mail(
        "Thermostat shows E14",
        "Hello,\n\nour Larkfield Warm shows the error E14 since this morning and the house is getting cold. "
        "What does it mean?\n\nEmma",
    )
    at.open_ticket(ticket)
    expect(at.button("Insert")).to_be_visible(timeout=PATIENCE)
    at.play("Oliver Hartley")
    at.text("I cannot sign in, how do I reset my password?")
    answer = at.heard("virtual assistant")
    expect(answer).to_have_attribute("data-status", "delivered", timeout=PATIENCE)
    at.by("phone-scroll").evaluate("window => window.scrollTo(0, window.scrollHeight)")
    # The last sentence, the buttons and the words that it rests on stand close enough for one view.
    sentence = at.card("Draft reply").locator(".cited").last
    sentence.hover()
    at.card("Sources").locator("mark.mark-active").evaluate("mark => mark.scrollIntoView({block: 'end'})")
    sentence.hover()
    expect(at.by("toast")).to_have_count(0, timeout=PATIENCE)


if __name__ == "__main__":
    main()
