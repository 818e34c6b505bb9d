"""Events of the loop from end to end: callbacks, articles, profiles, signals and clicks."""

import json

import pytest

from core.model.conversation import MessageKind
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus, SignalStated
from core.model.ids import ApprovalId, ArticleId, DraftId
from core.model.knowledge import Article
from core.model.outreach import Click, Verdict
from tests.core.container import MARIA, PRIYA, Container
from tests.core.day import RESET, answers, conversations, emma, known, mails, texts, to_customer
from tests.core.outreach.carrying import campaigner
from tests.core.people import EMMA_PHONE, consent

TOLD = "The cloud has a fault in north. Reply STOP to opt out."


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    known(container)


def test_a_status_callback_follows_the_message(container: Container) -> None:
    texts(container, RESET)
    payload = MessageStatus(status="delivered")
    assert container.happens(container.event(EventKind.MESSAGE_STATUS, "SM0001", payload=payload)) == "delivered"
    assert [row.delivery for row in to_customer(container)] == ["delivered"]


def test_an_article_event_reads_what_changed(container: Container) -> None:
    container.helpdesk.library.append(
        Article(id=ArticleId("ar_1"), title="Reset", text="Hold the button.", origin="zendesk")
    )
    assert container.happens(container.event(EventKind.ARTICLE_CHANGED, "ar_1", "1")) == "articles_1"
    assert container.happens(container.event(EventKind.ARTICLE_CHANGED, "ar_1", "2")) == "articles_0"
    with container.store.read() as unit:
        assert unit.articles.get("ar_1") is not None


def test_a_changed_profile_is_read_again_and_staff_is_left_alone(container: Container) -> None:
    assert container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma")) == "profile"
    assert emma(container).attributes == {"region": "north"}
    assert container.happens(container.event(EventKind.CUSTOMER_CHANGED, "agent-maria")) == "not_a_customer"


def goes_on(container: Container) -> None:
    """Everything that is on its way arrives, and campaigns are carried on."""
    container.drain()
    campaigner(container).advance(5)
    container.drain()


def signal(container: Container, kind: str = "outage", delivery: str = "s1", **facts: str) -> str:
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma", f"profile-{delivery}"))
    payload = SignalStated(kind=kind, facts={"service": "The cloud", "region": "north", **facts})
    word = container.happens(container.event(EventKind.BUSINESS_SIGNAL, kind, delivery, payload=payload))
    goes_on(container)
    return word


def press(container: Container, user: str = PRIYA, verdict: str = "approve", delivery: str = "c1") -> str:
    """Press a button of the newest approval card."""
    post = [one for one in container.desk.posts if one.channel == "#approvals"][-1]
    actions = next(block for block in post.blocks if block["type"] == "actions")
    value = json.loads(actions["elements"][0]["value"])
    channel, _, ts = post.ref.partition(":")
    payload = Click(
        approval_id=ApprovalId(value["approval"]),
        digest=value["digest"],
        revision=value["revision"],
        verdict=Verdict(verdict),
        user_id=user,
        user_name=user,
        channel=channel,
        ts=ts,
    )
    word = container.happens(container.event(EventKind.APPROVAL_CLICKED, value["approval"], delivery, payload=payload))
    goes_on(container)
    return word


def test_a_signal_becomes_a_card_and_a_click_becomes_messages(container: Container) -> None:
    assert signal(container) == "campaigns_1"
    assert container.messenger.sent == []
    assert len(container.desk.posted_to("#approvals")) == 1
    assert press(container) == "approved"
    assert container.messenger.sent_to(EMMA_PHONE) == [TOLD]
    assert "1" in container.desk.updates[-1].text


def test_a_second_click_and_a_repeated_signal_change_nothing(container: Container) -> None:
    signal(container)
    press(container)
    assert press(container, delivery="c2") == "settled_before"
    assert press(container, delivery="c3", verdict="reject") == "settled_before"
    event = container.event(EventKind.BUSINESS_SIGNAL, "outage", "s1")
    assert container.happens(event) == "not_ours"
    assert (len(container.messenger.sent), len(container.desk.posts)) == (1, 1)


def test_a_no_sends_nothing(container: Container) -> None:
    signal(container)
    assert press(container, verdict="reject") == "rejected"
    assert (container.messenger.sent, len(container.desk.updates)) == ([], 1)


def test_who_may_not_approve_is_told_so_and_nobody_else(container: Container) -> None:
    signal(container)
    assert press(container, user=MARIA) == "not_allowed"
    assert container.messenger.sent == []
    assert [to for to, _ in container.desk.whispers] == [MARIA]
    assert press(container, delivery="c2") == "approved"


def test_who_said_stop_after_the_approval_is_not_written_to(container: Container) -> None:
    signal(container)
    container.wait(minutes=1)
    with container.store.begin() as unit:
        unit.customers.add_consent(emma(container).id, consent(granted=False, at=container.clock()))
    assert press(container) == "approved"
    assert container.messenger.sent == []


def test_at_night_the_message_waits_for_the_morning(container: Container) -> None:
    container.wait(hours=10)
    signal(container)
    assert press(container) == "approved"
    assert container.messenger.sent == []
    container.wait(hours=10)
    goes_on(container)
    assert len(container.messenger.sent) == 1


def test_a_signal_that_names_people_reaches_only_them(container: Container) -> None:
    facts = {"feature": "pairing", "customers": "emma@example.com, nobody@example.com"}
    assert signal(container, "usage_friction", **facts) == "campaigns_1"
    card = str(container.desk.posts[0].blocks)
    assert "1 more is left out" in card
    assert "@example.com" not in card
    press(container)
    assert container.messenger.sent_to(EMMA_PHONE) == [
        "Trouble with pairing? Reply to this message, or STOP to opt out."
    ]


def test_a_signal_that_cannot_be_told_is_parked_for_a_person(container: Container) -> None:
    assert signal(container, "weather") == "parked"
    assert signal(container, "outage", "s2", service="") == "parked"
    assert container.desk.posted_to("#approvals") == []
    assert len(container.desk.posted_to("#alerts")) == 2


def test_the_ledger_of_a_whole_day_holds_together(container: Container) -> None:
    ticket = mails(container)
    texts(container, RESET)
    texts(container, "I want a person")
    answers(container, ticket, "Here I am.", status="solved")
    signal(container)
    press(container)
    with container.store.read() as unit:
        assert unit.ledger.verify() is None
        assert unit.decisions.draft_state(DraftId("none")) is None


def test_what_was_sent_first_stands_on_the_timeline_of_whoever_answers_it_and_on_the_card(container: Container) -> None:
    signal(container, severity="high")
    press(container)
    container.wait(minutes=20)
    texts(container, "I want to talk to a person about it")
    (conversation,) = conversations(container)
    with container.store.read() as unit:
        said = unit.conversations.messages(conversation.id)
        (decision,) = unit.decisions.of_conversation(conversation.id)
    assert [(m.kind, m.text) for m in said[:1]] == [
        (MessageKind.OUTREACH, "The cloud has a fault in north. Reply STOP to opt out.")
    ]
    assert decision.handoff is not None
    assert decision.handoff.tried == (
        "We wrote first, by SMS: “The cloud has a fault in north. Reply STOP to opt out.”",
    )
    assert "severity high" in decision.handoff.open[0]


def test_what_was_sent_first_stands_in_one_conversation_only_and_not_for_ever(container: Container) -> None:
    signal(container)
    press(container)
    container.wait(hours=24 * 8)
    texts(container, "I want to talk to a person")
    (conversation,) = conversations(container)
    with container.store.read() as unit:
        assert all(m.kind is not MessageKind.OUTREACH for m in unit.conversations.messages(conversation.id))
