"""The page's API: each wish goes out over the vendors' signed webhooks, each view is what the vendor holds."""

import json
import time
from typing import Any

import jwt
import pytest
import requests
from slack_sdk import WebClient

from tests.apps.sandbox.running import Post, Sandbox, serving

PHONE = "+447700900123"
PRIYA = "U0PR1YANA1R"


class Page:
    """Calls as the page makes them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._url = f"{sandbox.url}/sandbox/api/"

    def get(self, path: str, status: int = 200) -> Any:
        return self._told(requests.get(self._url + path, timeout=5), status)

    def post(self, path: str, body: object, status: int = 200) -> Any:
        return self._told(requests.post(self._url + path, json=body, timeout=5), status)

    def put(self, path: str, body: object, status: int = 200) -> Any:
        return self._told(requests.put(self._url + path, json=body, timeout=5), status)

    def _told(self, answer: requests.Response, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox)


def test_an_email_becomes_a_ticket_that_an_agent_answers(page: Page) -> None:
    made = page.post("email", {"from": "ada@example.com", "subject": "Refund", "body": "When?"}, 201)
    agent = next(each for each in page.get("agents")["agents"] if each["name"] == "Maria Lopez")
    answer = {"agent_id": agent["id"], "body": "In five days.", "public": True, "status": "solved"}
    page.post(f"tickets/{made['ticket_id']}/comments", answer, 201)
    ticket = page.get(f"tickets/{made['ticket_id']}")
    assert (ticket["status"], ticket["requester"]["name"]) == ("solved", "Ada Byron")
    assert [(each["body"], each["author"]["role"]) for each in ticket["comments"]] == [
        ("When?", "end-user"),
        ("In five days.", "agent"),
    ]
    assert made["ticket_id"] in [row["id"] for row in page.get("tickets?done=1")["tickets"]]
    assert "In five days." in page.get("mails?to=ada@example.com")["mails"][-1]["body"]


def test_what_is_missing_is_said_in_plain_words(page: Page) -> None:
    assert page.post("email", {"from": "ada@example.com"}, 400)["error"]["message"] == "body is missing."
    assert page.get("tickets/999", 404)["error"]
    assert page.get("tickets/none", 400)["error"]
    assert page.post("phone", {"from": PHONE, "channel": "pigeon", "body": "Hi"}, 400)["error"]
    assert page.get("nothing/here", 404)["error"]


def test_the_sidebar_opens_with_a_token_of_the_account(page: Page, sandbox: Sandbox) -> None:
    ticket = page.post("email", {"from": "ada@example.com", "subject": "Hi", "body": "Hi"}, 201)["ticket_id"]
    agent = page.get("agents")["agents"][0]
    opening = page.post(f"tickets/{ticket}/sidebar", {"agent_id": agent["id"]})
    account = sandbox.world.zendesk.account
    key = requests.get(f"{sandbox.url}/zendesk/api/v2/apps/{account.app_id}/public_key.pem", timeout=5).text
    claims = jwt.decode(opening["token"], key, algorithms=["RS256"], options={"verify_aud": False})
    assert claims["context"]["user"]["id"] == agent["id"]
    assert opening["url"].startswith(f"{sandbox.receiver.url}/sidebar/?")
    assert opening["app_guid"] in opening["url"]


def test_the_app_opens_in_the_navigation_without_a_ticket(page: Page) -> None:
    agent = page.get("agents")["agents"][0]
    opening = page.post("nav_bar", {"agent_id": agent["id"]})
    claims = jwt.decode(opening["token"], options={"verify_signature": False})
    assert claims["context"]["location"] == "nav_bar"
    assert "ticket_id" not in claims["context"]
    assert page.post("nav_bar", {"agent_id": "999999"}, 404)["error"]


def test_a_text_goes_out_and_its_answer_comes_back_to_the_phone(page: Page, sandbox: Sandbox) -> None:
    twiml = b"<Response><Message>On its way.</Message></Response>"
    sandbox.receiver.reply = lambda post: (200, {}, twiml)
    page.post("phone", {"from": PHONE, "channel": "whatsapp", "body": "Where is it?"}, 201)
    assert sandbox.world.courier.drain(5)
    assert sandbox.world.twilio.drain(5)
    screen = page.get(f"phone/{PHONE}/messages?channel=whatsapp")["messages"]
    assert [(each["direction"], each["body"], each["status"]) for each in screen] == [
        ("inbound", "Where is it?", "received"),
        ("outbound", "On its way.", "read"),
    ]
    assert page.get(f"phone/{PHONE}/messages?channel=sms")["messages"] == []


def test_a_phone_can_be_switched_off(page: Page, sandbox: Sandbox) -> None:
    assert page.put(f"phone/{PHONE}", {"reachable": False})["reachable"] is False
    assert sandbox.world.twilio.switched_off == {PHONE}
    assert page.put(f"phone/{PHONE}", {"reachable": True})["reachable"] is True


def test_the_slack_window_shows_a_card_and_sends_the_click(page: Page, sandbox: Sandbox) -> None:
    sandbox.receiver.reply = lambda post: (200, {}, b"")
    channel = page.get("slack/channels")["channels"][0]["id"]
    button = {"type": "button", "action_id": "ok", "text": {"type": "plain_text", "text": "OK"}, "value": "7"}
    client = WebClient(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
    client.chat_postMessage(channel=channel, text="Card", blocks=[{"type": "actions", "elements": [button]}])
    client.chat_postEphemeral(channel=channel, user=PRIYA, text="Only you")
    (card,) = page.get(f"slack/channels/{channel}/messages")["messages"]
    assert card["user_name"] == "Handrail"
    assert len(page.get(f"slack/channels/{channel}/messages?user={PRIYA}")["messages"]) == 2
    click = {"channel": channel, "ts": card["ts"], "action_id": "ok", "user_id": PRIYA}
    assert page.post("slack/click", click)["status"] == 200
    assert "payload" in sandbox.receiver.wait_for(1, "/slack/events")[0].form
    sandbox.receiver.reply = lambda post: (500, {}, b"")
    assert "500" in page.post("slack/click", click, 502)["error"]["message"]
    assert page.post("slack/click", {**click, "action_id": "no"}, 404)["error"]


def test_a_signal_is_passed_on_with_the_key_and_an_id(page: Page, sandbox: Sandbox) -> None:
    sandbox.receiver.reply = lambda post: (202, {"Content-Type": "application/json"}, b'{"accepted": true}')
    told = page.post("signals", {"kind": "outage", "facts": {"region": "north"}})
    (post,) = sandbox.receiver.wait_for(1, "/signals")
    assert post.headers["X-Api-Key"] == sandbox.world.settings.api_key
    assert told["id"].encode() in post.body
    assert told["answer"] == {"accepted": True}
    sandbox.receiver.reply = lambda post: (400, {}, b"kind is unknown")
    assert "kind is unknown" in page.post("signals", {"kind": "what"}, 400)["error"]["message"]


def test_an_event_of_the_company_is_reported_as_plain_facts(page: Page, sandbox: Sandbox) -> None:
    sandbox.receiver.reply = lambda post: (202, {}, b"")
    page.post("signals", {"event": "evt-1"})
    sent = json.loads(sandbox.receiver.wait_for(1, "/signals")[0].body)
    assert sent["kind"] == "outage"
    assert sent["facts"]["region"] == "north"
    assert sent["facts"]["statement"] == "Video does not work. Heating does."
    assert sent["facts"]["order_ids"] == "LK-1,LK-2"
    people = sent["facts"].pop("people")
    assert [each["customer"] for each in people] == ["ada@example.com", "bo@example.com"]
    assert all(isinstance(value, str) for value in sent["facts"].values())
    page.post("signals", {"event": "evt-unknown"}, 404)


def test_decisions_are_read_through_with_the_key(page: Page, sandbox: Sandbox) -> None:
    def reply(post: Post) -> tuple[int, dict[str, str], bytes]:
        assert post.path == "/decisions?after=12"
        return 200, {}, b'{"decisions": [{"id": "13"}]}'

    sandbox.receiver.reply = reply
    assert page.get("decisions?after=12") == {"decisions": [{"id": "13"}]}
    assert sandbox.receiver.posts[0].headers["X-Api-Key"]


def test_a_handrail_that_is_down_is_said_to_be() -> None:
    with serving(handrail_url="http://127.0.0.1:9") as sandbox:
        assert Page(sandbox).get("decisions", 502)["error"]["message"] == "Handrail does not answer."


def test_deliveries_are_listed_repeated_and_forged(page: Page, sandbox: Sandbox) -> None:
    page.post("deliveries/forge", {}, 409)
    page.post("phone", {"from": PHONE, "channel": "sms", "body": "Hi"}, 201)
    assert sandbox.world.courier.drain(5)
    (row,) = page.get("deliveries?vendor=twilio")["deliveries"]
    assert (row["status"], row["accepted"], row["attempt"]) == (204, True, 1)
    assert page.post(f"deliveries/{row['delivery_id']}/redeliver", {})["note"] == "redelivered"
    assert page.post("deliveries/forge", {"body": "Body=evil"})["note"] == "forged"
    assert [post.body[:9] for post in sandbox.receiver.posts][-1] == b"Body=evil"
    page.post("deliveries/unknown/redeliver", {}, 404)


def test_faults_are_set_and_nonsense_refused(page: Page) -> None:
    assert page.put("faults", {"twilio": {"lost": 2}})["twilio"]["lost"] == 2
    assert page.get("faults")["twilio"]["lost"] == 2
    for bad in ({"telex": {"lost": 1}}, {"twilio": {"explode": 1}}, {"twilio": {"lost": "x"}}, {"twilio": 3}):
        page.put("faults", bad, 400)


def test_the_wire_shows_what_vendors_were_asked_with_credentials_masked(page: Page, sandbox: Sandbox) -> None:
    token = sandbox.world.settings.slack_bot_token
    WebClient(token=token, base_url=f"{sandbox.url}/slack/api/").auth_test()
    (seen,) = page.get("wire?vendor=slack")["exchanges"]
    assert (seen["path"], seen["status"]) == ("/slack/api/auth.test", 200)
    assert seen["request_headers"]["Authorization"] == "Bearer ***"
    assert token not in str(seen)
    assert page.get(f"wire?vendor=slack&after={seen['number']}")["exchanges"] == []


def test_the_people_of_the_company_and_the_cast_of_the_story(page: Page) -> None:
    people = page.get("people")["people"]
    assert [(each["id"], each["name"], each["tier"]) for each in people] == [
        ("1", "Ada Byron", "plus"),
        ("2", "Bo Lind", "standard"),
    ]
    config = page.get("config")
    assert config["story"]["story"] == "1"
    assert {each["name"]: each["approver"] for each in config["slack_users"]} == {
        "Priya Nair": True,
        "Maria Lopez": False,
    }


def test_orders_are_brought_up_to_today_and_guarded_in_the_order_system(page: Page, sandbox: Sandbox) -> None:
    (order,) = page.get("orders?customer=1")["orders"]
    assert order["promised_on"] > time.strftime("%Y-%m-%d", time.gmtime())
    url = f"{sandbox.url}/orders/v1/customers/1/orders"
    assert requests.get(url, timeout=5).status_code == 401
    headers = {"Authorization": f"Bearer {sandbox.world.settings.orders_token}"}
    assert requests.get(url, headers=headers, timeout=5).json()["orders"] == [order]
    assert requests.get(url.replace("/1/", "/9/"), headers=headers, timeout=5).status_code == 404


def test_status_events_have_clock_times(page: Page) -> None:
    (event,) = page.get("status_events")["events"]
    assert {"started_at", "expected_fix_at", "new_expected_on"} <= set(event)
    assert event["started_at"] < event["expected_fix_at"]


def test_a_status_event_about_orders_says_whose_they_are(page: Page, sandbox: Sandbox) -> None:
    (event,) = page.get("status_events")["events"]
    assert event["people"] == [
        {"customer": "ada@example.com", "order": "LK-1"},
        {"customer": "bo@example.com", "order": "LK-2"},
    ]


# The board on which a coach hangs out exercises: it keeps what it is told and judges nothing.

BOARD = {"exercises": [{"id": "source"}], "sittings": [], "scores": []}
BEGIN = {"kind": "begin", "exercise": "source", "agent_id": "81"}


def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> requests.Response:
    return requests.request(method, f"{sandbox.url}/sandbox/api/training{path}", json=body, timeout=5)


def test_without_a_coach_there_is_no_training(sandbox: Sandbox) -> None:
    assert ask(sandbox, "GET", "").json() == {"on": False, "wishes": 0}
    assert ask(sandbox, "POST", "/wishes", BEGIN).status_code == 409


def test_what_the_coach_hangs_out_is_what_the_page_reads(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "GET", "").json() == {"on": True, "wishes": 0, **BOARD}


def test_the_coach_hears_each_wish_once_and_in_order(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "POST", "/wishes", BEGIN).json() == {"number": 1}
    ask(sandbox, "POST", "/wishes", BEGIN | {"kind": "done"})
    heard = ask(sandbox, "GET", "/wishes").json()["wishes"]
    assert [(wish["number"], wish["kind"]) for wish in heard] == [(1, "begin"), (2, "done")]
    assert ask(sandbox, "GET", "/wishes?after=1").json()["wishes"] == heard[1:]


@pytest.mark.parametrize("wrong", [{}, BEGIN | {"kind": "grade"}, {"kind": "done", "exercise": "source"}])
def test_a_wish_that_is_none_is_refused(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "POST", "/wishes", wrong).status_code == 400


def test_a_coach_that_leaves_takes_everything_down(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    ask(sandbox, "DELETE", "")
    assert ask(sandbox, "GET", "").json() == {"on": False, "wishes": 0}
