"""The stand-in through OpenAI's own client, over HTTP."""

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import openai
import pytest
from jsonschema import validate
from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI, RateLimitError

from apps.sandbox.openai.answers import CHAT_MODEL, STRONG_MODEL
from tests.apps.sandbox.running import Sandbox

PASSAGES = [
    {
        "id": "a1",
        "title": "Returns",
        "text": "You can return a device within 30 days of delivery. Refunds reach your card in five days.",
    },
    {
        "id": "a2",
        "title": "Thermostat",
        "text": "Hold the dial for ten seconds to reset the thermostat. The screen turns blue.",
    },
]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "answerable": {"type": "boolean"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "passage_id": {"type": "string"}},
                "required": ["text", "passage_id"],
                "additionalProperties": False,
            },
        },
        "unknown": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["answerable", "confidence", "sentences", "unknown"],
    "additionalProperties": False,
}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[OpenAI]:
    key = sandbox.world.settings.openai_key
    with OpenAI(api_key=key, base_url=f"{sandbox.url}/openai/v1", max_retries=0) as opened:
        yield opened


def ask(client: OpenAI, question: str) -> dict[str, Any]:
    answer = client.chat.completions.create(
        model="sandbox-extract",
        messages=[
            {"role": "system", "content": "Answer from the passages only."},
            {"role": "user", "content": json.dumps({"question": question, "passages": PASSAGES})},
        ],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "draft", "schema": SCHEMA, "strict": True},
        },
    )
    parsed: dict[str, Any] = json.loads(answer.choices[0].message.content or "")
    return parsed


def test_a_structured_answer_quotes_the_passage_that_speaks_of_it(client: OpenAI) -> None:
    draft = ask(client, "How do I reset my thermostat?")
    validate(draft, SCHEMA)
    assert draft["answerable"]
    assert draft["sentences"][0] == {
        "text": "Hold the dial for ten seconds to reset the thermostat.",
        "passage_id": "a2",
    }


def test_another_question_gets_another_answer(client: OpenAI) -> None:
    draft = ask(client, "When does a refund reach my card?")
    assert [each["passage_id"] for each in draft["sentences"]] == ["a1"]
    assert "five days" in draft["sentences"][0]["text"]


def test_what_no_passage_covers_is_not_answered(client: OpenAI) -> None:
    draft = ask(client, "Do you sponsor football clubs?")
    validate(draft, SCHEMA)
    assert (draft["answerable"], draft["sentences"], draft["confidence"]) == (False, [], 0)
    assert "football" in draft["unknown"]


@pytest.mark.parametrize(
    "prompt",
    [
        "[a1] Refunds reach your card in five days.\n[a2] The screen turns blue.\n\nQuestion: When is my refund here?",
        '<passage id="a1">Refunds reach your card in five days.</passage>\n'
        "<question>When is my refund here?</question>",
    ],
)
def test_passages_are_found_however_the_prompt_marks_them(client: OpenAI, prompt: str) -> None:
    answer = client.chat.completions.create(
        model="sandbox-extract",
        messages=[{"role": "user", "content": prompt}],
        response_format={"type": "json_object"},
    )
    assert json.loads(answer.choices[0].message.content or "") == {
        "answerable": True,
        "answer": "Refunds reach your card in five days.",
        "citations": ["a1"],
    }


def test_usage_and_limits_are_told(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="sandbox-extract", messages=[{"role": "user", "content": "Hello there"}]
    )
    usage = raw.parse().usage
    assert usage is not None
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0
    left = int(raw.headers["x-ratelimit-remaining-requests"])
    assert left == int(raw.headers["x-ratelimit-limit-requests"]) - 1
    assert raw.headers["x-request-id"]


def test_a_token_limit_cuts_the_answer_and_says_so(client: OpenAI) -> None:
    text = json.dumps({"question": "reset thermostat", "passages": PASSAGES})
    answer = client.chat.completions.create(
        model="sandbox-extract", messages=[{"role": "user", "content": text}], max_completion_tokens=3
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.choices[0].message.content == "Hold the dia"


def test_a_stream_says_the_same_in_pieces(client: OpenAI) -> None:
    text = json.dumps({"question": "reset thermostat", "passages": PASSAGES})
    messages: Any = [{"role": "user", "content": text}]
    whole = client.chat.completions.create(model="sandbox-extract", messages=messages)
    pieces = client.chat.completions.create(
        model="sandbox-extract", messages=messages, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(pieces)
    joined = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert joined == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage


def test_the_responses_api_answers_the_same_way_and_keeps_it(client: OpenAI) -> None:
    asked = json.dumps({"question": "How do I reset the thermostat?", "passages": PASSAGES})
    answer = client.responses.create(
        model="sandbox-extract",
        instructions="Answer from the passages only.",
        input=asked,
        text={"format": {"type": "json_schema", "name": "draft", "schema": SCHEMA, "strict": True}},
    )
    assert json.loads(answer.output_text)["sentences"][0]["passage_id"] == "a2"
    assert client.responses.retrieve(answer.id).output_text == answer.output_text


def test_texts_about_the_same_lie_closer_than_others(client: OpenAI) -> None:
    texts = ["reset my thermostat", "resetting the thermostat", "refund for an order"]
    found = client.embeddings.create(model="sandbox-embed", input=texts, dimensions=128)
    vectors = [np.array(each.embedding) for each in found.data]
    assert [round(float(np.linalg.norm(vector)), 3) for vector in vectors] == [1.0, 1.0, 1.0]
    assert len(vectors[0]) == 128
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3
    again = client.embeddings.create(model="sandbox-embed", input=texts[0], dimensions=128)
    assert again.data[0].embedding == found.data[0].embedding


def test_moderation_flags_a_threat_and_not_a_complaint(client: OpenAI) -> None:
    results = client.moderations.create(
        model="sandbox-moderation", input=["I will find you and kill you", "My order is late again!"]
    ).results
    assert [each.flagged for each in results] == [True, False]
    assert results[0].categories.harassment_threatening


def test_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [
        "sandbox-extract",
        "sandbox-extract-large",
        "sandbox-vision",
        "sandbox-embed",
        "sandbox-moderation",
    ]
    with pytest.raises(NotFoundError):
        client.models.retrieve("sandbox-other")


def test_refusals_are_the_clients_own_errors(sandbox: Sandbox, client: OpenAI) -> None:
    hello: Any = [{"role": "user", "content": "Hi"}]
    with pytest.raises(AuthenticationError):
        client.with_options(api_key="fake-other-key").models.list()
    with pytest.raises(NotFoundError, match="does not exist"):
        client.chat.completions.create(model="sandbox-other", messages=hello)
    with pytest.raises(BadRequestError):
        client.chat.completions.create(model="sandbox-extract", messages=[])
    long: Any = [{"role": "user", "content": "word " * 120_000}]
    with pytest.raises(BadRequestError, match="context length"):
        client.chat.completions.create(model="sandbox-extract", messages=long)
    sandbox.world.faults.set("openai", rate_limited=1, retry_after=2)
    with pytest.raises(RateLimitError) as limited:
        client.chat.completions.create(model="sandbox-extract", messages=hello)
    assert limited.value.response.headers["Retry-After"] == "2"


# A streamed completion, and the ways in which it goes wrong, seen by OpenAI's own client.

ASKED: Any = [
    {
        "role": "user",
        "content": "<<passage 1 begin abc>>\nReturns\n\nYou can return it within 30 days. The dial is round.\n"
        "<<passage 1 end abc>>\n\n<<customer begin def>>\nHow many days to return it?\n<<customer end def>>",
    }
]
STREAM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"passage": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["passage", "quote"],
    "additionalProperties": False,
}
FORM: Any = {"type": "json_schema", "json_schema": {"name": "draft", "schema": STREAM_SCHEMA, "strict": True}}


def streamed(client: OpenAI, model: str = CHAT_MODEL) -> list[str]:
    chunks = client.chat.completions.create(model=model, messages=ASKED, response_format=FORM, stream=True)
    return [chunk.choices[0].delta.content or "" for chunk in chunks]


def test_fenced_passages_are_read_by_their_number(client: OpenAI) -> None:
    pieces = streamed(client)
    assert json.loads("".join(pieces)) == {"passage": 1, "quote": "You can return it within 30 days."}
    assert len(pieces) > 8


@pytest.mark.parametrize("model", [CHAT_MODEL, STRONG_MODEL])
def test_an_answer_names_the_model_that_was_asked(client: OpenAI, model: str) -> None:
    assert client.chat.completions.create(model=model, messages=ASKED).model == model


def test_a_stream_is_cut_in_the_middle_as_often_as_set(sandbox: Sandbox, client: OpenAI) -> None:
    sandbox.world.faults.set("openai", stream_cut=1)
    whole = "".join(streamed(client)), "".join(streamed(client))
    assert whole[1].startswith(whole[0])
    assert len(whole[0]) < len(whole[1])


def test_a_stream_holds_a_piece_that_makes_no_sense(sandbox: Sandbox, client: OpenAI) -> None:
    sandbox.world.faults.set("openai", stream_malformed=1)
    with pytest.raises((json.JSONDecodeError, openai.OpenAIError)):
        streamed(client)
    assert streamed(client)


def test_a_stream_says_its_answer_twice(sandbox: Sandbox, client: OpenAI) -> None:
    once = "".join(streamed(client))
    sandbox.world.faults.set("openai", stream_twice=1)
    assert "".join(streamed(client)) == once + once


def test_each_piece_is_late(sandbox: Sandbox, client: OpenAI) -> None:
    sandbox.world.faults.set("openai", stream_delay_ms=20)
    started = time.monotonic()
    pieces = streamed(client)
    assert time.monotonic() - started > 0.02 * len(pieces)
