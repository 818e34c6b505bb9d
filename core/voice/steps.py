"""What the workers do when a call moves on: it is kept, its team told, and its end written on the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.consent.reachable import withdrawn
from core.context.ownership import hold, team
from core.context.placing import TELLING
from core.errors import TransientError
from core.execute.step import StepContext
from core.handoff.card import quote_line, wrote
from core.model.call import RANK, Call, CallLine, Stage
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import CHATTED, Channel, Customer, Identity, IdentityKind
from core.model.effect_payloads import MessagePayload, TicketCreatePayload, TicketUpdatePayload
from core.model.event import SHAPES, Event
from core.model.event_payloads import (
    CallAccepted,
    CallEnded,
    CallLanguage,
    CallLink,
    CallMissed,
    CallRinging,
    CallStarted,
    CallUnanswered,
    MessageReceived,
)
from core.model.ids import ConversationId, EffectId, derive_id
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from core.policy import Policy
from core.ports import Store, Unit
from core.text.call_words import line
from core.text.speech import brief
from core.voice.greeting import matter_of
from core.wrap_up.filing import abouts, disposition_of

CALL_RULE = "call"


def note_call(store: Store, event: Event, case: CaseContext) -> None:
    """Remember to which conversation a caller's words belong: who looks at the call later finds it there."""
    said = event.payload
    if not isinstance(said, MessageReceived) or said.channel is not Channel.VOICE:
        return
    with store.begin() as unit:
        call = unit.calls.get(said.sender) or _new(said.sender, event, number=said.phone)
        if call.conversation_id != case.conversation.id:
            unit.calls.save(replace(call, conversation_id=case.conversation.id))


def call_changed(loop: StepContext, event: Event) -> str:
    """One step of a call. They may come late, twice and out of order: a call never goes back to an earlier stage."""
    with loop.store.begin() as unit:
        call = unit.calls.get(event.subject) or _new(event.subject, event)
        effects = _move(loop, unit, call, event)
        fresh = [effect for effect in effects if unit.outbox.add(effect)]
    loop.publish(fresh)
    return f"call_{SHAPES[type(event.payload)]}"


def _move(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    match event.payload:
        case CallStarted() as started:
            return _started(unit, call, started, event.occurred_at)
        case CallLanguage(language=language):
            unit.calls.save(replace(call, language=language))
            return []
        case CallLink(answer=answer):  # they asked for the link by text message, so they agreed to that one
            return text_links(unit, call, answer, loop.policy, event.occurred_at)
        case CallRinging(group=group):
            unit.calls.save(_moved(call, Stage.TRANSFER, group=group))
            return []
        case CallAccepted():
            return _accepted(loop, unit, call, event)
        case CallMissed():
            return _missed(loop, unit, call, event)
        case CallUnanswered() as missed:
            return _unanswered(loop, unit, call, missed, event.occurred_at)
        case _:  # CallEnded: PAYLOADS has no other
            return _ended(loop, unit, call, event)


def _new(sid: str, event: Event, *, number: str = "") -> Call:
    """As far as the event tells of it: they may come out of order."""
    call = Call(sid=sid, number=number, language="en", started_at=event.occurred_at)
    match event.payload:
        case CallStarted() as started:
            return replace(call, number=started.number, language=started.language)
        case CallLanguage(language=language):
            return replace(call, language=language)
        case CallEnded(number=number) | CallMissed(number=number):
            return replace(call, number=number)
    return call


def _moved(call: Call, stage: Stage, **changes: Any) -> Call:
    """At this stage, unless it is further already."""
    return replace(call, stage=stage if RANK[stage] > RANK[call.stage] else call.stage, **changes)


def _started(unit: Unit, call: Call, started: CallStarted, at: datetime) -> list[Effect]:
    unit.calls.save(
        replace(
            call,
            number=started.number,
            language=started.language,
            started_at=min(call.started_at, at),
            conversation_id=call.conversation_id or started.conversation,
        )
    )
    return []


def _accepted(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """A person has the caller: the conversation is theirs from now on, and the assistant is silent."""
    moved = _moved(call, Stage.PERSON, accepted_at=call.accepted_at or event.occurred_at)
    unit.calls.save(moved)
    conversation = _conversation(unit, moved)
    if conversation is None:
        return []
    if not conversation.owner.is_human:
        group = moved.group or loop.policy.default_owner.group
        conversation = unit.conversations.save(hold(conversation, team(group), event.occurred_at))
    told = TicketUpdatePayload(note="The call was taken by telephone.")
    return _noted(loop, call, conversation, "accepted", told, event)


def _unanswered(loop: StepContext, unit: Unit, call: Call, missed: CallUnanswered, at: datetime) -> list[Effect]:
    """Nobody took it: who calls back, whom, and by when they were promised."""
    if call.outcome == CALLBACK:
        return []
    unmet = _moved(call, Stage.TRANSFER, group=missed.group, outcome=CALLBACK)
    unit.calls.save(unmet)
    whom, told = call.number or "a withheld number", "They were promised a call back."
    if missed.within:
        told = f"They were promised a call within {missed.within}."
    elif not missed.promised:
        told = "They heard nothing but the ringing."
    note = f"Nobody at {missed.group} took the call. Please call back {whom}. {told}"
    return to_call_back(unit, unmet, note, loop.policy, at)


def _missed(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """It was over before we had heard of it. Where a part of it did reach us, that says how it ended."""
    if call.outcome == CALLBACK or call.conversation_id is not None:
        return []
    lost = _moved(call, Stage.ENDED, outcome=CALLBACK, ended_at=event.occurred_at)
    unit.calls.save(lost)
    whom = call.number or "a withheld number"
    note = f"A call did not reach the assistant: the caller heard that an error had occurred. Please call back {whom}."
    return to_call_back(unit, lost, note, loop.policy, event.occurred_at)


def _ended(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """The caller or the agent has hung up."""
    conversation = _conversation(unit, call)
    ended = _moved(call, Stage.ENDED, ended_at=call.ended_at or event.occurred_at)
    if conversation is None:
        return _ended_unspoken(loop, unit, ended, event)
    if conversation.owner.is_human and conversation.ticket_id is None:
        raise TransientError("the ticket of this call is still being opened")
    after = afterwards(unit, ended, conversation, loop.policy)
    unit.calls.save(replace(ended, outcome=after.outcome))
    unit.ledger.append("call_ended", {"call": call.sid, "outcome": after.outcome}, event.occurred_at)
    return _noted(loop, call, conversation, "after", after.changes, event)


def _ended_unspoken(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """Nothing was said to the assistant. Who let a team's telephone ring and gave up is called back, too."""
    in_vain = bool(call.group) and not call.answered_by_person and not call.outcome
    outcome = call.outcome or (ABANDONED if in_vain else SPOKE if call.answered_by_person else SILENT)
    ended = replace(call, outcome=outcome)
    unit.calls.save(ended)
    if not in_vain:
        return []
    whom = call.number or "a withheld number"
    note = f"The caller hung up while the telephone of {call.group} rang. Please call back {whom}."
    return to_call_back(unit, ended, note, loop.policy, event.occurred_at)


def _conversation(unit: Unit, call: Call) -> Conversation | None:
    return unit.conversations.get(call.conversation_id) if call.conversation_id else None


def _noted(
    loop: StepContext, call: Call, conversation: Conversation, name: str, changes: TicketUpdatePayload, event: Event
) -> list[Effect]:
    """On the ticket, where there is one."""
    if conversation.ticket_id is None or not changes:
        return []
    return [
        Effect(
            kind=EffectKind.TICKET_UPDATE,
            key=f"{call.sid}:{name}",
            target=conversation.ticket_id,
            payload=changes,
            authority=Authority(rule=CALL_RULE, policy_version=loop.policy.version),
            created_at=event.occurred_at,
            conversation_id=conversation.id,
        )
    ]


# ------------------------------------------------------------------
# What is written when a call is over: what it was about, how it ended, what was said, who it is to be closed as.


# How a call ended.
HELPED, SPOKE, CALLBACK, ABANDONED, SILENT = "answered", "spoke_to_person", "callback", "abandoned", "nothing_said"
MOST_LINES = 40  # of the transcript in the note; the timeline has them all
WORDS = {
    HELPED: "answered by the virtual assistant",
    SPOKE: "spoke with a person",
    CALLBACK: "nobody was free to take it",
    ABANDONED: "hung up before anybody answered",
    SILENT: "said nothing",
}
CALL_BACK = frozenset({CALLBACK, ABANDONED})
UNHAPPY = -0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`changes` are the ticket's."""

    outcome: str
    disposition: str
    changes: TicketUpdatePayload


def afterwards(unit: Unit, call: Call, conversation: Conversation, policy: Policy) -> After:
    """Built from the record alone, nothing is guessed."""
    lines = unit.calls.lines(call.sid)
    spoken = [m for m in unit.conversations.messages(conversation.id) if m.address == call.sid]
    outcome = outcome_of(call, spoken, conversation.owner.is_human)
    told = _abouts(unit, call, conversation, lines, policy.confidence_intent)
    label, code = disposition_of(told, policy)
    tags = (policy.voice.tag, f"call_{code}", *([policy.voice.callback_tag] if outcome in CALL_BACK else []))
    note = summary(call, outcome, label, code, spoken, lines)
    return After(outcome=outcome, disposition=code, changes=TicketUpdatePayload(note=note, add_tags=tags))


def outcome_of(call: Call, spoken: Sequence[Message], waiting: bool) -> str:
    """`waiting`: a person has the conversation, and so owed them a word."""
    if call.answered_by_person:
        return SPOKE
    if call.outcome == CALLBACK:
        return CALLBACK
    if not spoken:
        return ABANDONED if waiting else SILENT
    answered = any(m.role is Role.ASSISTANT for m in spoken)
    return HELPED if answered and not waiting else ABANDONED


def summary(
    call: Call, outcome: str, about: str, code: str, spoken: Sequence[Message], lines: Sequence[CallLine]
) -> str:
    """The note: facts first, then what was said to the assistant and to the person."""
    first = next((m.text for m in spoken if m.role is Role.CUSTOMER), "")
    seconds = int((call.ended_at - call.started_at).total_seconds()) if call.ended_at else 0
    facts = [
        f"Call from {call.number or 'a withheld number'}, {seconds // 60}:{seconds % 60:02d} min: {WORDS[outcome]}.",
        f"About: {about or 'not recognised'}. Disposition: {code}.",
        *([f"They called because: “{brief([first], 1)}”"] if first else []),
        *_mood(lines),
        *([f"Please call back {call.number or '(withheld number)'}."] if outcome in CALL_BACK else []),
    ]
    transcript = [f"{m.at:%H:%M:%S} {_who(m.role)}: {m.text}" for m in spoken[-MOST_LINES:]]
    return "\n".join([*facts, "", *transcript]).strip()


def _mood(lines: Sequence[CallLine]) -> list[str]:
    moods = [each.mood for each in lines if each.mood is not None]
    if not moods:
        return []
    least = min(moods)
    if least >= UNHAPPY:
        return ["The caller stayed calm."]
    if len(moods) == 1:
        return [f"The caller was unhappy (mood {least:+.1f})."]
    return [f"The caller's mood went from {moods[0]:+.1f} to {moods[-1]:+.1f}, at its lowest {least:+.1f}."]


def _abouts(
    unit: Unit, call: Call, conversation: Conversation, lines: Sequence[CallLine], least: float
) -> list[tuple[str, str]]:
    """(intent, label) of what was said in the call, the newest first."""
    live = [
        (found["value"], found["label"] or found["value"])
        for line in reversed(lines)
        for found in line.beside.get("intents", ())[:1]
        if found["confidence"] >= least
    ]
    decisions = [each for each in unit.decisions.of_conversation(conversation.id) if each.at >= call.started_at]
    return live + abouts(decisions, least)


def _who(role: Role) -> str:
    return {Role.CUSTOMER: "Caller", Role.AGENT: "Agent", Role.ASSISTANT: "Assistant"}.get(role, "System")


# ------------------------------------------------------------------
# Somebody called whom nobody spoke with: a team has it on a ticket whom to call back.


LONGEST_SUBJECT = 80


def to_call_back(unit: Unit, call: Call, note: str, policy: Policy, at: datetime) -> list[Effect]:
    """The note and the tag, on the ticket of what they may have called about; where there is none, on a new one at the
    team that was rung. Nothing where nothing was said and the number is withheld: nobody could be called.

    Raises:
        TransientError: the ticket is still being opened.
    """
    conversation = _conversation_of_missed(unit, call, policy, at)
    if conversation is None:
        return []
    unit.calls.save(replace(call, conversation_id=conversation.id))
    changes = TicketUpdatePayload(note=note, add_tags=(policy.voice.callback_tag,), status="open")
    payload: TicketUpdatePayload | TicketCreatePayload = changes
    if conversation.ticket_id is not None:
        kind, target = EffectKind.TICKET_UPDATE, str(conversation.ticket_id)
    elif _on_its_way(unit, conversation):
        raise TransientError("the ticket of this call is still being opened")
    else:
        group = call.group or policy.default_owner.group
        if not conversation.owner.is_human:
            conversation = unit.conversations.save(hold(conversation, team(group), at))
        kind, target = EffectKind.TICKET_CREATE, str(conversation.customer_id)
        payload = _ticket(unit, call, conversation, replace(changes, group=group))
    return [
        Effect(
            kind=kind,
            key=f"{call.sid}:callback",
            target=target,
            payload=payload,
            authority=Authority(rule=CALL_RULE, policy_version=policy.version),
            created_at=at,
            conversation_id=conversation.id,
        )
    ]


def _conversation_of_missed(unit: Unit, call: Call, policy: Policy, at: datetime) -> Conversation | None:
    """The call's own; else the caller's open one; else a new one. None where nobody knows who called. On messaging the
    helpdesk opens the ticket by itself, so one that has none yet is left as it is."""
    known = unit.conversations.get(call.conversation_id) if call.conversation_id else None
    if known is not None or not call.number:
        return known
    matter = matter_of(unit, call.number, policy, at)
    theirs = matter.conversation
    if theirs is not None and (theirs.ticket_id is not None or theirs.channel not in CHATTED):
        return theirs
    begun = Conversation(
        id=ConversationId(derive_id("co", "call", call.sid)),
        customer_id=(matter.customer or _somebody(unit, call.number)).id,
        subject=f"Missed call from {call.number}",
        owner=team(call.group or policy.default_owner.group),
        owner_since=at,
        channel=Channel.VOICE,
        updated_at=at,
    )
    unit.conversations.add(begun)
    return begun


def _somebody(unit: Unit, number: str) -> Customer:
    """A caller of whom the number is all that is known; it proves nobody."""
    identity = Identity(kind=IdentityKind.PHONE, value=number)
    fresh = Customer(id=unit.customers.name_for(identity), name=number, identities=(identity,))
    unit.customers.save(fresh)
    return fresh


def _on_its_way(unit: Unit, conversation: Conversation) -> bool:
    rows = unit.outbox.of_conversation(conversation.id)
    return any(row.effect.kind in TELLING and row.state is not EffectState.REFUSED for row in rows)


def _ticket(unit: Unit, call: Call, conversation: Conversation, changes: TicketUpdatePayload) -> TicketCreatePayload:
    customer = unit.customers.get(conversation.customer_id)
    said = [message for message in unit.conversations.messages(conversation.id) if message.public]
    called = f"Call from {call.number or 'a withheld number'}, {call.started_at:%Y-%m-%d %H:%M} UTC. Nobody took it."
    return TicketCreatePayload(
        subject=quote_line(conversation.subject, LONGEST_SUBJECT),
        text="\n\n".join([called, *(wrote(message.author, message) for message in said)]),
        requester_id=customer.current(IdentityKind.HELPDESK) if customer else None,
        name=customer.name if customer else call.number,
        phone=(customer.phone if customer else None) or call.number or None,
        then=changes,
        covers=tuple(message.id for message in said),
    )


# ------------------------------------------------------------------
# The link to what was read out, as a text message, for a caller who pressed the key for it.


ANSWER_RULE = "automatic_reply"  # it is the source of an answer that left under it


def text_links(unit: Unit, call: Call, answer: EffectId, policy: Policy, at: datetime) -> list[Effect]:
    """The addresses of the answer with this effect; nothing where it has none, the number is withheld, or its customer
    wants no texts. A key press asks for this one text and for nothing else: it is no consent that is kept, and takes no
    refusal back, because anybody can call with that number."""
    row = unit.outbox.get(answer)
    said = row.effect.message if row is not None else None
    conversation = unit.conversations.get(call.conversation_id) if call.conversation_id else None
    if row is None or said is None or not said.links or conversation is None or not call.number:
        return []
    customer = unit.customers.get(conversation.customer_id)
    if customer is None or withdrawn(customer, Channel.SMS):
        return []
    language = said.language or call.language
    unit.ledger.append("link_wanted", {"call": call.sid, "asked": line("link", language), "effect": row.effect.id}, at)
    return [
        Effect(
            kind=EffectKind.MESSAGE,
            key=f"{row.effect.key}:link",
            target=call.number,
            payload=MessagePayload(
                channel=Channel.SMS, body="\n".join(said.links), ai_generated=True, language=language
            ),
            authority=Authority(rule=ANSWER_RULE, policy_version=policy.version),
            created_at=at,
            conversation_id=conversation.id,
        )
    ]
