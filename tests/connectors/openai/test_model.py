import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.openai.chat import schema_name
from connectors.openai.limits import duration, stated_budget
from connectors.openai.model import OpenAIModel
from connectors.rates import RateBudget
from core.errors import ConfigurationError, RejectedError, TransientError
from tests.apps.sandbox.running import serving
from tests.connectors.openai.conftest import Make
from tests.connectors.openai.test_errors import SCHEMA, answered, complete
from tests.connectors.scripted import Answer, Scripted

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEFT = {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "x-ratelimit-limit-tokens": "10000",
    "x-ratelimit-remaining-tokens": "200",
    "x-ratelimit-reset-tokens": "6m0s",
}


def test_a_completion_is_asked_for_by_schema_and_given_as_it_came(model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=answered(content='{"answer": "Five days."}')))
    assert complete(model) == '{"answer": "Five days."}'
    asked = json.loads(endpoint.asked[0].body)
    assert endpoint.asked[0].path == "/v1/chat/completions"
    assert endpoint.asked[0].headers["authorization"] == "Bearer fake-key"
    assert asked == {
        "model": "small-1",
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "When?"}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "Draft", "strict": True, "schema": SCHEMA}},
        "temperature": 0,
        "max_tokens": 50,
    }


def test_the_vendor_itself_is_told_the_limit_by_its_newer_name_and_no_temperature(
    make: Make, endpoint: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{endpoint.url}/v1")
    endpoint.say(Answer(body=answered()))
    complete(make(base_url=None))
    asked = json.loads(endpoint.asked[0].body)
    assert asked["max_completion_tokens"] == 50
    assert not {"max_tokens", "temperature"} & set(asked)


@pytest.mark.parametrize(
    ("base_url", "own"),
    [("https://api.openai.com/v1", True), ("https://api.openai.com.elsewhere.example/v1", False)],
)
def test_the_vendor_is_known_by_its_host(base_url: str, own: bool, make: Make) -> None:
    assert make(base_url=base_url)._vendors_own is own


def test_what_does_not_fit_is_refused_before_it_is_sent(make: Make, endpoint: Scripted) -> None:
    small = make(window=100)
    with pytest.raises(RejectedError) as caught:
        small.complete(system="Answer.", user="word " * 60, schema=SCHEMA, max_tokens=50)
    assert caught.value.code == "context_length"
    assert endpoint.asked == []
    endpoint.say(Answer(body=answered()))
    assert small.complete(system="Answer.", user="word", schema=SCHEMA, max_tokens=50) == "{}"


def test_a_limit_below_three_percent_is_waited_for(make: Make, endpoint: Scripted) -> None:
    at = [NOW]
    model = make(now=lambda: at[0])
    endpoint.say(Answer(body=answered(), headers=LEFT))
    complete(model)
    assert model.budgets["requests"].remaining == 499
    assert model.budgets["tokens"] == RateBudget(limit=10000, remaining=200, resets_at=NOW + timedelta(minutes=6))
    with pytest.raises(TransientError) as caught:
        complete(model)
    assert caught.value.retry_after == timedelta(minutes=6)
    at[0] += timedelta(minutes=6)
    complete(model)
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("text", "span"),
    [("6m0s", timedelta(minutes=6)), ("1.5s", timedelta(seconds=1.5)), ("20ms", timedelta(milliseconds=20)),
     ("1h2m3s", timedelta(hours=1, minutes=2, seconds=3)), ("0s", timedelta())],
)  # fmt: skip
def test_the_endpoints_time_spans_are_read(text: str, span: timedelta) -> None:
    assert duration(text) == span


@pytest.mark.parametrize("text", ["", "soon", "6", "6m!", "-3s", "3 s"])
def test_what_is_no_time_span_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="time span"):
        duration(text)
    assert stated_budget(LEFT | {"x-ratelimit-reset-tokens": text}, "tokens", NOW) is None


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"title": "Draft"}, "Draft"),
        ({}, "answer"),
        ({"title": "A draft: für"}, "A_draft__f_r"),
        ({"title": "x" * 99}, "x" * 64),
    ],
)
def test_a_schema_gets_a_name_the_endpoint_accepts(schema: dict[str, Any], name: str) -> None:
    assert schema_name(schema) == name


def test_a_model_without_name_or_key_is_refused(make: Make) -> None:
    with pytest.raises(ConfigurationError):
        make(model="")
    with pytest.raises(ConfigurationError):
        make(api_key="")


def test_the_sandboxs_model_answers_by_schema(make: Make) -> None:
    schema = {
        "type": "object",
        "title": "draft",
        "properties": {"answer": {"type": "string"}, "answerable": {"type": "boolean"}},
        "required": ["answer", "answerable"],
        "additionalProperties": False,
    }
    with serving() as sandbox:
        settings = sandbox.world.settings
        names = make(base_url=f"{sandbox.url}/openai/v1", api_key=settings.openai_key).names()
        model = make(base_url=f"{sandbox.url}/openai/v1", api_key=settings.openai_key, model=names[0])
        text = model.complete(
            system="Answer from the source.", user="A refund takes five days.", schema=schema, max_tokens=200
        )
        assert set(json.loads(text)) == {"answer", "answerable"}
        with pytest.raises(ConfigurationError):
            complete(make(base_url=f"{sandbox.url}/openai/v1", api_key="wrong", model=names[0]))
