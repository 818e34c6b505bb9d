"""The ticket as the sidebar shows it: one value built from the store. What was read, decided and done, and what
became of what we had for the agent's reply, stand in it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from core.context.joining import tickets_of
from core.context.questions import Question, place_of, questions_of
from core.govern.draft_edits import ADOPTED_FROM
from core.handoff.card import file_line
from core.handoff.instruction import is_instruction
from core.handoff.package import as_told
from core.knowledge.link import address_at
from core.knowledge.stale import STALE_AFTER
from core.model.conversation import Conversation, Message, Role
from core.model.cost import Cost
from core.model.customer import Customer, IdentityKind
from core.model.decision import Action, Decision, Expected, Handoff, Progress
from core.model.draft import Draft, DraftState, Finding, Sentence
from core.model.ids import ConversationId, TicketId
from core.model.insertion import Compared, InsertedFrom
from core.model.knowledge import Citation, Passage
from core.model.signals import Scored
from core.ports import Unit

Json = dict[str, Any]


def adoption_view(unit: Unit, conversation_id: ConversationId, decision: Decision | None) -> Json | None:
    """Used, edited or ignored, and by how many words the reply differs from the draft, from what was inserted and from
    what was approved; None before there is a reply."""
    if decision is None:
        return None
    if decision.draft is None:
        compared = unit.insertions.list_compared(conversation_id)
        return _without_draft([each for each in compared if each.insertion.at >= decision.at])
    feedback = unit.decisions.feedback(decision.draft.id)
    measured = [(kind, detail) for kind, detail in feedback if "distance" in detail]
    if not measured:
        return None
    kind, detail = measured[-1]
    comment = detail.get("comment")
    mine = [each for each in unit.insertions.list_compared(conversation_id) if each.fate.comment == comment]
    return {"state": kind, **_measured_view(detail), **_taken(mine)}


def _measured_view(detail: Mapping[str, Any]) -> Json:
    return {
        "distance": detail["distance"],
        "similarity": detail["similarity"],
        "inserted": detail.get("to_inserted"),
    }


def _without_draft(taken: Sequence[Compared]) -> Json | None:
    """Nothing was drafted, but an article, a macro or another answer was taken."""
    if not taken:
        return None
    last = [each for each in taken if each.fate.comment == taken[-1].fate.comment]
    kept = max(each.fate.kept for each in last)
    nearest = min(each.fate.distance for each in last)
    state = DraftState.USED if nearest == 0 else _adopted_state(kept)
    return {"state": state, "distance": None, "similarity": kept, "inserted": nearest, **_taken(last)}


def _adopted_state(kept: float) -> DraftState:
    return DraftState.EDITED if kept >= ADOPTED_FROM[1][0] else DraftState.IGNORED


def _taken(compared: Sequence[Compared]) -> Json:
    approved = [each.fate.distance for each in compared if each.insertion.source is InsertedFrom.APPROVED]
    return {
        "sources": list(dict.fromkeys(each.insertion.source.value for each in compared)),
        "note": any(each.insertion.note for each in compared),
        "approved": min(approved, default=None),
    }


LIKELY = 0.5  # of a second matter that is named beside the first


def _scored_view(scored: Scored) -> Json:
    return {
        "value": scored.value,
        "label": scored.label or scored.value,
        "confidence": round(scored.confidence, 3),
        "evidence": [evidence.words for evidence in scored.evidence],
    }


def signals_view(decision: Decision) -> Json:
    """What was read off the message. What the policy holds for too faint is left to "Why this?"."""
    signals = decision.signals
    faint = {line.partition(":")[0] for line in decision.disposition.considered}
    return {
        "language": _scored_view(signals.language),
        "intent": _scored_view(signals.intent),
        "also": [intent.label or intent.value for intent in signals.intents[1:] if intent.confidence >= LIKELY],
        "sentiment": _scored_view(signals.sentiment) | {"score": round(signals.mood, 3)},
        "urgency": _scored_view(signals.urgency),
        "risks": [
            {"kind": r.value, "label": r.label or r.value, "evidence": " · ".join(e.words for e in r.evidence)}
            for r in sorted(signals.risks, key=lambda risk: -risk.confidence)
            if r.value not in faint
        ],
        "emotions": [_scored_view(emotion) for emotion in signals.emotions],
        "facts": [_fact(fact) for fact in signals.facts],
    }


def _fact(fact: Scored) -> Json:
    """What was read off the conversation or its records, with what shows it."""
    return {
        "name": fact.value,
        "title": fact.value.replace("_", " "),
        "label": fact.label,
        "amount": None if fact.amount is None else round(fact.amount, 2),
        "confidence": round(fact.confidence, 3),
        "evidence": [evidence.words for evidence in fact.evidence],
        "records": list(fact.records),
    }


def handoff_view(card: Handoff) -> Json:
    return {
        "reason": card.reason,
        "group": card.group,
        "agent": card.agent,
        "wants": card.wants,
        "tried": list(card.tried),
        "open": list(card.open),
        "summary": card.summary,
        "sentiment_trend": list(card.sentiment_trend),
        "identity": card.identity,
        "options": list(card.options),
        "history": list(card.history),
        "intent": card.intent,
        "sources": list(card.sources),
        "proof": card.proof,
        "steps": list(card.steps),
        "diagnostics": list(card.diagnostics),
        "profile": list(card.profile),
        "consent": list(card.consent),
        "activity": list(card.activity),
        "last_issue": card.last_issue,
        "withheld": list(card.withheld),
        "reply": _reply(card.reply),
        "ways": list(card.ways),
    }


def _reply(reply: Expected | None) -> Json | None:
    """What the customer was told to expect; None where nothing was."""
    if reply is None or (reply.minutes is None and not reply.promise and reply.opens_at is None):
        return None
    return {
        "minutes": reply.minutes,
        "promise": reply.promise,
        "by": reply.by.isoformat() if reply.by else None,
        "opens_at": reply.opens_at.isoformat() if reply.opens_at else None,
        "grounds": reply.grounds,
    }


def procedure_view(progress: Progress) -> Json:
    return {
        "name": progress.procedure.replace("_", " "),
        "outcome": progress.outcome,
        "rounds": progress.rounds,
        "wants": list(progress.wants),
        "reason": progress.reason,
        "steps": [{"kind": s.kind, "what": s.what, "result": s.result} for s in progress.taken],
    }


def decision_view(decision: Decision) -> Json:
    timings: Mapping[str, float] = decision.timings
    return {
        "id": decision.id,
        "disposition": decision.disposition.action,
        "rule": decision.disposition.rule,
        "reason": decision.disposition.reason,
        "policy_version": decision.policy_version,
        "at": decision.at.isoformat(),
        "timings": dict(timings),
        "model": decision.draft.model if decision.draft else None,
        "confidence": round(decision.draft.confidence, 3) if decision.draft else None,
        "tier": decision.disposition.tier,
        "route": decision.routed.reason if decision.routed else None,
        "considered": list(decision.disposition.considered),
        "cost": _cost(decision.costs),
    }


def _cost(costs: Sequence[Cost]) -> Json | None:
    """What language models cost for this decision; None where none was asked."""
    if not costs:
        return None
    return {
        "amount": round(sum(cost.amount for cost in costs), 6),
        "currency": costs[0].currency,
        "tokens": sum(cost.read + cost.written for cost in costs),
    }


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
    questions = questions_of(unit, conversation, timeline)
    own = next((each for each in questions if each.message.ticket_id == ticket_id), None)
    latest = unit.decisions.latest(conversation.id)
    # A ticket shows the question that waits on it, whatever was asked and answered elsewhere since.
    decision = own.decision if own is not None and (own.waits or conversation.ticket_id != ticket_id) else latest
    state = unit.decisions.draft_state(decision.draft.id) if decision and decision.draft else None
    waiting = _waiting(timeline, latest)
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
        "handoff": handoff_view(card) if (card := _find_handoff(unit, conversation, decision)) else None,
        "decision": decision_view(decision) if decision else None,
        "procedure": procedure_view(decision.procedure) if decision and decision.procedure else None,
        "abstained": decision.abstained if decision else None,
        "adoption": adoption_view(unit, conversation.id, decision),
        "questions": [_question(each, conversation, timeline) for each in questions],
        "main": None if conversation.ticket_id in (None, ticket_id) else conversation.ticket_id,
        "suggestions": suggestions_view(unit, conversation, timeline),
    }
    return view | {"version": version_of(view)}


def _question(question: Question, conversation: Conversation, timeline: Sequence[Message]) -> Json:
    """`ticket` is where it is answered: that it was asked on, else the conversation's. `first` is what the customer
    wrote first in the same place."""
    theirs = (m for m in timeline if m.role is Role.CUSTOMER and m.public)
    return {
        "message": question.message.id,
        "first": next(m.id for m in theirs if place_of(m) == place_of(question.message)),
        "text": question.message.text,
        "channel": question.message.channel,
        "ticket": question.message.ticket_id or conversation.ticket_id,
        "at": question.message.at.isoformat(),
        "state": question.state,
        "by": question.by,
        "drafted": question.decision.draft is not None and question.waits,
    }


def suggestions_view(unit: Unit, here: Conversation, timeline: Sequence[Message]) -> list[Json]:
    """What may be one matter with this conversation, each with both questions, the earlier first; nothing of what was
    moved away since. `tickets` are the other's, for whoever may read them all."""
    found = []
    for each in unit.threads.suggestions(here.id):
        there = unit.conversations.get(each.other_id if each.conversation_id == here.id else each.conversation_id)
        said = {here.id: timeline, there.id: unit.conversations.messages(there.id)} if there else {}
        theirs = {name: [m for m in all_of if m.role is Role.CUSTOMER and m.public] for name, all_of in said.items()}
        before = [m for m in theirs.get(each.other_id, ()) if m.at <= each.at]
        begun = theirs.get(each.conversation_id)
        if there is None or not before or not begun or not (here.open or there.open):
            continue
        tickets = {here.id: here.ticket_id, there.id: there.ticket_id}
        asked = [(before[-1], tickets[each.other_id]), (begun[0], tickets[each.conversation_id])]
        found.append(
            {
                "id": each.conversation_id,
                "questions": [_asked(m, ticket) for m, ticket in asked],
                "tickets": tickets_of(unit, there),
            }
        )
    return found


def _asked(message: Message, ticket: TicketId | None) -> Json:
    return {
        "author": message.author,
        "text": message.text,
        "channel": message.channel,
        "ticket": message.ticket_id or ticket,
        "at": message.at.isoformat(),
    }


def _find_handoff(unit: Unit, conversation: Conversation, decision: Decision | None) -> Handoff | None:
    """The card stays while a person has it: what the customer adds meanwhile takes nothing of it away."""
    if not conversation.open or not conversation.owner.is_human:
        return None
    found = decision.handoff if decision is not None else None
    if found is None:
        cards = (each.handoff for each in reversed(unit.decisions.of_conversation(conversation.id)))
        found = next((card for card in cards if card), None)
    return as_told(unit, found, conversation.id) if found else None


def _waiting(timeline: list[Message], decision: Decision | None) -> bool:
    newest = next((m for m in reversed(timeline) if m.public), None)
    if newest is None or newest.role is not Role.CUSTOMER:
        return False
    return decision is None or decision.about != newest.id


def _state(decision: Decision | None) -> str:
    if decision is None:
        return "none"
    return "silent" if decision.disposition.action is Action.SILENT else "ready"


def version_of(view: Mapping[str, Any]) -> int:
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
