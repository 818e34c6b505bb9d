"""Answers to choose from: quick replies or a list on WhatsApp, numbered lines where there are no buttons.

Inside the customer's window such content needs no approval. It is made once for each text and set of choices, and used
again: Twilio keeps what is made.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from connectors.twilio.templates import Listed, Tapped, TwilioTemplates
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.model.outbound import Outgoing

MOST_TAPPED, LONGEST_TAPPED = 3, 20  # quick replies, and characters of each
MOST_LISTED, LONGEST_LISTED = 10, 24
LONGEST_BODY = 1024
KEPT = 500
CHOOSE = {"en": "Choose", "de": "Auswählen", "es": "Elegir", "fr": "Choisir", "pt": "Escolher", "ja": "選択"}


class Buttons:
    """The content with buttons for a message."""

    def __init__(self, templates: TwilioTemplates) -> None:
        self._templates = templates
        self._made: OrderedDict[str, str] = OrderedDict()

    def content(self, outgoing: Outgoing) -> Mapping[str, str] | None:
        """None where the choices do not fit on buttons, or none could be made: then they are numbered lines."""
        shape = _shape(outgoing)
        if shape is None:
            return None
        key = hashlib.sha256("\x1f".join((outgoing.language, outgoing.body, *outgoing.choices)).encode()).hexdigest()
        if key not in self._made:
            try:
                sid = self._templates.made(f"handrail_choice_{key[:24]}", outgoing.language, shape)
            except (ConfigurationError, RejectedError, TransientError, UnknownOutcome):
                return None  # nothing was sent to the customer yet, and words do as well
            self._made[key] = sid
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return {"content_sid": self._made[key]}


def numbered(body: str, choices: tuple[str, ...]) -> str:
    """The text with its choices as numbered lines under it; as it is where there are none, or where it lists them. The
    way to a person, which comes last, needs no number where the text says what to write for it."""
    told = choices[:-1] if choices and choices[-1].upper() in body else choices
    lines = [f"{place}. {choice}" for place, choice in enumerate(told, 1)]
    if all(line in body.splitlines() for line in lines):
        return body
    return "\n".join([body, *lines]) if lines else body


def _shape(outgoing: Outgoing) -> Any:
    choices = outgoing.choices
    # Two braces would be read as a variable of a template.
    if len(outgoing.body) > LONGEST_BODY or "{{" in outgoing.body or len(set(choices)) < len(choices):
        return None
    if len(choices) <= MOST_TAPPED and all(0 < len(each) <= LONGEST_TAPPED for each in choices):
        return Tapped(body=outgoing.body, choices=choices)
    if len(choices) <= MOST_LISTED and all(0 < len(each) <= LONGEST_LISTED for each in choices):
        return Listed(body=outgoing.body, choices=choices, button=CHOOSE.get(outgoing.language, CHOOSE["en"]))
    return None
