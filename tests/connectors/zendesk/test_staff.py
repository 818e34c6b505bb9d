"""Staff roles asked of an account: the sandbox plays it, and is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.zendesk.agents import ZendeskStaff
from connectors.zendesk.api import ZendeskAccount, ZendeskApi
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.agent import Colleague, role_of
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

TEAM_LEAD = 860_002
USER = "/api/v2/users/{}.json"
ROLES = "/api/v2/custom_roles.json"


@contextmanager
def account(leads: tuple[str, ...] = ("Team lead",), **settings: Any) -> Iterator[tuple[Larkfield, Any, list[str]]]:
    """The sandbox, a question for the role of somebody by first name, and the paths that were asked for."""
    with larkfield(**settings) as home:
        where = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
        api = ZendeskApi(where, home.clock.now)
        asked: list[str] = []
        api.session.hooks["response"].append(lambda answer, **_: asked.append(answer.request.path_url))
        staff = ZendeskStaff(api, leads)

        def who(name: str) -> Colleague:
            return staff.colleague(str(home.ids[name]))

        yield home, who, asked
        api.close()


def changed(home: Larkfield, name: str, **values: Any) -> None:
    assert home.call("PUT", f"users/{home.ids[name]}.json", json={"user": values}).status_code == 200


def test_zendesk_says_who_is_an_agent_an_admin_or_leads_a_team() -> None:
    with account() as (home, who, _):
        changed(home, "tom", custom_role_id=TEAM_LEAD)
        roles = {name: who(name).role for name in ("maria", "tom", "bot")}
        assert roles == {"maria": "agent", "tom": "lead", "bot": "admin"}
        assert (who("tom").name, who("tom").read_at) == ("Tom Okafor", home.clock.now())


@pytest.mark.parametrize("leads", [(), ("",), ("Staff",)])
def test_a_role_leads_only_where_the_company_says_so(leads: tuple[str, ...]) -> None:
    with account(leads) as (home, who, _):
        changed(home, "tom", custom_role_id=TEAM_LEAD)
        assert who("tom").role == "agent"


def test_a_plan_without_custom_roles_has_agents_and_admins() -> None:
    with account(custom_roles=False) as (home, who, _):
        changed(home, "tom", custom_role_id=TEAM_LEAD)
        assert (who("tom").role, who("bot").role) == ("agent", "admin")


def test_a_customer_a_stranger_and_what_is_no_id_are_refused() -> None:
    with account() as (_, who, __):
        for name in ("ann", "care"):
            with pytest.raises(RejectedError):
                who(name)


@pytest.mark.parametrize("person_id", ["", "me", "501.json?x=", "../groups/1", "501/identities", "٥٠١", "-1"])
def test_only_a_number_is_put_into_the_address(person_id: str) -> None:
    with larkfield() as home:
        where = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
        with pytest.raises(RejectedError):
            ZendeskStaff(ZendeskApi(where, home.clock.now)).colleague(person_id)


def test_whoever_is_suspended_or_deleted_is_refused() -> None:
    with account() as (home, who, _):
        changed(home, "maria", suspended=True)
        home.call("DELETE", f"users/{home.ids['tom']}.json")
        for name in ("maria", "tom"):
            with pytest.raises(RejectedError):
                who(name)


def test_an_answer_is_kept_for_five_minutes() -> None:
    with account() as (home, who, asked):
        changed(home, "tom", custom_role_id=TEAM_LEAD)
        who("tom")
        home.clock.pass_by(minutes=4, seconds=59)
        who("tom")
        assert asked == [USER.format(home.ids["tom"]), ROLES]
        home.clock.pass_by(seconds=1)
        changed(home, "tom", suspended=True)
        with pytest.raises(RejectedError):
            who("tom")
        # What was refused is not remembered as welcome.
        changed(home, "tom", suspended=False)
        assert who("tom").role == "lead"


def test_while_zendesk_does_not_answer_nobody_waits_for_it_twice() -> None:
    with account(requests_per_minute=1) as (home, who, asked):
        assert who("maria").role == "agent"
        for name in ("tom", "bot", "tom"):
            with pytest.raises(TransientError):
                who(name)
        # What was told before is still told.
        assert who("maria").role == "agent"
        assert len(asked) <= 2
        home.clock.pass_by(minutes=2)
        assert who("tom").role == "agent"


def test_whoever_asks_meanwhile_is_told_the_same_and_leaves_nothing_behind() -> None:
    with account(requests_per_minute=1) as (_, who, __):
        who("maria")
        told = []
        for _ in range(4):
            with pytest.raises(TransientError) as caught:
                who("tom")
            told.append((str(caught.value), len(caught.traceback)))
        assert len({words for words, _ in told}) == 1
        assert told[1][1] == told[3][1]


def test_an_integration_user_without_rights_is_a_matter_for_a_person() -> None:
    with larkfield() as home:
        where = ZendeskAccount(subdomain="larkfield", email=BOT, token="fake-and-wrong", base_url=home.base)
        with pytest.raises(ConfigurationError):
            ZendeskStaff(ZendeskApi(where, home.clock.now)).colleague(str(home.ids["maria"]))


@pytest.mark.parametrize(
    ("helpdesk", "custom", "ours"),
    [
        ("admin", "", "admin"),
        ("admin", "Team lead", "admin"),
        ("agent", "Team Lead", "lead"),
        ("agent", "Staff", "agent"),
        ("agent", "", "agent"),
        ("end-user", "Team lead", None),
        ("", "Team lead", None),
        ("owner", "", None),
    ],
)
def test_a_role_of_the_helpdesk_is_one_of_three_or_none(helpdesk: str, custom: str, ours: str | None) -> None:
    assert role_of(helpdesk, custom, ("Team lead",)) == ours
