"""One question back, where the message may be about two or three matters and nobody can tell which."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.answer.answered import Answered
from core.decide.turn import MESSAGING
from core.model.conversation import CaseContext
from core.model.draft import Draft
from core.model.signals import Scored, Signals
from core.policy import Policy

LEAST = 0.4  # of what the policy takes for sure: below that an intent is a guess that nobody should be asked about
CHOSEN = 0.95  # how sure an intent is that the customer named when asked
MOST = 3


class Asking(Protocol):
    """How a question back is worded, and how many there were."""

    def asking(self, case: CaseContext, signals: Signals, things: Sequence[str]) -> Draft: ...
    def asked(self, case: CaseContext) -> int: ...


def between(case: CaseContext, signals: Signals, policy: Policy, answered: Answered, asking: Asking | None) -> Answered:
    """The answer as it is; or, where nothing answers surely and several matters are plausible, the question which."""
    channel = case.latest.channel if case.latest else case.conversation.channel
    if asking is None or answered.clarify or not answered.asks or channel not in MESSAGING:
        return answered
    if answered.draft is not None and answered.draft.confidence >= policy.automatic_from(signals.intent.value):
        return answered
    things = plausible(signals, policy)
    if len(things) < 2 or asking.asked(case) >= policy.self_service.clarify:
        return answered
    return replace(answered, draft=asking.asking(case, signals, things), abstained=None, clarify=things)


def plausible(signals: Signals, policy: Policy) -> tuple[str, ...]:
    """What the likely intents are called in front of customers; none where one of them is sure."""
    if not signals.intents or signals.intent.confidence >= policy.confidence_intent:
        return ()
    least, language = LEAST * policy.confidence_intent, signals.language.value
    likely = [intent.value for intent in signals.intents if intent.confidence >= least][:MOST]
    words = (policy.self_service.matter(intent, language) for intent in likely)
    return tuple(dict.fromkeys(word for word in words if word))


def apply_choice(signals: Signals, policy: Policy, thing: str) -> Signals:
    """The signals with the intent first that the customer named when they were asked."""
    matters = policy.self_service.matters.items()
    intent = next((name for name, said in matters if thing and thing in said.values()), None)
    if intent is None:
        return signals
    first = Scored(value=intent, confidence=CHOSEN, label=thing, made_by="the customer, when asked")
    return replace(signals, intents=(first, *(i for i in signals.intents if i.value != intent)))
