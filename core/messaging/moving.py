"""An agent says where messages belong: to another conversation of the same customer, or to one of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.context.reader import case_so_far
from core.context.second_turn import name_again, reopen_ticket_turn, replay_text
from core.context.threading import LETTERS
from core.errors import RejectedError
from core.handoff.card import CHANNEL_WORDS, quote_line
from core.model.conversation import Conversation, Ground, Join, Linked, Message, Move, OwnerKind, Role
from core.model.customer import WRITTEN, IdentityKind
from core.model.decision import Decision
from core.model.effect_payloads import TicketCreatePayload, TicketUpdatePayload
from core.model.event import Event
from core.model.ids import ConversationId, MessageId, TicketId, derive_id
from core.model.outbound import TO_CUSTOMER, UNDER_WAY, Authority, Effect, EffectKind
from core.ports import Unit

RULE = "agent_moved"
LONGEST_SUBJECT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """`effects` are new in the outbox: the ticket of a conversation that began with the move. `events` are new in the
    inbox: the turn of who still waits for an answer."""

    move: Move
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = ()


def move_from(
    unit: Unit, first: MessageId, to: ConversationId | None, by: str, policy_version: str, now: datetime
) -> Moved:
    """This message and what came after it go to the other conversation, or to a new one with a ticket of its own. Where
    it opened one of several tickets, all that stands on that ticket goes, and takes the ticket along.

    Raises:
        RejectedError: there is no such message or conversation, or the other is not the same customer's.
    """
    message = unit.conversations.message(first)
    origin = unit.conversations.get(message.conversation_id) if message else None
    if message is None or origin is None:
        raise RejectedError("this message is not known")
    said = unit.conversations.messages(origin.id)
    ticket = _opened_by(message, said) if to is None else None
    taken = [m for m in said if (m.ticket_id == ticket if ticket else m.at >= message.at)]
    if ticket is not None:
        origin = _released(unit, origin, ticket)
    target = _target(unit, origin, message, to, now, ticket)
    names = tuple(m.id for m in taken)
    before = tuple(join for join in unit.threads.joins(origin.id) if join.message_id in names)
    _shift(unit, names, origin.id, target.id)
    for each in taken:
        if each.role is Role.CUSTOMER:
            join = Join(message_id=each.id, conversation_id=target.id, ground=Ground.AGENT, at=each.at, by=by)
            unit.threads.join(join)
    # Whoever is deciding about either must read it again.
    unit.conversations.save(origin)
    target = unit.conversations.save(replace(target, updated_at=max(target.updated_at, now), open=True))
    name = derive_id("mv", origin.id, first, now.isoformat())
    move = Move(id=name, origin=origin.id, to=target.id, messages=names, by=by, at=now, before=before)
    unit.threads.note_move(move)
    unit.ledger.append("moved", {"move": move.id, "from": origin.id, "to": target.id, "by": by}, now)
    new = [_ticket(unit, target, taken, policy_version, now)] if to is None and ticket is None else []
    return Moved(
        move=move,
        effects=tuple(effect for effect in new if unit.outbox.add(effect)),
        events=_asked(unit, target, move, origin.id, now),
    )


def put_messages_back(unit: Unit, move_id: str, by: str, now: datetime) -> Moved:
    """Exactly the messages that were moved go back, to the grounds that they stood on; what came since stays where it
    came. A conversation that the move began, and that is empty again, is closed.

    Raises:
        RejectedError: there is no such move, or it was undone before.
    """
    move = unit.threads.move(move_id)
    if move is None or move.undone_at is not None:
        raise RejectedError("this was put back before" if move else "this was never moved")
    _shift(unit, move.messages, move.to, move.origin)
    unit.threads.unjoin(move.messages)
    for join in move.before:
        unit.threads.join(join)
    origin, target = unit.conversations.get(move.origin), unit.conversations.get(move.to)
    if origin is not None:
        origin = unit.conversations.save(origin)
    if target is not None:
        emptied = _emptied(unit, target, move, now)
        unit.conversations.save(emptied)
        if origin is not None and target.ticket_id is not None and emptied.ticket_id is None:
            origin = _given(unit, origin, target.ticket_id, now)
    undone = replace(move, undone_at=now)
    unit.threads.note_move(undone)
    unit.ledger.append("moved_back", {"move": move.id, "by": by}, now)
    return Moved(move=undone, events=_asked(unit, origin, move, move.to, now) if origin is not None else ())


def _shift(unit: Unit, names: Sequence[MessageId], origin: ConversationId, to: ConversationId) -> None:
    """The messages go, with all that was decided about them, once and again."""
    decided = decisions_about(unit, origin, names)
    unit.threads.shift([*names, *(each.message_id for each in decided)], to)


def _asked(unit: Unit, place: Conversation, move: Move, came_from: ConversationId, now: datetime) -> tuple[Event, ...]:
    event = another_turn(unit, place, move.messages, came_from, now)
    return (event,) if event is not None and unit.events.add(event) else ()


def _emptied(unit: Unit, target: Conversation, move: Move, now: datetime) -> Conversation:
    """As it is, but closed where the move began it and nothing stands there any more; its ticket is not opened then."""
    began = target.id in {_begun_by(name, move.at) for name in move.messages}
    if not began or unit.conversations.messages(target.id, 1):
        return target
    unit.outbox.cancel(target.id, RULE, "the messages were put back", now)
    came_along = any(
        (m := unit.conversations.message(name)) and m.ticket_id == target.ticket_id for name in move.messages
    )
    return replace(target, open=False, ticket_id=None if came_along else target.ticket_id)


def _opened_by(message: Message, said: Sequence[Message]) -> TicketId | None:
    """The ticket that the message opened, where the customer wrote elsewhere in the conversation too."""
    theirs = [m for m in said if m.role is Role.CUSTOMER and m.public]
    here = [m for m in theirs if message.ticket_id is not None and m.ticket_id == message.ticket_id]
    return message.ticket_id if here and here[0].id == message.id and len(here) < len(theirs) else None


def _released(unit: Unit, origin: Conversation, ticket: TicketId) -> Conversation:
    """The conversation without this ticket; the newest of the others is its main one then."""
    if origin.ticket_id != ticket:
        unit.threads.unlink(ticket)
        return origin
    others = unit.threads.links(origin.id)
    left = others[-1].ticket_id if others else None
    if left is not None:
        unit.threads.unlink(left)
    return unit.conversations.save(replace(origin, ticket_id=left))


def _given(unit: Unit, origin: Conversation, ticket: TicketId, now: datetime) -> Conversation:
    """The conversation with a ticket that it had before."""
    if origin.ticket_id is None:
        return unit.conversations.save(replace(origin, ticket_id=ticket))
    unit.threads.link(Linked(ticket_id=ticket, conversation_id=origin.id, open=origin.open, at=now))
    return origin


def _begun_by(first: MessageId, at: datetime) -> ConversationId:
    return ConversationId(derive_id("co", "moved", first, at.isoformat()))


def _target(
    unit: Unit,
    origin: Conversation,
    message: Message,
    to: ConversationId | None,
    now: datetime,
    ticket: TicketId | None,
) -> Conversation:
    if to is None:
        begun = Conversation(
            id=_begun_by(message.id, now),
            customer_id=origin.customer_id,
            subject=message.text[:LONGEST_SUBJECT],
            owner=origin.owner,
            owner_group=origin.owner_group,
            channel=message.channel,
            updated_at=now,
            brand=origin.brand,
            ticket_id=ticket,
        )
        unit.conversations.add(begun)
        return begun
    target = unit.conversations.get(to)
    if target is None or target.customer_id != origin.customer_id or target.id == origin.id:
        raise RejectedError("that is no other conversation of this customer")
    return target


def _ticket(
    unit: Unit, conversation: Conversation, messages: list[Message], policy_version: str, now: datetime
) -> Effect:
    customer = unit.customers.get(conversation.customer_id)
    # An agent's name is no group of the helpdesk.
    team = conversation.owner_group or (conversation.owner.name if conversation.owner.kind is OwnerKind.TEAM else "")
    said = [f"{m.author} by {CHANNEL_WORDS[m.channel]}: {m.text}" for m in messages if m.public]
    payload = TicketCreatePayload(
        subject=quote_line(conversation.subject, LONGEST_SUBJECT),
        text="\n\n".join(said),
        requester_id=customer.current(IdentityKind.HELPDESK) if customer else None,
        name=customer.name if customer else "",
        phone=customer.phone if customer else None,
        then=TicketUpdatePayload(group=team or None),
        covers=tuple(message.id for message in messages),
    )
    return Effect(
        kind=EffectKind.TICKET_CREATE,
        key=f"{conversation.id}:ticket",
        target=conversation.customer_id,
        payload=payload,
        authority=Authority(rule=RULE, policy_version=policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )


# ------------------------------------------------------------------
# Who still waits for an answer where messages were moved to: the assistant takes another turn there.


MOVED = "moved"


def decisions_about(unit: Unit, there: ConversationId, names: Collection[MessageId]) -> list[Decision]:
    """The conversation's decisions about these messages, those taken again among them."""
    return [
        each
        for each in unit.decisions.of_conversation(there)
        if each.message_id in names or any(each.message_id == name_again(name, each.event_id) for name in names)
    ]


def another_turn(
    unit: Unit, conversation: Conversation, names: Collection[MessageId], came_from: ConversationId, now: datetime
) -> Event | None:
    """The event that has words decided afresh where they stand now. None: a person has the conversation, nobody waits,
    or the newest message has its own turn still to come."""
    customer = unit.customers.get(conversation.customer_id)
    if customer is None or conversation.owner.is_human:
        return None
    case = case_so_far(unit, customer, conversation, now)
    latest = case.latest
    if latest is None or not any(message.id in names for message in case.unanswered):
        return None
    if _answered_there(unit, came_from, latest) or _answer_under_way(unit, (conversation.id, came_from), latest):
        return None
    if latest.channel in LETTERS:
        return reopen_ticket_turn(conversation, MOVED, now)
    decided = decisions_about(unit, conversation.id, (latest.id,))
    return replay_text(latest, MOVED, now) if latest.channel in WRITTEN and decided else None


def _answered_there(unit: Unit, there: ConversationId, message: Message) -> bool:
    """Whether somebody has answered it since, where it stood until now: that answer stays there."""
    since = (m for m in unit.conversations.messages(there) if m.at >= message.at)
    return any(m.public and m.role in (Role.AGENT, Role.ASSISTANT) for m in since)


def _answer_under_way(unit: Unit, places: Sequence[ConversationId], message: Message) -> bool:
    """Whether what was decided about it is only now being said."""
    decided = decisions_about(unit, message.conversation_id, (message.id,))
    beginnings = tuple(f"{each.id}:" for each in decided)
    rows = [row for place in places for row in unit.outbox.of_conversation(place)]
    to_customer = (row for row in rows if row.effect.kind in TO_CUSTOMER and row.effect.key.startswith(beginnings))
    return any(row.state in UNDER_WAY for row in to_customer)
