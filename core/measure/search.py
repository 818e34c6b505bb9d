"""Conversations over all channels, found by who it was, what it was about, how it went, and by words."""

from dataclasses import dataclass

from core.model.conversation import Role
from core.model.customer import Customer
from core.model.ids import ConversationId
from core.model.matter import Listed, Span
from core.ports import Unit
from core.profile.known_as import known_as

MOST_PEOPLE = 50  # of one name
LOOKED = 2_000  # conversations whose words are read: they are encrypted, no index knows them
AROUND = 60  # characters of a quote on each side
EVERY = "answered"  # a measure that every matter is a case of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """`who` is a name or how a word of it begins, an address or a number; `measure` with `hit` how it went; `words`
    stand in a public message of the customer or ours, whatever their case. Empty: any."""

    span: Span
    who: str = ""
    measure: str = EVERY
    hit: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    matter: Listed
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """`read` is how many conversations were read for the words; `more` whether there may be older ones."""

    found: tuple[Match, ...]
    people: tuple[Customer, ...] = ()
    read: int = 0
    more: bool = False


def find(unit: Unit, sought: Sought, limit: int) -> Matches:
    """Newest first, `limit` of them at most."""
    people = people_of(unit, sought.who)
    customers = frozenset(each.id for each in people) if sought.who else None
    most = LOOKED if sought.words else limit
    listed = unit.matters.listed(sought.span, sought.measure, hit=sought.hit, limit=most, customers=customers)
    if not sought.words:
        found = tuple(Match(matter=each) for each in listed)
        return Matches(found=found, people=people, more=len(listed) == limit)
    matches, read = [], 0
    for each in listed:
        read += 1
        quote = _quote(unit, each.conversation_id, sought.words)
        if quote:
            matches.append(Match(matter=each, quote=quote))
        if len(matches) == limit:
            break
    more = len(matches) == limit or read == LOOKED
    return Matches(found=tuple(matches), people=people, read=read, more=more)


def people_of(unit: Unit, who: str) -> tuple[Customer, ...]:
    """Whose address or number it is, else whose name it begins."""
    if not who.strip():
        return ()
    known = known_as(unit, who.strip())
    return (known,) if known is not None else tuple(unit.customers.find_by_name(who.strip(), MOST_PEOPLE))


def _quote(unit: Unit, conversation_id: ConversationId, words: str) -> str:
    wanted = " ".join(words.casefold().split())
    for message in unit.conversations.messages(conversation_id, limit=1_000):
        if not message.public or message.role is Role.SYSTEM:
            continue
        text = " ".join(message.text.split())
        at = text.casefold().find(wanted)
        if at >= 0:
            start, end = max(0, at - AROUND), at + len(wanted) + AROUND
            return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return ""
