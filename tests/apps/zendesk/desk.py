"""The sidebar's web side over a real store, as an agent's browser meets it."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from apps.doctor.lines import Line
from apps.zendesk.api import Page, Sidebar
from apps.zendesk.assist import Articles, Assist
from apps.zendesk.coaching import CoachingViews
from apps.zendesk.doing import ActionViews
from apps.zendesk.drafts import Drafts
from apps.zendesk.feedback import Intents, OpenedSources, Pulse
from apps.zendesk.handoffs import Briefs, ChangeOfHands
from apps.zendesk.live import LiveCalls
from apps.zendesk.offers import OfferViews
from apps.zendesk.panels import PanelPart, Panels, panels_of
from apps.zendesk.parts import Part
from apps.zendesk.people import People
from apps.zendesk.session import Sessions, SignIn, Visitor
from apps.zendesk.suite import SuiteCases
from apps.zendesk.thread_reading import ThreadReading
from apps.zendesk.threads import Threads
from apps.zendesk.tickets import Tickets
from apps.zendesk.why import Reasons
from apps.zendesk.wrap_up import WrapUpViews
from apps.zendesk.writing import AT_ONCE, RequestViews, Writing
from connectors.actions.systems import Systems
from connectors.local.index import PassageIndex
from connectors.local.spoken import CldrSpoken
from connectors.sql.store import SqlSignIns, SqlStore
from core.actions.examine import Actions
from core.actions.systems import ActionSystems
from core.answer.answer import Answer
from core.answer.rewrite import Rewriter
from core.answer.search import Search
from core.answer.style import StyleCard
from core.assist.agent_actions import AgentActions
from core.assist.related import SolvedBefore, Wordings
from core.errors import HandrailError, RejectedError
from core.execute.by_agent import ActionsByAgent
from core.execute.wrap_up import WrapUps
from core.govern.requests import Requests
from core.knowledge.library import Library
from core.measure.correct import CorrectIntent
from core.model.agent import Colleague
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import ArticleId, ConversationId, CustomerId, DraftId, EffectId, EventId, TicketId
from core.model.knowledge import Article, Audience
from core.model.order import Order
from core.ports import ProfileSource
from core.profile.gather import Sources
from core.scenarios.compute import Condition, Offers, Rule, Rules, Sum
from tests.apps.zendesk.leading import Processes, for_leads
from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET, claims, key_pair, signed
from tests.clock import Clock
from tests.connectors.sql.samples import conversation, decision, message
from tests.core.encoder import WordEncoder
from tests.policies import demo_policy, demo_style

SDK = "https://static.zdassets.example/zaf/zaf_sdk.js"
MARIA = Visitor(agent_id="501", name="Maria Lopez", role="agent")
TICKET = "t-one"
DRAFT = "dr_1"
INDEX = """<!doctype html><html><head><!--handrail:session--><script  src="%ZAF_SDK_URL%"></script>
<script type="module" src="/sidebar/assets/app.js"></script></head><body><div id="root"></div></body></html>"""


RULES = Rules(
    version="rules-1",
    rules=(
        Rule(
            name="return",
            label="Refund on return",
            intents=frozenset({"return_item"}),
            says={"en": ("Return {order} until {until}.", "We refund {amount}.")},
            condition=Condition(most_days=30),
            pays=Sum(percent=Decimal(100)),
            alone_up_to={"GBP": Decimal(60)},
        ),
    ),
)
LABELS = {"refund": "Refund status", "delivery": "Late delivery"}


class OrderBook:
    """What the order system knows; an error set on it is what it answers with."""

    def __init__(self) -> None:
        self.known: list[Order] = []
        self.error: HandrailError | None = None

    def of_customer(self, customer: Customer) -> list[Order]:
        if self.error is not None:
            raise self.error
        return self.known


class Told:
    def __init__(self) -> None:
        self.effects: list[EffectId] = []
        self.events: list[EventId] = []

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self.events.append(event_id)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self.effects.append(effect_id)

    def statuses(self) -> None:
        raise AssertionError("no status")

    def campaigns(self) -> None:
        raise AssertionError("no campaign")


class KnownStaff:
    """The helpdesk's staff as the test has it; an error set on it is what it answers with."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.people = {"501": ("Maria Lopez", "agent"), "505": ("Priya Nair", "admin"), "503": ("Aisha Rahman", "lead")}
        self.emails = {
            person: f"{name.split()[0].lower()}@larkfield.example" for person, (name, _) in self.people.items()
        }
        self.error: HandrailError | None = None

    def colleague(self, person_id: str) -> Colleague:
        if self.error is not None:
            raise self.error
        if person_id not in self.people:
            raise RejectedError("not of the staff")
        name, role = self.people[person_id]
        return Colleague(
            id=person_id, name=name, role=role, read_at=self._clock(), email=self.emails.get(person_id, "")
        )


class KnownAccess:
    """Which tickets whom the helpdesk shows, as the test has it: all but `hidden`; an error set on it is its answer."""

    def __init__(self) -> None:
        self.hidden: set[tuple[str, str]] = set()
        self.error: HandrailError | None = None

    def may_read(self, agent_id: str, ticket_id: TicketId) -> bool:
        if self.error is not None:
            raise self.error
        return (agent_id, ticket_id) not in self.hidden


class Desk:
    """One ticket of one customer with a draft, and an agent who is signed in."""

    processes: Processes
    differs: str
    lines: Sequence[Line]
    looks: list[tuple[str, str, str]]  # who looked at what of whose, as the report notes it
    systems: Sequence[ProfileSource] = ()  # that know something of customers
    action_systems: ActionSystems = Systems({})  # in which actions are done
    language = "en"  # of the agent

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock, self.told = store, clock, Told()
        self.encoder, self.executor = WordEncoder(), ThreadPoolExecutor(2)
        self.policy = demo_policy()
        self.staff, self.access = KnownStaff(clock), KnownAccess()
        self.sessions = Sessions(
            sign_ins=SqlSignIns(store),
            staff=self.staff,
            secret=SESSION_SECRET,
            public_key=key_pair("zendesk")[1],
            audience=AUDIENCE,
        )
        answer = Answer(store, self.encoder, PassageIndex(store, self.encoder.name))
        self.sidebar = Sidebar(
            sessions=self.sessions,
            page=Page(folder=self.built(Path(str(store.writer.url.database)).parent / "dist"), sdk_url=SDK),
            parts=self.parts(answer),
            groups=lambda: self.policy.teams,
            access=self.access,
            now=clock,
        )
        self.client = self.serve(self.sidebar)
        self.fill()

    @property
    def bearer(self) -> str:
        """Maria's token, issued just now."""
        return self.signed_in(MARIA)

    def signed_in(self, who: Visitor) -> str:
        """The token of somebody with any role."""
        now = self.clock()
        return self.sessions.issue(SignIn(visitor=who, since=now, told_at=now), now).token

    def parts(self, answer: Answer) -> list[Part]:
        def actions() -> AgentActions:
            return AgentActions(store=self.store, publisher=self.told, policy=self.policy)

        def requests() -> Requests:
            return Requests(store=self.store, publisher=self.told, policy=self.policy)

        def wrap_ups() -> WrapUps:
            return WrapUps(store=self.store, policy=self.policy)

        correcting = CorrectIntent(store=self.store, publisher=self.told, known=lambda: LABELS)
        requesting = RequestViews(
            store=self.store, requests=requests, style=StyleCard(restricted=("cheap",)), now=self.clock
        )
        offering = OfferViews(store=self.store, offers=self.offers(), now=self.clock)
        assisting, writing = self.assist(answer), self.writing(answer)
        threads = Threads(
            store=self.store, publisher=self.told, policy=lambda: self.policy, access=self.access, now=self.clock
        )
        calls = LiveCalls(store=self.store, policy=lambda: self.policy, style=StyleCard(), now=self.clock)
        people = People(store=self.store, sources=self.sources, policy=lambda: self.policy, now=self.clock)
        coaching = CoachingViews(
            store=self.store, policy=lambda: self.policy, style=demo_style(), access=self.access, now=self.clock
        )
        besides: list[PanelPart] = [assisting, offering, requesting, writing, threads, calls, people, coaching]
        return [
            Tickets(store=self.store, access=self.access, now=self.clock),
            Panels(store=self.store, access=self.access, now=self.clock, panels=panels_of(besides)),
            Drafts(store=self.store, actions=actions, now=self.clock),
            requesting,
            ChangeOfHands(store=self.store, actions=actions, now=self.clock),
            Briefs(
                store=self.store,
                actions=actions,
                solved=SolvedBefore(store=self.store, retriever=lambda: answer.retriever),
                access=self.access,
                now=self.clock,
            ),
            WrapUpViews(store=self.store, publisher=self.told, wrap_ups=wrap_ups, access=self.access, now=self.clock),
            ActionViews(by_agent=self.by_agent, staff=self.staff),
            Intents(correcting=correcting, labels=lambda: LABELS, now=self.clock),
            Articles(store=self.store, search=Search(lambda: answer), now=self.clock),
            offering,
            writing,
            assisting,
            coaching,
            Reasons(store=self.store),
            ThreadReading(store=self.store, rewriter=lambda: self.rewriter, now=self.clock),
            threads,
            calls,
            people,
            OpenedSources(store=self.store, now=self.clock),
            SuiteCases(store=self.store, now=self.clock),
            Pulse(store=self.store, secret=SESSION_SECRET, now=self.clock),
            *for_leads(self, LABELS),
        ]

    def by_agent(self) -> ActionsByAgent:
        actions = Actions(systems=self.action_systems, store=self.store, policy=self.policy, now=self.clock)
        return ActionsByAgent(
            store=self.store,
            publisher=self.told,
            actions=actions,
            spoken=CldrSpoken(),
            now=self.clock,
            orders=lambda: self.orders,
        )

    def sources(self) -> Sources:
        within = timedelta(seconds=5)
        return Sources(sources=self.systems, store=self.store, executor=self.executor, now=self.clock, within=within)

    def assist(self, answer: Answer) -> Assist:
        return Assist(
            store=self.store,
            policy=lambda: self.policy,
            style=demo_style(),
            solved=SolvedBefore(store=self.store, retriever=lambda: answer.retriever),
            wordings=Wordings(store=self.store, encoder=lambda: self.encoder),
            access=self.access,
            now=self.clock,
        )

    def offers(self) -> Offers:
        """One return for 30 days, over an order book that the test fills."""
        self.orders = OrderBook()
        return Offers(orders=self.orders, rules=RULES, spoken=CldrSpoken(), now=self.clock)

    def writing(self, answer: Answer) -> Writing:
        """Without a language model until the test sets `rewriter`."""
        self.rewriter = Rewriter(model=None)
        self.writing_turns = BoundedSemaphore(AT_ONCE)
        return Writing(
            store=self.store,
            answer=lambda: answer,
            rewriter=lambda: self.rewriter,
            encoder=lambda: self.encoder,
            style=StyleCard(restricted=("cheap",)),
            policy=lambda: self.policy,
            now=self.clock,
            turns=self.writing_turns,
        )

    @staticmethod
    def serve(sidebar: Sidebar) -> Any:
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(sidebar.blueprint())
        return app.test_client()

    @staticmethod
    def built(folder: Path) -> Path:
        """What a build of the app leaves behind."""
        (folder / "assets").mkdir(parents=True)
        (folder / "index.html").write_text(INDEX, encoding="utf-8")
        (folder / "assets" / "app.js").write_text("export {};\n", encoding="utf-8")
        (folder / "secret.txt").write_text("not an asset", encoding="utf-8")
        return folder

    def fill(self) -> None:
        identities = (
            Identity(kind=IdentityKind.EMAIL, value="dana@example.com", verified=True),
            Identity(kind=IdentityKind.PHONE, value="+447700900004"),
        )
        dana = Customer(
            id=CustomerId("cu_dana"),
            name="Dana Kim",
            tier="plus",
            time_zone="Europe/London",
            identities=identities,
            attributes={"region": "eu-west", "devices": "Larkfield Warm", "customer_since": "2024-01-02", "odd": "x"},
        )
        with self.store.begin() as unit:
            unit.customers.save(dana)
            unit.conversations.add(conversation())
            unit.conversations.add_message(message(1))

    def decide(self, number: int = 1, **changes: Any) -> None:
        with self.store.begin() as unit:
            unit.decisions.add(decision(number, **changes))

    def own(self, **changes: Any) -> None:
        """Change the conversation as a step of the loop would."""
        with self.store.begin() as unit:
            found = unit.conversations.get(ConversationId("co_one"))
            assert found is not None
            unit.conversations.save(replace(found, **changes))

    def say(self, number: int, **changes: Any) -> None:
        with self.store.begin() as unit:
            unit.conversations.add_message(message(number, **changes))

    def learn(self) -> None:
        """Two articles, one for agents alone."""
        library = Library(store=self.store, encoder=self.encoder)
        reset = "To reset the thermostat hold the button for ten seconds. The light turns blue."
        inside = "Refund a broken thermostat up to 200 without asking."
        library.add(
            [
                Article(id=ArticleId("ar_1"), title="Resetting the thermostat", text=reset, url="https://h.example/1"),
                Article(id=ArticleId("ar_2"), title="Refund limits", text=inside, audience=Audience.INTERNAL),
            ]
        )

    def get(self, path: str, bearer: str | None = None) -> TestResponse:
        return self.ask("GET", path, bearer=bearer)

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: Any = None, *, bearer: str | None = None) -> TestResponse:
        token = self.bearer if bearer is None else bearer
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": self.language}
        sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        answer: TestResponse = self.client.open(
            f"/sidebar/api/{path}", method=method, data=sent, headers=headers, content_type="application/json"
        )
        return answer

    def open(self, token: str | None = None) -> TestResponse:
        form = {"token": signed(claims(self.clock())) if token is None else token}
        answer: TestResponse = self.client.post("/sidebar/?origin=https%3A%2F%2Fl.zendesk.com&app_guid=g", data=form)
        return answer

    def view(self) -> dict[str, Any]:
        answer = self.get(f"tickets/{TICKET}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def feedback(self) -> list[tuple[str, dict[str, Any]]]:
        with self.store.read() as unit:
            return [(kind, dict(detail)) for kind, detail in unit.decisions.feedback(DraftId(DRAFT))]

    def owner(self) -> tuple[str, str]:
        with self.store.read() as unit:
            found = unit.conversations.by_ticket(TicketId(TICKET))
        assert found is not None
        return found.owner.kind.value, found.owner.name


def session_of(page: str) -> dict[str, Any]:
    """What the page's script says."""
    found = re.search(r"<script nonce=\"[^\"]+\">window\.HANDRAIL=(.*?)</script>", page, re.DOTALL)
    assert found is not None, page
    session: dict[str, Any] = json.loads(found[1])
    return session
