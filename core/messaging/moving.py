"""An agent says where messages belong: to another conversation of the same customer, or to one of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.context.joining import REASONS, notify_both_tickets, tickets_of
from core.context.ownership import UNTIL_THEY_WRITE
from core.context.questions import waits_since
from core.context.reader import case_so_far
from core.context.second_turn import name_again, reopen_ticket_turn, replay_text
from core.context.threading import LETTERS
from core.control.passing import opening
from core.errors import ConflictError, RejectedError
from core.handoff.card import CHANNEL_WORDS, quote_line
from core.model.alert import Alert
from core.model.conversation import (
    Conversation,
    Ground,
    Join,
    Linked,
    MergeSuggestion,
    Message,
    Move,
    Owner,
    OwnerKind,
    Role,
)
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
    it opened one of several tickets, all that stands on that ticket goes, and takes the ticket along. Where nothing
    stays behind, all tickets go along: what is written on them next belongs where the rest is.

    Raises:
        RejectedError: there is no such message or conversation, or the other is not the same customer's.
        ConflictError: nothing stays behind, and something is only now being said there, or a ticket being opened.
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
    since = waits_since(unit, origin, said, taken)
    _shift(unit, names, origin.id, target.id)
    tickets: tuple[TicketId, ...] = ()
    new: list[Effect] = []
    if to is not None and len(taken) == len(said):
        tickets, alone = tuple(tickets_of(unit, origin)), target
        origin, target = _with_all(unit, origin, target, tickets, now)
        for each in tickets:
            new += notify_both_tickets(alone, target, each, REASONS[Ground.AGENT], policy_version, now)
    for m in taken:
        if m.role is Role.CUSTOMER:
            unit.threads.join(Join(message_id=m.id, conversation_id=target.id, ground=Ground.AGENT, at=m.at, by=by))
    # Whoever is deciding about either must read it again.
    unit.conversations.save(origin)
    if since is not None and target.solved_at is not None and since <= target.solved_at:
        target = replace(target, solved_at=None)  # it closed no question that was asked elsewhere
    target = unit.conversations.save(replace(target, updated_at=max(target.updated_at, now), open=True))
    name = derive_id("mv", origin.id, first, now.isoformat())
    move = Move(id=name, origin=origin.id, to=target.id, messages=names, by=by, at=now, before=before, tickets=tickets)
    unit.threads.note_move(move)
    unit.ledger.append("moved", {"move": move.id, "from": origin.id, "to": target.id, "by": by}, now)
    if to is None and ticket is None:
        new.append(_ticket(unit, target, taken, policy_version, now))
    return Moved(
        move=move,
        effects=tuple(effect for effect in new if unit.outbox.add(effect)),
        events=_asked(unit, target, move, origin.id, now),
    )


def put_messages_back(unit: Unit, move_id: str, by: str, now: datetime) -> Moved:
    """Exactly the messages that were moved go back, to the grounds that they stood on; what came since stays where it
    came, unless it stands on a ticket that goes back too. A conversation that the move began, and that is empty again,
    is closed.

    Raises:
        RejectedError: there is no such move, or it was undone before.
    """
    move = unit.threads.move(move_id)
    if move is None or move.undone_at is not None:
        raise RejectedError("this was put back before" if move else "this was never moved")
    emptied = not unit.conversations.messages(move.origin, 1)
    since = [m.id for m in unit.conversations.messages(move.to) if m.ticket_id in move.tickets]
    _shift(unit, [*move.messages, *(name for name in since if name not in move.messages)], move.to, move.origin)
    unit.threads.unjoin(move.messages)
    for join in move.before:
        unit.threads.join(join)
    origin, target = unit.conversations.get(move.origin), unit.conversations.get(move.to)
    if origin is not None and target is not None and move.tickets:
        for name in move.tickets:
            target = _released(unit, target, name)
        for name in move.tickets:
            origin = _given(unit, origin, name, now)
    if origin is not None:
        origin = unit.conversations.save(replace(origin, open=origin.open or emptied))
    if target is not None:
        left = _emptied(unit, target, move, now)
        unit.conversations.save(left)
        if origin is not None and target.ticket_id is not None and left.ticket_id is None:
            origin = _given(unit, origin, target.ticket_id, now)
        if origin is not None:
            _lead_alerts_back(unit, target, origin)
    undone = replace(move, undone_at=now)
    unit.threads.note_move(undone)
    unit.ledger.append("moved_back", {"move": move.id, "by": by}, now)
    return Moved(move=undone, events=_asked(unit, origin, move, move.to, now) if origin is not None else ())


def merge_suggested(unit: Unit, begun: ConversationId, by: str, policy_version: str, now: datetime) -> Moved:
    """An agent says that the two conversations are one: what has begun goes on with the other.

    Raises:
        RejectedError: nobody is asked about it any more, or of either all that was said was moved away since.
        ConflictError: as for any move.
    """
    suggestion = suggested(unit, begun)
    _first_of(unit, suggestion.other_id)
    moved = move_from(unit, _first_of(unit, begun).id, suggestion.other_id, by, policy_version, now)
    unit.threads.suggest(replace(suggestion, settled_at=now, merged=True, by=by))
    return moved


def keep_apart(unit: Unit, begun: ConversationId, by: str, now: datetime) -> None:
    """An agent says that the two are two matters; nobody is asked again.

    Raises:
        RejectedError: nobody is asked about it any more.
    """
    suggestion = suggested(unit, begun)
    unit.threads.suggest(replace(suggestion, settled_at=now, by=by))
    conversation = unit.conversations.get(begun)
    if conversation is not None:
        unit.conversations.save(conversation)  # whoever has either ticket open is told by its stamp
    unit.ledger.append("kept_apart", {"one": begun, "other": suggestion.other_id, "by": by}, now)


def suggested(unit: Unit, begun: ConversationId) -> MergeSuggestion:
    """RejectedError where nobody is asked."""
    found = unit.threads.suggestion(begun)
    if found is None or found.settled_at is not None:
        raise RejectedError("nobody is asked about this any more")
    return found


def _first_of(unit: Unit, name: ConversationId) -> Message:
    said = unit.conversations.messages(name)
    if not said:
        raise RejectedError("nothing stands there any more")
    return said[0]


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


def _with_all(
    unit: Unit, origin: Conversation, target: Conversation, tickets: Sequence[TicketId], now: datetime
) -> tuple[Conversation, Conversation]:
    """All of `origin` goes on in `target`: what is left closes, and the person who has it has both. Its main ticket is
    the main one there, but while a person works on another that is open, theirs stays it. ConflictError while a ticket
    is being opened for either, and while something is being said to the customer: each would come to a conversation
    without a word, and nobody would look at whose the whole is."""
    if opening(unit, origin) or opening(unit, target):
        raise ConflictError(f"a ticket of conversation {origin.id} or {target.id} is being opened")
    for rule in UNTIL_THEY_WRITE:
        unit.outbox.cancel(origin.id, rule, "the conversation went on with another", now)
    rows = unit.outbox.of_conversation(origin.id)
    if any(row.effect.kind in TO_CUSTOMER and row.state in UNDER_WAY for row in rows):
        raise ConflictError(f"something of conversation {origin.id} is being said to the customer")
    for name in tickets:
        unit.threads.unlink(name)
    emptied = unit.conversations.save(replace(origin, ticket_id=None, open=False))
    theirs = [target.ticket_id] if target.ticket_id else []
    takes = _closeness(origin.owner) > _closeness(target.owner)
    works = target.owner.is_human and target.open and not takes
    ordered = [*theirs, *tickets] if works else [*tickets, *theirs]
    if takes:
        target = replace(target, owner=origin.owner, owner_group=origin.owner_group, owner_since=origin.owner_since)
    target = unit.conversations.save(replace(target, ticket_id=ordered[0] if ordered else None))
    for name in ordered[1:]:
        unit.threads.link(Linked(ticket_id=name, conversation_id=target.id, open=True, at=now))
    _lead_alerts(unit, emptied, target)
    return emptied, target


def _lead_alerts(unit: Unit, origin: Conversation, target: Conversation) -> None:
    """Whoever takes over by what supervisors were told of the one gets the whole. The key keeps whence it came."""
    for alert in unit.alerts.of_conversation(origin.id):
        if alert.conversation_id is not None:
            _lead(unit, alert, f"{alert.said.key}:{origin.id}:{target.id}", target)


def _lead_alerts_back(unit: Unit, target: Conversation, origin: Conversation) -> None:
    came = f":{origin.id}:{target.id}"
    for alert in unit.alerts.of_conversation(target.id):
        if alert.said.key.endswith(came):
            _lead(unit, alert, alert.said.key.removesuffix(came), origin)


def _lead(unit: Unit, alert: Alert, key: str, to: Conversation) -> None:
    unit.alerts.lead(alert.id, replace(alert.said, key=key, conversation_id=to.id, ticket=to.ticket_id or ""))


def _closeness(owner: Owner) -> int:
    """An agent who has a conversation goes before a team, and both before the assistant."""
    return {OwnerKind.AGENT: 2, OwnerKind.TEAM: 1}.get(owner.kind, 0)


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
