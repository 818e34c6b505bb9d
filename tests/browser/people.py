"""What each of the four people does on the demo's page; what is looked at is what they would see."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

ROOT = Path(__file__).parents[2]
AXE = ROOT / "apps" / "zendesk" / "app" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 20_000  # ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    page: Page

    def by(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    # ------------------------------------------------ the customer

    def play(self, name: str) -> None:
        """The phone belongs to this customer from now on."""
        self.by("customer-select").select_option(label=name)

    def text(self, words: str) -> None:
        self.by("phone-tab-sms").click()
        self.by("phone-body").fill(words)
        self.by("phone-send").click()

    def heard(self, words: str) -> Locator:
        """The company's messages on the phone that hold these words."""
        return self.page.locator('[data-testid="phone-message"][data-direction="outbound"]', has_text=words)

    def mail(self, subject: str, words: str) -> str:
        """Send an e-mail; the id of the ticket that the page says it became."""
        self.by("phone-tab-mail").click()
        self.by("mail-subject").fill(subject)
        self.by("mail-body").fill(words)
        return self.send_mail()

    def send_mail(self) -> str:
        self.by("mail-send").click()
        toast = self.by("toast").filter(has_text="ticket #").last
        expect(toast).to_be_visible()
        return (toast.text_content() or "").split("#")[1].split(" ")[0]

    # ------------------------------------------------ the agent

    def open_ticket(self, ticket_id: str) -> None:
        """The ticket and the app beside it, which has shaken hands."""
        self.by(f"ticket-row-{ticket_id}").click(timeout=PATIENCE)
        expect(self.by("sidebar")).to_have_attribute("data-state", "ready")

    @property
    def app(self) -> FrameLocator:
        return self.page.frame_locator('[data-testid="sidebar-frame"]')

    def card(self, title: str) -> Locator:
        """A block of the sidebar."""
        return self.app.get_by_role("region", name=title, exact=True)

    def button(self, name: str) -> Locator:
        return self.app.get_by_role("button", name=name, exact=True)

    @property
    def insert(self) -> Locator:
        """The draft's own button: other parts of the app have one of this name, too."""
        return self.card("Draft reply").get_by_role("button", name="Insert", exact=True)

    @property
    def reply(self) -> Locator:
        return self.by("composer-body")

    # ------------------------------------------------ the supervisor

    def in_slack(self, channel: str, words: str) -> Locator:
        """A message in a channel of Slack, once it is there."""
        self.by(f"slack-channel-{channel}").click()
        message = self.by("slack-message").filter(has_text=words)
        expect(message.first).to_be_visible()
        return message

    def approve(self, card: Locator) -> None:
        card.get_by_role("button", name="Approve and send").click()
        self.by("slack-confirm-yes").click()

    # ------------------------------------------------ anybody who cannot see it

    def faults_of(self, what: str = "page") -> list[str]:
        """What axe holds against the page itself or the app in its frame."""
        frame = self.page.main_frame if what == "page" else self._frame()
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        result: dict[str, Any] = frame.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in result["violations"]]

    # ------------------------------------------------ anybody who looks at it later

    def picture(self, file: Path) -> None:
        """The whole app beside the ticket, however long it is."""
        usual = self.page.viewport_size
        assert usual
        height = self.by("sidebar-frame").evaluate("frame => frame.getBoundingClientRect().height")
        self.page.set_viewport_size({"width": usual["width"], "height": usual["height"] + int(height)})
        self.by("sidebar-frame").screenshot(path=file)
        self.page.set_viewport_size(usual)

    def _frame(self) -> Any:
        return next(frame for frame in self.page.frames if "/sidebar/" in frame.url)
