from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.openai.model import OpenAIModel
from tests.connectors.scripted import Scripted, scripted

Make = Callable[..., OpenAIModel]


@pytest.fixture(scope="session")
def served() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def endpoint(served: Scripted) -> Scripted:
    served.say()
    return served


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vocabulary")


@pytest.fixture
def make(endpoint: Scripted, vocabulary: Path) -> Iterator[Make]:
    made: list[OpenAIModel] = []

    def build(**changes: Any) -> OpenAIModel:
        given: dict[str, Any] = {
            "base_url": f"{endpoint.url}/v1",
            "api_key": "fake-key",
            "model": "small-1",
            "timeout": timedelta(seconds=2),
            "vocabulary_cache": vocabulary,
        }
        made.append(OpenAIModel(**(given | changes)))
        return made[-1]

    yield build
    for model in made:
        model.close()


@pytest.fixture
def model(make: Make) -> OpenAIModel:
    return make()
