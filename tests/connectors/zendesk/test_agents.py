import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from connectors.faults import MalformedAnswerError
from connectors.zendesk.agents import ZendeskAgents, presences
from connectors.zendesk.api import ZendeskAccount, ZendeskApi
from core.errors import RejectedError, TransientError
from core.model.agent import Agent
from core.model.language import language_code
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield


@contextmanager
def account(**settings: Any) -> Iterator[tuple[Larkfield, ZendeskAgents, list[str]]]:
    """The sandbox, the connector under test, and the paths that it asked for."""
    with larkfield(**settings) as home:
        where = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
        api = ZendeskApi(where, home.clock.now)
        asked: list[str] = []
        api.session.hooks["response"].append(lambda answer, **_: asked.append(answer.request.path_url.split("?")[0]))
        yield home, ZendeskAgents(api), asked
        api.close()


def named(agents: ZendeskAgents) -> dict[str, Agent]:
    return {agent.name.split()[0]: agent for agent in agents.agents()}


def assigned(home: Larkfield, agent: str, group: str, count: int = 1) -> None:
    for number in range(count):
        ticket = {
            "subject": f"Ticket {number}",
            "comment": {"body": "Hello"},
            "requester_id": home.ids["ann"],
            "group_id": home.ids[group],
            "assignee_id": home.ids[agent],
        }
        assert home.call("POST", "tickets.json", json={"ticket": ticket}).status_code == 201


def test_the_account_says_who_is_at_work_with_how_much_and_what_they_can_do() -> None:
    with account() as (home, agents, _):
        assigned(home, "maria", "care", 2)
        found = named(agents)
        maria, tom = found["Maria"], found["Tom"]
        assert (maria.available, maria.open, maria.capacity) == (True, 2, 6)
        assert (maria.skills, maria.languages, maria.groups) == ({"orders"}, {"en", "es"}, {"Customer care"})
        assert maria.last_assigned_at == home.clock.now()
        assert (tom.available, tom.open, tom.capacity, tom.last_assigned_at) == (False, 0, None, None)


def test_the_integration_user_is_no_agent() -> None:
    with account() as (_, agents, __):
        assert set(named(agents)) == {"Maria", "Tom"}


def test_half_a_minute_is_one_request_and_five_minutes_one_reading_of_the_teams() -> None:
    with account() as (home, agents, asked):
        agents.agents()
        agents.agents()
        first = len(asked)
        home.clock.pass_by(seconds=31)
        agents.agents()
        assert asked[first:] == ["/api/v2/agent_availabilities"]
        home.clock.pass_by(minutes=5)
        agents.agents()
        assert len(asked) == first + 1 + first


def test_an_account_without_availability_counts_open_tickets_and_reads_tags() -> None:
    with account(omnichannel=False) as (home, agents, asked):
        tags = {"tags": ["speaks_de", "skill_returns", "senior"]}
        home.call("PUT", f"users/{home.ids['maria']}.json", json={"user": tags})
        assigned(home, "maria", "care", 3)
        maria = named(agents)["Maria"]
        assert (maria.available, maria.open, maria.capacity, maria.senior) == (None, 3, None, True)
        assert (set(maria.skills), set(maria.languages)) == ({"returns"}, {"de"})
        home.clock.pass_by(seconds=31)
        before = len(asked)
        agents.agents()
        # What the account does not have is not asked for again within the hour.
        assert asked[before:] == ["/api/v2/search/export.json"]


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What the connector warns of, however earlier tests have left logging."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("connectors.zendesk.agents")
    was, disabled = (logger.disabled, logger.level), logging.root.manager.disable
    logging.disable(logging.NOTSET)
    logger.disabled = False
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    yield said
    logger.removeHandler(handler)
    logger.disabled, logger.level = was
    logging.disable(disabled)


def test_an_account_that_does_not_tell_who_is_at_work_is_warned_of_once(warnings: list[str]) -> None:
    with account(omnichannel=False) as (home, agents, _):
        for _ in range(3):
            assert {agent.available for agent in agents.agents()} == {None}
            home.clock.pass_by(seconds=31)
    assert len([said for said in warnings if "who is at work" in said]) == 1


def test_agents_beyond_the_last_page_that_is_read_are_warned_of(
    warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.zendesk.agents.MOST_PAGES", 0)
    with account() as (_, agents, __):
        agents.agents()
    assert any("more than" in said for said in warnings)


def test_without_a_listed_language_the_language_of_the_screen_counts() -> None:
    with account(omnichannel=False) as (_, agents, __):
        assert named(agents)["Tom"].languages == {"en"}


def test_a_solved_or_pending_ticket_is_no_work_in_hand() -> None:
    with account() as (home, agents, _):
        assigned(home, "maria", "care", 2)
        for number, status in ((1, "pending"), (2, "solved")):
            home.call("PUT", f"tickets/{number}.json", json={"ticket": {"status": status}})
        assert named(agents)["Maria"].open == 0


def test_a_suspended_user_and_a_light_agent_get_nothing() -> None:
    with account() as (home, agents, _):
        home.state.users.rows[home.ids["maria"]]["suspended"] = True
        home.state.users.rows[home.ids["tom"]]["role_type"] = 1
        home.state.users.put(home.state.users.rows[home.ids["maria"]])
        home.state.users.put(home.state.users.rows[home.ids["tom"]])
        assert agents.agents() == ()


def test_an_exhausted_limit_is_a_transient_error() -> None:
    with account(requests_per_minute=2) as (_, agents, __), pytest.raises(TransientError):
        agents.agents()


def test_a_failed_reading_is_tried_again_at_the_next_question() -> None:
    with account(requests_per_minute=7) as (home, agents, _):
        assert agents.agents()
        home.clock.pass_by(minutes=5, seconds=-home.clock.now().second)
        for _ in range(5):
            home.call("GET", "groups.json")
        with pytest.raises(TransientError):
            agents.agents()
        home.clock.pass_by(minutes=1)
        assert set(named(agents)) == {"Maria", "Tom"}


# ---------------------------------------------------------------- records


def availability(*included: dict[str, Any]) -> dict[str, Any]:
    row = {"id": "agent_availabilities|7", "type": "agent_availabilities", "attributes": {"agent_id": 7, "version": 1}}
    return {"data": [row], "included": list(included)}


def channel(name: str, status: str = "online", count: int = 0, **more: Any) -> dict[str, Any]:
    attributes = {"name": name, "status": status, "work_item_count": count, **more}
    return {"id": f"agent_availabilities|7|channels|{name}", "type": "channels", "attributes": attributes}


def test_calls_are_none_of_our_work_and_messages_are() -> None:
    body = availability(channel("talk", max_capacity=1), channel("messaging", count=2, max_capacity=3))
    assert (presences(body)["7"].open, presences(body)["7"].capacity) == (2, 3)
    assert not presences(availability(channel("talk")))["7"].available


def test_work_in_an_offline_channel_is_still_work() -> None:
    body = availability(channel("support", count=1, max_capacity=4), channel("messaging", "offline", 2, max_capacity=3))
    found = presences(body)["7"]
    assert (found.available, found.open, found.capacity) == (True, 3, 4)


@pytest.mark.parametrize(
    "broken", [{"type": "channels", "id": "x"}, channel("support") | {"id": "agents"}, channel("support", count=-1)]
)
def test_a_record_of_another_shape_is_an_error(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswerError):
        presences(availability(broken))


def test_a_malformed_answer_leaves_as_one_of_our_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with account() as (home, agents, _):
        home.state.staff[home.ids["maria"]]["capacity"] = "six"
        with pytest.raises(RejectedError, match="read the agents"):
            agents.agents()


@pytest.mark.parametrize(
    ("name", "code"), [("German", "de"), ("Español", "es"), ("pt-BR", "pt"), ("EN", "en"), ("Refunds", ""), ("", "")]
)
def test_a_language_is_known_by_name_and_by_code(name: str, code: str) -> None:
    assert language_code(name) == code


def test_presence_is_kept_for_no_longer_than_it_says() -> None:
    with account() as (home, agents, _):
        assert not named(agents)["Tom"].available
        home.call("PUT", f"agent_availabilities/agent_statuses/agents/{home.ids['tom']}", json={"id": 1})
        assert not named(agents)["Tom"].available
        home.clock.at += timedelta(seconds=30)
        assert named(agents)["Tom"].available
