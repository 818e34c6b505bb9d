"""A ticket from the past, and its turns: what was known when the customer wrote, and what people did then."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.context.reader import messages_on, where_customer_is
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Customer
from core.model.helpdesk import Person, Ticket
from core.model.ids import ConversationId, CustomerId, derive_id

RECENT = timedelta(days=30)  # an earlier ticket of the same customer counts as one


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTicket:
    """A finished ticket without personal data. `ticket` and `group` are as it ended: they are held against what is
    decided, and no decision sees them. `people` are who wrote on it, without their names.

    `passed` is how often it was passed to another team, `reopened` how often it was opened again, `minutes` how long
    agents worked on it; None where the helpdesk does not say."""

    ticket: Ticket
    people: Mapping[str, Person]
    opened_at: datetime
    url: str = ""
    group: str = ""
    passed: int | None = None
    reopened: int | None = None
    minutes: float | None = None

    @property
    def name(self) -> str:
        return str(self.ticket.id)

    @property
    def replies(self) -> int:
        """How often agents wrote in public."""
        return sum(message.public and message.role is Role.AGENT for message in timeline_of(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the customer wrote until somebody answered. `case` ends with their newest words and knows nothing that came
    later; `replies` are what agents then said in public before the customer wrote again."""

    past: PastTicket
    case: CaseContext
    replies: tuple[Message, ...]
    first: bool

    @property
    def at(self) -> datetime:
        return self.case.now

    @property
    def reply(self) -> str:
        return "\n\n".join(message.text for message in self.replies)

    @property
    def waited(self) -> timedelta | None:
        """Until somebody answered; None where nobody did."""
        return self.replies[0].at - self.at if self.replies else None


def timeline_of(past: PastTicket) -> list[Message]:
    """Oldest first, with what our own machine wrote left out."""
    conversation = ConversationId(derive_id("co", "past", past.name))
    told = messages_on(past.ticket, conversation, past.people)
    return sorted(where_customer_is(told, ()), key=lambda message: message.at)


def turns_of(past: PastTicket, earlier: int = 0) -> Iterator[Turn]:
    """Every turn, oldest first. `earlier` is how many tickets the same customer had opened in the month before.

    Who owns the ticket is nobody each time: what is asked is whether the assistant could have answered, had it been
    given the message. Of the customer only the language is known: what the profile says now it may not have said
    then, and no system of the company can be asked how an order stood that day."""
    timeline = timeline_of(past)
    person = past.people.get(past.ticket.requester_id)
    customer = Customer(
        id=CustomerId(derive_id("cu", "past", past.ticket.requester_id)),
        name="",
        locale=person.locale if person else "en",
    )
    first = True
    for place, message in enumerate(timeline):
        if message.role is not Role.CUSTOMER or not message.public:
            continue
        after = [m for m in timeline[place + 1 :] if m.public]
        if after and after[0].role is Role.CUSTOMER:
            continue  # read together with what follows, which nobody had answered either
        replies = _until_customer(after)
        # An internal note is what agents knew, not what was said: the assistant reads none of it.
        before = tuple(m for m in timeline[: place + 1] if m.public)
        conversation = Conversation(
            id=message.conversation_id,
            customer_id=customer.id,
            subject=past.ticket.subject,
            ticket_id=past.ticket.id,
            channel=message.channel,
            updated_at=message.at,
            brand=past.ticket.brand,
        )
        case = CaseContext(
            customer=customer, conversation=conversation, timeline=before, now=message.at, earlier=earlier
        )
        yield Turn(past=past, case=case, replies=replies, first=first)
        first = False


def _until_customer(after: Sequence[Message]) -> tuple[Message, ...]:
    end = next((place for place, message in enumerate(after) if message.role is Role.CUSTOMER), len(after))
    return tuple(m for m in after[:end] if m.role is Role.AGENT)


def in_time_order(tickets: Iterable[PastTicket]) -> list[Turn]:
    """All turns of all tickets as they came."""
    opened: dict[str, list[datetime]] = {}
    turns: list[Turn] = []
    for past in sorted(tickets, key=lambda each: each.opened_at):
        before = opened.setdefault(past.ticket.requester_id, [])
        turns += turns_of(past, sum(past.opened_at - each <= RECENT for each in before))
        before.append(past.opened_at)
    return sorted(turns, key=lambda turn: (turn.at, turn.past.name))
