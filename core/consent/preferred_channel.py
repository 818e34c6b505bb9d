"""The channel that a customer asked for, where one may write to them there unasked."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.customer import TEXTED, Channel, Customer, Purpose
from core.model.outbound import Occasion
from core.policy import Policy

NAMES: Mapping[Channel, str] = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.VOICE: "a call",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`why` says what became of a wish for another channel than the usual one; empty where there is none."""

    channel: Channel
    why: str = ""


def way_to(customer: Customer, usual: Channel, purpose: Purpose, occasion: Occasion, policy: Policy) -> Way:
    """By the channel that they asked for, if it is one that we write to unasked and they have agreed to it; else by the
    usual one. Whether they have agreed to that is not looked at here."""
    wish = customer.preferences.channel
    if wish is None or wish is usual:
        return Way(channel=usual)
    asked = f"asked for {NAMES.get(wish, wish.capitalize())}"
    if against := _against(customer, wish, purpose, occasion, policy):
        return Way(channel=usual, why=f"{asked}: {against}")
    return Way(channel=wish, why=asked)


def _against(customer: Customer, wish: Channel, purpose: Purpose, occasion: Occasion, policy: Policy) -> str:
    if wish not in TEXTED:
        return "nothing of this kind is sent there"
    if customer.phone is None:
        return "no phone number"
    if not customer.has_consented(wish, purpose):
        return "no consent"
    # Who is written to unasked has seldom written there within the day; without a template it would not leave.
    if wish is Channel.WHATSAPP and occasion not in policy.texting.templates:
        return "no approved template"
    return ""
