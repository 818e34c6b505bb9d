"""Who is calling, in which language, and what it may be about; nothing of the account is said of it."""

from dataclasses import dataclass
from datetime import datetime

from core.model.conversation import Conversation
from core.model.customer import Customer, Identity, IdentityKind
from core.model.signals import NO_INTENT
from core.policy import Policy
from core.policy.channels import Voice
from core.ports import Unit
from core.text.call_words import COUNTRIES, line
from core.voice.arrival import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The customer behind a number and the conversation that is still open. `label` names its intent, in the language
    of the policy; empty where it is one that is spoken of only with somebody proved."""

    customer: Customer | None = None
    conversation: Conversation | None = None
    label: str = ""

    def question(self, language: str, labelled: str) -> str:
        """A number can be forged: what is asked tells whoever calls no more than that there was a conversation, and
        the kind of it."""
        if self.conversation is None:
            return line("how", language)
        if self.label and language == labelled:
            return line("matter_named", language, matter=self.label.casefold())
        return line("matter", language)


def matter_of(unit: Unit, number: str, policy: Policy, now: datetime) -> Matter:
    customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=number)) if number else None
    if customer is None:
        return Matter()
    recent = unit.conversations.recent(customer.id, now - policy.same_matter)
    conversation = next((each for each in recent if each.open), None)
    if conversation is None:
        return Matter(customer=customer)
    decision = unit.decisions.latest(conversation.id)
    intent = decision.signals.intent if decision else NO_INTENT
    sure = intent is not NO_INTENT and intent.confidence >= policy.confidence_intent
    named = sure and intent.value not in policy.verification.intents
    return Matter(customer=customer, conversation=conversation, label=intent.label if named else "")


def language_of(arrival: Arrival, matter: Matter, voice: Voice) -> str:
    """The one that the customer asked for or that of their profile, else the country's, as far as calls are answered in
    it."""
    profile = matter.customer.language if matter.customer else ""
    wishes = (profile, COUNTRIES.get(arrival.country, ""))
    return next((wish for wish in wishes if wish in voice.languages), voice.languages[0])
