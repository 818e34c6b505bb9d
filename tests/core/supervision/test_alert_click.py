import json
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.alert import Alert, AlertKind, AlertState
from core.model.conversation import OwnerKind
from core.model.event import EventKind
from core.model.outbound import EffectKind, EffectState
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.house import MARIA, PRIYA, House

STRANGER = "U-STRANGER"


@pytest.fixture
def house(store: SqlStore) -> House:
    """Emma has asked for a person by text: a ticket is there, and an alert. Priya is an agent of the helpdesk."""
    house = House(store, rules.policy(alerts__tickets_at="https://larkfield.zendesk.com/agent/tickets/{ticket}"))
    house.helpdesk.adds(people.person())
    priya = house.helpdesk.adds(people.agent("Priya Nair"))
    house.helpdesk.members = {"Billing": [people.agent("Jonas Weber")], "Customer care": [people.agent(), priya]}
    with store.begin() as unit:
        unit.customers.save(people.customer())
    house.text("I want a person")
    house.drain()
    return house


def the_alert(house: House) -> Alert:
    with house.store.read() as unit:
        (alert,) = unit.alerts.open()
    return alert


def clicks(house: House, alert: Alert, wish: str, user: str = PRIYA, **payload: Any) -> str:
    said = {"alert": alert.id, "wish": wish, "user_id": user, "user_name": user.lower(), "channel": "C1", "ts": "1.0"}
    at = f"{wish}:{user}:{house.clock().isoformat()}"
    event = house.event(EventKind.ALERT_CLICKED, alert.id, at, payload=said | payload)
    word = house.happens(event)
    house.drain()
    return word


def after(house: House, alert: Alert) -> Alert:
    with house.store.read() as unit:
        found = unit.alerts.get(alert.id)
    assert found is not None
    return found


def buttons(blocks: tuple[Mapping[str, Any], ...]) -> list[str]:
    return [each["text"]["text"] for block in blocks if block["type"] == "actions" for each in block["elements"]]


def test_the_card_says_who_and_why_and_links_the_ticket(house: House) -> None:
    (post,) = house.desk.posts
    shown = json.dumps(post.blocks)
    assert "Emma Clarke" in shown
    assert "The customer asked for a person" in shown
    assert [*buttons(post.blocks)[:1], *buttons(post.blocks)[-1:]] == ["Take over", "Done"]
    alert = the_alert(house)
    assert (alert.kind, alert.slack_ts) == (AlertKind.HANDOFF, "1.0")


def test_a_card_that_was_posted_before_its_ticket_is_drawn_anew_without_a_click(house: House) -> None:
    house.wait(minutes=1)
    house.loop.publish(Watch(store=house.store, policy=house.policy).run(house.clock()))
    house.drain()
    (shown,) = house.desk.updates
    assert "<https://larkfield.zendesk.com/agent/tickets/" in json.dumps(shown.blocks)
    assert "Whisper" in buttons(shown.blocks)


def test_the_link_and_the_whisper_come_when_the_ticket_is_there(house: House) -> None:
    house.wait(minutes=1)
    clicks(house, the_alert(house), "snooze")
    shown = house.desk.updates[-1]
    assert "<https://larkfield.zendesk.com/agent/tickets/" in json.dumps(shown.blocks)
    assert "Whisper" in buttons(shown.blocks)


def test_who_takes_over_owns_it_and_the_ticket_is_theirs(house: House) -> None:
    alert = the_alert(house)
    assert clicks(house, alert, "take_over") == "taken_over"
    with house.store.read() as unit:
        assert alert.conversation_id is not None
        conversation = unit.conversations.get(alert.conversation_id)
    assert conversation is not None
    assert (conversation.owner.kind, conversation.owner.id) == (OwnerKind.AGENT, "agent-priya")
    written = house.helpdesk.writes[-1].changes
    assert (written["assignee_id"], written["group_id"]) == ("agent-priya", "group-Customer care")
    assert "took this conversation over" in written["note"]
    assert after(house, alert).state is AlertState.RESOLVED
    assert "Priya Nair took the conversation over" in json.dumps(house.desk.updates[-1].blocks)
    assert house.desk.whispers == [(PRIYA, "The conversation is yours now.")]


def test_what_the_assistant_still_had_to_say_is_withdrawn_by_taking_over(house: House) -> None:
    alert = the_alert(house)
    waiting = samples.effect(EffectKind.MESSAGE, "waits", conversation_id=alert.conversation_id)
    with house.store.begin() as unit:
        unit.outbox.add(waiting)
    clicks(house, alert, "take_over")
    row = house.row(waiting.id)
    assert (row.state, row.error) == (EffectState.REFUSED, "Priya Nair took the conversation over")


def test_the_assistant_says_no_more_once_it_is_taken_over(house: House) -> None:
    clicks(house, the_alert(house), "take_over")
    sent = len(house.messenger.sent)
    house.wait(minutes=1)
    house.text("How do I reset it?")
    house.drain()
    assert len(house.messenger.sent) == sent


def test_a_supervisor_who_is_no_agent_is_told_so_and_nothing_changes(house: House) -> None:
    house.helpdesk.members = {"Customer care": [people.agent()]}
    alert = the_alert(house)
    assert clicks(house, alert, "take_over") == "no_agent"
    assert after(house, alert).state is AlertState.OPEN
    assert "priya@larkfield.example" in house.desk.whispers[-1][1]


@pytest.mark.parametrize("wish", ["take_over", "whisper", "snooze", "snooze_long", "done"])
@pytest.mark.parametrize("user", [MARIA, STRANGER])
def test_only_those_whom_the_policy_names_may_act(house: House, wish: str, user: str) -> None:
    alert, writes = the_alert(house), len(house.helpdesk.writes)
    assert clicks(house, alert, wish, user, text="Be kind") == "not_allowed"
    assert after(house, alert) == alert
    assert len(house.helpdesk.writes) == writes
    assert [who for who, _ in house.desk.whispers] == [user]


def test_the_policy_may_name_roles_of_its_own_for_alerts(store: SqlStore) -> None:
    house = House(store, rules.policy(alerts__roles={"lead": ["Maria@larkfield.example"]}))
    house.text("I want a person")
    house.drain()
    alert = the_alert(house)
    assert clicks(house, alert, "done", PRIYA) == "not_allowed"
    assert clicks(house, alert, "done", MARIA) == "done"


def test_a_whisper_is_an_internal_note_and_the_alert_stays(house: House) -> None:
    alert = the_alert(house)
    assert clicks(house, alert, "whisper", text="  Offer her the new hub.  ") == "whispered"
    comment = next(iter(house.helpdesk.tickets.values())).comments[-1]
    assert (comment.text, comment.public) == ("Priya (by Slack): Offer her the new hub.", False)
    assert after(house, alert).state is AlertState.OPEN
    assert "Offer her the new hub." in json.dumps(house.desk.updates[-1].blocks)


def test_a_whisper_is_never_said_to_the_customer(house: House) -> None:
    sent = len(house.messenger.sent)
    clicks(house, the_alert(house), "whisper", text="She was rude last time.")
    assert len(house.messenger.sent) == sent


def test_done_takes_the_buttons_away(house: House) -> None:
    alert = the_alert(house)
    assert clicks(house, alert, "done") == "done"
    assert buttons(house.desk.updates[-1].blocks) == []
    assert "Priya marked it as done." in json.dumps(house.desk.updates[-1].blocks)


def test_a_click_on_a_closed_alert_is_explained(house: House) -> None:
    alert = the_alert(house)
    clicks(house, alert, "done")
    house.wait(seconds=1)
    assert clicks(house, alert, "take_over") == "settled_before"
    assert "Priya marked it as done." in house.desk.whispers[-1][1]


def test_the_same_click_told_twice_happens_once(house: House) -> None:
    alert = the_alert(house)
    writes = len(house.helpdesk.writes)
    clicks(house, alert, "whisper", text="Once")
    clicks(house, alert, "whisper", text="Once")
    assert len(house.helpdesk.writes) == writes + 1


def test_who_snoozed_it_and_until_when_is_on_the_card(house: House) -> None:
    alert = the_alert(house)
    assert clicks(house, alert, "snooze_long") == "snoozed"
    assert after(house, alert).until == house.clock() + 8 * 60 * people.MINUTE
    assert "Priya snoozed it until 20:00 UTC" in json.dumps(house.desk.updates[-1].blocks)


def test_every_click_is_in_the_ledger(house: House) -> None:
    clicks(house, the_alert(house), "done", MARIA)
    clicks(house, the_alert(house), "done")
    with house.store.read() as unit:
        assert unit.ledger.verify() is None


def test_an_alert_that_is_no_longer_kept_is_explained(house: House) -> None:
    gone = the_alert(house)
    with house.store.begin() as unit:
        unit.alerts.settle(gone.id, AlertState.RESOLVED, "", people.NOW)
        unit.alerts.forget(people.NOW + 24 * 60 * people.MINUTE)
    assert clicks(house, gone, "done") == "unknown_alert"


def test_what_is_no_click_of_an_alert_is_parked_for_a_person(house: House) -> None:
    house.happens(house.event(EventKind.ALERT_CLICKED, "al_1", payload={"alert": "al_1", "wish": "explode"}))
    assert house.inbox()["parked"] == 1
