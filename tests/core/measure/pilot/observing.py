"""Turns of a pilot, as few words as they need."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.answer.answer import Answered
from core.decide.evaluation import circumstances_of, conclude
from core.measure.pilot.observe import Adopted, Observed
from core.measure.replay import Remembered
from core.model.conversation import CaseContext
from core.model.customer import Channel
from core.model.decision import Decision
from core.model.draft import Draft
from core.model.ids import ConversationId, DecisionId, MessageId
from core.model.signals import Scored, Signals
from core.policy import Policy
from tests.connectors.sql import samples

USED = Adopted(state="used", words=0, similarity=1.0)
NEARLY = Adopted(state="edited", words=1, similarity=0.95)
REWRITTEN = Adopted(state="edited", words=12, similarity=0.5)
IGNORED = Adopted(state="ignored", words=40, similarity=0.1)


def clean_draft(**changes: Any) -> Draft:
    return samples.draft(**{"findings": (), "unknown": (), "confidence": 0.9, **changes})


def turn(
    policy: Policy,
    number: int = 1,
    *,
    channel: Channel = Channel.SMS,
    intent: str = "reset",
    draft: Draft | None = None,
    risks: tuple[Scored, ...] = (),
    talk: str = "",
    **more: Any,
) -> Observed:
    """Decided as the policy decides, and stored as it was. `talk` names the conversation; each has its own."""
    case = case_of(number, channel, talk or str(number))
    signals = Signals(
        language=Scored(value="en", confidence=0.99),
        intents=(Scored(value=intent, confidence=0.9, label=intent.title()),),
        sentiment=Scored(value="neutral", confidence=0.9),
        mood=0.0,
        urgency=Scored(value="normal", confidence=0.9),
        risks=risks,
        moods=(0.0,),
    )
    drafted = draft if draft is not None else clean_draft()
    made = conclude(case, signals, policy, Answered(draft=drafted, abstained=None))
    decision = samples.decision(
        number,
        id=DecisionId(f"de_{number}"),
        conversation_id=case.conversation.id,
        message_id=MessageId(f"me_{number}"),
        signals=signals,
        disposition=made.disposition,
        policy_version=policy.version,
        at=samples.NOW + number * timedelta(hours=1),
        draft=made.answered.draft,
        circumstances=circumstances_of(case),
    )
    return Observed(turn=Remembered(decision=decision, case=case), channel=channel, intent=intent, **more)


def case_of(number: int, channel: Channel, talk: str) -> CaseContext:
    conversation = samples.conversation(talk, id=ConversationId(f"co_{talk}"), channel=channel)
    message = samples.message(number, conversation_id=conversation.id, channel=channel, text="How do I reset it?")
    return CaseContext(
        customer=samples.customer(),
        conversation=conversation,
        timeline=(message,),
        now=message.at + timedelta(minutes=1),
    )


def changed(observed: Observed, **changes: Any) -> Observed:
    """With another decision than the one that the policy takes."""
    decision: Decision = replace(observed.decision, **changes)
    return replace(observed, turn=replace(observed.turn, decision=decision))
