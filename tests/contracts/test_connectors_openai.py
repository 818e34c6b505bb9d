"""Every request of our language model connector against OpenAI's documents."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.openai.model import OpenAIModel
from tests.apps.sandbox.running import serving
from tests.contracts.contract import Contract
from tests.contracts.wire import check

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "draft",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("compatible", [True, False])
def test_completions(compatible: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = Contract.load("openai.json")
    with serving() as sandbox:
        url = f"{sandbox.url}/openai/v1"
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        model = OpenAIModel(
            base_url=url if compatible else None,
            api_key=sandbox.world.settings.openai_key,
            model="sandbox-extract",
            vocabulary_cache=tmp_path,
        )
        asked: dict[str, Any] = {"system": "Answer.", "user": "A refund takes five days.", "max_tokens": 100}
        whole = model.complete(**asked, schema=SCHEMA)
        assert "".join(model.stream(**asked, schema=SCHEMA)) == whole
        model.names()
        model.close()
        exchanges = sandbox.world.recorder.exchanges("openai")
    assert [json.loads(each.request_body).get("stream") for each in exchanges[:2]] == [None, True]
    # What a stream answered is not recorded; its pieces are held against the document where the sandbox is.
    exchanges = [replace(each, status=499) if not each.answer_body else each for each in exchanges]
    assert check(contract, exchanges, "/openai/v1") == {"POST /chat/completions", "GET /models"}
