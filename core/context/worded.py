"""What a received message is on the timeline: words, a keyword that the vendor answered, or a reaction to a message."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.govern.consent import withdrawn
from core.model.conversation import Message, MessageKind, Role
from core.model.customer import Channel, Customer
from core.model.event import Event
from core.sense.keywords import keyword_of
from core.sense.words import asks_back

# What the customer's sign says where the message under which it stands was a question of ours.
YES_SIGNS = frozenset("👍👌✅✔🙏❤💯🆗")
NO_SIGNS = frozenset("👎❌🚫✖")
BESIDE = str.maketrans("", "", "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")  # variants and skin tones
LONGEST = 60  # characters of the message that a reaction is shown under


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """`role` is SYSTEM for a reaction that answers nothing: it stands on the timeline and is no turn."""

    role: Role
    text: str
    kind: MessageKind
    quotes: str


def worded(event: Event, customer: Customer, timeline: Sequence[Message]) -> Worded:
    """`timeline` is the conversation that the message joins, oldest first."""
    payload = event.payload
    text, quotes = str(payload["text"]), str(payload.get("quotes") or "")
    if payload.get("kind") == MessageKind.REACTION:
        return _reaction(text, quotes, timeline)
    channel = Channel(payload["channel"])
    told = str(payload.get("opt_out") or "")
    kind = keyword_of(text, channel, told, stopped=withdrawn(customer, channel))
    return Worded(role=Role.CUSTOMER, text=text, kind=kind, quotes=quotes)


def _reaction(sign: str, quotes: str, timeline: Sequence[Message]) -> Worded:
    """Under a question of ours that is the last word, a sign that means yes or no is the answer; any other is noted."""
    quoted = next((m for m in timeline if quotes and m.vendor_ref == quotes), None)
    last = next((m for m in reversed(timeline) if m.public and m.role is not Role.SYSTEM), None)
    said = _answer(sign)
    if said and quoted is not None and quoted is last and quoted.role is not Role.CUSTOMER and asks_back(quoted.text):
        return Worded(role=Role.CUSTOMER, text=f"{said} {sign}", kind=MessageKind.WORDS, quotes=quotes)
    words = " ".join(quoted.text.split())[:LONGEST] if quoted is not None else ""
    note = f"Reacted {sign} to “{words}”" if sign and words else f"Reacted {sign}" if sign else "Took a reaction back"
    return Worded(role=Role.SYSTEM, text=note, kind=MessageKind.REACTION, quotes=quotes)


def _answer(sign: str) -> str:
    bare = sign.strip().translate(BESIDE)
    return "Yes" if bare in YES_SIGNS else "No" if bare in NO_SIGNS else ""
