"""The core's CardRenderer, for Slack."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from apps.slack.cards import alert, blocks, campaign, clicked, commands, request
from apps.slack.cards.home import closed_home, home_view
from core.model.alert import Alert, Hit
from core.model.campaign import LawFinding, Standing, Variant, Vote
from core.model.outreach import Pause, Verdict
from core.model.request import Request, Ruling
from core.ports.cards import CampaignCard, Home, Rendered, Sign, Status, TicketHistory


class SlackCards:
    """Implements `core.ports.cards.CardRenderer`."""

    def campaign(self, card: CampaignCard) -> Rendered:
        return campaign.campaign_card(card)

    def alert(self, of: Alert, hits: Sequence[Hit]) -> Rendered:
        return alert.alert_card(of, hits)

    def moved_alert(self, of: Alert) -> Rendered:
        return alert.moved_card(of)

    def request(self, of: Request) -> Rendered:
        return request.request_card(of)

    def ruled_request(self, ruling: Ruling, note: str) -> Rendered:
        return request.ruled_card(ruling, note)

    def notice(self, text: str, sign: Sign | None = None) -> Rendered:
        return clicked.notice(text, sign)

    def words_sent(self, text: str, stay: Sequence[Variant]) -> Rendered:
        return clicked.words_sent(text, stay)

    def words_shown(self, why: str, variants: Sequence[Variant]) -> Rendered:
        return clicked.words_shown(why, variants)

    def blocked(self, findings: Iterable[LawFinding]) -> Rendered:
        return clicked.blocked(findings)

    def not_sayable(self, faults: Iterable[str]) -> Rendered:
        return clicked.not_sayable(faults)

    def how_it_stands(self, standing: Standing, votes: Sequence[Vote], wanted: Verdict) -> Rendered:
        return clicked.how_it_stands(standing, votes, wanted)

    def result_lines(self, title: str, sentences: Iterable[str]) -> list[str]:
        return [f"*{title}*", *sentences]

    def moment(self, at: datetime) -> str:
        return blocks.moment(at)

    def home(self, home: Home | None) -> Rendered:
        return Rendered("Handrail", closed_home() if home is None else home_view(home))

    def help(self, unknown: str = "") -> Rendered:
        return commands.answer(commands.help_text(unknown))

    def denied(self) -> Rendered:
        return commands.answer(commands.NO)

    def status(self, status: Status) -> Rendered:
        return commands.answer(commands.status_text(status))

    def switch(self, pause: Pause | None) -> Rendered:
        return commands.answer(commands.switch_line(pause))

    def paused(self, pause: Pause, *, already: bool) -> Rendered:
        return commands.answer(commands.paused_text(pause, already=already))

    def resumed(self, pause: Pause | None, due: int = 0) -> Rendered:
        return commands.answer(commands.resumed_text(pause, due))

    def history(self, history: TicketHistory) -> Rendered:
        return commands.answer(commands.history_text(history))
