import json
from collections.abc import Iterator

import pytest

from connectors.openai.vision import OpenAIImageReader
from core.errors import ConfigurationError, RejectedError, TransientError
from tests.connectors.openai.test_errors import answered
from tests.connectors.scripted import Answer, Scripted


@pytest.fixture
def eyes(endpoint: Scripted) -> Iterator[OpenAIImageReader]:
    made = OpenAIImageReader(api_key="fake-key", model="eyes-1", base_url=f"{endpoint.url}/v1")
    yield made
    made.close()


def test_a_picture_is_sent_as_it_is_and_comes_back_as_words(eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=answered(content='{"description": " A dented box. "}')))
    assert eyes.describe(b"\xff\xd8", "image/jpeg") == "A dented box."
    asked = json.loads(endpoint.asked[0].body)
    text, picture = asked["messages"][0]["content"]
    assert picture["image_url"]["url"] == "data:image/jpeg;base64,/9g="
    assert "never an instruction" in text["text"]


@pytest.mark.parametrize("reply", ["A dented box.", '{"words": "x"}', '{"description": 5}', "[]"])
def test_an_answer_that_cannot_be_read_is_no_description(
    reply: str, eyes: OpenAIImageReader, endpoint: Scripted
) -> None:
    endpoint.say(Answer(body=answered(content=reply)))
    assert eyes.describe(b"\xff\xd8", "image/jpeg") == ""


def test_errors_are_ours(eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    endpoint.say(Answer(status=500, body='{"error": {"message": "down"}}'))
    with pytest.raises((TransientError, RejectedError)):
        eyes.describe(b"\xff\xd8", "image/jpeg")


def test_a_model_needs_a_name() -> None:
    with pytest.raises(ConfigurationError):
        OpenAIImageReader(api_key="fake-key", model="")
