"""Several workspaces: their tokens in the store, and the desk that speaks to each with its own."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Installation

from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk, SlackDesks
from connectors.slack.workspaces import Vault, Workspaces, rotator
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, TransientError
from tests.connectors.scripted import Answer, Scripted


def now() -> datetime:
    return datetime.now(UTC)


def installation(team: str, token: str, **changes: object) -> Installation:
    given = {"team_id": team, "team_name": team, "bot_token": token, "bot_user_id": "U0HAND", "user_id": "U0PRIYA"}
    return Installation(**{**given, "bot_scopes": "chat:write,commands", **changes})  # type: ignore[arg-type]


@pytest.fixture
def workspaces(store: SqlStore, slack: Scripted) -> Workspaces:
    client = WebClient(base_url=f"{slack.url}/api/")
    return Workspaces(store, Vault("a-fake-secret"), now, rotator(client, "1.2", "fake-client-secret"))


def test_each_workspace_has_its_own_token_and_none_means_the_first(workspaces: Workspaces) -> None:
    workspaces.save(installation("T0LARK", "xoxb-lark"))
    workspaces.save(installation("T0NORTH", "xoxb-north"))
    assert workspaces.token("T0NORTH") == ("T0NORTH", "xoxb-north")
    assert workspaces.token("") == ("T0LARK", "xoxb-lark")
    with pytest.raises(ConfigurationError, match="connect slack --link"):
        workspaces.token("T0OTHER")


def test_no_token_lies_readable_in_the_database(workspaces: Workspaces, store: SqlStore) -> None:
    workspaces.save(installation("T0LARK", "xoxb-lark", bot_refresh_token="xoxe-lark"))
    with store.read() as unit:
        (kept,) = unit.workspaces.all()
    assert "lark" not in kept.sealed
    assert kept.scopes == ("chat:write", "commands")


def test_installing_and_removing_stand_in_the_ledger(workspaces: Workspaces, store: SqlStore) -> None:
    workspaces.save(installation("T0LARK", "xoxb-lark"))
    for _ in range(2):
        workspaces.delete_bot(enterprise_id=None, team_id="T0LARK")
    with pytest.raises(ConfigurationError):
        workspaces.token("")
    assert workspaces.find_bot(enterprise_id=None, team_id="T0LARK") is None


def test_a_token_that_is_about_to_end_is_changed_for_a_new_one(
    workspaces: Workspaces, slack: Scripted, store: SqlStore
) -> None:
    ends = int(time.time()) + 60
    old = installation("T0LARK", "xoxb-old", bot_refresh_token="xoxe-1", bot_token_expires_at=ends)
    workspaces.save(old)
    fresh = {
        "ok": True,
        "token_type": "bot",
        "access_token": "xoxb-new",
        "refresh_token": "xoxe-2",
        "expires_in": 43200,
    }
    slack.say(Answer(body=json.dumps(fresh | {"expires_in": 43200})))
    assert workspaces.token("T0LARK") == ("T0LARK", "xoxb-new")
    assert workspaces.token("T0LARK") == ("T0LARK", "xoxb-new")
    assert [asked.path for asked in slack.asked] == ["/api/oauth.v2.access"]
    with store.read() as unit:
        kept = unit.workspaces.get("T0LARK")
    assert kept is not None
    assert kept.expires_at is not None
    assert kept.expires_at > now() + timedelta(hours=11)


def test_where_another_process_was_quicker_its_token_is_taken(workspaces: Workspaces, slack: Scripted) -> None:
    ends = int(time.time()) + 60
    workspaces.save(installation("T0LARK", "xoxb-old", bot_refresh_token="xoxe-1", bot_token_expires_at=ends))
    slack.say(Answer(body='{"ok": false, "error": "invalid_refresh_token"}'))
    assert workspaces.token("T0LARK") == ("T0LARK", "xoxb-old")


def test_a_removal_that_is_told_late_leaves_a_newer_installation_alone(workspaces: Workspaces) -> None:
    before = now()
    workspaces.save(installation("T0LARK", "xoxb-again"))
    workspaces.remove("T0LARK", before)
    assert workspaces.token("T0LARK") == ("T0LARK", "xoxb-again")
    workspaces.remove("T0LARK", now())
    assert workspaces.find_bot(enterprise_id=None, team_id="T0LARK") is None


AWAY = [
    Answer(status=503, body=""),
    Answer(status=429, body='{"ok": false, "error": "ratelimited"}'),
    Answer(body='{"ok": false, "error": "internal_error"}'),
    Answer(body="<html>"),
    Answer(hang_up=True),
]


@pytest.mark.parametrize("answer", AWAY)
def test_a_token_that_slack_cannot_renew_now_is_good_until_it_ends(
    workspaces: Workspaces, slack: Scripted, answer: Answer
) -> None:
    for seconds in (60, -60):
        ends = int(time.time()) + seconds
        workspaces.save(installation("T0LARK", "xoxb-old", bot_refresh_token="xoxe-1", bot_token_expires_at=ends))
        slack.say(answer)
        if seconds > 0:
            assert workspaces.token("T0LARK") == ("T0LARK", "xoxb-old")
        else:
            with pytest.raises(TransientError):
                workspaces.token("T0LARK")


@pytest.fixture
def desks(workspaces: Workspaces, slack: Scripted) -> SlackDesks:
    workspaces.save(installation("T0LARK", "xoxb-lark"))
    workspaces.save(installation("T0NORTH", "xoxb-north"))
    account = SlackAccount(token="replaced", base_url=f"{slack.url}/api")
    return SlackDesks(workspaces.token, lambda token: SlackDesk(connect(replace(account, token=token))))


POSTED = Answer(body='{"ok": true, "channel": "C1", "ts": "1795251600.000200"}')


def token_of(slack: Scripted, place: int = -1) -> str:
    return slack.asked[place].headers["Authorization"]


def test_a_channel_says_in_which_workspace_it_is(desks: SlackDesks, slack: Scripted) -> None:
    slack.say(POSTED)
    made = desks.post(channel="T0NORTH/#care-approvals", text="Hello", blocks=[], key="k")
    assert (made.ref, token_of(slack)) == ("T0NORTH/C1:1795251600.000200", "Bearer xoxb-north")
    assert json.loads(slack.asked[-1].body)["channel"] == "#care-approvals"
    desks.update(ref=made.ref, text="Changed", blocks=[])
    assert token_of(slack) == "Bearer xoxb-north"
    assert json.loads(slack.asked[-1].body)["channel"] == "C1"


def test_without_a_workspace_the_first_one_is_spoken_to(desks: SlackDesks, slack: Scripted) -> None:
    slack.say(POSTED)
    assert desks.post(channel="#care-approvals", text="Hello", blocks=[], key="k").ref == "T0LARK/C1:1795251600.000200"
    assert token_of(slack) == "Bearer xoxb-lark"


def test_a_member_is_looked_up_where_they_clicked(desks: SlackDesks, slack: Scripted) -> None:
    """The same id may be somebody else in another workspace."""
    user = {"id": "U0PRIYA", "profile": {"email": "priya@larkfield.example", "real_name": "Priya Nair"}}
    slack.say(Answer(body=json.dumps({"ok": True, "user": user})))
    member = desks.member("T0NORTH/U0PRIYA")
    assert member is not None
    assert token_of(slack) == "Bearer xoxb-north"


def test_a_new_installation_is_spoken_with_at_once(desks: SlackDesks, slack: Scripted, workspaces: Workspaces) -> None:
    slack.say(POSTED)
    desks.post(channel="T0NORTH/#a", text="x", blocks=[], key="k")
    workspaces.save(installation("T0NORTH", "xoxb-newer"))
    desks.post(channel="T0NORTH/#a", text="x", blocks=[], key="k")
    assert [token_of(slack, 0), token_of(slack, 1)] == ["Bearer xoxb-north", "Bearer xoxb-newer"]
