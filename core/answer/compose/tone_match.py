"""How to meet this customer's tone, within the company's own."""

from core.model.signals import Feeling, Signals, Urgency


def manner(signals: Signals) -> str:
    """A line for a language model; empty where nothing is special."""
    told = []
    if signals.sentiment.value == Feeling.NEGATIVE:
        told.append("The customer is unhappy: be calm and plain, without cheerful words.")
    elif signals.sentiment.value == Feeling.POSITIVE:
        told.append("The customer is friendly: you may be warm.")
    if signals.urgency.value == Urgency.HIGH:
        told.append("The customer is in a hurry: begin with what helps at once.")
    return " ".join(told)
