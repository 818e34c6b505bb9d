"""Which tickets an agent may read, asked of an account: the sandbox plays it, and is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.zendesk.api import ZendeskAccount, ZendeskApi
from connectors.zendesk.ticket_access import KEPT, KEPT_WHILE_AWAY, ZendeskTicketAccess
from core.errors import RejectedError, TransientError
from core.model.ids import TicketId
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield


@dataclass
class Account:
    home: Larkfield
    access: ZendeskTicketAccess
    asked: list[str]

    def may(self, name: str, ticket: int) -> bool:
        return self.access.may_read(str(self.home.ids[name]), TicketId(str(ticket)))

    def restricts(self, name: str, **values: Any) -> None:
        assert self.home.call("PUT", f"users/{self.home.ids[name]}.json", json={"user": values}).status_code == 200

    def ticket(self, **fields: Any) -> int:
        said = {"subject": "Offline", "comment": {"body": "It is offline"}, "requester_id": self.home.ids["ann"]}
        answer = self.home.call("POST", "tickets.json", json={"ticket": {**said, **fields}})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["ticket"]["id"])


@contextmanager
def opened(**settings: Any) -> Iterator[Account]:
    with larkfield(**settings) as home:
        where = ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base)
        api = ZendeskApi(where, home.clock.now)
        asked: list[str] = []
        api.session.hooks["response"].append(lambda answer, **_: asked.append(answer.request.path_url))
        yield Account(home=home, access=ZendeskTicketAccess(api), asked=asked)
        api.close()


@pytest.fixture
def account() -> Iterator[Account]:
    with opened() as found:
        yield found


def test_whose_role_opens_every_ticket_costs_one_request_a_minute(account: Account) -> None:
    ticket = account.ticket()
    account.asked.clear()
    assert all(account.may("maria", number) for number in (ticket, 99_999, ticket))
    assert len(account.asked) == 1
    account.home.clock.pass_by(seconds=KEPT.total_seconds())
    assert account.may("maria", ticket)
    assert len(account.asked) == 2


def test_an_agent_of_groups_reads_what_is_theirs(account: Account) -> None:
    account.restricts("maria", ticket_restriction="groups")
    groups = {each["group_id"] for each in memberships(account, "maria")}
    others = {int(each["id"]) for each in account.home.get("groups").json()["groups"]} - groups
    mine, strange = account.ticket(group_id=min(groups)), account.ticket(group_id=min(others))
    nobodys = account.ticket()
    assert [account.may("maria", each) for each in (mine, strange, nobodys)] == [True, False, False]


def memberships(account: Account, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.home.get(f"users/{account.home.ids[name]}/group_memberships").json()[
        "group_memberships"
    ]
    return found


def test_an_agent_of_an_organization_reads_its_tickets(account: Account) -> None:
    made = account.home.call("POST", "organizations.json", json={"organization": {"name": "Fern Hotels"}}).json()
    theirs = made["organization"]["id"]
    account.restricts("ann", organization_id=theirs)
    ticket, other = account.ticket(), account.ticket(requester_id=account.home.ids["bot"])
    account.restricts("maria", ticket_restriction="organization", organization_id=theirs)
    assert (account.may("maria", ticket), account.may("maria", other)) == (True, False)
    account.restricts("tom", ticket_restriction="organization")
    assert account.may("tom", other) is False


def test_an_agent_of_assigned_tickets_reads_no_other(account: Account) -> None:
    account.restricts("maria", ticket_restriction="assigned")
    mine = account.ticket(group_id=memberships(account, "maria")[0]["group_id"], assignee_id=account.home.ids["maria"])
    assert (account.may("maria", mine), account.may("maria", account.ticket())) == (True, False)


def test_a_restriction_that_nobody_knows_opens_nothing_but_their_own(account: Account) -> None:
    account.restricts("maria", ticket_restriction="moon")
    assert account.may("maria", account.ticket()) is False


def test_a_customer_and_a_suspended_agent_read_nothing(account: Account) -> None:
    ticket = account.ticket()
    account.restricts("maria", suspended=True)
    for name in ("ann", "maria"):
        with pytest.raises(RejectedError):
            account.may(name, ticket)
    for agent in ("", "1/../2", "²"):
        with pytest.raises(RejectedError):
            account.access.may_read(agent, TicketId("1"))


def test_a_ticket_that_there_is_not_is_refused(account: Account) -> None:
    account.restricts("maria", ticket_restriction="groups")
    with pytest.raises(RejectedError):
        account.may("maria", 99_999)
    with pytest.raises(RejectedError):
        account.access.may_read(str(account.home.ids["maria"]), TicketId("1/../2"))


def test_what_zendesk_said_holds_a_while_when_it_is_away_and_then_nothing_is_shown() -> None:
    with opened() as account:
        ticket = account.ticket()
        assert account.may("maria", ticket)
    # Its server is gone.
    account.home.clock.pass_by(seconds=KEPT.total_seconds() + 1)
    assert account.may("maria", ticket)
    account.home.clock.pass_by(seconds=KEPT_WHILE_AWAY.total_seconds())
    with pytest.raises(TransientError):
        account.may("maria", ticket)
