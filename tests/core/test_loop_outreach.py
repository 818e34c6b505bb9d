"""Events of the loop from end to end: callbacks, articles, profiles, signals and clicks."""

import json

import pytest

from core.model.conversation import MessageKind
from core.model.event import EventKind
from core.model.ids import ArticleId, DraftId
from core.model.knowledge import Article
from tests.core.day import RESET, answers, conversations, emma, known, mails, texts, to_customer
from tests.core.house import MARIA, PRIYA, House
from tests.core.outreach.carrying import campaigner
from tests.core.people import EMMA_PHONE, consent

TOLD = "The cloud has a fault in north. Reply STOP to opt out."


@pytest.fixture(autouse=True)
def _people(house: House) -> None:
    known(house)


def test_a_status_callback_follows_the_message(house: House) -> None:
    texts(house, RESET)
    payload = {"status": "delivered", "error": "", "effect": ""}
    assert house.happens(house.event(EventKind.MESSAGE_STATUS, "SM0001", payload=payload)) == "delivered"
    assert [row.delivery for row in to_customer(house)] == ["delivered"]


def test_an_article_event_reads_what_changed(house: House) -> None:
    house.helpdesk.library.append(
        Article(id=ArticleId("ar_1"), title="Reset", text="Hold the button.", origin="zendesk")
    )
    assert house.happens(house.event(EventKind.ARTICLE_CHANGED, "ar_1", "1")) == "articles_1"
    assert house.happens(house.event(EventKind.ARTICLE_CHANGED, "ar_1", "2")) == "articles_0"
    with house.store.read() as unit:
        assert unit.articles.get("ar_1") is not None


def test_a_changed_profile_is_read_again_and_staff_is_left_alone(house: House) -> None:
    assert house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma")) == "profile"
    assert emma(house).attributes == {"region": "north"}
    assert house.happens(house.event(EventKind.CUSTOMER_CHANGED, "agent-maria")) == "not_a_customer"


def goes_on(house: House) -> None:
    """Everything that is on its way arrives, and campaigns are carried on."""
    house.drain()
    campaigner(house).advance(5)
    house.drain()


def signal(house: House, kind: str = "outage", delivery: str = "s1", **facts: str) -> str:
    house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma", f"profile-{delivery}"))
    payload = {"kind": kind, "service": "The cloud", "region": "north", **facts}
    word = house.happens(house.event(EventKind.BUSINESS_SIGNAL, kind, delivery, payload=payload))
    goes_on(house)
    return word


def press(house: House, user: str = PRIYA, verdict: str = "approve", delivery: str = "c1") -> str:
    """Press a button of the newest approval card."""
    post = [one for one in house.desk.posts if one.channel == "#approvals"][-1]
    actions = next(block for block in post.blocks if block["type"] == "actions")
    value = json.loads(actions["elements"][0]["value"])
    channel, _, ts = post.ref.partition(":")
    payload = {**value, "verdict": verdict, "user_id": user, "user_name": user, "channel": channel, "ts": ts}
    word = house.happens(house.event(EventKind.APPROVAL_CLICKED, value["approval"], delivery, payload=payload))
    goes_on(house)
    return word


def test_a_signal_becomes_a_card_and_a_click_becomes_messages(house: House) -> None:
    assert signal(house) == "campaigns_1"
    assert house.messenger.sent == []
    assert len(house.desk.posted_to("#approvals")) == 1
    assert press(house) == "approved"
    assert house.messenger.sent_to(EMMA_PHONE) == [TOLD]
    assert "1" in house.desk.updates[-1].text


def test_a_second_click_and_a_repeated_signal_change_nothing(house: House) -> None:
    signal(house)
    press(house)
    assert press(house, delivery="c2") == "settled_before"
    assert press(house, delivery="c3", verdict="reject") == "settled_before"
    event = house.event(EventKind.BUSINESS_SIGNAL, "outage", "s1")
    assert house.happens(event) == "not_ours"
    assert (len(house.messenger.sent), len(house.desk.posts)) == (1, 1)


def test_a_no_sends_nothing(house: House) -> None:
    signal(house)
    assert press(house, verdict="reject") == "rejected"
    assert (house.messenger.sent, len(house.desk.updates)) == ([], 1)


def test_who_may_not_approve_is_told_so_and_nobody_else(house: House) -> None:
    signal(house)
    assert press(house, user=MARIA) == "not_allowed"
    assert house.messenger.sent == []
    assert [to for to, _ in house.desk.whispers] == [MARIA]
    assert press(house, delivery="c2") == "approved"


def test_who_said_stop_after_the_approval_is_not_written_to(house: House) -> None:
    signal(house)
    house.wait(minutes=1)
    with house.store.begin() as unit:
        unit.customers.add_consent(emma(house).id, consent(granted=False, at=house.clock()))
    assert press(house) == "approved"
    assert house.messenger.sent == []


def test_at_night_the_message_waits_for_the_morning(house: House) -> None:
    house.wait(hours=10)
    signal(house)
    assert press(house) == "approved"
    assert house.messenger.sent == []
    house.wait(hours=10)
    goes_on(house)
    assert len(house.messenger.sent) == 1


def test_a_signal_that_names_people_reaches_only_them(house: House) -> None:
    facts = {"feature": "pairing", "customers": "emma@example.com, nobody@example.com"}
    assert signal(house, "usage_friction", **facts) == "campaigns_1"
    card = str(house.desk.posts[0].blocks)
    assert "1 unknown customer" in card
    assert "@example.com" not in card
    press(house)
    assert house.messenger.sent_to(EMMA_PHONE) == ["Trouble with pairing? Reply to this message, or STOP to opt out."]


def test_a_signal_that_cannot_be_told_is_parked_for_a_person(house: House) -> None:
    assert signal(house, "weather") == "parked"
    assert signal(house, "outage", "s2", service="") == "parked"
    assert house.desk.posted_to("#approvals") == []
    assert len(house.desk.posted_to("#alerts")) == 2


def test_the_ledger_of_a_whole_day_holds_together(house: House) -> None:
    ticket = mails(house)
    texts(house, RESET)
    texts(house, "I want a person")
    answers(house, ticket, "Here I am.", status="solved")
    signal(house)
    press(house)
    with house.store.read() as unit:
        assert unit.ledger.verify() is None
        assert unit.decisions.draft_state(DraftId("none")) is None


def test_what_was_sent_first_stands_on_the_timeline_of_whoever_answers_it_and_on_the_card(house: House) -> None:
    signal(house, severity="high")
    press(house)
    house.wait(minutes=20)
    texts(house, "I want to talk to a person about it")
    (conversation,) = conversations(house)
    with house.store.read() as unit:
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


def test_what_was_sent_first_stands_in_one_conversation_only_and_not_for_ever(house: House) -> None:
    signal(house)
    press(house)
    house.wait(hours=24 * 8)
    texts(house, "I want to talk to a person")
    (conversation,) = conversations(house)
    with house.store.read() as unit:
        assert all(m.kind is not MessageKind.OUTREACH for m in unit.conversations.messages(conversation.id))
