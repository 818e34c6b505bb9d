"""An agent moves messages to another conversation and back, with all that hangs on them; nobody is left waiting."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.context.joining import candidates, tickets_of
from core.context.questions import QuestionState, questions_of
from core.errors import ConflictError, RejectedError
from core.messaging.moving import Moved, keep_apart, merge_suggested, move_from, put_messages_back
from core.model.alert import Alert, AlertKind, Raised
from core.model.conversation import (
    ASSISTANT,
    Conversation,
    Earlier,
    Ground,
    Join,
    MergeSuggestion,
    Owner,
    OwnerKind,
    Role,
)
from core.model.customer import Channel
from core.model.effect_payloads import TicketUpdatePayload
from core.model.event import EventKind
from core.model.ids import ConversationId, MessageId, TicketId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from core.read.repeats import Likeness
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
    texts(container, RESET)
    container.text("How do I reset it again, please?")  # decided, and not sent yet
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


# ---------------------------------------------------------------- what is suggested to be one


def near(_: str, __: Earlier) -> Likeness:
    return Likeness(score=0.7)


def two_mails(container: Container) -> tuple[str, str]:
    """Two mails that may be about one thing; their tickets."""
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    return mails(container, "My thermostat is stuck"), mails(container, f"The display stays dark. {RESET}")


def suggestions(container: Container) -> list[MergeSuggestion]:
    with container.store.read() as unit:
        return unit.threads.suggestions(conversations(container)[0].id)


def merged(container: Container, by: str = "Maria Lopez") -> Moved:
    (found,) = suggestions(container)
    with container.store.begin() as unit:
        return merge_suggested(unit, found.conversation_id, by, container.policy.version, container.clock())


def on(container: Container, ticket: str) -> Conversation | None:
    with container.store.read() as unit:
        return unit.conversations.by_ticket(TicketId(ticket))


def test_what_is_near_stays_two_until_an_agent_says_that_it_is_one(container: Container) -> None:
    first, second = two_mails(container)
    assert len(conversations(container)) == 2
    done = merged(container)
    here, there = on(container, first), on(container, second)
    assert here is not None
    assert here == there
    assert here.id == done.move.to
    assert suggestions(container) == []
    with container.store.read() as unit:
        timeline = unit.conversations.messages(here.id)
        asked = questions_of(unit, here, timeline)
        kinds = [record.kind for record in unit.ledger.records(0, 50)]
    assert [(each.message.ticket_id, each.waits) for each in asked] == [(first, True), (second, True)]
    assert "moved" in kinds
    assert join_of(container, done.move.messages[0]) == Join(
        message_id=done.move.messages[0],
        conversation_id=here.id,
        ground=Ground.AGENT,
        at=timeline[-1].at,
        by="Maria Lopez",
    )


def test_a_text_that_was_answered_stays_answered_in_the_one_conversation_and_a_mail_that_waits_goes_on_waiting(
    container: Container,
) -> None:
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    ticket = mails(container, f"The display stays dark since Monday. {RESET}")
    texts(container, "How do I reset the thermostat of my neighbour in the hall?")
    sent = len(container.messenger.sent_to(EMMA_PHONE))
    assert sent == 1
    done = merged(container)
    assert done.events == ()
    container.drain()
    whole = on(container, ticket)
    assert whole is not None
    with container.store.read() as unit:
        asked = questions_of(unit, whole, unit.conversations.messages(whole.id))
    assert [(each.message.channel, each.state) for each in asked] == [
        (Channel.EMAIL, QuestionState.OPEN),
        (Channel.SMS, QuestionState.ANSWERED),
    ]
    answers(container, ticket, "Yes, that is covered.", status="solved")
    assert len(container.messenger.sent_to(EMMA_PHONE)) == sent, "a mail is answered by mail"


def test_a_conversation_whose_ticket_is_being_opened_is_merged_a_moment_later(container: Container) -> None:
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    first = mails(container, "My thermostat is stuck")
    container.text("I want to talk to a person about the valve in the cellar please")
    with pytest.raises(ConflictError):
        merged(container)
    container.drain()
    merged(container)
    whole = on(container, first)
    assert whole is not None
    with container.store.read() as unit:
        assert len(tickets_of(unit, whole)) == 2


def test_nothing_is_merged_into_a_conversation_whose_ticket_is_being_opened(container: Container) -> None:
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    container.text("I want to talk to a person about the valve in the cellar please")
    with container.store.read() as unit:
        (opened,) = [row.effect for row in unit.outbox.of_conversation(conversations(container)[0].id)][:1]
    container.wait(minutes=1)
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", f"It is dark. {RESET}")
    container.ticket(ticket)
    assert container.row(opened.id).state is EffectState.PENDING
    with pytest.raises(ConflictError, match="opened"):
        merged(container)
    container.drain()
    merged(container)


def test_what_is_being_said_to_the_customer_is_said_before_a_merge(container: Container) -> None:
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    ticket = mails(container, f"The display stays dark since Monday. {RESET}")
    mail = on(container, ticket)
    assert mail is not None
    maria = Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez")
    with container.store.begin() as unit:
        unit.conversations.save(replace(mail, owner=maria))
    container.text("How do I reset the thermostat of my neighbour in the hall?")  # decided, and not sent yet
    with pytest.raises(ConflictError, match="being said"):
        merged(container)
    container.drain()
    done = merged(container)
    with container.store.read() as unit:
        assert unit.conversations.messages(done.move.origin) == []
        assert [m.role for m in unit.conversations.messages(done.move.to)][-1] is Role.ASSISTANT
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_what_a_timer_would_still_do_to_the_one_does_not_hinder_a_merge_and_is_not_done(container: Container) -> None:
    _, second = two_mails(container)
    there = on(container, second)
    assert there is not None
    closing = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{there.id}:close",
        target=second,
        payload=TicketUpdatePayload(status="solved"),
        authority=Authority(rule="auto_close", policy_version=container.policy.version),
        created_at=container.clock(),
        conversation_id=there.id,
    )
    with container.store.begin() as unit:
        unit.outbox.add(closing)
    merged(container)
    assert container.row(closing.id).state is EffectState.REFUSED


def test_a_question_goes_on_waiting_in_a_conversation_that_was_solved_after_it_was_asked(container: Container) -> None:
    first, second = two_mails(container)
    answers(container, first, "It is reset now.", status="solved")
    solved = on(container, first)
    assert solved is not None
    assert solved.solved_at is not None
    merged(container)
    whole = on(container, second)
    assert whole is not None
    assert (whole.open, whole.solved_at) == (True, None)
    with container.store.read() as unit:
        asked = questions_of(unit, whole, unit.conversations.messages(whole.id))
    assert [(each.message.ticket_id, each.waits) for each in asked] == [(first, False), (second, True)]


def test_what_waits_since_the_other_was_solved_leaves_it_solved_until_then(container: Container) -> None:
    container.loop = replace(container.loop, context=replace(container.context, alike=near))
    first = mails(container, "My thermostat is stuck")
    answers(container, first, "It is reset now.", status="solved")
    mails(container, f"The display stays dark. {RESET}")
    solved = on(container, first)
    assert solved is not None
    assert solved.solved_at is not None
    merged(container)
    whole = on(container, first)
    assert whole is not None
    assert (whole.open, whole.solved_at) == (True, solved.solved_at)


def raised(container: Container, about: Conversation, **changes: Any) -> Alert:
    said = Raised(
        kind=AlertKind.DISTRESS,
        key=f"message:{about.id}",
        source=f"{about.id}:{changes}",
        text="Emma is desperate",
        conversation_id=about.id,
        ticket=about.ticket_id or "",
        reasons=("distress",),
    )
    with container.store.begin() as unit:
        alert = unit.alerts.count(replace(said, **changes), container.clock())
    assert alert is not None
    return alert


def alert_of(container: Container, alert: Alert) -> Alert:
    with container.store.read() as unit:
        found = unit.alerts.get(alert.id)
    assert found is not None
    return found


def test_what_supervisors_are_told_of_leads_to_the_whole_and_back(container: Container) -> None:
    first, second = two_mails(container)
    here, there = on(container, first), on(container, second)
    assert here is not None
    assert there is not None
    raised(container, there)
    alert = raised(container, there, source="again")
    done = merged(container)
    whole = on(container, first)
    assert whole is not None
    now = alert_of(container, alert)
    assert (now.count, now.conversation_id, now.said.ticket) == (2, here.id, whole.ticket_id)
    assert now.revision > alert.revision, "its card is drawn anew"
    back(container, done)
    now = alert_of(container, alert)
    assert (now.said.key, now.conversation_id, now.said.ticket) == (alert.said.key, there.id, second)


def test_a_person_who_takes_the_whole_settles_what_was_told_of_either(container: Container) -> None:
    first, second = two_mails(container)
    there = on(container, second)
    assert there is not None
    alert = raised(container, there)
    merged(container)
    answers(container, first, "I am looking into it.")
    assert alert_of(container, alert).resolved


def test_nothing_goes_to_a_conversation_that_was_emptied_since(container: Container) -> None:
    first, second = two_mails(container)
    here = on(container, first)
    assert here is not None
    with container.store.read() as unit:
        said = unit.conversations.messages(here.id)[0].id
    target = of_the_assistant(container)
    moved(container, said, target)
    there = on(container, second)
    assert there is not None
    with container.store.begin() as unit, pytest.raises(RejectedError):
        merge_suggested(unit, there.id, "Maria Lopez", container.policy.version, container.clock())
    there = on(container, second)
    assert there is not None
    assert there.open


def test_both_tickets_say_that_they_were_merged(container: Container) -> None:
    first, second = two_mails(container)
    for effect in merged(container).effects:
        container.publisher.effect(effect.id)
    container.drain()
    assert any(f"#{second}" in note for note in container.helpdesk.comments(first, public=False))
    assert any(f"#{first}" in note for note in container.helpdesk.comments(second, public=False))


def test_what_is_written_on_a_merged_ticket_stands_in_the_one_conversation_and_goes_back_with_it(
    container: Container,
) -> None:
    first, second = two_mails(container)
    done = merged(container)
    container.helpdesk.says(second, container.helpdesk.staff["user-emma"], "It is dark again")
    container.ticket(second)
    container.drain()
    (whole,) = [one for one in conversations(container) if one.open]
    assert newest_text(container, whole.id) == "It is dark again"
    back(container, done)
    here, there = on(container, first), on(container, second)
    assert here is not None
    assert there is not None
    assert (here.id, there.id) == (done.move.to, done.move.origin)
    assert there.open
    assert newest_text(container, there.id) == "It is dark again"
    assert newest_text(container, here.id) == "My thermostat is stuck"
    assert suggestions(container) == [], "whoever puts it back has said that they are two"


def test_the_agent_who_has_the_second_ticket_has_both_when_they_are_merged(container: Container) -> None:
    first, second = two_mails(container)
    answers(container, second, "I am looking into it.")
    merged(container)
    whole = on(container, first)
    assert whole is not None
    assert (whole.owner.name, whole.ticket_id) == ("Maria Lopez", second)


def test_while_a_person_works_on_the_first_ticket_a_merge_leaves_it_the_main_one(container: Container) -> None:
    first, second = two_mails(container)
    answers(container, first, "I am looking into it.")
    merged(container)
    whole = on(container, second)
    assert whole is not None
    assert whole.ticket_id == first


def test_what_is_kept_apart_is_asked_once_and_the_ledger_says_who_said_so(container: Container) -> None:
    two_mails(container)
    (found,) = suggestions(container)
    with container.store.begin() as unit:
        keep_apart(unit, found.conversation_id, "Maria Lopez", container.clock())
        with pytest.raises(RejectedError):
            keep_apart(unit, found.conversation_id, "Maria Lopez", container.clock())
        with pytest.raises(RejectedError):
            merge_suggested(unit, found.conversation_id, "Maria Lopez", "", container.clock())
        last = unit.ledger.records(0, 50)[-1]
    assert (suggestions(container), len(conversations(container))) == ([], 2)
    assert last.kind == "kept_apart"


def test_the_tickets_of_a_conversation_that_is_moved_away_whole_go_along_and_come_back(container: Container) -> None:
    ticket = mails(container, "My thermostat is stuck")
    origin = conversations(container)[0].id
    target = of_the_assistant(container, "815")
    with container.store.read() as unit:
        first = unit.conversations.messages(origin)[0].id
    done = moved(container, first, target)
    found = on(container, ticket)
    assert found is not None
    assert found.id == target
    assert (here(container, origin).open, here(container, origin).ticket_id) == (False, None)
    back(container, done)
    assert (here(container, origin).open, here(container, origin).ticket_id) == (True, ticket)
    assert here(container, target).ticket_id == "815"


def newest_text(container: Container, name: ConversationId) -> str:
    with container.store.read() as unit:
        return unit.conversations.messages(name)[-1].text
