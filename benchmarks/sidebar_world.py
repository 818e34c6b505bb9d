"""Tickets that nobody wrote, of the size that tickets have, and agents who may open them."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from apps.demo.environment import COMPANY, SUBDOMAIN, DemoEnvironment
from apps.sandbox.company_rows import company_rows
from connectors.sql.store import SqlStore
from core.model.conversation import ASSISTANT, Conversation, Message, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.decision import Action, Decision, Disposition, Handoff
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import (
    ArticleId,
    ConversationId,
    CustomerId,
    DecisionId,
    DraftId,
    EventId,
    MessageId,
    PassageId,
    TicketId,
)
from core.model.knowledge import Citation, Passage
from core.model.signals import Scored, Signals

HOST = f"{SUBDOMAIN}.zendesk.com"
AUDIENCE = f"https://{HOST}/api/v2/apps/installations/7.json"
FIRST_TICKET = 70_001
MESSAGES = 8
WORDS = "My thermostat lost its connection again after the update and the light blinks orange; what shall I do next? "
PASSAGE = "Hold the button for ten seconds until the light turns blue. Then open the app and choose Add device. " * 8
LASTS = timedelta(minutes=10)  # of a signed URL: the whole measurement is prepared beforehand


def fill(store: SqlStore, count: int) -> list[str]:
    """That many tickets, each with its customer, timeline and decision; their ids."""
    known = [str(row["id"]) for row in company_rows(COMPANY, "customers")]
    tickets = [str(FIRST_TICKET + number) for number in range(count)]
    for ticket, helpdesk_id in zip(tickets, itertools.cycle(known)):
        number = tickets.index(ticket)
        with store.begin() as unit:
            customer = _customer(number, helpdesk_id)
            # The company has fewer customers than there are tickets.
            if number < len(known):
                unit.customers.save(customer)
            owner = CustomerId(f"cu_bench_{number % len(known)}")
            unit.conversations.add(_conversation(ticket, owner))
            for place in range(1, MESSAGES + 1):
                unit.conversations.add_message(_message(ticket, place))
            unit.decisions.add(_decision(ticket, MESSAGES))
    return tickets


def next_turn(store: SqlStore, ticket: str, place: int) -> None:
    """The customer writes again, and it is decided: one transaction, as the loop's last step is."""
    with store.begin() as unit:
        unit.conversations.add_message(_message(ticket, place))
        unit.decisions.add(_decision(ticket, place))


def _customer(number: int, helpdesk_id: str) -> Customer:
    identities = (
        Identity(kind=IdentityKind.HELPDESK, value=helpdesk_id, verified=True),
        Identity(kind=IdentityKind.EMAIL, value=f"customer{number}@example.com", verified=True),
    )
    attributes = {"region": "eu-west", "devices": "Larkfield Warm", "customer_since": "2024-01-02"}
    name = f"Customer {number}"
    return Customer(
        id=CustomerId(f"cu_bench_{number}"), name=name, tier="plus", identities=identities, attributes=attributes
    )


def _conversation(ticket: str, customer_id: CustomerId) -> Conversation:
    return Conversation(
        id=ConversationId(f"co_{ticket}"),
        customer_id=customer_id,
        subject="Thermostat offline",
        ticket_id=TicketId(ticket),
        owner=ASSISTANT,
        updated_at=datetime.now(UTC),
    )


def _message(ticket: str, place: int) -> Message:
    theirs = place % 2 == 0
    return Message(
        id=MessageId(f"me_{ticket}_{place}"),
        conversation_id=ConversationId(f"co_{ticket}"),
        channel=Channel.EMAIL,
        role=Role.CUSTOMER if theirs else Role.ASSISTANT,
        author="Customer" if theirs else "Handrail",
        text=WORDS * 3,
        at=datetime.now(UTC),
        vendor_ref=f"zendesk:comment:{ticket}{place:05}",
    )


def _draft(ticket: str, place: int) -> Draft:
    passages = [
        Passage(
            id=PassageId(f"pa_{number}"),
            article_id=ArticleId(f"ar_{number}"),
            title="Resetting your thermostat",
            text=PASSAGE,
            path=("Troubleshooting", "Factory reset"),
            start=0,
            end=len(PASSAGE),
            url=f"https://help.larkfield.example/{number}",
            updated_at=datetime.now(UTC),
        )
        for number in range(3)
    ]
    cited = [
        Sentence(
            text="Hold the button for ten seconds until the light turns blue.",
            kind=SentenceKind.CITED,
            paragraph=1 + number,
            citation=Citation(passage=passages[number % 3], start=0, end=59),
        )
        for number in range(5)
    ]
    hello = Sentence(text="Hello,", kind=SentenceKind.COURTESY)
    return Draft(
        id=DraftId(f"dr_{ticket}_{place}"),
        sentences=(hello, *cited),
        language="en",
        confidence=0.82,
        composer="extractive",
        unknown=("When will it ship?",),
    )


def _decision(ticket: str, place: int) -> Decision:
    intent = Scored(value="device_offline", confidence=0.9, label="Device offline", made_by="encoder")
    signals = Signals(
        language=Scored(value="en", confidence=0.99),
        intents=(intent,),
        sentiment=Scored(value="negative", confidence=0.7),
        mood=-0.4,
        urgency=Scored(value="high", confidence=0.6),
    )
    card = Handoff(
        group="Technical support",
        agent=None,
        reason="The customer asks for a person.",
        wants="The thermostat online again",
        tried=("Restarted the hub",),
        open=("Which light blinks?",),
        summary=WORDS,
        sentiment_trend=(-0.1, -0.4),
        identity="verified",
    )
    return Decision(
        id=DecisionId(f"de_{ticket}_{place}"),
        event_id=EventId(f"ev_{ticket}_{place}"),
        conversation_id=ConversationId(f"co_{ticket}"),
        message_id=MessageId(f"me_{ticket}_{place}"),
        signals=signals,
        disposition=Disposition(action=Action.SUGGEST, owner=ASSISTANT, rule="default", reason="An agent decides."),
        policy_version="bench",
        at=datetime.now(UTC),
        draft=_draft(ticket, place),
        handoff=card,
        timings={"sense": 12.0, "answer": 30.0},
    )


@dataclass(frozen=True, slots=True)
class Account:
    """The helpdesk's half of a sign-in: its key, and agents that its API knows."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def public_pem(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def signed(self, agent_id: str) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": HOST,
            "aud": AUDIENCE,
            "sub": agent_id,
            "iat": now,
            "nbf": now,
            "exp": now + LASTS,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(claims, self.key, algorithm="RS256")

    def agents(self, environment: DemoEnvironment, count: int) -> Iterator[str]:
        """New agents at the sandbox's account; their ids."""
        with requests.Session() as session:
            session.trust_env = False
            session.auth = ("integration@larkfield.example/token", environment.zendesk_token)
            for number in range(count):
                wish = {"name": f"Agent {number}", "email": f"agent{number}@larkfield.example", "role": "agent"}
                url = f"{environment.sandbox_url}/zendesk/api/v2/users.json"
                answer = session.post(url, json={"user": wish}, timeout=10)
                answer.raise_for_status()
                yield str(answer.json()["user"]["id"])
