"""A fault goes to engineering and comes back, through the loop: nothing of it reaches a customer."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.assist.agent_actions import AgentActions
from core.assist.engineering import BRIEFED, EVERY, BriefWay, SideConversations, status_of, ways_of
from core.errors import ConfigurationError, HandrailError, RejectedError, UnknownOutcome
from core.execute.deliver import LOOK_UPS
from core.handoff.brief import Brief, FaultStatus, brief_of, update_for
from core.model.conversation import Conversation
from core.model.event import EventKind
from core.model.event_payloads import EngineeringClick
from core.model.ids import TicketId
from core.model.outbound import EffectKind, EffectState
from tests.core import people, rules, samples
from tests.core.container import MARIA, Container
from tests.core.day import conversations, known, mails, to_customer

CHANNEL, ADDRESS = "#engineering", "engineering@larkfield.example"
BRIEF = brief_of(samples.case(samples.message(1, text="The hub shows E14")), None, None)


@pytest.fixture
def container(store: SqlStore) -> Container:
    """Emma's ticket about a fault, with a draft that nobody has sent."""
    policy = rules.policy(engineering={"channel": CHANNEL, "side_conversation": ADDRESS})
    container = Container(store, policy)
    known(container)
    mails(container, "How do I reset it? It shows E14")
    return container


def conversation(container: Container) -> Conversation:
    return conversations(container)[0]


def ticket(container: Container) -> TicketId:
    found = conversation(container).ticket_id
    assert found is not None
    return found


def passed_on(container: Container, way: BriefWay, brief: Brief = BRIEF) -> None:
    AgentActions(store=container.store, publisher=container.publisher, policy=container.policy).pass_brief_on(
        ticket(container), brief, way, "Maria Lopez", container.clock()
    )
    container.drain()


def clicked(container: Container, status: str, *, ts: str = "1.0", about: str = "", user: str = MARIA) -> str:
    click = EngineeringClick(status=status, user_id=user, user_name="maria", channel=CHANNEL, ts=ts)
    subject = about or conversation(container).id
    at = f"{status}:{ts}:{subject}:{container.clock().isoformat()}"
    word = container.happens(container.event(EventKind.ENGINEERING_CLICKED, subject, at, payload=click))
    container.drain()
    return word


def looked(container: Container) -> int:
    found = SideConversations(
        store=container.store,
        helpdesk=container.helpdesk,
        publisher=container.publisher,
        policy=container.policy,
        now=container.clock,
    ).run()
    container.drain()
    return found


def status(container: Container) -> FaultStatus:
    with container.store.read() as unit:
        return status_of(unit, conversation(container).id)


def notes(container: Container) -> list[str]:
    return container.helpdesk.comments(ticket(container), public=False)


def changes(container: Container, **how: Any) -> None:
    """Something happens in the side conversation."""
    container.wait(minutes=6)
    (ref,) = container.helpdesk.sides
    container.helpdesk.sides[ref] = replace(container.helpdesk.sides[ref], **how)


@pytest.mark.parametrize("way", BriefWay)
def test_whichever_way_it_goes_the_note_is_on_the_ticket_and_the_customer_hears_nothing(
    container: Container, way: BriefWay
) -> None:
    before = len(to_customer(container))
    passed_on(container, way)
    assert notes(container)[-1] == f"Brief for engineering, by Maria Lopez:\n\n{BRIEF.text}"
    assert any(BRIEFED in write.changes.get("add_tags", ()) for write in container.helpdesk.writes)
    assert len(container.helpdesk.sides) == (way is BriefWay.SIDE_CONVERSATION)
    assert len(container.desk.posts) == (way is BriefWay.SLACK)
    assert len(to_customer(container)) == before
    assert status(container) is FaultStatus.PASSED_ON


def test_a_side_conversation_goes_to_the_policys_address_with_the_whole_brief(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    (opened,) = (write.changes for write in container.helpdesk.writes if "side" in write.changes)
    assert (opened["to"], opened["subject"]) == (ADDRESS, BRIEF.title)
    assert opened["text"].startswith(BRIEF.text)


def test_slack_gets_the_brief_with_two_buttons_in_the_policys_channel(container: Container) -> None:
    passed_on(container, BriefWay.SLACK)
    (post,) = container.desk.posts
    shown = json.dumps(post.blocks)
    assert post.channel == CHANNEL
    assert all(words in shown for words in (BRIEF.title, "E14", "It is fixed", "There is news", "Maria Lopez"))


def test_a_way_that_the_policy_has_no_address_for_is_refused(store: SqlStore) -> None:
    container = Container(store)
    known(container)
    mails(container)
    assert ways_of(container.policy) == (BriefWay.NOTE,)
    with pytest.raises(RejectedError, match="no address for this: side conversation"):
        passed_on(container, BriefWay.SIDE_CONVERSATION)
    assert notes(container) == []


@pytest.mark.parametrize("error", [RejectedError("Zendesk answered 404"), ConfigurationError("Zendesk answered 404")])
def test_an_account_without_side_conversations_says_so_on_the_ticket_and_the_note_remains(
    container: Container, error: HandrailError
) -> None:
    container.helpdesk.siding.fail(error)
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    first, second = notes(container)[-2:]
    assert first.startswith("Brief for engineering")
    assert second.startswith("The side conversation with engineering was not opened: Zendesk answered 404.")
    assert second.endswith("The brief stands on this ticket as a note.")


def test_an_answer_that_got_lost_opens_no_second_one(container: Container) -> None:
    container.helpdesk.siding.fail(UnknownOutcome("no answer"), after_doing=True)
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    container.wait(seconds=LOOK_UPS[0].total_seconds() + 1)
    container.drain()
    assert len(container.helpdesk.sides) == 1
    with container.store.read() as unit:
        rows = unit.outbox.of_conversation(conversation(container).id)
    assert [row.state for row in rows if row.effect.kind is EffectKind.SIDE_CONVERSATION] == [EffectState.SENT]


@pytest.mark.parametrize("said", [FaultStatus.FIXED, FaultStatus.NEWS])
def test_a_button_in_slack_gives_the_agent_words_for_the_customer_and_sends_none(
    container: Container, said: FaultStatus
) -> None:
    passed_on(container, BriefWay.SLACK)
    before = len(to_customer(container))
    assert clicked(container, said) == said
    assert status(container) is said
    assert notes(container)[-1].endswith(f"nothing was sent:\n\n{update_for('en', said)}")
    assert "(Maria, in Slack)" in notes(container)[-1]
    assert len(to_customer(container)) == before
    (shown,) = container.desk.updates
    assert "Maria" in json.dumps(shown.blocks)
    assert ("It is fixed" in json.dumps(shown.blocks)) is (said is FaultStatus.NEWS)


def replies(container: Container) -> list[str]:
    """In the thread of the one brief."""
    first, *rest = container.desk.posts
    channel, _, ts = first.ref.rpartition(":")
    assert all((post.channel, post.thread) == (channel, ts) for post in rest)
    return [post.text for post in rest]


def stands(container: Container, status: str) -> None:
    container.wait(minutes=1)
    tickets = container.helpdesk.tickets
    tickets[ticket(container)] = replace(tickets[ticket(container)], status=status)
    container.ticket(ticket(container))
    container.drain()


def test_the_thread_of_the_brief_hears_how_its_ticket_stands_once_for_each_change(container: Container) -> None:
    passed_on(container, BriefWay.SLACK)
    before = len(to_customer(container))
    for status_ in ("open", "pending", "pending", "solved", "closed", "open"):
        stands(container, status_)
    assert replies(container) == [
        "The agent waits for the customer to answer.",
        "The ticket is solved.",
        "The ticket is open again.",
    ]
    assert len(to_customer(container)) == before


def test_a_ticket_without_a_brief_in_slack_tells_no_thread(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    stands(container, "solved")
    assert container.desk.posts == []


def test_what_engineering_says_anywhere_is_said_in_the_thread(container: Container) -> None:
    passed_on(container, BriefWay.SLACK)
    container.wait(minutes=1)
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    changes(container, open=False, state_at=container.clock())
    looked(container)
    assert replies(container) == [
        f"Engineering says that it is fixed (the side conversation was closed). "
        f"The agent has it on ticket #{ticket(container)}, with words for the customer."
    ]
    clicked(container, "news")
    assert len(replies(container)) == 2
    assert "Engineering has news (Maria, in Slack)" in replies(container)[1]


def test_a_reply_whose_answer_got_lost_is_found_in_its_thread(container: Container) -> None:
    passed_on(container, BriefWay.SLACK)
    container.desk.fail(UnknownOutcome("no answer"), after_doing=True)
    stands(container, "solved")
    container.wait(seconds=LOOK_UPS[0].total_seconds() + 1)
    container.drain()
    assert replies(container) == ["The ticket is solved."]


def test_a_button_of_no_brief_of_ours_does_nothing(container: Container) -> None:
    passed_on(container, BriefWay.SLACK)
    before = notes(container)
    assert clicked(container, "fixed", ts="7.7") == "no_such_brief"
    assert clicked(container, "fixed", about="co_another") == "no_such_brief"
    assert clicked(container, "passed_on") == "no_such_brief"
    assert notes(container) == before


def test_a_closed_side_conversation_says_fixed_once(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    assert looked(container) == 0
    changes(container, open=False, state_at=container.clock())
    assert looked(container) == 1
    assert status(container) is FaultStatus.FIXED
    assert notes(container)[-1].endswith(update_for("en", FaultStatus.FIXED))
    container.wait(minutes=6)
    assert looked(container) == 0


def test_words_in_it_are_news_whatever_they_say(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    changes(container, spoken_at=container.clock() + timedelta(minutes=1), newest="It is fixed!")
    assert looked(container) == 1
    assert status(container) is FaultStatus.NEWS
    assert "(in the side conversation: “It is fixed!”)" in notes(container)[-1]


def test_it_is_asked_every_five_minutes_and_not_of_a_solved_ticket(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    looked(container)
    changes(container, open=False)
    container.wait(minutes=-2)  # four minutes after the last look
    assert looked(container) == 0
    container.wait(minutes=EVERY.total_seconds() / 60)
    with container.store.begin() as unit:
        unit.conversations.save(replace(conversation(container), open=False))
    assert looked(container) == 0


def test_one_that_cannot_be_read_stops_nothing(container: Container) -> None:
    passed_on(container, BriefWay.SIDE_CONVERSATION)
    changes(container, open=False)
    container.helpdesk.fail_reading(RejectedError("gone", code="404"))
    assert looked(container) == 0
    container.wait(minutes=6)
    assert looked(container) == 1


def test_a_german_customer_gets_german_words(container: Container) -> None:
    with container.store.begin() as unit:
        unit.conversations.save(conversation(container))
    container.wait(hours=1)
    container.helpdesk.says(ticket(container), people.person(), "Der reset: ich finde ihn nicht")
    container.ticket(ticket(container))
    passed_on(container, BriefWay.SLACK)
    clicked(container, "fixed")
    assert notes(container)[-1].endswith(update_for("de", FaultStatus.FIXED))
