"""What a received message is on the timeline: words, a keyword that the vendor answered, or a reaction to a message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.consent.opt_outs import withdrawn
from core.model.conversation import Conversation, Message, MessageKind, Role
from core.model.customer import Channel, Customer
from core.model.event import Event
from core.ports import Unit
from core.read.keywords import keyword_of
from core.read.words import asks_back
from core.text.courtesies import BUILT_IN, ENGLISH

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


def worded(event: Event, customer: Customer, timeline: Sequence[Message], language: Callable[[], str]) -> Worded:
    """`timeline` is the conversation that the message joins, oldest first; `language` the one we speak there."""
    payload = event.payload
    text, quotes = str(payload["text"]), str(payload.get("quotes") or "")
    if payload.get("kind") == MessageKind.REACTION:
        return _reaction(text, quotes, timeline, language)
    channel = Channel(payload["channel"])
    told = str(payload.get("opt_out") or "")
    kind = keyword_of(text, channel, told, stopped=withdrawn(customer, channel))
    return Worded(role=Role.CUSTOMER, text=text, kind=kind, quotes=quotes)


def _reaction(sign: str, quotes: str, timeline: Sequence[Message], language: Callable[[], str]) -> Worded:
    """Under a question of ours that is the last word, a sign that means yes or no is the answer, in the language of the
    question; any other is noted."""
    quoted = next((m for m in timeline if quotes and m.vendor_ref == quotes), None)
    last = next((m for m in reversed(timeline) if m.public and m.role is not Role.SYSTEM), None)
    means = _answer(sign)
    if means and quoted is not None and quoted is last and quoted.role is not Role.CUSTOMER and asks_back(quoted.text):
        lines = BUILT_IN.get(language(), ENGLISH)
        said = lines.yes if means == "yes" else lines.no
        return Worded(role=Role.CUSTOMER, text=f"{said} {sign}", kind=MessageKind.WORDS, quotes=quotes)
    words = " ".join(quoted.text.split())[:LONGEST] if quoted is not None else ""
    note = f"Reacted {sign} to “{words}”" if sign and words else f"Reacted {sign}" if sign else "Took a reaction back"
    return Worded(role=Role.SYSTEM, text=note, kind=MessageKind.REACTION, quotes=quotes)


def _answer(sign: str) -> str:
    bare = sign.strip().translate(BESIDE)
    return "yes" if bare in YES_SIGNS else "no" if bare in NO_SIGNS else ""


def language_there(unit: Unit, conversation: Conversation, customer: Customer) -> str:
    """The language that we spoke last in the conversation; else the customer's."""
    last = unit.decisions.latest(conversation.id)
    if last is None:
        return customer.language
    found = last.draft.language if last.draft is not None else last.signals.language.value
    return found if found in BUILT_IN else customer.language
