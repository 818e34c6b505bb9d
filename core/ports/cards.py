"""What supervisors are shown, as values, and the port that makes something to look at of them.

The core says what a card, an answer or the home holds; a `CardRenderer` says how it looks where supervisors work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.model.action import ActionRun
from core.model.alert import Alert, Hit
from core.model.campaign import LawFinding, Standing, Variant, Vote
from core.model.conversation import Conversation, Message
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.effect_payloads import EffectPayload, SlackPayload
from core.model.ids import ConversationId
from core.model.lesson import Proposal
from core.model.outreach import Pause, Verdict
from core.model.parked import Parked
from core.model.proof import Question
from core.model.request import Request, Ruling
from core.ports.outreach import Progress

HITS = 3  # newest occurrences of an alert that its card lists
SHOWN = 5  # of each list of the home


class Sign(StrEnum):
    """What a notice is at first sight."""

    FORBIDDEN = "forbidden"
    NEWS = "news"
    DONE = "done"
    ASIDE = "aside"
    LATE = "late"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` is what a notification says; `blocks` are the renderer's own, and nobody else looks into them."""

    text: str
    blocks: Sequence[Mapping[str, Any]]

    @property
    def payload(self) -> SlackPayload:
        """As an effect carries it."""
        return SlackPayload(text=self.text, blocks=list(self.blocks))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetails:
    """All that is kept of an alert. `hits` are its newest occurrences, `reasons` the rules that it was raised by, each
    with the policy's words for it; `decision` is the one that raised it, None where none did."""

    alert: Alert
    hits: Sequence[Hit]
    reasons: Mapping[str, str]
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCard:
    """A campaign as it stands. `counted` are the votes of those who may still decide, `needed` how many people have to
    say yes, `rates` the most messages a second by channel, `priced`: the policy has a price for each; `progress` is
    None until it is under way."""

    standing: Standing
    votes: Sequence[Vote]
    counted: Sequence[Vote]
    needed: int
    currency: str
    rates: Mapping[str, float]
    now: datetime
    priced: bool = True
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCard:
    """A brief for engineers: each of its `parts` has a title and lines. `tickets_at` is where tickets can be seen."""

    conversation_id: ConversationId
    ticket: str
    tickets_at: str
    title: str
    impact: Sequence[str]
    parts: Sequence[tuple[str, Sequence[str]]]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A campaign with where its card can be opened, empty where nobody knows."""

    standing: Standing
    progress: Progress = field(default_factory=Progress)
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Counts that are drawn beside each other, each as a share of all."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One count over the last days, the newest last."""

    title: str
    days: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit of a search: a campaign, a conversation (of a customer, where they are to be named) or a customer."""

    standing: Standing | None = None
    conversation: Conversation | None = None
    customer: Customer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What one supervisor sees when they open the app. `found` is what a search for `sought` came to."""

    at: datetime
    asked: Sequence[Queued] = ()
    running: Sequence[Queued] = ()
    ended: Sequence[Queued] = ()
    pause: Pause | None = None
    charts: Sequence[Chart] = ()
    courses: Sequence[Course] = ()
    told: Sequence[str] = ()  # further lines under the numbers
    sought: str = ""
    found: Sequence[Found] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How sending stands `at` this moment: `asked` waits for a yes, `running` is being sent."""

    at: datetime
    pause: Pause | None
    asked: Sequence[Standing]
    running: Sequence[Queued]
    told: Sequence[str] = ()  # further lines


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHistory:
    """What was decided about a ticket, oldest first. `about` is the message that the newest decision answers, `seen`
    what was noticed in it; no conversation: no such ticket is known."""

    ticket: str  # as it was asked for
    conversation: Conversation | None = None
    decisions: Sequence[Decision] = ()
    about: Message | None = None
    seen: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doable:
    """An action by what people call it: `why` says why it cannot be done now, `needs` what has to be told first. `name`
    is the policy's."""

    name: str
    label: str
    why: str = ""
    needs: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """An action that was asked for; `undo` is what people call the one that takes it back, `until` how long it can be:
    empty and None where nothing does, any more or at all."""

    run: ActionRun
    undo: str = ""
    until: datetime | None = None


class CardRenderer(Protocol):
    """How what supervisors are shown looks. Pure: the same value looks the same."""

    def campaign(self, card: CampaignCard) -> Rendered: ...
    def alert(self, alert: Alert, hits: Sequence[Hit]) -> Rendered:
        """With its buttons while it is open. `hits` are its newest occurrences, newest first."""

    def moved_alert(self, alert: Alert) -> Rendered:
        """What stays where an alert stood before its snoozing was over."""

    def request(self, request: Request) -> Rendered:
        """An agent asks for a supervisor's word on a reply."""

    def action(self, run: ActionRun, now: datetime) -> Rendered:
        """An action that waits for supervisors, or what became of it."""

    def fault(self, card: FaultCard) -> Rendered:
        """A brief for engineers, with the buttons by which they say how the fault stands."""

    def fault_said(self, shown: EffectPayload, said: str, *, over: bool) -> Rendered:
        """The same once they have said it; without buttons where it is over."""

    def ruled_request(self, ruling: Ruling, note: str) -> Rendered: ...
    def notice(self, text: str, sign: Sign | None = None) -> Rendered:
        """Words for whoever clicked."""

    def words_sent(self, text: str, stay: Sequence[Variant]) -> Rendered:
        """A campaign's words are on their way to whoever tests it; `stay` are those that do not leave."""

    def words_shown(self, why: str, variants: Sequence[Variant]) -> Rendered:
        """The words of a campaign, instead of sending them to whoever tests it."""

    def blocked(self, findings: Iterable[LawFinding]) -> Rendered:
        """Why a campaign cannot be approved."""

    def not_sayable(self, faults: Iterable[str]) -> Rendered:
        """Why a supervisor's own words were not taken."""

    def how_it_stands(self, standing: Standing, votes: Sequence[Vote], wanted: Verdict) -> Rendered:
        """A campaign in a sentence, for somebody whose click came to nothing."""

    def result_lines(self, title: str, sentences: Iterable[str]) -> list[str]:
        """What came of a campaign, as it is kept with it and shown on its card."""

    def moment(self, at: datetime) -> str:
        """A time within a sentence, on the reader's own clock."""

    def home(self, home: Home | None) -> Rendered:
        """The app's home; None: for somebody who may not see it."""

    def help(self, unknown: str = "") -> Rendered:
        """What may be asked. `unknown` is a word that is no command."""

    def denied(self) -> Rendered:
        """For somebody whom the policy does not name."""

    def status(self, status: Status) -> Rendered: ...
    def switch(self, pause: Pause | None) -> Rendered:
        """Whether sending is on."""

    def paused(self, pause: Pause, *, already: bool) -> Rendered: ...
    def resumed(self, pause: Pause | None, due: int = 0) -> Rendered:
        """`due`: how many messages leave now that were held back. None: it was not paused."""

    def history(self, history: TicketHistory) -> Rendered: ...
    def doable(self, ticket: str, found: Sequence[Doable] | None, asked: Sequence[Undoable] = ()) -> Rendered:
        """What can be done for a ticket's customer, and why the rest cannot; None: no such ticket is known. `asked` was
        asked for there before, the newest first."""

    def started(self, run: ActionRun, ticket: str) -> Rendered:
        """An action that somebody has just asked for."""

    def confirming(self, question: Question | None, *, confirmed: bool = False) -> Rendered:
        """Whether a command on the server is theirs; None: there is no such question for them."""

    def proposals(self, found: Sequence[Proposal], said: str = "") -> Rendered:
        """What is proposed, the best first, each with what may be said to it; `said` is what the last wish came to."""

    def proposal(self, proposal: Proposal) -> Rendered:
        """One, with its evidence."""

    def parked(self, found: Sequence[Parked], said: str = "") -> Rendered:
        """What did not reach a customer, each with what may be done about it; `said` is what the last wish came to."""
