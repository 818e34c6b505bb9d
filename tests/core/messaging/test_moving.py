"""An agent moves messages to another conversation and back, with all that hangs on them; nobody is left waiting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.context.joining import candidates, tickets_of
from core.messaging.moving import Moved, move_from, put_messages_back
from core.model.conversation import ASSISTANT, Conversation, Ground, Join, Owner, OwnerKind
from core.model.effect_payloads import TicketUpdatePayload
from core.model.event import EventKind
from core.model.ids import ConversationId, MessageId
from core.model.outbound import EffectKind, EffectState
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, decisions, emma, known, mails, texts
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming, payload_of

ORDER = "My thermostat of order LK-20114 is stuck"


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def here(container: Container, name: ConversationId) -> Conversation:
    with container.store.read() as unit:
        found = unit.conversations.get(name)
    assert found is not None
    return found


def newest(container: Container, name: ConversationId) -> MessageId:
    with container.store.read() as unit:
        return unit.conversations.messages(name)[-1].id


def moved(container: Container, message: MessageId, to: ConversationId | None = None) -> Moved:
    with container.store.begin() as unit:
        return move_from(unit, message, to, "Maria Lopez", container.policy.version, container.clock())


def back(container: Container, done: Moved) -> Moved:
    container.wait(minutes=1)
    with container.store.begin() as unit:
        return put_messages_back(unit, done.move.id, "Maria Lopez", container.clock())


def join_of(container: Container, message: MessageId) -> Join | None:
    with container.store.read() as unit:
        joins = [join for one in conversations(container) for join in unit.threads.joins(one.id)]
    return next((join for join in joins if join.message_id == message), None)


def with_maria(container: Container) -> ConversationId:
    """A ticket that Maria works on; a text has just come to it, and she was offered a draft for it."""
    ticket = mails(container, ORDER)
    answers(container, ticket, "I am looking into LK-20114.")
    texts(container, f"LK-20114: {RESET}")
    (conversation,) = conversations(container)
    assert conversation.owner.kind is OwnerKind.AGENT
    return conversation.id


def of_the_assistant(container: Container, ticket: str | None = None) -> ConversationId:
    """Another conversation of Emma's, that the assistant has."""
    name = ConversationId("co_other")
    other = replace(
        conversations(container)[0], id=name, ticket_id=ticket, owner=ASSISTANT, owner_group="", subject="The bill"
    )
    with container.store.begin() as unit:
        unit.conversations.add(other)
    return name


def test_the_draft_goes_with_the_message_that_it_answers(container: Container) -> None:
    origin = with_maria(container)
    target = of_the_assistant(container)
    done = moved(container, newest(container, origin), target)
    with container.store.read() as unit:
        assert unit.decisions.open_drafts(origin) == []
        assert unit.decisions.open_drafts(target)
    back(container, done)
    with container.store.read() as unit:
        assert unit.decisions.open_drafts(origin)
        assert unit.decisions.open_drafts(target) == []


def test_who_waits_is_answered_where_the_assistant_has_it(container: Container) -> None:
    origin = with_maria(container)
    before = len(container.messenger.sent_to(EMMA_PHONE))
    target = of_the_assistant(container)
    (event,) = moved(container, newest(container, origin), target).events
    assert container.loop.handle(event.id) == "automatic_reply"
    container.drain()
    assert len(container.messenger.sent_to(EMMA_PHONE)) == before + 1
    assert container.loop.handle(event.id) == "not_ours"
    with container.store.read() as unit:
        told = unit.conversations.messages(target)
        decided = unit.decisions.of_conversation(target)
    assert len({message.id for message in told}) == len(told)
    assert len(decided) == 2, "the suggestion for Maria came along"


def test_what_was_decided_again_goes_back_too(container: Container) -> None:
    origin = with_maria(container)
    target = of_the_assistant(container)
    done = moved(container, newest(container, origin), target)
    container.loop.handle(done.events[0].id)
    container.drain()
    back(container, done)
    with container.store.read() as unit:
        assert unit.decisions.of_conversation(target) == []


def test_nothing_is_asked_again_of_what_is_being_answered_or_has_its_turn_to_come(container: Container) -> None:
    container.text(RESET)  # decided, and not sent yet
    (origin,) = conversations(container)
    target = of_the_assistant(container)
    assert moved(container, newest(container, origin.id), target).events == ()
    container.drain()
    container.wait(hours=1)
    coming = container.event(
        EventKind.MESSAGE_RECEIVED,
        "SMlate",
        payload=incoming(f"And {RESET}"),
    )
    stands = container.context.add_text(coming).conversation.id
    elsewhere = target if stands == origin.id else origin.id
    assert moved(container, newest(container, stands), elsewhere).events == ()
    before = decisions(container)
    container.happens(coming)
    assert decisions(container) == before + 1


def test_what_was_answered_before_it_was_put_back_is_not_answered_again(container: Container) -> None:
    origin = with_maria(container)
    done = moved(container, newest(container, origin), of_the_assistant(container))
    container.loop.handle(done.events[0].id)
    container.drain()
    with container.store.begin() as unit:
        unit.conversations.save(replace(here(container, origin), owner=ASSISTANT))
    assert back(container, done).events == ()


def test_who_still_waits_when_it_is_put_back_is_answered_there(container: Container) -> None:
    origin = with_maria(container)
    target = of_the_assistant(container)
    with container.store.begin() as unit:
        unit.conversations.save(replace(here(container, target), owner=here(container, origin).owner))
    done = moved(container, newest(container, origin), target)
    assert done.events == ()
    with container.store.begin() as unit:
        unit.conversations.save(replace(here(container, origin), owner=ASSISTANT))
    (event,) = back(container, done).events
    assert container.loop.handle(event.id) == "automatic_reply"


def test_a_person_who_has_the_other_conversation_is_not_talked_over(container: Container) -> None:
    origin = with_maria(container)
    target = of_the_assistant(container)
    with container.store.begin() as unit:
        owner = Owner(kind=OwnerKind.TEAM, id="Billing", name="Billing")
        unit.conversations.save(replace(here(container, target), owner=owner))
    assert moved(container, newest(container, origin), target).events == ()


def test_a_letter_is_decided_again_on_the_ticket_that_it_belongs_to(container: Container) -> None:
    first = mails(container, ORDER)
    answers(container, first, "I am looking into LK-20114.")
    container.helpdesk.says(first, container.helpdesk.staff["user-emma"], f"And my doorbell? {RESET}")
    container.ticket(first)
    container.wait(minutes=1)
    (origin,) = conversations(container)
    bill = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "The bill", "")
    done = moved(container, newest(container, origin.id), of_the_assistant(container, bill))
    (event,) = done.events
    assert (event.kind, event.subject) == (EventKind.TICKET_CHANGED, bill)
    before = decisions(container)
    container.loop.handle(event.id)
    assert decisions(container) == before + 1


def test_put_back_a_message_stands_there_on_the_ground_that_it_stood_on(container: Container) -> None:
    origin = with_maria(container)
    text = newest(container, origin)
    before = join_of(container, text)
    assert before is not None
    assert before.ground is Ground.REFERENCE
    done = moved(container, text)
    after = join_of(container, text)
    assert after is not None
    assert (after.ground, after.by) == (Ground.AGENT, "Maria Lopez")
    back(container, done)
    assert join_of(container, text) == before


def test_a_comment_of_a_ticket_has_no_ground_when_it_is_put_back(container: Container) -> None:
    mails(container, ORDER)
    (origin,) = conversations(container)
    comment = newest(container, origin.id)
    done = moved(container, comment)
    assert join_of(container, comment) is not None
    back(container, done)
    assert join_of(container, comment) is None


def test_what_the_move_began_is_closed_when_it_is_empty_again_and_opens_no_ticket(container: Container) -> None:
    origin = with_maria(container)
    done = moved(container, newest(container, origin))
    (ticket,) = done.effects
    back(container, done)
    assert (here(container, origin).open, here(container, done.move.to).open) == (True, False)
    assert container.row(ticket.id).state is EffectState.REFUSED


def test_what_came_since_stays_open_where_it_came(container: Container) -> None:
    origin = with_maria(container)
    done = moved(container, newest(container, origin))
    texts(container, "One more thing about it")
    assert conversations(container)[0].id == done.move.to
    back(container, done)
    assert here(container, done.move.to).open


def test_a_conversation_that_was_there_before_is_left_as_it_is(container: Container) -> None:
    origin = with_maria(container)
    target = of_the_assistant(container)
    back(container, moved(container, newest(container, origin), target))
    assert here(container, target).open


def test_an_emptied_conversation_attracts_nothing(container: Container) -> None:
    texts(container, f"{ORDER}. {RESET}")
    (origin,) = conversations(container)
    with container.store.read() as unit:
        first = unit.conversations.messages(origin.id)[0].id
    moved(container, first, of_the_assistant(container))
    with container.store.read() as unit:
        found = candidates(unit, emma(container).id, container.clock() - timedelta(days=30))
    assert [each.conversation.id for each in found] == ["co_other"]
    texts(container, "Which button?")
    assert newest_place(container) == "co_other"


def newest_place(container: Container) -> str:
    with container.store.read() as unit:
        joins = [join for one in conversations(container) for join in unit.threads.joins(one.id)]
    return max(joins, key=lambda join: join.at).conversation_id


@pytest.mark.parametrize(
    ("owner", "group", "of"),
    [
        (Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez"), "", None),
        (Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez"), "Billing", "Billing"),
        (Owner(kind=OwnerKind.TEAM, id="Billing", name="Billing"), "", "Billing"),
        (ASSISTANT, "", None),
    ],
    ids=["agent", "agent of a team", "team", "assistant"],
)
def test_only_a_team_is_a_group_of_the_new_ticket(
    container: Container, owner: Owner, group: str, of: str | None
) -> None:
    texts(container, RESET)
    (origin,) = conversations(container)
    with container.store.begin() as unit:
        unit.conversations.save(replace(origin, owner=owner, owner_group=group))
    (effect,) = moved(container, newest(container, origin.id)).effects
    assert (effect.kind, payload_of(effect).then) == (EffectKind.TICKET_CREATE, TicketUpdatePayload(group=of))


def test_a_ticket_that_joined_wrongly_is_taken_out_in_one_go_and_put_back(container: Container) -> None:
    first = mails(container, ORDER)
    second = mails(container, f"{ORDER} again. {RESET}")
    (joined,) = conversations(container)
    with container.store.read() as unit:
        opened = next(m.id for m in unit.conversations.messages(joined.id) if m.ticket_id == second)
    done = moved(container, opened)
    assert [effect.kind for effect in done.effects] == []
    assert (here(container, joined.id).ticket_id, here(container, done.move.to).ticket_id) == (first, second)
    back(container, done)
    with container.store.read() as unit:
        assert [str(name) for name in tickets_of(unit, here(container, joined.id))] == [first, second]
    assert (here(container, done.move.to).ticket_id, here(container, done.move.to).open) == (None, False)
