"""What a supervisor looks up from the app's home: campaigns, tickets, customers. Lines in Slack's markup."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.cards.blocks import escaped, moment, people
from core.model.campaign import Standing
from core.model.conversation import Conversation
from core.model.customer import TEXTED, Customer, Identity, IdentityKind, Purpose
from core.model.ids import TicketId
from core.outreach.cards.texts import channel_name, readable
from core.ports import Unit

MOST = 5  # of each kind
CAMPAIGNS = 200  # the newest, looked through
LATELY = timedelta(days=180)
SHORTEST_ID = 6  # signs of a campaign's id


def found(unit: Unit, sought: str, now: datetime) -> list[str]:
    words = sought.strip()
    if not words:
        return []
    return [*_tickets(unit, words), *_customers(unit, words, now), *_campaigns(unit, words)]


def _tickets(unit: Unit, words: str) -> Iterator[str]:
    number = words.removeprefix("#").strip()
    conversation = unit.conversations.by_ticket(TicketId(number)) if number.isdigit() else None
    if conversation is not None:
        customer = unit.customers.get(conversation.customer_id)
        yield _conversation(conversation) + (f" · {escaped(customer.name)}" if customer else "")


def _conversation(conversation: Conversation) -> str:
    ticket = f"Ticket #{escaped(conversation.ticket_id)}" if conversation.ticket_id else "A conversation without ticket"
    owner = escaped(conversation.owner.name) or "nobody"
    state = f"with {owner}" if conversation.open else "solved"
    why = f" · `/handrail why {escaped(conversation.ticket_id)}`" if conversation.ticket_id else ""
    return f":ticket: *{ticket}: {escaped(conversation.subject)}* · {state} · {moment(conversation.updated_at)}{why}"


def _customers(unit: Unit, words: str, now: datetime) -> Iterator[str]:
    known = _known_as(unit, words)
    people_found = [known] if known is not None else unit.customers.named(words, MOST)
    for customer in people_found:
        yield f":bust_in_silhouette: *{escaped(customer.name)}* ({escaped(customer.tier)}) · {_consents(customer)}"
        for conversation in unit.conversations.recent(customer.id, now - LATELY)[:2]:
            yield _conversation(conversation)


def _known_as(unit: Unit, words: str) -> Customer | None:
    """By an address or a number, written as people write them."""
    if "@" in words:
        return unit.customers.find(Identity(kind=IdentityKind.EMAIL, value=words.lower()))
    digits = "".join(letter for letter in words if letter.isdigit())
    if len(digits) < 7 or words.strip("+()-./ 0123456789"):
        return None
    written = f"+{digits.removeprefix('00')}"
    return unit.customers.find(Identity(kind=IdentityKind.PHONE, value=written))


def _consents(customer: Customer) -> str:
    may = [channel_name(each) for each in sorted(TEXTED) if customer.consented(each, Purpose.SERVICE)]
    return f"may be written to by {', '.join(may)}" if may else "has not agreed to be written to"


def _campaigns(unit: Unit, words: str) -> Iterator[str]:
    wanted = words.casefold()
    fitting = [each for each in unit.campaigns.recent(CAMPAIGNS) if wanted in _told(each) or _is_id(each, wanted)]
    for standing in fitting[:MOST]:
        campaign = standing.campaign
        yield (
            f":mega: *{readable(campaign.play)}* to {people(campaign.treated)} · {standing.state} · "
            f"{moment(standing.changed_at)} · `{campaign.id}`"
        )


def _is_id(standing: Standing, wanted: str) -> bool:
    """An id, or how it begins: a single figure stands in nearly all of them."""
    return len(wanted) >= SHORTEST_ID and standing.campaign.id.casefold().startswith(wanted)


def _told(standing: Standing) -> str:
    campaign = standing.campaign
    facts = " ".join(f"{value}" for value in campaign.facts.values() if isinstance(value, str))
    texts = " ".join(variant.text for variant in campaign.variants)
    return f"{campaign.play} {campaign.play.replace('_', ' ')} {campaign.why} {facts} {texts}".casefold()
