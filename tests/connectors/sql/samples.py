"""Values to put into the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from core.model.conversation import ASSISTANT, Conversation, Message, Role
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.decision import Action, Decision, Disposition
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.effect_payloads import TicketReplyPayload
from core.model.event import Event, EventKind
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
from core.model.knowledge import Article, Citation, Passage
from core.model.outbound import Authority, Effect, EffectKind
from core.model.signals import Evidence, Scored, Signals

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def event(delivery_id: str = "d-1", **changes: Any) -> Event:
    return Event(
        **{
            "source": "zendesk",
            "delivery_id": delivery_id,
            "kind": EventKind.TICKET_CHANGED,
            "subject": "35436",
            "occurred_at": NOW - MINUTE,
            "received_at": NOW,
            **changes,
        }
    )


def customer(name: str = "dana", **changes: Any) -> Customer:
    return Customer(
        **{
            "id": CustomerId(f"cu_{name}"),
            "name": name.title(),
            "tier": "plus",
            "locale": "en-GB",
            "time_zone": "Europe/London",
            "organization": "Hillview Lettings",
            "identities": (
                Identity(kind=IdentityKind.EMAIL, value=f"{name}@shop.example", verified=True),
                Identity(kind=IdentityKind.PHONE, value=f"+44{crc32(name.encode()):010d}"),
            ),
            "consents": (consent(),),
            "attributes": {"region": "eu-west", "devices": "warm,door"},
            **changes,
        }
    )


def consent(**changes: Any) -> Consent:
    yes = Consent(
        channel=Channel.SMS,
        purpose=Purpose.SERVICE,
        granted=True,
        at=NOW,
        source="web form",
        wording="Yes, text me about my order.",
    )
    return replace(yes, **changes)


def conversation(name: str = "one", **changes: Any) -> Conversation:
    return Conversation(
        **{
            "id": ConversationId(f"co_{name}"),
            "customer_id": CustomerId("cu_dana"),
            "subject": "Thermostat offline",
            "ticket_id": TicketId(f"t-{name}"),
            "owner": ASSISTANT,
            "updated_at": NOW,
            **changes,
        }
    )


def message(number: int = 1, **changes: Any) -> Message:
    return Message(
        **{
            "id": MessageId(f"me_{number}"),
            "conversation_id": ConversationId("co_one"),
            "channel": Channel.EMAIL,
            "role": Role.CUSTOMER,
            "author": "Dana",
            "text": f"Message {number}",
            "at": NOW + number * SECOND,
            "vendor_ref": f"zendesk:comment:{number}",
            **changes,
        }
    )


def passage(number: int = 1, **changes: Any) -> Passage:
    text = changes.pop("text", "Hold the button for ten seconds. The light turns blue.")
    return Passage(
        **{
            "id": PassageId(f"pa_{number}"),
            "article_id": ArticleId("ar_reset"),
            "title": "Resetting your thermostat",
            "path": ("Troubleshooting", "Factory reset"),
            "text": text,
            "start": 100,
            "end": 100 + len(text),
            "url": "https://help.larkfield.example/reset",
            "updated_at": NOW,
            **changes,
        }
    )


def article(name: str = "reset", **changes: Any) -> Article:
    return Article(
        **{
            "id": ArticleId(f"ar_{name}"),
            "title": "Resetting your thermostat",
            "text": "Hold the button for ten seconds.",
            "section": "Larkfield Warm",
            "updated_at": NOW,
            **changes,
        }
    )


def draft(name: str = "one", **changes: Any) -> Draft:
    source = passage()
    return Draft(
        **{
            "id": DraftId(f"dr_{name}"),
            "sentences": (
                Sentence(text="Hello Dana,", kind=SentenceKind.COURTESY),
                Sentence(
                    text="Hold the button for ten seconds.",
                    kind=SentenceKind.CITED,
                    paragraph=1,
                    citation=Citation(passage=source, start=100, end=132),
                ),
                Sentence(
                    text="The light turns blue.",
                    kind=SentenceKind.CITED,
                    paragraph=1,
                    citation=Citation(passage=source, start=133, end=154),
                ),
            ),
            "language": "en",
            "confidence": 0.82,
            "composer": "extractive",
            "findings": (Finding(rule="tone", severity=Severity.WARN, text="Long sentence", sentence=1),),
            "unknown": ("When will it ship?",),
            **changes,
        }
    )


def decision(number: int = 1, **changes: Any) -> Decision:
    scored = Scored(
        value="device_offline",
        confidence=0.9,
        label="Device offline",
        evidence=(Evidence(start=0, end=7, words="offline"),),
        made_by="encoder",
    )
    return Decision(
        **{
            "id": DecisionId(f"de_{number}"),
            "event_id": EventId("ev_1"),
            "conversation_id": ConversationId("co_one"),
            "message_id": MessageId(f"me_{number}"),
            "signals": Signals(
                language=Scored(value="en", confidence=0.99),
                intents=(scored,),
                sentiment=Scored(value="negative", confidence=0.7),
                mood=-0.4,
                urgency=Scored(value="high", confidence=0.6),
            ),
            "disposition": Disposition(
                action=Action.SUGGEST, owner=ASSISTANT, rule="default", reason="An agent decides."
            ),
            "policy_version": "p-1",
            "at": NOW,
            "draft": draft(str(number)),
            "retrieved": ("pa_1", "pa_2"),
            "timings": {"sense": 1.25},
            **changes,
        }
    )


def effect(key: str = "reply:me_1", **changes: Any) -> Effect:
    return Effect(
        **{
            "kind": EffectKind.TICKET_REPLY,
            "key": key,
            "target": "35436",
            "payload": TicketReplyPayload(body="Hold the button.", ai_generated=True),
            "authority": Authority(rule="auto.reply", policy_version="p-1"),
            "created_at": NOW,
            "conversation_id": ConversationId("co_one"),
            **changes,
        }
    )
