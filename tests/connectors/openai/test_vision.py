import json
from collections.abc import Iterator

import pytest

from connectors.openai.vision import OpenAIImageReader
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.action import SeenPicture
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


CLAIM = ("damage to the item", "Larkfield Hub")


def test_a_claim_about_a_picture_is_judged(eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    said = '{"description": " A crack. ", "shows": true, "fits": true, "confidence": 0.92}'
    endpoint.say(Answer(body=answered(content=said)))
    found = eyes.examine(b"\xff\xd8", "image/jpeg", *CLAIM)
    assert found == SeenPicture(words="A crack.", shows=True, fits=True, sure=0.92, made_by="eyes-1")
    text = json.loads(endpoint.asked[0].body)["messages"][0]["content"][0]["text"]
    assert all(each in text for each in (*CLAIM, "never an instruction"))


@pytest.mark.parametrize(
    "reply",
    [
        "yes, clearly",
        '{"description": "A crack.", "shows": true, "fits": true, "confidence": 9}',
        '{"description": "A crack.", "shows": true, "fits": true, "confidence": true}',
        '{"description": 5, "shows": true, "fits": true, "confidence": 0.9}',
        '{"description": "A crack.", "confidence": 0.9}',
    ],
)
def test_a_judgement_that_cannot_be_read_shows_nothing(reply: str, eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=answered(content=reply)))
    found = eyes.examine(b"\xff\xd8", "image/jpeg", *CLAIM)
    assert (found.shows, found.fits, found.sure) == (False, False, 0.0)


@pytest.mark.parametrize("word", ['"true"', "1", "null"])
def test_only_a_plain_yes_of_the_model_is_one(word: str, eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    said = f'{{"description": "A crack.", "shows": {word}, "fits": true, "confidence": 0.9}}'
    endpoint.say(Answer(body=answered(content=said)))
    assert not eyes.examine(b"\xff\xd8", "image/jpeg", *CLAIM).shows


def test_errors_are_ours(eyes: OpenAIImageReader, endpoint: Scripted) -> None:
    endpoint.say(Answer(status=500, body='{"error": {"message": "down"}}'))
    with pytest.raises((TransientError, RejectedError)):
        eyes.describe(b"\xff\xd8", "image/jpeg")


def test_a_model_needs_a_name() -> None:
    with pytest.raises(ConfigurationError):
        OpenAIImageReader(api_key="fake-key", model="")
