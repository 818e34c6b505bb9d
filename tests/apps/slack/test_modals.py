"""The modals of an edit and of a whisper: opened at once, checked as they are sent, kept as events."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.slack.cards.actions import (
    DETAILS,
    EDIT,
    EDITED,
    PROPOSAL_EDIT,
    PROPOSAL_EDITED,
    PROPOSAL_WISHES,
    TEXT,
    WHISPER,
    WHISPERED,
)
from apps.slack.cards.edit import edit_view
from apps.slack.cards.progress import value_of
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.model.alert import AlertClick, AlertKind, Raised, Wish
from core.model.campaign import CampaignState, Standing
from core.model.customer import Channel
from core.model.effect_payloads import MessagePayload
from core.model.event import EventKind
from core.model.event_payloads import SupervisorAsked
from core.model.ids import AlertId, ConversationId, EffectId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from core.model.outreach import Click
from tests.apps.sandbox.running import wait_until
from tests.apps.slack.cards.test_proposals import GREETING
from tests.apps.slack.cards.test_request import REQUEST
from tests.apps.slack.wire import MARIA, Slack, click, kept, slack_over, submitted
from tests.clock import NOW
from tests.connectors.scripted import Answer, Scripted, scripted
from tests.connectors.sql.samples import conversation, customer
from tests.core.campaigns import campaign, standing
from tests.webhooks.receiving import Told


@pytest.fixture
def api() -> Iterator[Scripted]:
    with scripted() as script:
        script.say(Answer(body='{"ok": true, "view": {}}'))
        yield script


@pytest.fixture
def slack(store: SqlStore, told: Told, api: Scripted) -> Slack:
    return slack_over(SqlInbox(store, told), store, api=f"{api.url}/api/")


@pytest.fixture
def shown(store: SqlStore) -> Standing:
    """A campaign whose card is in Slack."""
    of = replace(standing(campaign()), slack_channel="C0APPROVE", slack_ts="1795253300.000200")
    with store.begin() as unit:
        assert unit.campaigns.add(of)
        found = unit.campaigns.get(of.campaign.id)
    assert found is not None
    return found


def press_edit(shown: Standing, api: Scripted, **changes: Any) -> dict[str, Any]:
    return click(EDIT, value_of(shown.campaign), response_url=f"{api.url}/response", **changes)


def opened(api: Scripted) -> dict[str, Any]:
    (asked,) = [each for each in api.asked if each.path == "/api/views.open"]
    view: Any = json.loads(asked.body)["view"]
    return dict(json.loads(view) if isinstance(view, str) else view)


def test_edit_opens_the_words_at_once(slack: Slack, shown: Standing, api: Scripted, told: Told) -> None:
    assert slack.press(press_edit(shown, api)).status_code == 200
    wait_until(lambda: bool(api.asked))
    assert opened(api)["callback_id"] == EDITED
    assert told.events == []


def said(api: Scripted) -> str:
    wait_until(lambda: bool(api.asked))
    (asked,) = api.asked
    assert asked.path == "/response"
    return str(json.loads(asked.body)["text"])


def test_whoever_may_not_is_told_before_they_write(slack: Slack, shown: Standing, api: Scripted) -> None:
    slack.press(press_edit(shown, api, user=MARIA))
    assert "Only the people whom the policy names" in said(api)


@pytest.mark.parametrize("answer", [Answer(hang_up=True), Answer(body='{"ok": false, "error": "expired_trigger_id"}')])
def test_a_modal_that_slack_does_not_open_is_told(slack: Slack, shown: Standing, api: Scripted, answer: Answer) -> None:
    api.say(answer)
    slack.press(press_edit(shown, api))
    wait_until(lambda: any(each.path == "/response" for each in api.asked))
    assert "could not be opened" in json.loads(api.asked[-1].body)["text"]


@pytest.mark.parametrize(
    ("answer", "address", "told"),
    [
        (Answer(hang_up=True), {}, "Remote end closed"),
        (Answer(status=404, body="expired_url", kind="text/plain"), {}, "answered with 404"),
        (Answer(), {"response_url": None}, "there is no address"),
    ],
    ids=["hangs up", "too late", "no address"],
)
def test_a_press_that_slack_takes_no_answer_to_is_a_line_in_the_log(
    slack: Slack,
    shown: Standing,
    api: Scripted,
    caplog: pytest.LogCaptureFixture,
    answer: Answer,
    address: dict[str, None],
    told: str,
) -> None:
    api.say(answer)
    assert slack.press(press_edit(shown, api, user=MARIA) | address).status_code == 200
    wait_until(lambda: re.search(f"could not be told: .*{told}", caplog.text) is not None)


def test_a_card_that_is_no_longer_the_newest_opens_nothing(slack: Slack, shown: Standing, api: Scripted) -> None:
    older = replace(shown, campaign=replace(shown.campaign, revision=9))
    slack.press(press_edit(older, api))
    assert "the campaign was changed" in said(api)


def test_what_is_being_sent_is_not_edited(slack: Slack, shown: Standing, api: Scripted, store: SqlStore) -> None:
    with store.begin() as unit:
        unit.campaigns.save(replace(shown, state=CampaignState.RUNNING))
    slack.press(press_edit(shown, api))
    assert "the campaign is running" in said(api)


def filled(shown: Standing, text: str) -> dict[str, Any]:
    view = edit_view(shown)
    (field,) = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return view | {"state": {"values": {field: {TEXT: {"type": "plain_text_input", "value": text}}}}}


NEW_WORDS = "Larkfield Home: Cloud has a fault in west, we are on it. Reply STOP to opt out."


def test_what_was_written_is_one_event_however_often_it_is_told(
    slack: Slack, shown: Standing, store: SqlStore, told: Told
) -> None:
    answers = [slack.press(submitted(filled(shown, NEW_WORDS))) for _ in range(2)]
    assert [(each.status_code, each.data) for each in answers] == [(200, b""), (200, b"")]
    (event,) = kept(store, told)
    read = event.payload_as(Click)
    assert (read.verdict, read.digest, read.user_id) == ("edit", shown.campaign.digest, "U0PRIYA")
    assert dict(read.texts) == {"default/sms/en": NEW_WORDS}
    assert (read.channel, read.ts) == ("C0APPROVE", "1795253300.000200")


@pytest.mark.parametrize(("text", "why"), [("", "Write what is to be said"), ("Dear {nobody}", "{nobody}")])
def test_what_is_wrong_is_said_in_the_modal_and_nothing_is_kept(
    slack: Slack, shown: Standing, told: Told, text: str, why: str
) -> None:
    answer = slack.press(submitted(filled(shown, text))).get_json()
    assert answer["response_action"] == "errors"
    (field,) = [block["block_id"] for block in edit_view(shown)["blocks"] if block["type"] == "input"]
    assert why in answer["errors"][field]
    assert told.events == []


def test_a_modal_of_somebody_elses_is_none_of_ours(slack: Slack, told: Told) -> None:
    answer = slack.press(submitted({"callback_id": EDITED, "private_metadata": "words"}))
    assert (answer.status_code, told.events) == (200, [])


@pytest.fixture
def alert(store: SqlStore) -> str:
    raised = Raised(
        kind=AlertKind.DISTRESS,
        key="distress:co_1",
        source="ev_1",
        text="Emma sounds desperate",
        who="Emma Clarke",
        conversation_id=ConversationId("co_1"),
        ticket="4711",
    )
    with store.begin() as unit:
        made = unit.alerts.count(raised, NOW)
    assert made is not None
    return made.id


def test_a_whisper_opens_and_carries_where_its_alert_stands(
    slack: Slack, alert: str, api: Scripted, store: SqlStore, told: Told
) -> None:
    slack.press(click(WHISPER, json.dumps({"alert": alert})))
    wait_until(lambda: bool(api.asked))
    view = opened(api)
    assert view["callback_id"] == WHISPERED
    words = {"whisper": {TEXT: {"type": "plain_text_input", "value": " She is a nurse on night shift. "}}}
    slack.press(submitted(view | {"state": {"values": words}}))
    (event,) = kept(store, told)
    assert event.kind is EventKind.ALERT_CLICKED
    assert event.payload == AlertClick(
        alert_id=AlertId(alert),
        wish=Wish.WHISPER,
        text="She is a nurse on night shift.",
        user_id="U0PRIYA",
        user_name="priya.nair",
        channel="C0APPROVE",
    )


def test_a_whisper_without_words_stays_open(slack: Slack, told: Told) -> None:
    block = {"type": "input", "block_id": "whisper"}
    empty = {"callback_id": WHISPERED, "private_metadata": '{"alert": "al_1"}', "blocks": [block]}
    answer = slack.press(submitted(empty)).get_json()
    assert answer == {"response_action": "errors", "errors": {"whisper": "Write what the agent should know."}}
    assert told.events == []


def press_details(slack: Slack, api: Scripted, card: str, name: str) -> None:
    value = json.dumps({"card": card, "id": name})
    answer = slack.press(click(DETAILS, value, user=MARIA, response_url=f"{api.url}/response"))
    assert answer.status_code == 200
    wait_until(lambda: bool(api.asked))


@pytest.fixture
def cards(store: SqlStore, shown: Standing, alert: str) -> dict[str, str]:
    """A card of each kind that is in the store, by its name there."""
    late = Effect(
        kind=EffectKind.MESSAGE,
        key="late",
        target="+447700900123",
        payload=MessagePayload(channel=Channel.SMS, body="Your parcel is late."),
        authority=Authority(rule="agent_reply", policy_version="1"),
        created_at=NOW,
    )
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        assert unit.requests.add(REQUEST)
        assert unit.outbox.add(late)
        unit.outbox.mark(late.id, EffectState.PARKED, NOW, error="Twilio answered 30007")
    return {"campaign": shown.campaign.id, "alert": alert, "request": REQUEST.id, "parked": late.id}


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("campaign", "Digest `"),
        ("alert", "Grouped by: `distress:co_1`"),
        ("request", "we refund it."),
        ("parked", "Twilio answered 30007"),
    ],
)
def test_details_open_for_whoever_sees_the_card_and_change_nothing(
    slack: Slack, cards: dict[str, str], api: Scripted, told: Told, card: str, words: str
) -> None:
    press_details(slack, api, card, cards[card])
    view = opened(api)
    assert view["title"]["text"] == "Details"
    assert words in json.dumps(view["blocks"], ensure_ascii=False)
    assert told.events == []


@pytest.mark.parametrize("card", ["campaign", "alert", "request", "parked", "another", ""])
def test_details_of_what_is_no_longer_kept_say_so(slack: Slack, api: Scripted, card: str) -> None:
    press_details(slack, api, card, "gone")
    assert "There is nothing more to show" in said(api)


def test_details_of_what_was_decided_meanwhile_say_so(
    slack: Slack, cards: dict[str, str], api: Scripted, store: SqlStore
) -> None:
    with store.begin() as unit:
        unit.outbox.mark(EffectId(cards["parked"]), EffectState.REFUSED, NOW, error="dismissed")
    press_details(slack, api, "parked", cards["parked"])
    assert "There is nothing more to show" in said(api)


def test_what_was_read_whole_in_the_details_is_sent_again_from_there(
    slack: Slack, cards: dict[str, str], api: Scripted, store: SqlStore, told: Told
) -> None:
    press_details(slack, api, "parked", cards["parked"])
    view = opened(api)
    assert "Your parcel is late." in json.dumps(view["blocks"])
    for _ in range(2):
        answer = slack.press(submitted(view))
        assert (answer.status_code, answer.data) == (200, b"")
    wait_until(lambda: bool(slack.desk.answers))
    ((address, said),) = slack.desk.answers
    assert (address, "It is being sent again" in said) == (f"{api.url}/response", True)
    with store.read() as unit:
        row = unit.outbox.get(EffectId(cards["parked"]))
    assert row is not None
    assert row.state is EffectState.PENDING
    assert len(told.events) == 1


def test_details_are_sent_again_by_nobody_who_may_not(
    slack: Slack, cards: dict[str, str], api: Scripted, store: SqlStore
) -> None:
    press_details(slack, api, "parked", cards["parked"])
    slack.press(submitted(opened(api), user=MARIA))
    wait_until(lambda: bool(slack.desk.answers))
    assert "Only the people whom the policy names" in slack.desk.answers[0][1]
    with store.read() as unit:
        row = unit.outbox.get(EffectId(cards["parked"]))
    assert row is not None
    assert row.state is EffectState.PARKED


def test_a_press_that_is_told_twice_opens_once_and_says_nothing_more(
    slack: Slack, cards: dict[str, str], api: Scripted
) -> None:
    api.say(Answer(body='{"ok": false, "error": "exchanged_trigger_id"}'))
    for _ in range(4):
        press_details(slack, api, "alert", cards["alert"])
    wait_until(lambda: len(api.asked) == 4)
    assert [each.path for each in api.asked] == ["/api/views.open"] * 4


def test_details_that_slack_does_not_open_in_time_are_asked_for_again(
    slack: Slack, cards: dict[str, str], api: Scripted
) -> None:
    api.say(Answer(body='{"ok": false, "error": "expired_trigger_id"}'))
    press_details(slack, api, "alert", cards["alert"])
    wait_until(lambda: len(api.asked) == 2)
    assert "could not be opened just now" in json.loads(api.asked[-1].body)["text"]


def test_a_whisper_about_an_alert_that_is_no_longer_kept_says_so(slack: Slack, api: Scripted) -> None:
    slack.press(click(WHISPER, json.dumps({"alert": "gone"}), response_url=f"{api.url}/response"))
    assert "There is nothing more to show" in said(api)


def command_kept(store: SqlStore, told: Told) -> SupervisorAsked:
    """Whoever heard it has answered it as well."""
    (name,) = told.events
    with store.read() as unit:
        event = unit.events.get(name)
    assert event is not None
    return event.payload_as(SupervisorAsked)


def test_a_proposal_is_edited_in_a_modal_and_becomes_a_command(
    slack: Slack, store: SqlStore, api: Scripted, told: Told
) -> None:
    with store.begin() as unit:
        unit.proposals.save(replace(GREETING, evidence=()))
    slack.press(click(PROPOSAL_EDIT, GREETING.id, response_url=f"{api.url}/response"))
    wait_until(lambda: bool(api.asked))
    view = opened(api)
    assert view["callback_id"] == PROPOSAL_EDITED
    empty = submitted(view | {"state": {"values": {"proposal": {TEXT: {"type": "plain_text_input", "value": " "}}}}})
    assert "Write what it is to say" in slack.press(empty).get_json()["errors"]["proposal"]
    words = {"proposal": {TEXT: {"type": "plain_text_input", "value": "Hey {name},\nwelcome."}}}
    slack.press(submitted(view | {"state": {"values": words}}))
    asked = command_kept(store, told)
    assert (asked.text, asked.address) == ("improve edit pr_1 Hey {name},\nwelcome.", f"{api.url}/response")


@pytest.mark.parametrize(
    ("pressed", "word"),
    [({"user": MARIA}, "Only the people whom the policy names"), ({"value": "pr_9"}, "There is nothing more to show")],
    ids=["not theirs", "gone"],
)
def test_a_proposal_that_they_may_not_edit_opens_nothing(
    slack: Slack, store: SqlStore, api: Scripted, pressed: dict[str, Any], word: str
) -> None:
    with store.begin() as unit:
        unit.proposals.save(replace(GREETING, evidence=()))
    value, changes = pressed.get("value", GREETING.id), {n: v for n, v in pressed.items() if n != "value"}
    slack.press(click(PROPOSAL_EDIT, value, response_url=f"{api.url}/response", **changes))
    assert word in said(api)


def test_a_button_of_a_proposal_is_the_command_that_it_stands_for(slack: Slack, store: SqlStore, told: Told) -> None:
    for name, word in PROPOSAL_WISHES.items():
        told.events.clear()
        slack.press(click(name, "pr_1"))
        assert command_kept(store, told).text == f"improve {word} pr_1"
