"""The ways out that may be offered to one customer now."""

from dataclasses import dataclass

import phonenumbers

from core.model.customer import Customer
from core.model.signals import Signals
from core.ports import Now, Orders
from core.scenarios.compute import Scenario, Spoken, of_orders
from core.scenarios.rules import Rules

SURE = 0.15  # how sure an intent must be for its ways out to be shown; an agent chooses, so little is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Asks the order system only when the customer's intent calls for it."""

    orders: Orders
    rules: Rules
    spoken: Spoken
    now: Now

    def concern(self, signals: Signals) -> bool:
        """Whether any rule is about what the customer wants."""
        return bool(self.rules.about(_intents(signals)))

    def to(self, customer: Customer, signals: Signals, language: str) -> tuple[Scenario, ...]:
        """For the agent to choose from; empty where no rule is about the intent. Raises the errors of `core.errors`
        when the order system does."""
        if not self.concern(signals):
            return ()
        return of_orders(
            self.orders.of_customer(customer),
            self.rules,
            _intents(signals),
            country=country_of(customer),
            language=language,
            now=self.now(),
            spoken=self.spoken,
        )


def _intents(signals: Signals) -> frozenset[str]:
    return frozenset(intent.value for intent in signals.intents if intent.confidence >= SURE)


def country_of(customer: Customer) -> str:
    """The profile's country, else that of the phone number; empty when neither tells."""
    stated = customer.attributes.get("country", "").strip().upper()
    if len(stated) == 2 and stated.isalpha():
        return stated
    try:
        number = phonenumbers.parse(customer.phone or "")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""
