"""From `/handrail actions TICKET` to an action that was done and taken back: each press and form comes by HTTP from the
sandbox's Slack, which takes our modals as Slack does."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from slack_sdk import WebClient

from apps.bootstrap import now
from apps.processes import free_port
from apps.sandbox.courier import Attempt
from apps.sandbox.slack.people import Use
from apps.slack.app import slack_app, slack_requests
from apps.slack.cards.actions import DO, REFILL, SEEN, UNDO
from apps.slack.cards.doing import FIELD
from apps.slack.door import Door
from connectors.slack.desk import SlackDesk
from connectors.slack.signature import SlackSignature
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.model.conversation import Attachment
from core.model.ids import ApprovalId, CustomerId
from core.outreach.office import Office
from tests.apps.sandbox.running import Post, Reply, wait_until
from tests.apps.zendesk.desk import TICKET, Desk
from tests.apps.zendesk.test_doing import ORDER, Doing, demo, doing_over
from tests.clock import NOW, Clock
from tests.connectors.sql.samples import SECOND
from tests.webhooks.receiving import Told
from webhooks.intake import Intake, counter

PRIYA, MARIA, APPROVALS = "U0PR1YANA1R", "U0MAR1ALOP2", "C0APPR0VALS"
BOSS = "priya.nair@larkfield.example"
OTHER = "maria.lopez@larkfield.example"


class Workspace:
    """What people do in Slack, and what they see then."""

    def __init__(self, doing: Doing) -> None:
        self.doing = doing
        self.people, self.slack = doing.sandbox.world.slack_people, doing.sandbox.world.slack

    def listed(self, user: str = PRIYA) -> dict[str, Any]:
        """The answer to the command."""
        before = len(self.slack.channel(APPROVALS).messages)
        assert self.people.command(APPROVALS, user, f"/handrail actions {TICKET}").accepted
        wait_until(lambda: len(self.slack.channel(APPROVALS).messages) > before)
        message: dict[str, Any] = self.slack.channel(APPROVALS).messages[-1]
        return message

    def press(self, message: Mapping[str, Any], action: str, words: str, user: str = PRIYA) -> Attempt:
        """The button beside these words."""
        block = next(each for each in message["blocks"] if words in json.dumps(each, ensure_ascii=False))
        use = Use(action_id=action, user_id=user, block_id=block["block_id"])
        attempt: Attempt = self.people.click(APPROVALS, message["ts"], use)
        assert attempt.accepted
        return attempt

    def open(self, label: str, user: str = PRIYA) -> dict[str, Any]:
        """The form behind an action's button, once it is there."""
        before = self.view(user).get("id")
        self.press(self.listed(user), DO, label, user)
        wait_until(lambda: self.view(user).get("id") != before and "being read" not in self.text(user))
        return self.view(user)

    def view(self, user: str = PRIYA) -> dict[str, Any]:
        modals = [each for each in self.slack.views.values() if each["type"] == "modal"]
        return next((each for each in reversed(modals) if self.slack.view_users[each["id"]] == user), {})

    def text(self, user: str = PRIYA) -> str:
        view = self.view(user)
        return json.dumps(view["blocks"], ensure_ascii=False) if view else "being read"

    def submit(self, user: str = PRIYA, **given: str) -> dict[str, Any]:
        """What we answer to a form that is sent with these in its fields."""
        values: dict[str, dict[str, Any]] = {}
        for block in self.view(user)["blocks"]:
            if block["type"] == "input":
                name = block["block_id"].removeprefix(FIELD)
                values[block["block_id"]] = {block["element"]["action_id"]: _typed(block["element"], given.get(name))}
        attempt = self.people.submit(self.view(user)["id"], user, values)
        assert attempt.accepted, attempt
        return dict(json.loads(attempt.answer or "{}"))


def _typed(element: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    """What stands in a field: what was chosen or written, else what it was filled with."""
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": value if value is not None else element.get("initial_value")}
    known = next((each for each in element["options"] if each["value"] == value), None)
    return {"type": element["type"], "selected_option": known or element.get("initial_option")}


@pytest.fixture
def slack(store: SqlStore, clock: Clock) -> Iterator[Workspace]:
    desk = Desk(store, clock)
    with doing_over(desk, port=free_port(None, 0)) as doing:
        doing.under(demo(BOSS, OTHER))
        settings = doing.sandbox.world.settings
        client = WebClient(token=settings.slack_bot_token, base_url=f"{doing.sandbox.url}/slack/api/")
        people = SlackDesk(client)
        intake = Intake(
            inbox=SqlInbox(store, Told()),
            now=now,
            public_url="https://desk.example.com",
            received=counter(CollectorRegistry()),
        )
        door = Door(
            intake=intake,
            client=client,
            store=store,
            desk=lambda: people,
            policy=lambda: desk.policy,
            office=lambda: Office(
                store=store,
                desk=people,
                publisher=desk.told,
                policy=desk.policy,
                now=desk.clock,
                by_agent=desk.by_agent(),
            ),
            style=lambda: StyleCard(company="Larkfield Home"),
        )
        app = Flask(__name__)
        secret = settings.slack_signing_secret
        app.register_blueprint(slack_requests(intake, SlackSignature(secret), slack_app(door, secret)))
        doing.sandbox.receiver.reply = lambda post: _passed_on(app, post)
        yield Workspace(doing)


def _passed_on(app: Flask, post: Post) -> Reply:
    told = {name: value for name, value in post.headers.items() if name.lower() not in ("host", "content-length")}
    answer = app.test_client().post(post.path, data=post.body, headers=told)
    return answer.status_code, {"Content-Type": answer.content_type}, answer.data


def test_an_action_is_filled_in_shown_and_done(slack: Workspace) -> None:
    slack.doing.proves()
    form = slack.open("Give a goodwill credit")
    amount = next(each for each in form["blocks"] if each.get("block_id") == f"{FIELD}amount")
    assert (amount["element"]["initial_value"], amount["label"]["text"]) == ("5.00", "Amount (GBP)")
    assert slack.submit(amount="7.50")["response_action"] == "update"
    assert "*Credits*: 0 → *1*" in slack.text()
    assert (slack.doing.runs(), slack.doing.journal) == ([], [])
    assert slack.submit()["response_action"] == "update"
    assert "on its way" in slack.text()
    slack.doing.work()
    (run,) = slack.doing.runs()
    assert (run["state"], run["by"], slack.doing.journal) == ("done", BOSS, ["account.credit"])
    (agreed,) = slack.doing.ledger("action_agreed")
    assert agreed["by"] == BOSS
    with slack.doing.desk.store.read() as unit:
        looks = unit.privacy.accesses(CustomerId("cu_dana"), NOW - timedelta(days=1), 10)
    assert {(look.who, look.what) for look in looks} == {(f"Slack {BOSS}", "actions")}


def test_a_form_that_is_sent_twice_is_done_once(slack: Workspace) -> None:
    slack.doing.proves()
    slack.open("Give a goodwill credit")
    slack.submit(amount="7.50")
    shown = dict(slack.view())
    slack.submit()
    slack.slack.views[shown["id"]] = shown  # as when the first answer was lost
    slack.submit()
    slack.doing.work()
    assert (len(slack.doing.runs()), slack.doing.journal) == (1, ["account.credit"])


def test_what_is_wrong_is_said_at_its_field_and_the_form_stays(slack: Workspace) -> None:
    slack.open("Give a goodwill credit")
    assert slack.submit(amount="much") == {
        "response_action": "errors",
        "errors": {f"{FIELD}amount": "amount: a sum is expected"},
    }
    assert slack.submit(amount="500")["errors"] == {f"{FIELD}amount": "more than 20 at once"}
    slack.submit(amount="6")
    assert "*Credits*: 0 → *1*" in slack.text()
    assert slack.doing.runs() == []


def test_what_was_filled_in_can_be_changed_before_it_is_done(slack: Workspace) -> None:
    slack.open("Give a goodwill credit")
    slack.submit(amount="6")
    view = slack.view()
    assert slack.people.use_view(view["id"], Use(action_id=REFILL, user_id=PRIYA)).accepted
    wait_until(lambda: "do:amount" in slack.text())
    amount = next(each for each in slack.view()["blocks"] if each.get("block_id") == f"{FIELD}amount")
    assert amount["element"]["initial_value"] == "6"
    slack.submit(amount="8")
    slack.submit()
    assert slack.doing.runs()[0]["inputs"][0] == "£8.00"


def test_a_record_that_changed_since_it_was_shown_stops_it(slack: Workspace) -> None:
    slack.open("Give a goodwill credit")
    slack.submit(amount="6")
    slack.doing.asked("goodwill_credit", amount="5")
    slack.doing.work()
    slack.submit()
    assert "not as it was shown any more. Nothing was done" in slack.text()
    assert slack.doing.journal == ["account.credit"]


def test_an_order_is_chosen_and_what_needs_an_approval_waits_for_somebody_else(slack: Workspace) -> None:
    slack.doing.under(demo(BOSS, OTHER, cancel_order={"approve": "supervisor"}))
    slack.doing.proves()
    slack.open("Cancel an order")
    slack.submit(order=ORDER, reason="takes too long")
    assert "*Status*: processing → *cancelled*" in slack.text()
    assert "A supervisor other than you" in slack.text()
    slack.submit()
    assert "waits for a supervisor" in slack.text()
    (run,) = slack.doing.runs()
    assert slack.doing.clicks(run["id"], BOSS) == "own_request"
    assert slack.doing.clicks(run["id"], OTHER) == "approved"
    slack.doing.work()
    assert slack.doing.journal == ["order.cancel"]


def test_an_action_that_needs_nothing_is_shown_at_once(slack: Workspace) -> None:
    slack.doing.sandbox.world.office.arrange(("access", "900004"), locked=True, locked_reason="too many tries")
    slack.doing.proves()
    slack.open("Unlock the account")
    assert "*Account*: locked → *open*" in slack.text()
    slack.submit()
    slack.doing.work()
    assert slack.doing.journal == ["access.unlock"]


def test_a_picture_takes_their_word(slack: Workspace) -> None:
    image = Attachment(name="broken.jpg", type="image/jpeg")
    slack.doing.desk.say(3, text="Look", attachments=(image,), at=NOW + 3 * SECOND, proved=())
    wanted = {"evidence": {"picture": {"asks": {"en": "A photo?"}, "shows": "the damage"}}}
    slack.doing.under(demo(BOSS, goodwill_credit=wanted))
    slack.open("Give a goodwill credit")
    slack.submit(amount="6")
    assert "The customer's picture has to show the damage" in slack.text()
    slack.submit(**{SEEN: "yes"})
    (run,) = slack.doing.runs()
    with slack.doing.desk.store.read() as unit:
        kept = unit.actions.get(ApprovalId(run["id"]))
    assert kept is not None
    assert kept.call.evidence["picture"] == f"me_3: seen by {BOSS}"


def test_only_those_whom_the_policy_names_may_whatever_the_button_they_have(slack: Workspace) -> None:
    message = slack.listed()
    slack.doing.under(demo(BOSS))
    slack.press(message, DO, "Give a goodwill credit", MARIA)
    wait_until(lambda: "being read" not in slack.text(MARIA))
    assert "Only the people whom the policy names may do this. Nothing was done." in slack.text(MARIA)
    slack.doing.under(demo(BOSS, OTHER))
    slack.open("Give a goodwill credit", MARIA)
    slack.submit(MARIA, amount="6")
    slack.doing.under(demo(BOSS))
    slack.submit(MARIA)
    assert "Only the people whom the policy names" in slack.text(MARIA)
    assert slack.doing.runs() == []


def test_a_slow_system_is_waited_for_in_the_modal(slack: Workspace) -> None:
    slack.open("Give a goodwill credit")
    slack.doing.sandbox.world.faults.set("office", latency_ms=2600)
    answered = slack.submit(amount="6")
    assert "take longer than usual" in json.dumps(answered["view"])
    wait_until(lambda: "*Credits*: 0 → *1*" in slack.text(), 8)
    slack.doing.sandbox.world.faults.set("office", latency_ms=0)
    slack.submit()
    assert len(slack.doing.runs()) == 1


def test_a_system_that_is_away_is_said(slack: Workspace) -> None:
    slack.open("Give a goodwill credit")
    slack.doing.sandbox.world.faults.set("office", error_5xx=1)
    answered = slack.submit(amount="6")
    assert "does not answer just now" in json.dumps(answered)
    assert slack.doing.runs() == []


def test_what_was_done_is_taken_back_from_the_list_once(slack: Workspace) -> None:
    slack.doing.asked("goodwill_credit", amount="5")
    slack.doing.work()
    message = slack.listed()
    for _ in range(2):
        before = len(slack.slack.channel(APPROVALS).messages)
        slack.press(message, UNDO, "Take it back")
        wait_until(lambda before=before: len(slack.slack.channel(APPROVALS).messages) > before)  # type: ignore[misc]
    slack.doing.work()
    assert slack.doing.journal == ["account.credit", "account.uncredit"]
    again = json.dumps(slack.listed(), ensure_ascii=False)
    assert "Done – Take a goodwill credit back" in again
    assert UNDO not in again


def test_a_press_that_is_none_of_ours_opens_no_form(slack: Workspace) -> None:
    message = slack.listed()
    block = next(each for each in message["blocks"] if each.get("accessory"))
    block["accessory"]["value"] = json.dumps({"ticket": "999", "action": "goodwill_credit"})
    slack.press(message, DO, "999")
    wait_until(lambda: "being read" not in slack.text())
    assert "has not seen this ticket" in slack.text()
