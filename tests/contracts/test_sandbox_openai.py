"""Every request of OpenAI's own client, and every answer of the stand-in, against OpenAI's documents."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import requests
from openai import NotFoundError, OpenAI

from tests.apps.sandbox.running import Sandbox, serving
from tests.contracts.contract import Contract
from tests.contracts.wire import check

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


@pytest.fixture
def contract() -> Contract:
    return Contract.load("openai.json")


@pytest.fixture
def sandbox(contract: Contract) -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def unpacked(path: str, body: Any) -> Any:
    """Vectors as lists: the client asks for base64, which the document's schema of an answer leaves out."""
    if path == "/embeddings":
        for each in body["data"]:
            if isinstance(each["embedding"], str):
                each["embedding"] = np.frombuffer(base64.b64decode(each["embedding"]), "<f4").tolist()
    return body


def test_every_operation(sandbox: Sandbox, contract: Contract) -> None:
    key = sandbox.world.settings.openai_key
    with OpenAI(api_key=key, base_url=f"{sandbox.url}/openai/v1", max_retries=0) as client:
        asked: Any = [{"role": "user", "content": "[1] Refunds take five days.\n\nQuestion: refund days?"}]
        form: Any = {"type": "json_schema", "json_schema": {"name": "draft", "schema": SCHEMA, "strict": True}}
        client.chat.completions.create(
            model="sandbox-extract", messages=asked, response_format=form, temperature=0, max_tokens=200
        )
        tool: Any = {"type": "function", "function": {"name": "draft", "parameters": SCHEMA}}
        one: Any = {"type": "function", "function": {"name": "draft"}}
        client.chat.completions.create(model="sandbox-extract", messages=asked, tools=[tool], tool_choice=one)
        answer = client.responses.create(
            model="sandbox-extract",
            input="Hello",
            text={"format": {"type": "json_schema", "name": "draft", "schema": SCHEMA, "strict": True}},
        )
        client.responses.retrieve(answer.id)
        client.embeddings.create(model="sandbox-embed", input=["one", "two"])
        client.embeddings.create(model="sandbox-embed", input="one", encoding_format="float")
        client.moderations.create(model="sandbox-moderation", input="Hello")
        client.models.list()
        client.models.retrieve("sandbox-extract")
        with pytest.raises(NotFoundError):
            client.models.retrieve("sandbox-other")
    seen = check(contract, sandbox.world.recorder.exchanges("openai"), "/openai/v1", newer=unpacked)
    assert len(seen) == 7


@pytest.mark.parametrize("usage", [True, False])
def test_every_piece_of_a_stream(usage: bool, sandbox: Sandbox, contract: Contract) -> None:
    body = {
        "model": "sandbox-extract",
        "messages": [{"role": "user", "content": "[1] Refunds take five days.\n\nQuestion: refund days?"}],
        "stream": True,
        "stream_options": {"include_usage": usage},
    }
    contract.check_request("POST", "/chat/completions", headers={"Content-Type": "application/json"}, body=body)
    headers = {"Authorization": f"Bearer {sandbox.world.settings.openai_key}"}
    answer = requests.post(f"{sandbox.url}/openai/v1/chat/completions", json=body, headers=headers, timeout=5)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    for line in lines[:-1]:
        contract.check_value("CreateChatCompletionStreamResponse", json.loads(line))
    assert len(lines) > 4
    assert bool(json.loads(lines[-2]).get("usage")) is usage
