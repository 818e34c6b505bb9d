"""Messages to a messaging conversation: what is sent, what an answer means, and what becomes of none."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from responses.matchers import query_param_matcher

from connectors.sunshine.api import SunshineAccount, SunshineApi
from connectors.sunshine.messenger import SunshineMessenger
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.outbound import Outgoing

URL = "https://larkfield.zendesk.com/sc/v2/apps/app1"
MESSAGES = f"{URL}/conversations/c1/messages"
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ROW = {"id": "m7", "received": "2026-03-10T12:00:01.250Z", "metadata": {"handrail_effect": "fx_1"}}


def account(**changes: Any) -> SunshineAccount:
    fields = {
        "subdomain": "larkfield",
        "app_id": "app1",
        "key_id": "app_key",
        "key_secret": "fake-secret",
        "integration_id": "int1",
        "connect_timeout": timedelta(seconds=1),
        "read_timeout": timedelta(seconds=1),
    }
    return SunshineAccount(**{**fields, **changes})


@pytest.fixture
def messenger() -> SunshineMessenger:
    return SunshineMessenger(SunshineApi(account()))


def outgoing(**changes: Any) -> Outgoing:
    fields = {"channel": Channel.CHAT, "to": "c1", "body": "Hold the button.", "effect_id": EffectId("fx_1")}
    return Outgoing(**{**fields, **changes})


def sent() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(responses.calls[0].request.body or "")
    return found


@responses.activate
def test_the_assistants_words_are_marked_as_a_machines_and_as_this_effects(messenger: SunshineMessenger) -> None:
    responses.post(MESSAGES, json={"messages": [ROW]}, status=201)
    receipt = messenger.send(outgoing())
    assert (receipt.ref, receipt.at) == ("m7", datetime(2026, 3, 10, 12, 0, 1, 250_000, tzinfo=UTC))
    assert sent() == {
        "author": {"type": "business", "displayName": "Virtual assistant", "subtypes": ["AI"]},
        "content": {"type": "text", "text": "Hold the button."},
        "metadata": {"handrail_effect": "fx_1", "ai_generated": True},
    }
    assert responses.calls[0].request.headers["Authorization"].startswith("Basic ")


@responses.activate
def test_an_agents_words_bear_their_name(messenger: SunshineMessenger) -> None:
    responses.post(MESSAGES, json={"messages": [ROW]}, status=201)
    messenger.send(outgoing(author="Maria Lopez"))
    assert sent()["author"] == {"type": "business", "displayName": "Maria Lopez"}
    assert sent()["metadata"]["ai_generated"] is False


@responses.activate
def test_choices_are_buttons(messenger: SunshineMessenger) -> None:
    responses.post(MESSAGES, json={"messages": [ROW]}, status=201)
    messenger.send(outgoing(choices=("Agent", "It works")))
    assert sent()["content"]["actions"] == [
        {"type": "reply", "text": "Agent", "payload": "Agent"},
        {"type": "reply", "text": "It works", "payload": "It works"},
    ]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"errors": [{"code": "bad_request", "title": "Bad"}]}, RejectedError),
        (401, {"errors": [{"code": "unauthorized", "title": "No"}]}, ConfigurationError),
        (403, {}, ConfigurationError),
        (404, {"errors": [{"code": "conversation_not_found", "title": "Gone"}]}, RejectedError),
        (408, {}, UnknownOutcome),
        (423, {"errors": [{"code": "locked", "title": "Full"}]}, RejectedError),
        (429, {}, TransientError),
        (500, {}, UnknownOutcome),
        (502, "<html>", UnknownOutcome),
        (503, {}, TransientError),
        (201, "<html>", UnknownOutcome),
        (201, {"messages": []}, UnknownOutcome),
        (201, {"messages": [{"received": ROW["received"]}]}, UnknownOutcome),
    ],
)
@responses.activate
def test_what_an_answer_means(messenger: SunshineMessenger, status: int, body: Any, kind: type[HandrailError]) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    responses.post(MESSAGES, body=text, status=status)
    with pytest.raises(HandrailError) as raised:
        messenger.send(outgoing())
    assert type(raised.value) is kind


@responses.activate
def test_a_refusal_is_told_by_its_code(messenger: SunshineMessenger) -> None:
    body = {"errors": [{"code": "conversation_not_found", "title": "Conversation not found"}]}
    responses.post(MESSAGES, json=body, status=404)
    with pytest.raises(RejectedError, match="Conversation not found") as raised:
        messenger.send(outgoing())
    assert raised.value.code == "conversation_not_found"


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("86400", 600), ("soon", 5), (None, 5)])
@responses.activate
def test_a_limit_says_how_long_to_wait(messenger: SunshineMessenger, header: str | None, seconds: int) -> None:
    responses.post(MESSAGES, status=429, headers={"Retry-After": header} if header else {})
    with pytest.raises(TransientError) as raised:
        messenger.send(outgoing())
    assert raised.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectTimeout(), TransientError),
        (requests.ReadTimeout(), UnknownOutcome),
        (requests.ConnectionError("reset"), UnknownOutcome),
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), ConfigurationError),
    ],
)
@responses.activate
def test_no_answer_is_unknown_unless_nothing_can_have_left(
    messenger: SunshineMessenger, error: Exception, kind: type[HandrailError]
) -> None:
    responses.post(MESSAGES, body=error)
    with pytest.raises(HandrailError) as raised:
        messenger.send(outgoing())
    assert type(raised.value) is kind


@responses.activate
def test_a_message_without_an_answer_is_found_by_its_mark(messenger: SunshineMessenger) -> None:
    other = {**ROW, "id": "m6", "metadata": {"handrail_effect": "fx_0"}}
    responses.get(MESSAGES, json={"messages": [other, ROW, {"id": "m8"}], "meta": {"hasMore": False}})
    found = messenger.find(outgoing(), NOW)
    assert found is not None
    assert found.ref == "m7"


@responses.activate
def test_what_is_not_there_is_not_found(messenger: SunshineMessenger) -> None:
    responses.get(MESSAGES, json={"messages": [{**ROW, "metadata": None}], "meta": {"hasMore": False}})
    assert messenger.find(outgoing(), NOW) is None


@responses.activate
def test_older_pages_are_read_as_far_back_as_it_can_stand(messenger: SunshineMessenger) -> None:
    late = {"id": "m9", "received": "2026-03-10T12:10:00Z"}
    more = {"hasMore": True, "beforeCursor": "m9"}
    responses.get(MESSAGES, json={"messages": [late], "meta": more}, match=[query_param_matcher({})])
    older = {"messages": [ROW], "meta": {"hasMore": True, "beforeCursor": "m7"}}
    responses.get(MESSAGES, json=older, match=[query_param_matcher({"page[before]": "m9"})])
    assert messenger.find(outgoing(), NOW) is not None
    assert messenger.find(outgoing(effect_id=EffectId("fx_2")), NOW + timedelta(minutes=1)) is None


@responses.activate
def test_the_search_ends_where_the_pages_go_round_in_a_circle(messenger: SunshineMessenger) -> None:
    late = {"id": "m9", "received": "2026-03-10T13:00:00Z"}
    responses.get(MESSAGES, json={"messages": [late], "meta": {"hasMore": True, "beforeCursor": "m9"}})
    assert messenger.find(outgoing(effect_id=EffectId("fx_2")), NOW) is None
    assert len(responses.calls) == 2


def test_an_account_that_lacks_something_is_none() -> None:
    with pytest.raises(ValueError, match="integration_id"):
        account(integration_id="")


def test_the_secret_stands_in_no_representation() -> None:
    assert "fake-secret" not in repr(account())
