"""Values for the core's tests: a small policy, a few people, a turn in pieces."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text as statement

from connectors.sql.store import SqlStore
from core.model.appointment import Do
from core.model.campaign import Campaign
from core.model.conversation import (
    ASSISTANT,
    NOBODY,
    CaseContext,
    Control,
    Conversation,
    Message,
    Owner,
    OwnerKind,
    Role,
)
from core.model.customer import Channel
from core.model.decision import Action, Decision, Disposition, Handoff
from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.effect_payloads import (
    ActionPayload,
    AppointmentPayload,
    ArticleDraftPayload,
    ControlPayload,
    EffectPayload,
    FilesPayload,
    MessagePayload,
    OfferPayload,
    SideConversationPayload,
    SlackPayload,
    TicketCreatePayload,
    TicketNotePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
)
from core.model.event import Event, EventKind
from core.model.event_payloads import (
    NOTHING,
    AgentSaid,
    EventPayload,
    LineSpoken,
    MessageReceived,
    MessageStatus,
    SignalStated,
)
from core.model.ids import (
    ApprovalId,
    ArticleId,
    ConversationId,
    CustomerId,
    DecisionId,
    DraftId,
    EventId,
    MessageId,
    PassageId,
)
from core.model.journey import Offer
from core.model.knowledge import Citation, Passage
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click, Verdict
from core.model.signals import Evidence, Scored, Signals
from tests.core.people import EMMA_PHONE, MINUTE, NOW, customer
from tests.core.rules import policy

# ---------------------------------------------------------------- a turn

TEAM = Owner(kind=OwnerKind.TEAM, id="Customer care", name="Customer care")
MARIA = Owner(kind=OwnerKind.AGENT, id="Maria Lopez", name="Maria Lopez")


def message(number: int = 1, **changes: Any) -> Message:
    return Message(
        **{
            "id": MessageId(f"ms_{number}"),
            "conversation_id": ConversationId("co_one"),
            "channel": Channel.SMS,
            "role": Role.CUSTOMER,
            "author": "Emma Clarke",
            "text": f"Message {number}",
            "at": NOW + number * MINUTE,
            "vendor_ref": f"twilio:SM{number}",
            **changes,
        }
    )


def conversation(**changes: Any) -> Conversation:
    return Conversation(
        **{
            "id": ConversationId("co_one"),
            "customer_id": CustomerId("cu_emma"),
            "subject": "Thermostat offline",
            "owner": NOBODY,
            "updated_at": NOW,
            **changes,
        }
    )


def case(*timeline: Message, **changes: Any) -> CaseContext:
    return CaseContext(
        **{
            "customer": customer(),
            "conversation": conversation(),
            "timeline": timeline or (message(),),
            "now": NOW + 10 * MINUTE,
            **changes,
        }
    )


def scored(value: str, confidence: float = 0.9, **changes: Any) -> Scored:
    return Scored(value=value, confidence=confidence, **changes)


def risk(value: str, words: str = "these words") -> Scored:
    return scored(value, evidence=(Evidence(start=0, end=len(words), words=words),))


def signals(**changes: Any) -> Signals:
    return Signals(
        **{
            "language": scored("en"),
            "intents": (scored("reset", label="Reset"),),
            "sentiment": scored("neutral"),
            "mood": 0.0,
            "urgency": scored("normal"),
            **changes,
        }
    )


TEXT = "Hold the button for ten seconds. The light turns blue."


def passage(**changes: Any) -> Passage:
    return Passage(
        **{
            "id": PassageId("pa_reset"),
            "article_id": ArticleId("ar_reset"),
            "title": "Resetting your thermostat",
            "path": (),
            "text": TEXT,
            "start": 0,
            "end": len(TEXT),
            "url": "https://help.larkfield.example/reset",
            **changes,
        }
    )


BLOCK = Finding(rule="promise", severity=Severity.BLOCK, text="A promise")
WARN = Finding(rule="stale", severity=Severity.WARN, text="An old article")


def draft(name: str = "one", **changes: Any) -> Draft:
    cited = Citation(passage=passage(), start=0, end=32)
    return Draft(
        **{
            "id": DraftId(f"dr_{name}"),
            "sentences": (
                Sentence(text="Hello Emma,", kind=SentenceKind.COURTESY),
                Sentence(text=cited.quote, kind=SentenceKind.CITED, paragraph=1, citation=cited),
            ),
            "language": "en",
            "confidence": 0.8,
            "composer": "extractive",
            **changes,
        }
    )


def card(**changes: Any) -> Handoff:
    return Handoff(
        **{
            "group": "Customer care",
            "agent": None,
            "reason": "The customer asked for a person",
            "wants": "“Message 1”",
            "tried": (),
            "open": (),
            "summary": "Emma first wrote.",
            "sentiment_trend": (-0.2,),
            "identity": "verified",
            **changes,
        }
    )


def disposition(action: Action, **changes: Any) -> Disposition:
    owners = {Action.AUTO_REPLY: ASSISTANT, Action.HANDOFF: TEAM}
    rules = {Action.AUTO_REPLY: "automatic_reply", Action.HANDOFF: "no_source"}
    return Disposition(
        **{
            "action": action,
            "owner": owners.get(action, NOBODY),
            "rule": rules.get(action, "suggest"),
            "reason": "Because.",
            "notify_customer": action is Action.HANDOFF,
            **changes,
        }
    )


def decision(action: Action = Action.SUGGEST, **changes: Any) -> Decision:
    return Decision(
        **{
            "id": DecisionId("de_one"),
            "event_id": EventId("ev_one"),
            "conversation_id": ConversationId("co_one"),
            "message_id": MessageId("ms_1"),
            "signals": signals(),
            "disposition": disposition(action),
            "policy_version": policy().version,
            "at": NOW + 2 * MINUTE,
            "draft": draft(),
            "handoff": card() if action is Action.HANDOFF else None,
            **changes,
        }
    )


# ---------------------------------------------------------------- what leaves


def offer(**changes: Any) -> Offer:
    return Offer(
        **{
            "visitor": "v-1",
            "rule": "stuck",
            "text": "Can we help?",
            "evidence": "two errors in a minute",
            "page": "/checkout",
            "at": NOW,
            "expires_at": NOW + timedelta(hours=1),
            **changes,
        }
    )


def text(**changes: Any) -> MessagePayload:
    return MessagePayload(**{"channel": Channel.SMS, "body": "Hello", "language": "en", **changes})


def payload_of(effect: Effect) -> Any:
    """What the vendor is told; a test reads the fields of the kind that it expects."""
    return effect.payload


def effect(kind: EffectKind = EffectKind.TICKET_NOTE, key: str = "k-1", **changes: Any) -> Effect:
    payloads: dict[EffectKind, EffectPayload] = {
        EffectKind.MESSAGE: text(ai_generated=True),
        EffectKind.TICKET_REPLY: TicketReplyPayload(body="Hello"),
        EffectKind.TICKET_NOTE: TicketNotePayload(body="Hello"),
        EffectKind.TICKET_UPDATE: TicketUpdatePayload(add_tags=("seen",), note="A note"),
        EffectKind.TICKET_CREATE: TicketCreatePayload(
            subject="Hello", text="Hi", requester_id=None, name="Emma", phone=EMMA_PHONE
        ),
        EffectKind.SIDE_CONVERSATION: SideConversationPayload(
            to="engineering@larkfield.example", subject="Hub offline", body="# Hub offline"
        ),
        EffectKind.ARTICLE_DRAFT: ArticleDraftPayload(title="Returns", text="Within 30 days.", locale="en-gb"),
        EffectKind.FILES: FilesPayload(files=(), body="Files that Emma sent (sms):"),
        EffectKind.OFFER: OfferPayload(offer=offer().id, body=offer().text, ai_generated=False),
        EffectKind.CONTROL: ControlPayload(to=Control.AGENTS),
        EffectKind.SLACK_POST: SlackPayload(text="Hello", blocks=[]),
        EffectKind.SLACK_UPDATE: SlackPayload(text="Hello", blocks=[]),
        EffectKind.APPOINTMENT: AppointmentPayload(
            do=Do.BOOK,
            ref="",
            slot="s1",
            who="cu_emma",
            name="Emma",
            phone=EMMA_PHONE,
            email=None,
            starts_at=NOW,
            ends_at=NOW + 10 * MINUTE,
            place="",
            zone="",
            answers={},
            said=(),
            gone="It is gone.",
        ),
        EffectKind.ACTION: ActionPayload(run=ApprovalId("ac_1"), digest="d1"),
    }
    targets = {EffectKind.MESSAGE: EMMA_PHONE, EffectKind.SLACK_POST: "#alerts", EffectKind.SLACK_UPDATE: "#alerts:1.0"}
    rules = {EffectKind.MESSAGE: "automatic_reply", EffectKind.TICKET_REPLY: "automatic_reply"}
    rules |= {
        EffectKind.ACTION: "agent_action",
        EffectKind.APPOINTMENT: "appointment",
        EffectKind.OFFER: "automatic_reply",
    }
    return Effect(
        **{
            "kind": kind,
            "key": key,
            "target": targets.get(kind, "100"),
            "payload": payloads[kind],
            "authority": Authority(rule=rules.get(kind, "suggest"), policy_version=policy().version),
            "created_at": NOW,
            **changes,
        }
    )


# ---------------------------------------------------------------- events


def incoming(text: str, sender: str = EMMA_PHONE, channel: Channel = Channel.SMS, **more: Any) -> MessageReceived:
    return MessageReceived(channel=channel, sender=sender, text=text, **more)


# What a test that says nothing of it has events carry.
CARRIED: Mapping[EventKind, EventPayload] = {
    EventKind.MESSAGE_RECEIVED: incoming("Hello"),
    EventKind.MESSAGE_STATUS: MessageStatus(status="sent"),
    EventKind.BUSINESS_SIGNAL: SignalStated(kind="outage", facts={}),
    EventKind.CALL_LINE: LineSpoken(role=Role.CUSTOMER, text="Hello", key="1"),
    EventKind.AGENT_SAID: AgentSaid(address="thread-1", text="Hello"),
}


def event(kind: EventKind, subject: str, delivery_id: str = "", **changes: Any) -> Event:
    sources = {EventKind.BUSINESS_SIGNAL: "signals", EventKind.APPROVAL_CLICKED: "slack"}
    phone = kind in (EventKind.MESSAGE_RECEIVED, EventKind.MESSAGE_STATUS)
    return Event(
        **{
            "source": "twilio" if phone else sources.get(kind, "zendesk"),
            "delivery_id": delivery_id or f"{kind}:{subject}",
            "kind": kind,
            "subject": subject,
            "occurred_at": NOW,
            "received_at": NOW,
            "payload": CARRIED.get(kind, NOTHING),
            **changes,
        }
    )


def stand_in_store(store: SqlStore, event: Event, payload: str) -> EventId:
    """The event is in the inbox, and this is what is stored as its payload."""
    with store.begin() as unit:
        unit.events.add(event)
        put = statement("UPDATE events SET payload = :payload WHERE id = :id")
        unit.connection.execute(put, {"payload": payload, "id": event.id})
    return event.id


def click(of: Campaign, verdict: Verdict = Verdict.APPROVE, **changes: Any) -> Click:
    return Click(
        **{
            "approval_id": of.id,
            "verdict": verdict,
            "digest": of.digest,
            "user_id": "U-PRIYA",
            "user_name": "priya",
            "channel": "#approvals",
            "ts": "1.0",
            **changes,
        }
    )
