"""What is said while a person speaks with a caller: kept, read, and told to the supervisors where it is grave."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.alerts.raising import about, add_or_count, alert_effect
from core.decide.wordings import count_wordings
from core.errors import TransientError
from core.execute.decision_alerts import kind_of
from core.execute.step import StepContext
from core.model.alert import Raised
from core.model.call import Call, CallLine
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.event import Event
from core.model.event_payloads import LineSpoken
from core.model.ids import MessageId, derive_id
from core.model.knowledge import Hit
from core.model.outbound import Effect
from core.model.signals import Signals
from core.policy import Policy
from core.ports import Unit
from core.read.turn_input import customer_words

MOST_HITS = 3
LONGEST_PASSAGE = 360
DISTRESS = -0.75  # a mood below this is told, whatever the words


def call_line(loop: StepContext, event: Event) -> str:
    """Keep the line; of the customer's, read how they feel and what could help the agent. The assistant says nothing:
    a person speaks. Of a call that nobody took no line is kept: what was said to the assistant is on the timeline
    anyway, and no agent said anything."""
    spoken = event.payload_as(LineSpoken)
    with loop.store.read() as unit:
        call = unit.calls.get(event.subject)
        conversation = unit.conversations.get(call.conversation_id) if call and call.conversation_id else None
        customer = unit.customers.get(conversation.customer_id) if conversation else None
    if call is None or conversation is None or customer is None:
        raise TransientError("what was said belongs to a call that is not known yet")
    if not call.answered_by_person:
        if call.outcome:
            return "nobody_took_it"
        raise TransientError("what was said belongs to a call that nobody has taken yet")
    message = _message(event, spoken, conversation, customer.name)
    line = CallLine(sid=call.sid, key=spoken.key, role=message.role, text=message.text, at=message.at)
    told: tuple[str, ...] = ()
    alert: Effect | None = None
    if message.role is Role.CUSTOMER:
        case = CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=event.received_at)
        signals = count_wordings(loop.evaluator.sense.read(case), customer_words(case), loop.policy.triggers)
        hits = loop.evaluator.answer.search(message.text, MOST_HITS, conversation.brand)
        line = replace(line, mood=signals.mood, beside=_beside(signals, hits))
        heard = _heard(call, signals, loop.policy)
        told = tuple(heard)
        alert = _alert(call, conversation, customer, message, heard, loop.policy) if heard else None
    with loop.store.begin() as unit:
        fresh = _kept(unit, call, line, message, told, alert)
    loop.publish(fresh)
    return "heard" if line.role is Role.CUSTOMER else "said"


def _kept(
    unit: Unit, call: Call, line: CallLine, message: Message, told: tuple[str, ...], alert: Effect | None
) -> list[Effect]:
    if not unit.calls.add_line(line):
        return []
    unit.conversations.add_message(message)
    if alert is None:
        return []
    now = unit.calls.get(call.sid) or call
    unit.calls.save(replace(now, raised=tuple(dict.fromkeys((*now.raised, *told)))))
    return add_or_count(unit, alert)


def _message(event: Event, spoken: LineSpoken, conversation: Conversation, customer: str) -> Message:
    ref = f"twilio:{event.subject}:{spoken.key}"
    return Message(
        id=MessageId(derive_id("ms", ref)),
        conversation_id=conversation.id,
        channel=Channel.VOICE,
        role=spoken.role,
        author=customer if spoken.role is Role.CUSTOMER else conversation.owner.name or "Agent",
        text=spoken.text,
        at=event.occurred_at,
        vendor_ref=ref,
        address=event.subject,
    )


def _beside(signals: Signals, hits: list[Hit]) -> dict[str, Any]:
    """What the sidebar shows of it: values, so that looking at it costs nothing."""
    return {
        "intents": [{"value": i.value, "label": i.label, "confidence": i.confidence} for i in signals.intents[:3]],
        "risks": [{"value": r.value, "label": r.label, "confidence": r.confidence} for r in signals.risks],
        "language": signals.language.value,
        "knowledge": [_hit(hit) for hit in hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    text = passage.text if len(passage.text) <= LONGEST_PASSAGE else f"{passage.text[: LONGEST_PASSAGE - 1]}…"
    return {"title": passage.title, "url": passage.url, "text": text, "score": round(hit.score, 3)}


def _heard(call: Call, signals: Signals, policy: Policy) -> Mapping[str, str]:
    """Why supervisors are told, by the trigger of the policy that wants it, and distress; each once in a call."""
    heard = {
        risk.value: policy.triggers[risk.value].why
        for risk in signals.risks
        if risk.value in policy.triggers
        and policy.triggers[risk.value].alert
        and risk.confidence >= policy.triggers[risk.value].threshold
    }
    if signals.mood <= DISTRESS:
        heard["distress"] = "The caller is in distress"
    return {
        trigger: why
        for trigger, why in heard.items()
        if trigger not in call.raised and kind_of(trigger) not in policy.alerts.off
    }


def _alert(
    call: Call,
    conversation: Conversation,
    customer: Customer,
    message: Message,
    heard: Mapping[str, str],
    policy: Policy,
) -> Effect:
    trigger, *others = heard
    raised = Raised(
        kind=kind_of(trigger),
        # A card of its own: it presses while the call lasts.
        key=f"call:{call.sid}:{conversation.id}",
        source=f"{call.sid}:alert:{trigger}",
        text=f"On a live call with {customer.name}: {heard[trigger]}. They said: “{message.text[:200]}”",
        facts={"Besides": "; ".join(heard[each] for each in others), "Team": call.group},
        reasons=tuple(heard),
    )
    return alert_effect(about(raised, conversation, customer), policy, message.at, "call_alert")
