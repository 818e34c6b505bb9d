"""The vendors' checks against the sandbox, each line that is not ok brought about at the vendor itself."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import yaml
from slack_sdk.oauth.installation_store import Installation

from apps.doctor.lines import State
from apps.doctor.vendors import SCOPES
from apps.sandbox.slack.workspace import BOT_USER
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.zendesk.help_center import add_article, add_category, add_section
from core.model.ids import ArticleId
from core.model.knowledge import Article
from tests.apps.doctor.ward import WHATSAPP, Ward
from tests.apps.sandbox.running import receiving, twilio_client, wait_until
from tests.core.answer import shop

BOT = "integration@larkfield.example"
MARIA = "maria.lopez@larkfield.example"
FAILING = State.FAILING


def zendesk(here: Ward, method: str, path: str, body: Any = None, who: str = BOT) -> Any:
    answer = requests.request(
        method,
        f"{here.sandbox.url}/zendesk/api/v2/{path}",
        json=body,
        auth=(f"{who}/token", here.sandbox.world.settings.zendesk_token),
        timeout=5,
    )
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def the_user(here: Ward, **fields: Any) -> None:
    """Change the integration user behind the API's back."""
    rows = here.sandbox.world.zendesk.users.rows.values()
    next(row for row in rows if row["email"] == BOT).update(fields)


# ---------------------------------------------------------------- Zendesk: who we are


def test_an_agent_may_not_read_all_that_is_needed(here: Ward) -> None:
    the_user(here, role="agent")
    ((state, found),) = here.faults("zendesk", "access")
    assert (state, "agents' availability" in found) == (FAILING, True)


def test_an_agent_who_may_read_everything_is_a_warning(here: Ward) -> None:
    the_user(here, role="agent")
    world = here.sandbox.world.zendesk
    world.account = replace(world.account, omnichannel=False)  # a plan without availability
    ((state, found),) = here.faults("zendesk", "access")
    assert (state, "is an agent" in found) == (State.WARNING, True)


@pytest.mark.parametrize("known", ["", "12345"])
def test_another_user_than_the_settings_say_is_failing_with_the_right_one(here: Ward, known: str) -> None:
    right = here.environ["HANDRAIL_ZENDESK_USER_ID"]
    (seen,) = [each for each in here.see("zendesk", "access", HANDRAIL_ZENDESK_USER_ID=known) if each.fix]
    assert (seen.state, right in seen.fix) == (FAILING, True)


# ---------------------------------------------------------------- Zendesk: webhook


def test_an_account_without_a_webhook_is_failing(here: Ward) -> None:
    zendesk(here, "DELETE", f"webhooks/{here.webhook_id}")
    assert here.faults("zendesk", "webhook") == [(FAILING, "Zendesk has no webhook that leads here")]
    assert [seen.state for seen in here.see("zendesk", "deliveries")] == [State.SKIPPED]


def test_a_webhook_of_ours_that_leads_elsewhere_is_named(here: Ward) -> None:
    old = "https://old.example.com/webhooks/zendesk/events"
    zendesk(here, "PATCH", f"webhooks/{here.webhook_id}", {"webhook": {"endpoint": old}})
    ((state, found),) = here.faults("zendesk", "webhook")
    assert (state, old in found) == (FAILING, True)


def test_a_webhook_that_is_switched_off_is_failing(here: Ward) -> None:
    zendesk(here, "PATCH", f"webhooks/{here.webhook_id}", {"webhook": {"status": "inactive"}})
    assert here.faults("zendesk", "webhook") == [(FAILING, "Handrail events is switched off")]


def test_a_subscription_that_is_lacking_is_named(here: Ward) -> None:
    kept = ["zen:event-type:ticket.created"]
    zendesk(here, "PATCH", f"webhooks/{here.webhook_id}", {"webhook": {"subscriptions": kept}})
    ((state, found),) = here.faults("zendesk", "webhook")
    assert (state, "ticket.comment_added" in found) == (FAILING, True)


def test_a_webhook_for_triggers_needs_an_active_trigger_that_calls_it(here: Ward) -> None:
    zendesk(here, "DELETE", f"webhooks/{here.webhook_id}")
    hook = {
        "name": "Handrail triggers",
        "endpoint": f"{here.url}/webhooks/zendesk/trigger",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["conditional_ticket_events"],
    }
    made = zendesk(here, "POST", "webhooks", {"webhook": hook})["webhook"]
    secret = zendesk(here, "GET", f"webhooks/{made['id']}/signing_secret")["signing_secret"]["secret"]
    told = {"HANDRAIL_ZENDESK_WEBHOOK_SECRET": secret}
    assert here.faults("zendesk", "webhook", **told) == [(FAILING, "no active trigger calls Handrail triggers")]
    trigger = {
        "title": "Tell Handrail",
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}], "any": []},
        "actions": [{"field": "notification_webhook", "value": [made["id"], "{}"]}],
    }
    zendesk(here, "POST", "triggers", {"trigger": trigger})
    assert here.faults("zendesk", "webhook", **told) == []


def test_a_signing_secret_that_was_changed_at_zendesk_is_failing_and_so_are_deliveries(here: Ward) -> None:
    zendesk(here, "POST", f"webhooks/{here.webhook_id}/signing_secret")
    ((state, found),) = here.faults("zendesk", "webhook")
    assert (state, "signing secret" in found) == (FAILING, True)
    ticket(here)
    wait_until(lambda: here.faults("zendesk", "deliveries") != [])
    ((state, found),) = here.faults("zendesk", "deliveries")
    assert (state, "1 × 401" in found) == (FAILING, True)


def test_a_few_failed_deliveries_are_a_warning(here: Ward) -> None:
    for _ in range(3):
        ticket(here)
    assert here.sandbox.world.courier.drain(60)  # signed as it is posted: all three before the secret changes
    zendesk(here, "POST", f"webhooks/{here.webhook_id}/signing_secret")
    ticket(here)
    wait_until(lambda: here.faults("zendesk", "deliveries") != [])
    ((state, found),) = here.faults("zendesk", "deliveries")
    assert (state, found.startswith("1 of 4")) == (State.WARNING, True)


# ---------------------------------------------------------------- Zendesk: what was missed


def ticket(here: Ward, who: str = MARIA) -> str:
    """A new ticket, by an agent in the customer's name."""
    asked = {"subject": "Help", "comment": {"body": "It does not work"}}
    return str(zendesk(here, "POST", "tickets", {"ticket": asked}, who)["ticket"]["id"])


def later(here: Ward) -> None:
    """Time enough that nothing is still on its way; the export holds nothing back."""
    world = here.sandbox.world.zendesk
    world.account = replace(world.account, export_lag=timedelta(0))
    here.skew = timedelta(minutes=10)


def test_a_ticket_of_which_no_webhook_told_is_named(here: Ward) -> None:
    heard = ticket(here)
    events = here.installation().container.store_look
    wait_until(lambda: heard in events.subjects("zendesk", here.now() - timedelta(minutes=1)))
    here.sandbox.world.faults.set("zendesk", webhook_lost=9)
    unheard = ticket(here)
    later(here)
    ((state, found),) = here.faults("zendesk", "missed events")
    assert state is FAILING
    assert f"#{unheard} " in found
    assert f"#{heard} " not in found


def test_what_handrail_itself_wrote_is_not_missed(here: Ward) -> None:
    here.sandbox.world.faults.set("zendesk", webhook_lost=9)
    ticket(here, who=BOT)
    later(here)
    assert here.faults("zendesk", "missed events") == []


# ---------------------------------------------------------------- Zendesk: articles


def published(here: Ward) -> str:
    """A public article in the Help Center; our id of it."""
    state = here.sandbox.world.zendesk
    shelf = add_section(state, "Returns", add_category(state, "Help")["id"])
    author = next(row["id"] for row in state.users.rows.values() if row["email"] == BOT)
    made = add_article(state, {"title": "Refunds", "body": "<p>Five days.</p>"}, shelf["id"], author)
    state.settle()
    return f"zendesk:article:{made['id']}:{made['locale']}"


def test_an_article_that_was_not_taken_over_is_failing_after_a_while(here: Ward) -> None:
    published(here)
    assert here.faults("zendesk", "articles") == []
    here.skew = timedelta(hours=3)
    ((state, found),) = here.faults("zendesk", "articles")
    assert (state, "3 h old" in found) == (FAILING, True)


@pytest.mark.parametrize(("age", "states"), [(timedelta(0), []), (timedelta(days=1), [FAILING])])
def test_an_article_is_compared_by_its_last_change(here: Ward, age: timedelta, states: list[State]) -> None:
    name = published(here)
    at = here.installation().container.zendesk_look.latest_articles()[name]
    kept = Article(id=ArticleId(name), title="Refunds", text="Five days.", updated_at=at - age, origin="zendesk")
    with here.installation().container.store.begin() as unit:
        unit.articles.save(kept, [], np.zeros((0, 4), dtype=np.float32), "fake")
    here.skew = timedelta(hours=3)
    assert [state for state, _ in here.faults("zendesk", "articles")] == states


def test_a_help_center_that_is_not_read_is_skipped(here: Ward) -> None:
    unread = {"HANDRAIL_ZENDESK_HELP_CENTER": "false"}
    assert [seen.state for seen in here.see("zendesk", "articles", **unread)] == [State.SKIPPED]


# ---------------------------------------------------------------- Zendesk: the app


def installation(here: Ward) -> dict[str, Any]:
    (found,) = here.sandbox.world.zendesk.installations.values()
    return found


def test_an_account_without_the_app_is_a_warning(here: Ward) -> None:
    here.sandbox.world.zendesk.apps.clear()
    assert here.faults("zendesk", "app") == [(State.WARNING, "the sidebar app is not in the account")]


def test_an_app_that_is_not_installed_is_failing(here: Ward) -> None:
    here.sandbox.world.zendesk.installations.clear()
    assert here.faults("zendesk", "app") == [(FAILING, "app 4301 is not installed")]


def test_an_app_that_is_switched_off_is_failing(here: Ward) -> None:
    installation(here)["enabled"] = False
    assert here.faults("zendesk", "app") == [(FAILING, "app 4301 is switched off")]


def test_an_app_that_opens_another_host_is_failing(here: Ward) -> None:
    installation(here)["settings"]["handrail_host"] = "old.example.com"
    ((state, found),) = here.faults("zendesk", "app")
    assert (state, "old.example.com" in found) == (FAILING, True)


def test_another_installations_audience_is_failing(here: Ward) -> None:
    audience = "https://larkfield.zendesk.com/api/v2/apps/installations/1.json"
    ((state, found),) = here.faults("zendesk", "app", HANDRAIL_ZENDESK_APP_AUDIENCE=audience)
    assert (state, "audience" in found) == (FAILING, True)


def test_an_older_version_of_the_app_is_a_warning(here: Ward) -> None:
    here.sandbox.world.zendesk.apps[4301]["version"] = "0.0.1"
    ((state, found),) = here.faults("zendesk", "app")
    assert (state, "0.0.1" in found) == (State.WARNING, True)


def test_a_key_that_is_not_set_not_there_no_key_or_another_is_told(here: Ward, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN PUBLIC KEY-----\nfake\n-----END PUBLIC KEY-----\n", encoding="utf-8")
    no_key = tmp_path / "note.txt"
    no_key.write_text("a note", encoding="utf-8")
    told = [
        here.faults("zendesk", "sidebar key", HANDRAIL_ZENDESK_APP_KEY_FILE=place)
        for place in ("", str(tmp_path / "gone.pem"), str(no_key), str(other))
    ]
    assert [state for ((state, _),) in told] == [State.WARNING, FAILING, FAILING, FAILING]
    ((state, _),) = here.faults("zendesk", "sidebar key", HANDRAIL_ZENDESK_APP_ID="")
    assert state is State.WARNING


# ---------------------------------------------------------------- Twilio


def test_a_number_of_another_account_is_failing(here: Ward) -> None:
    ((state, found),) = here.faults("twilio", "number", HANDRAIL_TWILIO_SMS_NUMBER="+447700900999")
    assert (state, "does not own" in found) == (FAILING, True)


@pytest.mark.parametrize(
    ("url", "words"), [("https://old.example.com/sms", "goes to https://old.example.com/sms"), ("", "goes nowhere")]
)
def test_a_number_that_leads_elsewhere_is_failing(here: Ward, url: str, words: str) -> None:
    here.sandbox.world.twilio.senders[SMS_NUMBER].sms_url = url
    ((state, found),) = here.faults("twilio", "number")
    assert (state, words in found) == (FAILING, True)


def test_a_whatsapp_sender_that_is_not_online_is_failing(here: Ward) -> None:
    here.sandbox.world.twilio.senders[WHATSAPP_SENDER].status = "OFFLINE"
    assert here.faults("twilio", "whatsapp") == [(FAILING, "the WhatsApp sender is OFFLINE")]


def test_a_whatsapp_sender_that_leads_elsewhere_is_failing(here: Ward) -> None:
    here.sandbox.world.twilio.senders[WHATSAPP_SENDER].sms_url = "https://old.example.com/wa"
    ((state, found),) = here.faults("twilio", "whatsapp")
    assert (state, "old.example.com" in found) == (FAILING, True)


def test_a_whatsapp_sender_that_the_account_has_not_is_failing(here: Ward) -> None:
    ((state, found),) = here.faults("twilio", "whatsapp", HANDRAIL_TWILIO_WHATSAPP_NUMBER="+447700900999")
    assert (state, "does not have" in found) == (FAILING, True)


def test_without_a_whatsapp_sender_there_is_nothing_to_look_at(here: Ward) -> None:
    for name in ("whatsapp", "templates"):
        (seen,) = here.see("twilio", name, HANDRAIL_TWILIO_WHATSAPP_NUMBER="")
        assert seen.state is State.SKIPPED
    assert here.environ["HANDRAIL_TWILIO_WHATSAPP_NUMBER"] == WHATSAPP


@pytest.mark.parametrize(
    ("approval", "states"),
    [("approved", []), ("received", [State.WARNING]), ("pending", [State.WARNING]), ("rejected", [FAILING])],
)
def test_a_templates_approval_is_told(here: Ward, approval: str, states: list[State]) -> None:
    requests.post(
        f"{here.sandbox.url}/twilio/v1/Content",
        json={"friendly_name": "late_parcel", "language": "en", "types": {"twilio/text": {"body": "Hello {{1}}"}}},
        auth=(here.environ["HANDRAIL_TWILIO_ACCOUNT_SID"], here.environ["HANDRAIL_TWILIO_AUTH_TOKEN"]),
        headers={"X-Original-Host": "content.twilio.com"},
        timeout=5,
    ).raise_for_status()
    (template,) = here.sandbox.world.twilio.templates.values()
    template.approval = {"type": "whatsapp", "name": "late_parcel", "status": approval}
    assert [state for state, _ in here.faults("twilio", "templates")] == states


def test_a_messaging_service_that_takes_the_texts_is_named(here: Ward) -> None:
    client = twilio_client(here.sandbox)
    service = client.messaging.v1.services.create(
        friendly_name="Campaigns", inbound_request_url="https://old.example.com/sms"
    )
    number = here.sandbox.world.twilio.senders[SMS_NUMBER]
    service.phone_numbers.create(phone_number_sid=number.sid)
    ((state, found),) = here.faults("twilio", "number")
    assert (state, "Campaigns" in found) == (FAILING, True)


# ---------------------------------------------------------------- Slack


def test_the_scopes_are_those_that_our_manifest_asks_for() -> None:
    app = yaml.safe_load(Path("manifests/slack/app.yaml").read_text(encoding="utf-8"))
    assert SCOPES.keys() <= set(app["oauth_config"]["scopes"]["bot"])


def test_a_scope_that_is_lacking_is_named_with_what_it_is_for(here: Ward) -> None:
    here.sandbox.world.slack.scopes = "chat:write,channels:read"
    ((state, found),) = here.faults("slack", "token")
    assert (state, "users:read.email (knowing whether they may approve)" in found) == (FAILING, True)


def test_a_channel_that_the_app_is_not_in_is_failing_with_the_invitation(here: Ward) -> None:
    channel = next(each for each in here.sandbox.world.slack.channels.values() if each.name == "care-alerts")
    channel.members.remove(BOT_USER)
    (seen,) = [each for each in here.see("slack", "channels") if each.state is not State.OK]
    assert (seen.state, "/invite @Handrail in #care-alerts" in seen.fix) == (FAILING, True)


def test_a_channel_that_does_not_exist_is_failing(here: Ward) -> None:
    channel = next(each for each in here.sandbox.world.slack.channels.values() if each.name == "care-approvals")
    channel.name = "care-old"
    assert here.faults("slack", "channels") == [(FAILING, "there is no channel #care-approvals for approvals")]


# ---------------------------------------------------------------- the model


def model(here: Ward, **more: str) -> dict[str, str]:
    return {
        "HANDRAIL_OPENAI_BASE_URL": f"{here.sandbox.url}/openai/v1",
        "HANDRAIL_OPENAI_API_KEY": here.sandbox.world.settings.openai_key,
        **more,
    }


def offered(here: Ward) -> str:
    asked = model(here, HANDRAIL_OPENAI_MODEL="any")
    return here.installation(**asked).container.model_names()[0]


def test_an_endpoint_that_offers_the_model_is_ok_and_another_name_a_warning(here: Ward) -> None:
    assert here.faults("model", "endpoint", **model(here, HANDRAIL_OPENAI_MODEL=offered(here))) == []
    ((state, found),) = here.faults("model", "endpoint", **model(here, HANDRAIL_OPENAI_MODEL="moon-1"))
    assert (state, "moon-1" in found) == (State.WARNING, True)


def test_an_endpoint_without_a_model_a_key_or_an_answer_is_failing(here: Ward) -> None:
    known = {"HANDRAIL_OPENAI_MODEL": "any"}
    told = [
        here.faults("model", "endpoint", **model(here)),
        here.faults("model", "endpoint", **model(here, HANDRAIL_OPENAI_API_KEY="fake-wrong", **known)),
        here.faults("model", "endpoint", **(model(here, **known) | {"HANDRAIL_OPENAI_BASE_URL": "http://127.0.0.1:1"})),
    ]
    assert [state for ((state, _),) in told] == [FAILING] * 3


def test_a_model_that_was_never_tried_is_a_warning_and_one_that_was_is_told_with_its_role(here: Ward) -> None:
    set_ = model(here, HANDRAIL_OPENAI_MODEL="tried-1")
    ((state, found),) = here.faults("model", "role", **set_)
    assert (state, found) == (State.WARNING, "tried-1 was never tried out")
    kept = here.installation(**set_).container.model_role
    kept.keep({"role": "rewriter", "at": "2026-11-23", "model": "tried-1", "marks": []})
    (seen,) = here.see("model", "role", **set_)
    assert (seen.state, seen.found) == (State.OK, "tried-1 is trusted as rewriter, by what it showed on 2026-11-23")


def embeddings(here: Ward) -> dict[str, str]:
    endpoint = model(here)
    return {
        "HANDRAIL_SEARCH_EMBEDDINGS_URL": endpoint["HANDRAIL_OPENAI_BASE_URL"],
        "HANDRAIL_SEARCH_EMBEDDINGS_MODEL": "sandbox-embed",
        "HANDRAIL_SEARCH_KEY": endpoint["HANDRAIL_OPENAI_API_KEY"],
    }


def test_an_own_encoder_is_told_with_how_far_it_is_and_found_by_the_search_from_then_on(here: Ward) -> None:
    container = here.installation(**embeddings(here)).container
    text = "A refund to PayPal takes 24 hours."
    container.library.add([shop.article("paypal", "Refunds", text)])
    ((state, found),) = here.faults("search", "own encoder", **embeddings(here))
    assert (state, "sandbox-embed@127.0.0.1" in found) == (State.WARNING, True)
    container.tend()
    assert here.faults("search", "own encoder", **embeddings(here)) == []
    best = container.answer.search("PayPal refund?")[0]
    assert best.passage.text == text
    assert best.ranks["own encoder"] == 1


def test_an_own_encoder_that_is_away_is_failing_and_the_search_goes_on_without(here: Ward) -> None:
    away = embeddings(here) | {"HANDRAIL_SEARCH_EMBEDDINGS_URL": "http://127.0.0.1:1/v1"}
    ((state, _),) = here.faults("search", "own encoder", **away)
    assert state == FAILING
    container = here.installation(**away).container
    container.library.add([shop.article("paypal", "Refunds", "A refund to PayPal takes 24 hours.")])
    container.tend()
    assert container.answer.search("PayPal refund?")[0].passage.article_id == "paypal"


def test_a_reranker_shows_that_it_tells_an_answer_from_none(here: Ward) -> None:
    with receiving() as other:
        set_ = {"HANDRAIL_SEARCH_RERANK_URL": f"{other.url}/rerank", "HANDRAIL_SEARCH_RERANK_MODEL": "rerank-1"}

        def answered(first: float, second: float) -> bytes:
            rows = [{"index": 0, "relevance_score": first}, {"index": 1, "relevance_score": second}]
            return json.dumps({"results": rows}).encode()

        other.reply = lambda post: (200, {}, answered(0.9, 0.1))
        assert here.faults("search", "reranker", **set_) == []
        other.reply = lambda post: (200, {}, answered(0.1, 0.9))
        assert [state for state, _ in here.faults("search", "reranker", **set_)] == [State.WARNING]
        other.reply = lambda post: (500, {}, b"")
        assert [state for state, _ in here.faults("search", "reranker", **set_)] == [FAILING]


def test_two_encoders_of_ones_own_exclude_one_another(here: Ward, tmp_path: Path) -> None:
    both = embeddings(here) | {"HANDRAIL_SEARCH_ONNX": str(tmp_path)}
    ((state, found),) = here.faults("search", "own encoder", **both)
    assert (state, "exclude" in found) == (FAILING, True)


# ---------------------------------------------------------------- what vendors send us


def test_zendesk_itself_sends_a_test_that_is_accepted_and_kept_nowhere(here: Ward) -> None:
    assert here.faults("zendesk", "test delivery") == []
    with here.installation().container.store.read() as unit:
        assert sum(unit.events.counts().values()) == 0


def test_a_test_that_is_refused_or_does_not_arrive_is_failing(here: Ward) -> None:
    zendesk(here, "POST", f"webhooks/{here.webhook_id}/signing_secret")
    ((state, found),) = here.faults("zendesk", "test delivery")
    assert (state, "refused" in found) == (FAILING, True)
    with receiving() as other:
        other.reply = lambda post: (502, {}, b"")
        lead_to(here, other.url)
        ((state, found),) = here.faults("zendesk", "test delivery", HANDRAIL_PUBLIC_URL=other.url)
    assert (state, "502" in found) == (FAILING, True)
    ((state, found),) = here.faults("zendesk", "test delivery", HANDRAIL_PUBLIC_URL=other.url)
    assert (state, "did not arrive" in found) == (FAILING, True)


def lead_to(here: Ward, url: str) -> None:
    endpoint = f"{url}/webhooks/zendesk/events"
    zendesk(here, "PATCH", f"webhooks/{here.webhook_id}", {"webhook": {"endpoint": endpoint}})


def texted(here: Ward, words: str) -> None:
    answer = requests.post(
        f"{here.sandbox.url}/sandbox/api/phone",
        json={"from": "+447700900123", "to": SMS_NUMBER, "body": words},
        timeout=5,
    )
    assert answer.status_code < 300, answer.text


def test_a_text_that_never_came_is_named_without_the_customers_number(here: Ward) -> None:
    texted(here, "Hello")
    heard = here.installation().container.store_look
    wait_until(lambda: len(heard.subjects("twilio", here.now() - timedelta(minutes=1))) == 1)
    here.skew = timedelta(minutes=10)
    assert here.faults("twilio", "missed texts") == []
    here.sandbox.world.faults.set("twilio", webhook_lost=9)
    texted(here, "Is anybody there?")
    ((state, found),) = here.faults("twilio", "missed texts")
    assert (state, found.startswith("1 of 2"), "+447700900123" in found) == (FAILING, True, False)


def test_a_group_of_the_policy_that_the_account_does_not_have_is_failing(here: Ward, tmp_path: Path) -> None:
    ((state, found),) = here.faults("zendesk", "groups")
    assert (state, "Billing" in found, "Customer care" in found) == (State.FAILING, True, False)
    # Before the first start the file is looked at.
    text = Path("apps/starter/policy.yaml").read_text(encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(text.replace("Support", "Customer care"), encoding="utf-8")
    none_yet = {"HANDRAIL_STORE_URL": f"sqlite:///{tmp_path}/none.db", "HANDRAIL_POLICY": f"{tmp_path}/policy.yaml"}
    assert here.faults("zendesk", "groups", **none_yet) == []


def test_socket_mode_is_tried_where_it_is_set_up(here: Ward) -> None:
    ((state, _),) = here.faults("slack", "socket")
    assert state is State.SKIPPED
    token = here.sandbox.world.settings.slack_app_token
    assert here.faults("slack", "socket", HANDRAIL_SLACK_APP_TOKEN=token) == []
    ((state, _),) = here.faults("slack", "socket", HANDRAIL_SLACK_APP_TOKEN="xapp-fake-other")
    assert state is FAILING


def test_each_workspace_that_installed_the_app_is_asked(here: Ward) -> None:
    vendors = here.sandbox.world.settings
    told = {
        "HANDRAIL_SLACK_BOT_TOKEN": "",
        "HANDRAIL_SLACK_CLIENT_ID": vendors.slack_client_id,
        "HANDRAIL_SLACK_CLIENT_SECRET": vendors.slack_client_secret,
    }
    ((state, found),) = here.faults("slack", "workspaces", **told)
    assert (state, found) == (State.WARNING, "no workspace has installed the app")
    workspaces = here.installation(**told).container.slack_workspaces
    assert workspaces is not None
    installed = Installation(
        team_id="T0LARKF1ELD", team_name="Larkfield", bot_token=vendors.slack_bot_token, user_id="U0PR1YANA1R"
    )
    workspaces.save(installed)
    assert [each.found for each in here.see("slack", "workspaces", **told)] == ["the bot of Larkfield"]
    here.sandbox.world.slack.revoked = True
    ((state, found),) = here.faults("slack", "workspaces", **told)
    assert (state, "token_revoked" in found) == (FAILING, True)
