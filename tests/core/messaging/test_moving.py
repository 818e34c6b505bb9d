"""An agent moves messages to another conversation and back, with all that hangs on them; nobody is left waiting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.context.joining import candidates
from core.messaging.moving import Moved, move_from, put_back
from core.model.conversation import ASSISTANT, Conversation, Ground, Join, Owner, OwnerKind
from core.model.event import EventKind
from core.model.ids import ConversationId, MessageId
from core.model.outbound import EffectKind, EffectState
from tests.core.day import RESET, answers, conversations, decisions, emma, known, mails, texts
from tests.core.house import House
from tests.core.people import EMMA_PHONE

ORDER = "My thermostat of order LK-20114 is stuck"


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def here(house: House, name: ConversationId) -> Conversation:
    with house.store.read() as unit:
        found = unit.conversations.get(name)
    assert found is not None
    return found


def newest(house: House, name: ConversationId) -> MessageId:
    with house.store.read() as unit:
        return unit.conversations.messages(name)[-1].id


def moved(house: House, message: MessageId, to: ConversationId | None = None) -> Moved:
    with house.store.begin() as unit:
        return move_from(unit, message, to, "Maria Lopez", house.policy.version, house.clock())


def back(house: House, done: Moved) -> Moved:
    house.wait(minutes=1)
    with house.store.begin() as unit:
        return put_back(unit, done.move.id, "Maria Lopez", house.clock())


def join_of(house: House, message: MessageId) -> Join | None:
    with house.store.read() as unit:
        joins = [join for one in conversations(house) for join in unit.threads.joins(one.id)]
    return next((join for join in joins if join.message_id == message), None)


def with_maria(house: House) -> ConversationId:
    """A ticket that Maria works on; a text has just come to it, and she was offered a draft for it."""
    ticket = mails(house, ORDER)
    answers(house, ticket, "I am looking into LK-20114.")
    texts(house, f"LK-20114: {RESET}")
    (conversation,) = conversations(house)
    assert conversation.owner.kind is OwnerKind.AGENT
    return conversation.id


def of_the_assistant(house: House, ticket: str | None = None) -> ConversationId:
    """Another conversation of Emma's, that the assistant has."""
    name = ConversationId("co_other")
    other = replace(
        conversations(house)[0], id=name, ticket_id=ticket, owner=ASSISTANT, owner_group="", subject="The bill"
    )
    with house.store.begin() as unit:
        unit.conversations.add(other)
    return name


def test_the_draft_goes_with_the_message_that_it_answers(house: House) -> None:
    origin = with_maria(house)
    target = of_the_assistant(house)
    done = moved(house, newest(house, origin), target)
    with house.store.read() as unit:
        assert unit.decisions.open_draft(origin) is None
        assert unit.decisions.open_draft(target) is not None
    back(house, done)
    with house.store.read() as unit:
        assert unit.decisions.open_draft(origin) is not None
        assert unit.decisions.open_draft(target) is None


def test_who_waits_is_answered_where_the_assistant_has_it(house: House) -> None:
    origin = with_maria(house)
    before = len(house.messenger.sent_to(EMMA_PHONE))
    target = of_the_assistant(house)
    (event,) = moved(house, newest(house, origin), target).events
    assert house.loop.handle(event.id) == "automatic_reply"
    house.drain()
    assert len(house.messenger.sent_to(EMMA_PHONE)) == before + 1
    assert house.loop.handle(event.id) == "not_ours"
    with house.store.read() as unit:
        told = unit.conversations.messages(target)
        decided = unit.decisions.of_conversation(target)
    assert len({message.id for message in told}) == len(told)
    assert len(decided) == 2, "the suggestion for Maria came along"


def test_what_was_decided_again_goes_back_too(house: House) -> None:
    origin = with_maria(house)
    target = of_the_assistant(house)
    done = moved(house, newest(house, origin), target)
    house.loop.handle(done.events[0].id)
    house.drain()
    back(house, done)
    with house.store.read() as unit:
        assert unit.decisions.of_conversation(target) == []


def test_nothing_is_asked_again_of_what_is_being_answered_or_has_its_turn_to_come(house: House) -> None:
    house.text(RESET)  # decided, and not sent yet
    (origin,) = conversations(house)
    target = of_the_assistant(house)
    assert moved(house, newest(house, origin.id), target).events == ()
    house.drain()
    house.wait(hours=1)
    coming = house.event(
        EventKind.MESSAGE_RECEIVED,
        "SMlate",
        payload={"from": EMMA_PHONE, "channel": "sms", "text": f"And {RESET}", "name": ""},
    )
    stands = house.context.arrived(coming).conversation.id
    elsewhere = target if stands == origin.id else origin.id
    assert moved(house, newest(house, stands), elsewhere).events == ()
    before = decisions(house)
    house.happens(coming)
    assert decisions(house) == before + 1


def test_what_was_answered_before_it_was_put_back_is_not_answered_again(house: House) -> None:
    origin = with_maria(house)
    done = moved(house, newest(house, origin), of_the_assistant(house))
    house.loop.handle(done.events[0].id)
    house.drain()
    with house.store.begin() as unit:
        unit.conversations.save(replace(here(house, origin), owner=ASSISTANT))
    assert back(house, done).events == ()


def test_who_still_waits_when_it_is_put_back_is_answered_there(house: House) -> None:
    origin = with_maria(house)
    target = of_the_assistant(house)
    with house.store.begin() as unit:
        unit.conversations.save(replace(here(house, target), owner=here(house, origin).owner))
    done = moved(house, newest(house, origin), target)
    assert done.events == ()
    with house.store.begin() as unit:
        unit.conversations.save(replace(here(house, origin), owner=ASSISTANT))
    (event,) = back(house, done).events
    assert house.loop.handle(event.id) == "automatic_reply"


def test_a_person_who_has_the_other_conversation_is_not_talked_over(house: House) -> None:
    origin = with_maria(house)
    target = of_the_assistant(house)
    with house.store.begin() as unit:
        owner = Owner(kind=OwnerKind.TEAM, id="Billing", name="Billing")
        unit.conversations.save(replace(here(house, target), owner=owner))
    assert moved(house, newest(house, origin), target).events == ()


def test_a_letter_is_decided_again_on_the_ticket_that_it_belongs_to(house: House) -> None:
    first = mails(house, ORDER)
    answers(house, first, "I am looking into LK-20114.")
    house.helpdesk.says(first, house.helpdesk.staff["user-emma"], f"And my doorbell? {RESET}")
    house.ticket(first)
    house.wait(minutes=1)
    (origin,) = conversations(house)
    bill = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], "The bill", "")
    done = moved(house, newest(house, origin.id), of_the_assistant(house, bill))
    (event,) = done.events
    assert (event.kind, event.subject) == (EventKind.TICKET_CHANGED, bill)
    before = decisions(house)
    house.loop.handle(event.id)
    assert decisions(house) == before + 1


def test_put_back_a_message_stands_there_on_the_ground_that_it_stood_on(house: House) -> None:
    origin = with_maria(house)
    text = newest(house, origin)
    before = join_of(house, text)
    assert before is not None
    assert before.ground is Ground.REFERENCE
    done = moved(house, text)
    after = join_of(house, text)
    assert after is not None
    assert (after.ground, after.by) == (Ground.AGENT, "Maria Lopez")
    back(house, done)
    assert join_of(house, text) == before


def test_a_comment_of_a_ticket_has_no_ground_when_it_is_put_back(house: House) -> None:
    mails(house, ORDER)
    (origin,) = conversations(house)
    comment = newest(house, origin.id)
    done = moved(house, comment)
    assert join_of(house, comment) is not None
    back(house, done)
    assert join_of(house, comment) is None


def test_what_the_move_began_is_closed_when_it_is_empty_again_and_opens_no_ticket(house: House) -> None:
    origin = with_maria(house)
    done = moved(house, newest(house, origin))
    (ticket,) = done.effects
    back(house, done)
    assert (here(house, origin).open, here(house, done.move.to).open) == (True, False)
    assert house.row(ticket.id).state is EffectState.REFUSED


def test_what_came_since_stays_open_where_it_came(house: House) -> None:
    origin = with_maria(house)
    done = moved(house, newest(house, origin))
    texts(house, "One more thing about it")
    assert conversations(house)[0].id == done.move.to
    back(house, done)
    assert here(house, done.move.to).open


def test_a_conversation_that_was_there_before_is_left_as_it_is(house: House) -> None:
    origin = with_maria(house)
    target = of_the_assistant(house)
    back(house, moved(house, newest(house, origin), target))
    assert here(house, target).open


def test_an_emptied_conversation_attracts_nothing(house: House) -> None:
    texts(house, f"{ORDER}. {RESET}")
    (origin,) = conversations(house)
    with house.store.read() as unit:
        first = unit.conversations.messages(origin.id)[0].id
    moved(house, first, of_the_assistant(house))
    with house.store.read() as unit:
        found = candidates(unit, emma(house).id, house.clock() - timedelta(days=30))
    assert [each.conversation.id for each in found] == ["co_other"]
    texts(house, "Which button?")
    assert newest_place(house) == "co_other"


def newest_place(house: House) -> str:
    with house.store.read() as unit:
        joins = [join for one in conversations(house) for join in unit.threads.joins(one.id)]
    return max(joins, key=lambda join: join.at).conversation_id


@pytest.mark.parametrize(
    ("owner", "group", "then"),
    [
        (Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez"), "", {}),
        (Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez"), "Billing", {"group": "Billing"}),
        (Owner(kind=OwnerKind.TEAM, id="Billing", name="Billing"), "", {"group": "Billing"}),
        (ASSISTANT, "", {}),
    ],
    ids=["agent", "agent of a team", "team", "assistant"],
)
def test_only_a_team_is_a_group_of_the_new_ticket(house: House, owner: Owner, group: str, then: object) -> None:
    texts(house, RESET)
    (origin,) = conversations(house)
    with house.store.begin() as unit:
        unit.conversations.save(replace(origin, owner=owner, owner_group=group))
    (effect,) = moved(house, newest(house, origin.id)).effects
    assert (effect.kind, effect.payload["then"]) == (EffectKind.TICKET_CREATE, then)
