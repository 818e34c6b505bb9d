"""Every request of our language model connector against OpenAI's documents."""

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
        model.complete(system="Answer.", user="A refund takes five days.", schema=SCHEMA, max_tokens=100)
        model.names()
        model.close()
        exchanges = sandbox.world.recorder.exchanges("openai")
    assert check(contract, exchanges, "/openai/v1") == {"POST /chat/completions", "GET /models"}
