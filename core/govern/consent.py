"""A no is a no on every channel."""

from datetime import datetime

from core.model.conversation import CaseContext
from core.model.customer import Channel, Consent, Customer, Purpose
from core.ports import Unit


def withdraw(unit: Unit, case: CaseContext, now: datetime) -> None:
    """Record the withdrawal for every channel and purpose, with the customer's own words as proof."""
    latest = case.latest
    for channel in Channel:
        for purpose in Purpose:
            consent = Consent(
                channel=channel,
                purpose=purpose,
                granted=False,
                at=latest.at if latest else now,
                source=f"the customer, by {latest.channel}" if latest else "the customer",
                wording=latest.text if latest else "",
            )
            unit.customers.add_consent(case.customer.id, consent)


def withdrawn(customer: Customer, channel: Channel) -> bool:
    """Whether the customer's latest word on messages of service by this channel is a no. Silence is none."""
    words = [c for c in customer.consents if c.channel is channel and c.purpose is Purpose.SERVICE]
    return bool(words) and not customer.consented(channel, Purpose.SERVICE)
