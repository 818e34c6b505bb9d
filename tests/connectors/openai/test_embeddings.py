"""Sentence vectors from an endpoint."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from connectors.openai.embeddings import EmbeddingsEncoder
from core.errors import CircuitOpenError, HandrailError, RejectedError, TransientError
from core.prompting.breaker import FAILURES
from tests.connectors.faults import ODD_ANSWERS
from tests.connectors.scripted import Answer, Scripted


@pytest.fixture
def encoder(endpoint: Scripted) -> Iterator[EmbeddingsEncoder]:
    made = EmbeddingsEncoder(api_key="fake-key", model="embed-1", base_url=f"{endpoint.url}/v1")
    yield made
    made.close()


def vectors(*rows: list[float], **changes: Any) -> str:
    data = [{"object": "embedding", "index": place, "embedding": row} for place, row in enumerate(rows)]
    whole = {"object": "list", "model": "embed-1", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    return json.dumps(whole | changes)


def test_vectors_come_in_the_order_of_the_texts_and_of_length_one(
    encoder: EmbeddingsEncoder, endpoint: Scripted
) -> None:
    both = json.loads(vectors([3.0, 4.0], [0.0, 2.0]))
    both["data"].reverse()
    endpoint.say(Answer(body=json.dumps(both)))
    assert encoder.encode(["one", "two"]).tolist() == pytest.approx(np.array([[0.6, 0.8], [0.0, 1.0]]))
    asked = json.loads(endpoint.asked[0].body)
    assert endpoint.asked[0].path == "/v1/embeddings"
    assert asked == {"model": "embed-1", "input": ["one", "two"], "encoding_format": "float"}


def test_many_texts_go_out_in_several_requests(encoder: EmbeddingsEncoder, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=vectors(*[[1.0, 0.0]] * 32)), Answer(body=vectors([0.0, 1.0])))
    assert encoder.encode(["text"] * 33).shape == (33, 2)
    assert [len(json.loads(each.body)["input"]) for each in endpoint.asked] == [32, 1]


def test_no_personal_data_of_a_question_leaves(encoder: EmbeddingsEncoder, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=vectors([1.0, 0.0])))
    encoder.questions.encode(["I am kim.lee@example.com, card 4111 1111 1111 1111"])
    told = endpoint.asked[0].body.decode()
    assert "kim.lee" not in told
    assert "4111" not in told


@pytest.mark.parametrize(
    "body",
    [
        *ODD_ANSWERS,
        vectors(),
        vectors([1.0], [1.0], [1.0]),
        vectors([1.0], [1.0, 2.0]),
        vectors(["a"], ["b"]),  # type: ignore[list-item]
        vectors([float("nan")], [1.0]),
        vectors([1.0], [1.0], data=[{"index": 0}, {"index": 1}]),
    ],
)
def test_what_makes_no_sense_is_one_of_our_errors(body: str, encoder: EmbeddingsEncoder, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=body))
    with pytest.raises(HandrailError):
        encoder.encode(["one", "two"])


def test_an_endpoint_that_is_away_is_left_alone(encoder: EmbeddingsEncoder, endpoint: Scripted) -> None:
    endpoint.say(Answer(status=503))
    for _ in range(FAILURES):
        with pytest.raises(TransientError):
            encoder.questions.encode(["When?"])
    asked = len(endpoint.asked)
    with pytest.raises(CircuitOpenError):
        encoder.questions.encode(["When?"])
    assert len(endpoint.asked) == asked


def test_batches_of_different_lengths_are_refused(encoder: EmbeddingsEncoder, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=vectors(*[[1.0, 0.0]] * 32)), Answer(body=vectors([1.0])))
    with pytest.raises(RejectedError):
        encoder.encode(["text"] * 33)
