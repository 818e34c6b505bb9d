"""What a story looks for: each look fails where the one thing is not there."""

from pathlib import Path
from typing import Any

import pytest

from apps.demo.outside import NotSeenError
from apps.stories.expectations import IN_WORLD, TO_PEOPLE, Expected, read_expected
from apps.stories.runner import find_untold
from apps.stories.scene import Scene
from connectors.sql.store import SqlStore
from tests.apps.stories.small_stage import Vendors, scene_of


@pytest.fixture
def vendors() -> Vendors:
    return Vendors()


@pytest.fixture
def scene(store: SqlStore, vendors: Vendors, tmp_path: Path) -> Scene:
    (tmp_path / "hub.log").write_bytes(b"offline")
    return scene_of(store, vendors, tmp_path)


def look(scene: Scene, does: str, given: Any, who: str = "Emma") -> str:
    """What a step finds wrong; empty where it sees what it looks for."""
    try:
        (TO_PEOPLE if does in TO_PEOPLE else IN_WORLD)[does](scene, who, given)
    except NotSeenError as error:
        return str(error)
    return ""


# ---------------------------------------------------------------- phones, mailboxes, messengers


@pytest.mark.parametrize(("does", "channel"), [("gets a text", "sms"), ("gets on WhatsApp", "whatsapp")])
def test_a_message_is_read_once_and_then_is_not_new_any_more(
    scene: Scene, vendors: Vendors, does: str, channel: str
) -> None:
    assert "0 instead of 1" in look(scene, does, "days")
    vendors.text("SM1", "Five days.", channel=channel)
    assert "does not say “weeks”" in look(scene, does, "weeks")
    vendors.text("SM2", "Five days.", channel=channel)
    assert look(scene, does, "days") == ""
    assert "0 instead of 1" in look(scene, does, "days")


def test_who_gets_nothing_gets_it_on_no_phone(scene: Scene, vendors: Vendors) -> None:
    assert look(scene, "gets nothing", None) == ""
    vendors.text("SM1", "Hello", channel="whatsapp")
    assert "1 instead of 0: Hello" in look(scene, "gets nothing", None)


def test_a_mail_is_read_with_its_subject(scene: Scene, vendors: Vendors) -> None:
    vendors.answers["mails?to=emma@example.com"] = {"mails": [{"subject": "Your refund", "body": "It is here."}]}
    assert "says “refund”" in look(scene, "gets a mail", {"has not": "refund"})
    assert look(scene, "gets no mail", None) == ""  # the one there is was read
    scene.read.clear()
    assert "1 instead of 0" in look(scene, "gets no mail", None)


@pytest.mark.parametrize(("does", "channel"), [("gets in the chat", "chat"), ("gets on Messenger", "messenger")])
def test_what_stands_in_a_window_must_be_what_is_looked_for(
    scene: Scene, vendors: Vendors, does: str, channel: str
) -> None:
    vendors.bubble("m-1", "Five days.", channel=channel)
    assert "1 instead of 0" in look(scene, does, {"count": 0})
    assert look(scene, does, {"count": 0}) == ""
    vendors.bubble("m-2", "Six days.", channel=channel)
    assert look(scene, does, "six") == ""


# ---------------------------------------------------------------- calls


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.stories.expectations.ON_THE_LINE", 0.01)


@pytest.mark.usefixtures("impatient")
def test_a_caller_hears_the_company_and_not_themselves(scene: Scene, vendors: Vendors) -> None:
    vendors.call(("company", "Guten Tag"), ("caller", "Hello?"))
    assert "does not say “Hello?”" in look(scene, "hears", "Hello?")
    vendors.call(("company", "Guten Tag"), ("caller", "Hello?"), ("company", "Moment"))
    assert look(scene, "hears", {"has": "Moment", "has not": "Guten Tag"}) == ""


@pytest.mark.usefixtures("impatient")
def test_a_call_that_broke_off_is_told(scene: Scene, vendors: Vendors) -> None:
    vendors.call(error="502 from /webhooks/twilio/voice")
    assert "the call broke off: 502" in look(scene, "hears", "anything")


@pytest.mark.usefixtures("impatient")
def test_an_agent_does_not_hear_what_only_the_caller_hears(scene: Scene, vendors: Vendors) -> None:
    vendors.call(("company", "Your PIN"), ("whisper", "Emma Clarke"))
    assert "does not say “PIN”" in look(scene, "hears on the phone", "PIN", who="Maria")
    scene.read.clear()
    assert look(scene, "hears on the phone", "Emma", who="Maria") == ""


# ---------------------------------------------------------------- the helpdesk and the sidebar


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"group": "Technical support"}, "its group is Billing"),
        ({"status": "solved"}, "its status is open"),
        ({"assignee": "Maria Lopez"}, "its assignee is None"),
        ({"priority": "urgent"}, "its priority is None"),
        ({"tags": ["vip"]}, "it has no tag vip"),
        ({"note": ["refund"]}, "no note says “refund”"),
        ({"files": ["hub.log"]}, "hub.log is not on it"),
    ],
)
def test_a_ticket_that_is_not_as_it_should_be_is_told(
    scene: Scene, vendors: Vendors, wanted: dict[str, Any], told: str
) -> None:
    vendors.ticket(comments=[{"public": True, "body": "The refund is here."}])
    assert told in look(scene, "the ticket", wanted)


def test_a_ticket_as_it_should_be_is_seen(scene: Scene, vendors: Vendors) -> None:
    vendors.ticket(comments=[{"public": False, "body": "The refund is here."}], tags=["vip"])
    assert look(scene, "the ticket", {"group": "Billing", "tags": "vip", "note": "refund"}) == ""
    assert look(scene, "tickets", 1) == ""
    assert "Emma Clarke has 1 tickets, not 2" in look(scene, "tickets", 2)


def test_a_misspelt_look_is_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="grup"):
        look(scene, "the ticket", {"grup": "Billing"})
    with pytest.raises(ValueError, match="acton"):
        look(scene, "decided", {"acton": "handoff"})


def test_the_sidebar_must_say_it(scene: Scene, vendors: Vendors) -> None:
    vendors.ticket()
    vendors.shown = {"handoff": {"reason": "She asked for a person"}}
    assert "does not say “a refund”" in look(scene, "sees", "a refund", who="Maria")
    assert look(scene, "sees", "asked for a person", who="Maria") == ""


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"action": "auto_reply"}, "action is handoff"),
        ({"rule": "vip"}, "rule is suggest"),
        ({"not rule": "suggest"}, "rule is suggest"),
        ({"intent": "Order status"}, "intent is Refund"),
        ({"tier": 2}, "tier is 1"),
        ({"channel": "voice"}, "channel is sms"),
        ({"group": "Fraud desk"}, "group is Billing"),
    ],
)
def test_a_decision_that_is_another_is_told(scene: Scene, vendors: Vendors, wanted: dict[str, Any], told: str) -> None:
    assert "nothing was decided" in look(scene, "decided", wanted)
    vendors.decision()
    assert told in look(scene, "decided", wanted)
    assert look(scene, "decided", {"action": "Handoff", "group": "Billing", "tier": 1}) == ""


@pytest.mark.parametrize(("does", "channel"), [("an alert", "care-alerts"), ("a card", "care-approvals")])
def test_what_comes_to_slack_is_counted(scene: Scene, vendors: Vendors, does: str, channel: str) -> None:
    assert f"0 messages in {channel} instead of 1" in look(scene, does, "Emma")
    vendors.channels[channel] = [{"text": "For Priya", "blocks": [{"text": "Emma Clarke"}]}]
    assert "does not say “Dana”" in look(scene, does, "Dana")
    assert "1 messages" in look(scene, does, {"count": 0})
    assert look(scene, does, "Emma Clarke") == ""
    assert look(scene, does, {"count": 0}) == ""


# ---------------------------------------------------------------- what no step speaks of


def test_what_comes_to_a_customer_and_is_not_told_is_wrong(scene: Scene, vendors: Vendors) -> None:
    assert list(find_untold(scene)) == []
    vendors.text("SM1", "A bargain!")
    vendors.bubble("m-1", "Another bargain!")
    assert list(find_untold(scene)) == [
        "Emma got on sms what the story does not tell: “A bargain!”",
        "Emma got in the messenger what the story does not tell: “Another bargain!”",
    ]


#


def test_words_may_stand_in_any_of_the_messages_and_in_any_case() -> None:
    read_expected({"has": ["virtual ASSISTANT", "5 days"], "count": 2}).check(
        "texts", ["5\n days", "A virtual assistant"]
    )


@pytest.mark.parametrize(
    ("given", "texts", "told"),
    [
        ("days", ["weeks"], "does not say “days”"),
        (["days", "refund"], ["days"], "does not say “refund”"),
        ({"has not": "order number?"}, ["What is your order number?"], "says “order number?”"),
        ({"any of": ["red", "green"]}, ["blue"], "says none of red, green"),
        ("days", [], "0 instead of 1"),
        ("days", ["days", "days"], "2 instead of 1"),
        ({"count": 0}, ["Hello"], "1 instead of 0"),
    ],
)
def test_what_is_not_as_it_should_be_is_told(given: object, texts: list[str], told: str) -> None:
    with pytest.raises(NotSeenError) as error:
        read_expected(given).check("the text", texts)
    assert told in str(error.value)


def test_nothing_said_means_one_message_whatever_it_says() -> None:
    assert read_expected(None) == Expected()


def test_a_misspelt_wish_is_refused() -> None:
    with pytest.raises(ValueError, match="hasnot"):
        read_expected({"hasnot": "x"})
