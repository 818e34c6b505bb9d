"""A handoff on a Zendesk account: the loop, the connectors and the stand-in account together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from connectors.zendesk.account import ZendeskAccount
from connectors.zendesk.agents import ZendeskAgents
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.coordinate.policy import Routing
from core.coordinate.route.router import Router
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield
from tests.core import rules
from tests.core.container import Container


@dataclass
class Account:
    home: Larkfield
    container: Container

    def says(self, words: str, phone: str = "+447700900001") -> dict[str, object]:
        """A customer texts; the ticket as it is when everything has been carried out."""
        self.container.text(words, sid=f"SM{self.container.clock().timestamp():.0f}", phone=phone)
        self.container.drain()
        self.container.wait(seconds=1)
        tickets = self.home.get("tickets").json()["tickets"]
        newest: dict[str, object] = tickets[-1]
        return newest


@pytest.fixture
def account(store: SqlStore) -> Iterator[Account]:
    with larkfield() as home:
        api = ZendeskApi(
            ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base), home.clock.now
        )
        container = Container(store, replace(rules.policy(), routing=Routing(assign=True)), now=home.clock.now())
        desk = ZendeskHelpdesk(api)
        router = Router(agents=ZendeskAgents(api), store=store, policy=container.policy, now=container.clock)
        container.loop = replace(container.loop, helpdesk=desk, router=router)
        container.delivery = replace(container.delivery, senders=replace(container.delivery.senders, helpdesk=desk))
        yield Account(home, container)
        api.close()


def test_the_ticket_gets_the_team_the_agent_and_the_card(account: Account) -> None:
    ticket = account.says("I want a person please")
    ids = account.home.ids
    assert (ticket["group_id"], ticket["assignee_id"]) == (ids["care"], ids["maria"])
    comments = account.home.get(f"tickets/{ticket['id']}/comments").json()["comments"]
    assert any("Handed over to Maria Lopez of Customer care" in comment["body"] for comment in comments)
    assert any("Maria Lopez from Customer care" in message.body for message in account.container.messenger.sent)


def test_an_agent_who_is_away_is_not_named(account: Account) -> None:
    ticket = account.says("My card was stolen")
    assert (ticket["group_id"], ticket["assignee_id"]) == (account.home.ids["specialists"], None)


def test_a_team_that_is_full_gets_the_ticket_and_nobody_its_name(account: Account) -> None:
    account.home.state.staff[account.home.ids["maria"]]["capacity"] = 1
    first = account.says("I want a person please")
    account.home.clock.at += timedelta(minutes=2)
    account.container.wait(minutes=2)
    second = account.says("I want a person please", phone="+447700900002")
    assert (first["assignee_id"], second["assignee_id"]) == (account.home.ids["maria"], None)
    assert second["group_id"] == account.home.ids["care"]
