"""`python -m tests.browser.pictures [FOLDER]`: play on a fresh demo, and take the pictures of README and guides.

They are taken by hand when what people see has changed, looked at, and committed: `docs/images` is the default folder.
"""

import argparse
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, ViewportSize, expect

from apps.demo.launch import start_demo
from tests.browser.chromium import found, started
from tests.browser.people import PATIENCE, ROOT, Stage

IMAGES = ROOT / "docs" / "images"
WIDE: ViewportSize = {"width": 1440, "height": 900}
TOP = "sentence => sentence.getBoundingClientRect().top"
MARGIN = 24  # pixels left above the sentence
FRAME = (960, 600)  # pixels of the moving picture, without its caption
CAPTION = 34  # pixels
ASKED_AGAIN = 500  # ms in which the page has asked for news, and moved
NOTICE = "has a fault in region"
SHOWN = 3_000  # ms that each of its frames is shown
INK, PAPER = "#ffffff", "#12343b"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    folder: Path = parser.parse_args().folder
    path = found()
    if path is None:
        raise SystemExit("There is no Chromium: install one or name it in HANDRAIL_CHROMIUM.")
    folder.mkdir(parents=True, exist_ok=True)
    with start_demo(ROOT / "var" / "pictures") as running, started(path) as browser:
        page = browser.new_page(viewport=WIDE, reduced_motion="reduce", locale="en-GB", timezone_id="UTC")
        page.goto(running.environment.sandbox_url)
        page.locator("body[data-ready=yes]").wait_for()
        Camera(at=Stage(page=page), folder=folder).take_all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """`frames`: the moving picture so far, each with its caption."""

    at: Stage
    folder: Path
    frames: list[Image.Image] = field(default_factory=list)

    def take_all(self) -> None:
        self.at.by("story-toggle").click()
        self.at.page.wait_for_timeout(ASKED_AGAIN)  # until everything has moved up
        self._answer()
        self._handoff()
        self._approval()
        first, *more = self.frames
        file = self.folder / "loop.webp"
        first.save(file, save_all=True, append_images=more, duration=SHOWN, loop=0, quality=60, method=6)
        self._navigation()

    # ------------------------------------------------ what is played

    def _answer(self) -> None:
        at = self.at
        at.play("Emma Clarke")
        at.by("phone-tab-mail").click()
        at.by("mail-subject").fill("Signing in")
        at.by("mail-body").fill("Hello,\n\nI cannot sign in. How do I reset my password?\n\nEmma")
        self._frame("A customer writes, here by e-mail")
        at.open_ticket(at.send_mail())
        expect(at.insert).to_be_visible()
        expect(at.by("toast")).to_have_count(0)
        self._app("agent-draft.png")
        light_one(at)
        self._frame("The ticket opens with a draft; every sentence has its source")
        self._still("demo.png")
        at.insert.click()
        at.by("composer-status").select_option("solved")
        self._frame("The agent inserts it, changes what should be changed, and sends")
        at.by("composer-submit").click()
        expect(at.by("ticket-status").locator(".badge-solved")).to_be_visible()

    def _handoff(self) -> None:
        at = self.at
        at.play("Oliver Hartley")
        at.text("How do I cancel my Plus subscription?")
        expect(at.heard("virtual assistant")).to_have_attribute("data-status", "delivered")
        self._frame("A text is answered by itself, where the policy allows it")
        at.text("It still shows as active, I want to talk to a person")
        expect(at.heard("takes over now")).to_have_count(1)
        at.by("ticket-list").locator("button", has_text="Oliver Hartley").first.click(timeout=PATIENCE)
        expect(at.card("Handoff")).to_be_visible()
        at.in_slack("care-alerts", "Oliver Hartley")
        self._frame("Who wants a person gets one, who knows everything so far; the assistant is silent")
        self._app("agent-handoff.png")
        self._part(at.by("slack"), "supervisor-alert.png")

    def _approval(self) -> None:
        at = self.at
        at.by("story-toggle").click()
        at.by("story-fill-e").click()
        at.by("signal-send").click()
        at.by("dock-toggle").click()
        at.by("story-toggle").click()
        card = at.in_slack("care-approvals", "May this go out?").last
        expect(at.by("toast")).to_have_count(0)
        card.evaluate("card => card.scrollIntoView({block: 'start'})")
        self._frame("An outage: a supervisor is asked in Slack before anything goes out")
        self._part(at.by("slack"), "supervisor-approval.png")
        at.by("phone-tab-sms").click()
        at.approve(card)
        running = at.in_slack("care-approvals", "Delivered").last
        expect(running).to_be_visible()
        self._play_one_who_got_it()
        running.evaluate("card => card.scrollIntoView({block: 'start'})")
        self._frame("Only then it leaves, word for word as approved")
        self._part(at.by("slack"), "supervisor-running.png")

    def _play_one_who_got_it(self) -> None:
        """Somewhere it is day: the allowed hours of each customer are those of their own zone."""
        for name in self.at.by("customer-select").locator("option").all_text_contents():
            self.at.play(name)
            self.at.page.wait_for_timeout(ASKED_AGAIN)
            if self.at.heard(NOTICE).count():
                return
        raise SystemExit("Nobody got the notice: it is night in all zones of the company's customers.")

    def _navigation(self) -> None:
        at = self.at
        chosen = at.by("agent-select").locator("option", has_text="Priya Nair").get_attribute("value")
        at.by("agent-select").select_option(value=chosen)
        at.by("place-nav-bar").click()
        app = at.page.frame_locator('[data-testid="nav-app-frame"]')
        for view in ("Overview", "Policy", "Connections"):
            app.get_by_role("tab", name=view).click(timeout=PATIENCE)
            expect(app.locator(".skeleton")).to_have_count(0)
            self._part(at.by("nav-app"), f"admin-{view.lower()}.png")

    # ------------------------------------------------ how it is taken

    def _still(self, name: str) -> None:
        self.at.page.screenshot(path=self.folder / name)

    def _part(self, part: Locator, name: str) -> None:
        part.screenshot(path=self.folder / name)

    def _app(self, name: str) -> None:
        """The app beside the ticket as it stands on the first screen."""
        self._part(self.at.by("sidebar"), name)

    def _frame(self, caption: str) -> None:
        taken = Image.open(BytesIO(self.at.page.screenshot())).convert("RGB").resize(FRAME, Image.Resampling.LANCZOS)
        frame = Image.new("RGB", (FRAME[0], FRAME[1] + CAPTION), PAPER)
        frame.paste(taken, (0, CAPTION))
        words = ImageFont.load_default(size=18)
        ImageDraw.Draw(frame).text((14, CAPTION / 2), caption, fill=INK, font=words, anchor="lm")
        self.frames.append(frame)


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
