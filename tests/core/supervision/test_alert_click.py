import json
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.alert import Alert, AlertClick, AlertKind, AlertState, Wish
from core.model.conversation import OwnerKind
from core.model.event import EventKind
from core.model.ids import AlertId
from core.model.outbound import EffectKind, EffectState
from core.supervision.watch import Watch
from tests.core import people, rules, samples
from tests.core.container import MARIA, PRIYA, Container
from tests.core.samples import stand_in_store

STRANGER = "U-STRANGER"


@pytest.fixture
def container(store: SqlStore) -> Container:
    """Emma has asked for a person by text: a ticket is there, and an alert. Priya is an agent of the helpdesk."""
    container = Container(
        store, rules.policy(alerts__tickets_at="https://larkfield.zendesk.com/agent/tickets/{ticket}")
    )
    container.helpdesk.adds(people.person())
    priya = container.helpdesk.adds(people.agent("Priya Nair"))
    container.helpdesk.members = {"Billing": [people.agent("Jonas Weber")], "Customer care": [people.agent(), priya]}
    with store.begin() as unit:
        unit.customers.save(people.customer())
    container.text("I want a person")
    container.drain()
    return container


def the_alert(container: Container) -> Alert:
    with container.store.read() as unit:
        (alert,) = unit.alerts.open()
    return alert


def clicks(container: Container, alert: Alert, wish: str, user: str = PRIYA, **more: str) -> str:
    said = AlertClick(
        alert_id=alert.id, wish=Wish(wish), user_id=user, user_name=user.lower(), **{"channel": "C1", **more}
    )
    at = f"{wish}:{user}:{container.clock().isoformat()}"
    event = container.event(EventKind.ALERT_CLICKED, alert.id, at, payload=said)
    word = container.happens(event)
    container.drain()
    return word


def after(container: Container, alert: Alert) -> Alert:
    with container.store.read() as unit:
        found = unit.alerts.get(alert.id)
    assert found is not None
    return found


def buttons(blocks: tuple[Mapping[str, Any], ...]) -> list[str]:
    return [each["text"]["text"] for block in blocks if block["type"] == "actions" for each in block["elements"]]


def test_the_card_says_who_and_why_and_links_the_ticket(container: Container) -> None:
    (post,) = container.desk.posts
    shown = json.dumps(post.blocks)
    assert "Emma Clarke" in shown
    assert "The customer asked for a person" in shown
    assert [*buttons(post.blocks)[:1], *buttons(post.blocks)[-1:]] == ["Take over", "Done"]
    alert = the_alert(container)
    assert (alert.kind, alert.slack_ts) == (AlertKind.HANDOFF, "1.0")


def test_a_card_that_was_posted_before_its_ticket_is_drawn_anew_without_a_click(container: Container) -> None:
    container.wait(minutes=1)
    container.loop.publish(Watch(store=container.store, policy=container.policy).run(container.clock()))
    container.drain()
    (shown,) = container.desk.updates
    assert "<https://larkfield.zendesk.com/agent/tickets/" in json.dumps(shown.blocks)
    assert "Whisper" in buttons(shown.blocks)


def test_the_link_and_the_whisper_come_when_the_ticket_is_there(container: Container) -> None:
    container.wait(minutes=1)
    clicks(container, the_alert(container), "snooze")
    shown = container.desk.updates[-1]
    assert "<https://larkfield.zendesk.com/agent/tickets/" in json.dumps(shown.blocks)
    assert "Whisper" in buttons(shown.blocks)


def test_who_takes_over_owns_it_and_the_ticket_is_theirs(container: Container) -> None:
    alert = the_alert(container)
    assert clicks(container, alert, "take_over") == "taken_over"
    with container.store.read() as unit:
        assert alert.conversation_id is not None
        conversation = unit.conversations.get(alert.conversation_id)
    assert conversation is not None
    assert (conversation.owner.kind, conversation.owner.id) == (OwnerKind.AGENT, "agent-priya")
    written = container.helpdesk.writes[-1].changes
    assert (written["assignee_id"], written["group_id"]) == ("agent-priya", "group-Customer care")
    assert "took this conversation over" in written["note"]
    assert after(container, alert).state is AlertState.RESOLVED
    assert "Priya Nair took the conversation over" in json.dumps(container.desk.updates[-1].blocks)
    assert container.desk.whispers == [(PRIYA, "The conversation is yours now.")]


def test_what_the_assistant_still_had_to_say_is_withdrawn_by_taking_over(container: Container) -> None:
    alert = the_alert(container)
    waiting = samples.effect(EffectKind.MESSAGE, "waits", conversation_id=alert.conversation_id)
    with container.store.begin() as unit:
        unit.outbox.add(waiting)
    clicks(container, alert, "take_over")
    row = container.row(waiting.id)
    assert (row.state, row.error) == (EffectState.REFUSED, "Priya Nair took the conversation over")


def test_the_assistant_says_no_more_once_it_is_taken_over(container: Container) -> None:
    clicks(container, the_alert(container), "take_over")
    sent = len(container.messenger.sent)
    container.wait(minutes=1)
    container.text("How do I reset it?")
    container.drain()
    assert len(container.messenger.sent) == sent


def test_a_supervisor_who_is_no_agent_is_told_so_and_nothing_changes(container: Container) -> None:
    container.helpdesk.members = {"Customer care": [people.agent()]}
    alert = the_alert(container)
    assert clicks(container, alert, "take_over") == "no_agent"
    assert after(container, alert).state is AlertState.OPEN
    assert "priya@larkfield.example" in container.desk.whispers[-1][1]


@pytest.mark.parametrize("wish", ["take_over", "whisper", "snooze", "snooze_long", "done"])
@pytest.mark.parametrize("user", [MARIA, STRANGER])
def test_only_those_whom_the_policy_names_may_act(container: Container, wish: str, user: str) -> None:
    alert, writes = the_alert(container), len(container.helpdesk.writes)
    assert clicks(container, alert, wish, user, text="Be kind") == "not_allowed"
    assert after(container, alert) == alert
    assert len(container.helpdesk.writes) == writes
    assert [who for who, _ in container.desk.whispers] == [user]


def test_the_policy_may_name_roles_of_its_own_for_alerts(store: SqlStore) -> None:
    container = Container(store, rules.policy(alerts__roles={"lead": ["Maria@larkfield.example"]}))
    container.text("I want a person")
    container.drain()
    alert = the_alert(container)
    assert clicks(container, alert, "done", PRIYA) == "not_allowed"
    assert clicks(container, alert, "done", MARIA) == "done"


def test_a_whisper_is_an_internal_note_and_the_alert_stays(container: Container) -> None:
    alert = the_alert(container)
    assert clicks(container, alert, "whisper", text="  Offer her the new hub.  ") == "whispered"
    comment = next(iter(container.helpdesk.tickets.values())).comments[-1]
    assert (comment.text, comment.public) == ("Priya (by Slack): Offer her the new hub.", False)
    assert after(container, alert).state is AlertState.OPEN
    assert "Offer her the new hub." in json.dumps(container.desk.updates[-1].blocks)


def test_a_whisper_is_never_said_to_the_customer(container: Container) -> None:
    sent = len(container.messenger.sent)
    clicks(container, the_alert(container), "whisper", text="She was rude last time.")
    assert len(container.messenger.sent) == sent


def test_done_takes_the_buttons_away(container: Container) -> None:
    alert = the_alert(container)
    assert clicks(container, alert, "done") == "done"
    assert buttons(container.desk.updates[-1].blocks) == []
    assert "Priya marked it as done." in json.dumps(container.desk.updates[-1].blocks)


def test_a_false_alarm_is_closed_and_stands_in_the_ledger_as_such(container: Container) -> None:
    alert = the_alert(container)
    assert "False alarm" in buttons(container.desk.posts[0].blocks)
    assert clicks(container, alert, "false_alarm", MARIA) == "not_allowed"
    container.wait(seconds=1)
    assert clicks(container, alert, "false_alarm") == "false_alarm"
    assert after(container, alert).state is AlertState.RESOLVED
    assert "Priya marked it as a false alarm." in json.dumps(container.desk.updates[-1].blocks)
    with container.store.read() as unit:
        _, record = unit.ledger.of_kinds(("alert",), people.NOW)
        assert unit.ledger.of_kinds(("alert",), container.clock() + people.MINUTE) == []
    assert (record.said["wish"], record.said["result"]) == ("false_alarm", "false_alarm")


def test_a_click_on_a_closed_alert_is_explained(container: Container) -> None:
    alert = the_alert(container)
    clicks(container, alert, "done")
    container.wait(seconds=1)
    assert clicks(container, alert, "take_over") == "settled_before"
    assert "Priya marked it as done." in container.desk.whispers[-1][1]


def test_the_same_click_told_twice_happens_once(container: Container) -> None:
    alert = the_alert(container)
    writes = len(container.helpdesk.writes)
    clicks(container, alert, "whisper", text="Once")
    clicks(container, alert, "whisper", text="Once")
    assert len(container.helpdesk.writes) == writes + 1


def test_who_snoozed_it_and_until_when_is_on_the_card(container: Container) -> None:
    alert = the_alert(container)
    assert clicks(container, alert, "snooze_long") == "snoozed"
    assert after(container, alert).until == container.clock() + 8 * 60 * people.MINUTE
    assert "Priya snoozed it until 20:00 UTC" in json.dumps(container.desk.updates[-1].blocks)


def test_every_click_is_in_the_ledger(container: Container) -> None:
    clicks(container, the_alert(container), "done", MARIA)
    clicks(container, the_alert(container), "done")
    with container.store.read() as unit:
        assert unit.ledger.verify() is None


def test_an_alert_that_is_no_longer_kept_is_explained(container: Container) -> None:
    gone = the_alert(container)
    with container.store.begin() as unit:
        unit.alerts.settle(gone.id, AlertState.RESOLVED, "", people.NOW)
        unit.alerts.forget(people.NOW + 24 * 60 * people.MINUTE)
    assert clicks(container, gone, "done") == "unknown_alert"


def test_what_is_no_click_of_an_alert_is_parked_for_a_person(container: Container) -> None:
    pressed = AlertClick(alert_id=AlertId("al_1"), wish=Wish.DONE, user_id=PRIYA, user_name="priya")
    event = container.event(EventKind.ALERT_CLICKED, "al_1", payload=pressed)
    stand_in_store(container.store, event, '{"alert": "al_1", "wish": "explode"}')
    assert container.loop.handle(event.id) == "parked"
    assert container.inbox()["parked"] == 1
