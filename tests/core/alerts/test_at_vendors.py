"""From the alert to the ticket at the vendors' stand-ins, through the real connectors."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
from slack_sdk import WebClient

from apps.slack.cards.details import alert_details
from connectors.slack.desk import SlackDesk
from connectors.sql.store import SqlStore
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.model.alert import AlertClick, Wish
from core.model.event import EventKind
from core.model.ids import AlertId
from core.supervision.alert_cards import read_alert_details
from tests.apps.sandbox.running import Sandbox, serving, zendesk_account
from tests.core import rules
from tests.core.container import Container

EMAIL = "maria.lopez@larkfield.example"


@dataclass(frozen=True)
class Home:
    sandbox: Sandbox
    container: Container
    slack: WebClient
    zendesk: ZendeskApi

    def posts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.slack.conversations_history(channel=self.alerts)["messages"]
        return found

    @property
    def alerts(self) -> str:
        channels = self.slack.conversations_list()["channels"]
        return next(str(each["id"]) for each in channels if each["name"] == "care-alerts")

    @property
    def maria(self) -> str:
        people = self.slack.users_list()["members"]
        return next(str(each["id"]) for each in people if each.get("profile", {}).get("email") == EMAIL)

    def presses(self, wish: str, text: str = "") -> str:
        (post,) = self.posts()
        (row,) = [block for block in post["blocks"] if block["type"] == "actions"]
        alert = json.loads(row["elements"][0]["value"])["alert"]
        said = AlertClick(
            alert_id=alert,
            wish=Wish(wish),
            user_id=self.maria,
            user_name="maria",
            channel=self.alerts,
            text=text,
        )
        word = self.container.happens(self.container.event(EventKind.ALERT_CLICKED, alert, wish, payload=said))
        self.container.drain()
        return word

    def ticket(self) -> dict[str, Any]:
        (ticket,) = [each for each in self.read("tickets")["tickets"] if each["description"].find("a person") >= 0]
        return dict(ticket)

    def comments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.read(f"tickets/{self.ticket()['id']}/comments")["comments"]
        return found

    def read(self, path: str) -> dict[str, Any]:
        account = self.zendesk.account
        answer = requests.get(
            f"{account.base_url}/api/v2/{path}.json", auth=(f"{account.email}/token", account.token), timeout=5
        )
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def home(store: SqlStore) -> Iterator[Home]:
    """A customer has asked for a person by text."""
    with serving() as sandbox:
        settings = sandbox.world.settings
        slack = WebClient(token=settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
        policy = rules.policy(
            alerts__channel="#care-alerts",
            alerts__roles={"lead": [EMAIL]},
            alerts__tickets_at=f"{sandbox.url}/zendesk/agent/tickets/{{ticket}}",
        )
        container = Container(store, policy)
        zendesk = ZendeskApi(
            zendesk_account(sandbox),
            container.clock,
        )
        helpdesk, desk = ZendeskHelpdesk(zendesk), SlackDesk(slack)
        container.loop = replace(container.loop, helpdesk=helpdesk, desk=desk)
        senders = replace(container.delivery.senders, helpdesk=helpdesk, desk=desk)
        container.delivery = replace(container.delivery, senders=senders)
        container.text("I want a person")
        container.drain()
        yield Home(sandbox, container, slack, zendesk)
        zendesk.close()


def test_who_takes_over_in_slack_has_the_ticket_in_the_helpdesk(home: Home) -> None:
    assert home.presses("take_over") == "taken_over"
    users = {str(each["id"]): each["email"] for each in home.read("users")["users"]}
    assert users[str(home.ticket()["assignee_id"])] == EMAIL
    assert any("took this conversation over" in each["body"] for each in home.comments() if not each["public"])
    (post,) = home.posts()
    assert "Maria Lopez took the conversation over from Customer care." in json.dumps(post["blocks"])
    assert not [block for block in post["blocks"] if block["type"] == "actions"]


def test_a_whisper_in_slack_is_a_note_that_the_customer_never_sees(home: Home) -> None:
    assert home.presses("whisper", text="Offer a call back.") == "whispered"
    (note,) = [each for each in home.comments() if "Offer a call back." in each["body"]]
    assert (note["body"], note["public"]) == ("Maria Lopez (by Slack): Offer a call back.", False)


def test_the_link_of_the_alert_leads_to_the_ticket(home: Home) -> None:
    home.presses("whisper", text="Look at it.")
    (post,) = home.posts()
    number = home.ticket()["id"]
    address = f"{home.sandbox.url}/zendesk/agent/tickets/{number}"
    assert f"<{address}|Ticket #{number}>" in json.dumps(post["blocks"])
    answer = requests.get(address, timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/#ticket={number}")


def test_the_details_of_the_card_tell_the_decision_by_its_rule_and_what_was_read(home: Home) -> None:
    (post,) = home.posts()
    (button,) = [block["accessory"] for block in post["blocks"] if "accessory" in block]
    name = json.loads(button["value"])["id"]
    with home.container.store.read() as unit:
        details = read_alert_details(unit, name, home.container.loop.policy)
        assert read_alert_details(unit, AlertId("al_none"), home.container.loop.policy) is None
    assert details is not None
    view = alert_details(details)
    opened = home.slack.views_open(trigger_id=home.sandbox.world.slack.new_trigger(home.maria), view=view)
    shown = json.dumps(opened["view"]["blocks"], ensure_ascii=False)
    assert "`trigger:human_request`" in shown
    assert "*Signals*" in shown
    assert "evidence: human_request" in shown
    assert "human_request" not in json.dumps(post["blocks"])
