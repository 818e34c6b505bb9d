"""The ticket as the sidebar shows it: one value built from the store."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from apps.zendesk.adopted import adoption_view
from apps.zendesk.decided import decision_view, handoff_view, procedure_view, signals_view
from core.handoff.card import file_line
from core.handoff.instruction import is_instruction
from core.knowledge.link import address_at
from core.knowledge.stale import STALE_AFTER
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Customer, IdentityKind
from core.model.decision import Action, Decision, Handoff
from core.model.draft import Draft, DraftState, Finding, Sentence
from core.model.ids import TicketId
from core.model.knowledge import Citation, Passage
from core.ports import Unit

Json = dict[str, Any]

FACTS = {"devices": "Devices", "region": "Region", "notes": "Notes"}
# Twilio's statuses in the four words that an agent needs.
DELIVERIES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "sent"),
    **dict.fromkeys(("undelivered", "failed", "canceled"), "failed"),
    "delivered": "delivered",
    "read": "read",
}
CLOSED_STATES = frozenset({DraftState.USED, DraftState.EDITED, DraftState.IGNORED, DraftState.WITHDRAWN})


def ticket_view(unit: Unit, ticket_id: TicketId) -> Json | None:
    """Everything of one ticket, or None where Handrail has not seen it."""
    conversation = unit.conversations.by_ticket(ticket_id)
    if conversation is None:
        return None
    customer = unit.customers.get(conversation.customer_id)
    timeline = unit.conversations.messages(conversation.id)
    decision = unit.decisions.latest(conversation.id)
    state = unit.decisions.draft_state(decision.draft.id) if decision and decision.draft else None
    waiting = _waiting(timeline, decision)
    view: Json = {
        "state": "working" if waiting else _state(decision),
        "ticket": {
            "id": ticket_id,
            "subject": conversation.subject,
            "status": "open" if conversation.open else "solved",
        },
        "owner": {
            "kind": conversation.owner.kind,
            "name": conversation.owner.name,
            "since": conversation.owner_since.isoformat() if conversation.owner_since else None,
        },
        "customer": _customer(customer) if customer else None,
        "signals": signals_view(decision) if decision else None,
        "timeline": [entry_view(message) for message in timeline],
        "draft": _draft(decision, state),
        "handoff": handoff_view(card) if (card := _handed(unit, conversation, decision)) else None,
        "decision": decision_view(decision) if decision else None,
        "procedure": procedure_view(decision.procedure) if decision and decision.procedure else None,
        "abstained": decision.abstained if decision else None,
        "adoption": adoption_view(unit, conversation.id, decision),
    }
    return view | {"version": _version(view)}


def _handed(unit: Unit, conversation: Conversation, decision: Decision | None) -> Handoff | None:
    """The card stays while a person has it: what the customer adds meanwhile takes nothing of it away."""
    if decision is None or decision.handoff or not conversation.open:
        return decision.handoff if decision else None
    if not conversation.owner.is_human:
        return None
    cards = (each.handoff for each in reversed(unit.decisions.of_conversation(conversation.id)))
    return next((card for card in cards if card), None)


def _waiting(timeline: list[Message], decision: Decision | None) -> bool:
    newest = next((m for m in reversed(timeline) if m.public), None)
    if newest is None or newest.role is not Role.CUSTOMER:
        return False
    return decision is None or decision.message_id != newest.id


def _state(decision: Decision | None) -> str:
    if decision is None:
        return "none"
    return "silent" if decision.disposition.action is Action.SILENT else "ready"


def _version(view: Json) -> int:
    """Another number whenever the sidebar would show something else."""
    shown = json.dumps(view, sort_keys=True).encode()
    # 48 bits, because a browser's numbers are exact to 53.
    return int.from_bytes(hashlib.sha256(shown).digest()[:6])


def _customer(customer: Customer) -> Json:
    facts = [
        {"label": label, "value": _capital(customer.attributes[name]), "source": "Zendesk profile"}
        for name, label in FACTS.items()
        if customer.attributes.get(name)
    ]
    email = next((i for i in customer.identities if i.kind is IdentityKind.EMAIL), None)
    return {
        "id": customer.id,
        "name": customer.name,
        "tier": customer.tier,
        "email": customer.email,
        "phone": customer.phone,
        "verified": bool(email and email.verified),
        "locale": customer.locale,
        "time_zone": customer.time_zone,
        "since": customer.attributes.get("customer_since"),
        "facts": facts,
    }


def _capital(text: str) -> str:
    """Fields of a helpdesk often hold bare tags."""
    return text[:1].upper() + text[1:]


def entry_view(message: Message) -> Json:
    return {
        "id": message.id,
        "at": message.at.isoformat(),
        "channel": message.channel,
        "role": message.role,
        "author": message.author,
        "text": message.text,
        "public": message.public,
        "delivery": DELIVERIES.get(message.delivery or ""),
        "instruction": is_instruction(message),
        "files": [file_line(attachment) for attachment in message.attachments],
    }


def _draft(decision: Decision | None, state: DraftState | None) -> Json | None:
    if decision is None or decision.draft is None or state in CLOSED_STATES:
        return None
    sent = decision.disposition.action is Action.AUTO_REPLY
    return draft_view(decision.draft, "sent" if sent else (state or DraftState.OFFERED))


def draft_view(draft: Draft, state: str) -> Json:
    return {
        "id": draft.id,
        "language": draft.language,
        "confidence": round(draft.confidence, 3),
        "composer": draft.composer,
        "state": state,
        "body": draft.body,
        "sentences": [sentence_view(sentence) for sentence in draft.sentences],
        "unknown": list(draft.unknown),
        "struck": [{"text": struck.text, "reason": struck.reason} for struck in draft.struck],
        "findings": [finding_view(finding) for finding in draft.findings],
    }


def finding_view(finding: Finding) -> Json:
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "text": finding.text,
        "sentence": finding.sentence,
        "span": list(finding.span) if finding.span else None,
        "remedy": finding.remedy,
    }


def sentence_view(sentence: Sentence) -> Json:
    return {
        "text": sentence.text,
        "kind": sentence.kind,
        "paragraph": sentence.paragraph,
        "citation": _citation(sentence.citation) if sentence.citation else None,
        "record": sentence.record,
    }


def _citation(citation: Citation) -> Json:
    passage = citation.passage
    return {
        "article_id": passage.article_id,
        "title": passage.title,
        "url": passage.url,
        "link": _link(citation),
        "section": passage.section,
        "heading": passage.path[-1] if passage.path else "",
        "audience": passage.audience,
        "updated_at": passage.updated_at.isoformat() if passage.updated_at else None,
        "passage": passage.text,
        "quote_start": citation.start - passage.start,
        "quote_end": citation.end - passage.start,
    }


def _link(citation: Citation) -> str:
    """The article, opened at the cited words. Many tickets cite the same ones."""
    passage = citation.passage
    return _address(passage.url, passage.text, citation.start - passage.start, citation.end - passage.start)


_address = lru_cache(maxsize=2048)(address_at)


def passage_view(passage: Passage, score: float, at: datetime) -> Json:
    """`expired` and `stale` (long not looked after): what is not to be quoted to a customer `at` that time."""
    return {
        "article_id": passage.article_id,
        "title": passage.title,
        "url": passage.url,
        "section": passage.section,
        "heading": passage.path[-1] if passage.path else "",
        "text": passage.text,
        "audience": passage.audience,
        "updated_at": passage.updated_at.isoformat() if passage.updated_at else None,
        "brand": passage.brand,
        "expired": passage.expires_at is not None and passage.expires_at <= at,
        "stale": passage.updated_at is not None and at - passage.updated_at > STALE_AFTER,
        "score": round(score, 4),
    }
