"""The whole core around fakes: a real store, a real gate and plan, and a thinking half that hears simple words."""

from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.sql.journey import SqlOfferBoard
from connectors.sql.store import SqlStore
from core.answer.answer import NO_ARTICLE, NO_QUESTION, Answer, Answered
from core.answer.question import Part
from core.answer.style import StyleCard
from core.context.attachments import Fetching
from core.context.reader import ContextReader
from core.decide.evaluation import TurnEvaluator
from core.execute.deliver import Delivery
from core.execute.files import FileCourier
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings
from core.execute.send import Senders
from core.govern.gate import Gate
from core.knowledge.library import Library
from core.loop import Loop
from core.model.conversation import CaseContext
from core.model.customer import DIRECT, Channel
from core.model.draft import Draft
from core.model.event import Event, EventKind
from core.model.ids import ArticleId, DraftId, EffectId, derive_id
from core.model.knowledge import Hit
from core.model.outbound import EffectState, OutboxRow
from core.model.signals import Signals
from core.policy import Policy
from core.profile.codes import Codes
from core.read.reader import Sense
from core.read.turn_input import customer_words
from tests.clock import Clock
from tests.core import people, rules, samples
from tests.core.calendar.diary import Diary
from tests.core.encoder import WordEncoder
from tests.core.fake_conversation_control import FakeConversationControl
from tests.core.fake_media import FakeMedia, PlainReader, VirusScanner
from tests.core.fakes import FakeDesk, FakeHelpdesk, FakeMessenger, FakePublisher

PRIYA = "U-PRIYA"
MARIA = "U-MARIA"

# What the fake thinking half hears in a message.
RISKS = {"a person": "human_request", "stop": "opt_out", "out of office": "auto_reply", "stolen": "fraud"}
INTENTS = {"reset": "reset", "upgrade": "upgrade", "refund": "dispute"}


class PlainSense(Sense):
    """Risk and intent by plain words of RISKS and INTENTS; an exclamation mark is anger."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def read(self, case: CaseContext, reading: object = None) -> Signals:
        text = customer_words(case).casefold()
        self.heard.append(text)
        return samples.signals(
            intents=tuple(samples.scored(name, label=name.title()) for word, name in INTENTS.items() if word in text),
            risks=tuple(samples.risk(name, word) for word, name in RISKS.items() if word in text),
            mood=-0.9 if "!!!" in text else 0.0,
            language=samples.scored("de" if " ich " in f" {text} " else "en"),
        )


class PlainAnswer(Answer):
    """A cited draft for everything that names the button or a reset, nothing for the rest; thanks ask nothing."""

    def __init__(self) -> None:
        self.confidence, self.language = 0.8, "en"
        self._style = StyleCard()
        self.meanwhile: Callable[[], None] | None = None

    def parts(self, case: CaseContext, signals: Signals) -> list[Part]:
        return []

    def draft(
        self, case: CaseContext, signals: Signals, only: ArticleId | None = None, most_asked: int = 2, known: str = ""
    ) -> Answered:
        """What happens `meanwhile` happens once, while this is being written."""
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        text = customer_words(case).casefold()
        if text.startswith("thanks"):
            return Answered(draft=None, abstained=NO_QUESTION)
        if "reset" not in text and "button" not in text:
            return Answered(draft=None, abstained=NO_ARTICLE)
        assert case.latest is not None
        return Answered(draft=self._reset(case.latest.id), abstained=None)

    def search(self, words: str, limit: int = 8, brand: str = "") -> list[Hit]:
        """The one passage there is, for whoever names the button."""
        return [Hit(passage=samples.passage(), score=0.9, similarity=0.9)] if "button" in words else []

    def _reset(self, message_id: str) -> Draft:
        name = DraftId(derive_id("draft", message_id))
        return samples.draft(id=name, confidence=self.confidence, language=self.language)


CODES = Codes(secret=b"not-a-real-secret")


class Container:
    """`happens` takes an event in, `drain` carries out everything that was published, until nothing is left."""

    def __init__(self, store: SqlStore, policy: Policy | None = None, now: datetime = people.NOW) -> None:
        self.store = store
        self.policy = policy or rules.policy()
        self.clock = Clock(now)
        self.publisher = FakePublisher()
        self.helpdesk = FakeHelpdesk(now=self.clock)
        self.messenger = FakeMessenger(self.clock)
        self.calendar = Diary()
        self.board = FakeConversationControl()
        self.media = FakeMedia()
        self.fetching = Fetching(media=self.media, reader=PlainReader(), scanner=VirusScanner())
        self.desk = FakeDesk({PRIYA: "priya@larkfield.example", MARIA: "maria@larkfield.example"})
        self.sense = PlainSense()
        self.answer = PlainAnswer()
        self.context = ContextReader(store=store, helpdesk=self.helpdesk, policy=self.policy, codes=CODES)
        self.planner = Planner(policy=self.policy, settings=DeliverySettings(), style=StyleCard(company="Larkfield"))
        self.loop = self._loop()
        self.delivery = Delivery(
            store=store,
            senders=Senders(
                codes=CODES,
                helpdesk=self.helpdesk,
                messengers=dict.fromkeys(DIRECT, self.messenger),
                desk=self.desk,
                conversation_control=self.board,
                calendar=self.calendar,
                offers=SqlOfferBoard(store, self.clock),
                files=FileCourier(fetching=self.fetching, helpdesk=self.helpdesk),
            ),
            gate=Gate(policy=self.policy),
            publisher=self.publisher,
            policy=self.policy,
            now=self.clock,
        )

    def _loop(self) -> Loop:
        return Loop(
            store=self.store,
            publisher=self.publisher,
            helpdesk=self.helpdesk,
            desk=self.desk,
            context=self.context,
            evaluator=TurnEvaluator(sense=self.sense, answer=self.answer, policy=self.policy),
            library=Library(store=self.store, encoder=WordEncoder(), sources=(self.helpdesk,)),
            planner=self.planner,
            policy=self.policy,
            files=self.fetching,
            now=self.clock,
        )

    def wait(self, **by: float) -> None:
        self.clock.forward(timedelta(**by))

    # ------------------------------------------------------------ events

    def accept(self, event: Event) -> bool:
        with self.store.begin() as unit:
            return unit.events.add(event)

    def happens(self, event: Event) -> str:
        """Accept and handle one event; the word for the log."""
        self.accept(event)
        return self.loop.handle(event.id)

    def text(self, words: str, *, sid: str = "", phone: str = people.EMMA_PHONE, channel: Channel = Channel.SMS) -> str:
        """A customer's SMS or WhatsApp message comes in."""
        subject = sid or f"SMin{self.clock().timestamp():.0f}"
        payload = samples.incoming(words, phone, channel)
        return self.happens(self.event(EventKind.MESSAGE_RECEIVED, subject, payload=payload))

    def ticket(self, ticket_id: str) -> str:
        """The helpdesk tells that a ticket changed."""
        delivery = f"{ticket_id}:{self.clock().isoformat()}:{len(self.helpdesk.tickets[ticket_id].comments)}"
        return self.happens(self.event(EventKind.TICKET_CHANGED, ticket_id, delivery))

    def event(self, kind: EventKind, subject: str, delivery_id: str = "", **changes: object) -> Event:
        at = {"occurred_at": self.clock(), "received_at": self.clock()}
        return samples.event(kind, subject, delivery_id, **{**at, **changes})

    def inbox(self) -> dict[str, int]:
        """How many events are in which state, empty states left out."""
        with self.store.read() as unit:
            return {state: count for state, count in unit.events.counts().items() if count}

    # ------------------------------------------------------------ effects

    def drain(self) -> list[EffectState | None]:
        """Deliver what was published for now, and what that publishes."""
        states: list[EffectState | None] = []
        while due := [name for name, at in self.publisher.effects if at is None or at <= self.clock()]:
            self.publisher.effects = [(n, at) for n, at in self.publisher.effects if n not in due]
            states += [self.delivery.deliver(effect_id) for effect_id in due]
        return states

    def row(self, effect_id: EffectId) -> OutboxRow:
        with self.store.read() as unit:
            row = unit.outbox.get(effect_id)
        assert row is not None
        return row
