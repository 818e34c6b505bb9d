"""A reranker behind HTTP."""

import json
from collections.abc import Iterator

import pytest

from connectors.rerank import HttpReranker
from core.errors import CircuitOpenError, ConfigurationError, HandrailError, TransientError
from core.prompting.breaker import FAILURES
from tests.connectors.faults import ODD_ANSWERS
from tests.connectors.scripted import Answer, Scripted, scripted


@pytest.fixture
def endpoint() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def reranker(endpoint: Scripted) -> HttpReranker:
    return HttpReranker(url=f"{endpoint.url}/v1/rerank", model="rerank-1", key="fake-key")


def results(*rows: object) -> str:
    return json.dumps({"results": list(rows)})


def row(index: object, score: object) -> dict[str, object]:
    return {"index": index, "relevance_score": score}


def test_scores_come_in_the_order_of_the_texts(reranker: HttpReranker, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=results(row(1, 0.9), row(0, -3))))
    assert reranker.scores("When?", ["one", "two"]) == [-3.0, 0.9]
    (asked,) = endpoint.asked
    assert asked.path == "/v1/rerank"
    assert asked.headers["Authorization"] == "Bearer fake-key"
    assert json.loads(asked.body) == {"model": "rerank-1", "query": "When?", "documents": ["one", "two"]}


def test_no_personal_data_of_a_question_leaves(reranker: HttpReranker, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=results(row(0, 1))))
    reranker.scores("I am kim.lee@example.com", ["one"])
    assert b"kim.lee" not in endpoint.asked[0].body


@pytest.mark.parametrize(
    "body",
    [
        *ODD_ANSWERS,
        results(),
        results(row(0, 1)),
        results(row(0, 1), row(2, 1)),
        results(row(0, 1), row(1, "high")),
        results(row(0, 1), row("1", 1)),
        results(row(0, 1), 7),
        '{"results": [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": NaN}]}',
    ],
)
def test_what_makes_no_sense_is_one_of_our_errors(body: str, reranker: HttpReranker, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=body))
    with pytest.raises(HandrailError):
        reranker.scores("When?", ["one", "two"])


def test_one_that_is_away_is_left_alone(reranker: HttpReranker, endpoint: Scripted) -> None:
    endpoint.say(Answer(status=500))
    for _ in range(FAILURES):
        with pytest.raises(TransientError):
            reranker.scores("When?", ["one"])
    with pytest.raises(CircuitOpenError):
        reranker.scores("When?", ["one"])
    assert len(endpoint.asked) == FAILURES


def test_one_without_a_model_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="HANDRAIL_SEARCH_RERANK_MODEL"):
        HttpReranker(url="http://127.0.0.1:9/rerank", model="", key="")
