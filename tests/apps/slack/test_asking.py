"""The app's home, its search and the slash command: kept, then answered by the process that heard it."""

from datetime import timedelta
from typing import Any

import pytest

from apps.bootstrap import now
from apps.slack.cards.actions import REFRESH, SEARCH
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.govern.pause import current_pause
from core.model.event import Event
from core.model.ids import EventId
from tests.apps.sandbox.running import wait_until
from tests.apps.slack.wire import MARIA, Slack, click, command, happened, slack_over
from tests.webhooks.receiving import Told

OPENED = {"type": "app_home_opened", "user": "U0PRIYA", "channel": "D1", "tab": "home", "event_ts": "1795253400.1"}
HOOK = "https://hooks.slack.com/commands/1"


def switched_off(store: SqlStore) -> bool:
    with store.read() as unit:
        return current_pause(unit) is not None


def test_one_command_stops_everything_and_one_lets_it_go_on(slack: Slack, store: SqlStore) -> None:
    assert slack.command(command("pause the texts are wrong")).data == b""
    wait_until(lambda: switched_off(store))
    with store.read() as unit:
        made = current_pause(unit)
    assert made is not None
    assert (made.by, made.why) == ("Priya@larkfield.example", "the texts are wrong")
    slack.command(command("resume", trigger_id="5.6.8"))
    wait_until(lambda: not switched_off(store))
    wait_until(lambda: len(slack.desk.answers) == 2)
    assert [address for address, _ in slack.desk.answers] == [HOOK, HOOK]
    assert "All sending is paused." in slack.desk.answers[0][1]
    assert "Sending goes on." in slack.desk.answers[1][1]


def test_a_pause_holds_at_once_while_no_worker_is_there(slack: Slack, store: SqlStore, told: Told) -> None:
    """Nobody works the queue off in this test: what is told to the workers is only written down."""
    began = now()
    slack.command(command("pause"))
    wait_until(lambda: switched_off(store))
    assert now() - began < timedelta(seconds=5)
    assert len(told.events) == 1


def test_the_same_command_told_twice_is_given_once(slack: Slack, told: Told) -> None:
    for _ in range(2):
        slack.command(command("status"))
    assert len(told.events) == 1
    wait_until(lambda: len(slack.desk.answers) == 1)


@pytest.mark.parametrize("text", ["pause", "resume", "status", "why 4711", ""])
def test_a_command_of_somebody_else_changes_nothing(slack: Slack, store: SqlStore, text: str) -> None:
    slack.command(command(text, user_id="U0MARIA", user_name="maria.lopez"))
    wait_until(lambda: len(slack.desk.answers) == 1)
    assert "Only the people whom the policy names" in slack.desk.answers[0][1]
    assert not switched_off(store)


@pytest.mark.parametrize("text", ["help", "what?"])
def test_everybody_may_ask_what_there_is(slack: Slack, text: str) -> None:
    slack.command(command(text, user_id="U0MARIA"))
    wait_until(lambda: len(slack.desk.answers) == 1)
    assert "/handrail pause [why]" in slack.desk.answers[0][1]


def test_a_ticket_that_nobody_knows_is_told_as_such(slack: Slack) -> None:
    slack.command(command("why #4711"))
    wait_until(lambda: len(slack.desk.answers) == 1)
    assert slack.desk.answers[0][1] == "No ticket #4711 is known here."


def words_of(blocks: Any) -> str:
    return " ".join(str(block) for block in blocks)


def test_whoever_opens_the_home_sees_it(slack: Slack, told: Told) -> None:
    assert slack.tell(happened(OPENED)).status_code == 200
    wait_until(lambda: "U0PRIYA" in slack.desk.homes)
    assert "Nothing waits for you." in words_of(slack.desk.homes["U0PRIYA"])


def test_slacks_retry_of_an_opened_home_is_recognised(slack: Slack, told: Told) -> None:
    slack.tell(happened(OPENED))
    slack.tell(happened(OPENED), **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
    wait_until(lambda: slack.count("duplicate") == 1)
    assert len(told.events) == 1


def test_a_home_of_somebody_else_tells_nothing(slack: Slack) -> None:
    slack.tell(happened({**OPENED, "user": "U0MARIA"}))
    wait_until(lambda: "U0MARIA" in slack.desk.homes)
    assert len(slack.desk.homes["U0MARIA"]) == 2
    assert "policy does not name your address" in words_of(slack.desk.homes["U0MARIA"])


def test_the_other_tabs_are_none_of_ours(slack: Slack, told: Told) -> None:
    assert slack.tell(happened({**OPENED, "tab": "messages"})).status_code == 200
    assert told.events == []


def in_home(action_id: str, kind: str, value: str | None, written: str | None = None) -> dict[str, Any]:
    """A press in the app's home: it is a view, and stands in no channel."""
    action = {"action_id": action_id, "block_id": "home", "type": kind, "action_ts": "1795253400.5", "value": value}
    state = {"values": {"home:search": {SEARCH: {"type": "plain_text_input", "value": written or value}}}}
    view = {"id": "V0HOME", "type": "home", "hash": "1.a", "blocks": [], "state": state}
    pressed = click(actions=[action], container={"type": "view", "view_id": "V0HOME"}, view=view)
    for absent in ("channel", "response_url"):
        del pressed[absent]
    return pressed


@pytest.mark.parametrize(
    "press",
    [in_home(SEARCH, "plain_text_input", "nobody at all"), in_home(REFRESH, "button", "home", "nobody at all")],
    ids=["search", "refresh"],
)
def test_a_search_is_answered_in_the_home_and_stays_there(slack: Slack, press: dict[str, Any]) -> None:
    assert slack.press(press).status_code == 200
    wait_until(lambda: "U0PRIYA" in slack.desk.homes)
    assert "Nothing is known under “nobody at all”" in words_of(slack.desk.homes["U0PRIYA"])


def test_where_slack_is_away_the_answer_is_left_to_a_worker(slack: Slack, store: SqlStore, told: Told) -> None:
    slack.desk.fail(TransientError("Slack is away"))
    slack.tell(happened(OPENED))
    wait_until(lambda: len(told.events) == 1 and claimed(store, told.events[0]) is not None)
    assert slack.desk.homes == {}


def claimed(store: SqlStore, event_id: EventId) -> Event | None:
    with store.begin() as unit:
        return unit.events.claim(event_id, now())


def test_of_several_workspaces_the_home_is_published_in_its_own(store: SqlStore, told: Told) -> None:
    slack = slack_over(SqlInbox(store, told), store, several=True)
    slack.desk.emails["T0LARK/U0PRIYA"] = "priya@larkfield.example"
    slack.tell(happened(OPENED))
    wait_until(lambda: "T0LARK/U0PRIYA" in slack.desk.homes)
    slack.press(click(user=MARIA))


def test_a_workspace_that_takes_the_app_away_is_forgotten(slack: Slack) -> None:
    slack.tell(happened({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, "Ev1"))
    slack.tell(happened({"type": "tokens_revoked", "tokens": {"bot": ["U0HAND"]}}, "Ev2"))
    slack.tell(happened({"type": "app_uninstalled"}, "Ev3"))
    wait_until(lambda: slack.removed == ["T0LARK", "T0LARK"])
