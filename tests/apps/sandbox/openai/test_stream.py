"""A streamed completion, and the ways in which it goes wrong, seen by OpenAI's own client."""

import json
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from apps.sandbox.openai.answers import CHAT_MODEL, STRONG_MODEL
from tests.apps.sandbox.running import Sandbox

ASKED: Any = [
    {
        "role": "user",
        "content": "<<passage 1 begin abc>>\nReturns\n\nYou can return it within 30 days. The dial is round.\n"
        "<<passage 1 end abc>>\n\n<<customer begin def>>\nHow many days to return it?\n<<customer end def>>",
    }
]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"passage": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["passage", "quote"],
    "additionalProperties": False,
}
FORM: Any = {"type": "json_schema", "json_schema": {"name": "draft", "schema": SCHEMA, "strict": True}}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[OpenAI]:
    key = sandbox.world.settings.openai_key
    with OpenAI(api_key=key, base_url=f"{sandbox.url}/openai/v1", max_retries=0) as opened:
        yield opened


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
