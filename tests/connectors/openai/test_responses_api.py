"""The Responses API of the same endpoint."""

import json
from typing import Any

import pytest

from connectors.openai.model import OpenAIModel
from core.errors import HandrailError, RejectedError, TransientError
from tests.connectors.faults import ODD_ANSWERS
from tests.connectors.openai.conftest import Make
from tests.connectors.openai.test_errors import SCHEMA, complete
from tests.connectors.openai.test_stream import say, stream
from tests.connectors.scripted import Answer, Scripted


@pytest.fixture
def model(make: Make) -> OpenAIModel:
    return make(responses=True)


def response(text: str | None = "{}", **changes: Any) -> dict[str, Any]:
    parts = [] if text is None else [{"type": "output_text", "text": text, "annotations": []}]
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": parts}
    thought = {"id": "r", "type": "reasoning", "summary": []}
    whole = {
        "id": "resp_1", "object": "response", "created_at": 1, "model": "small-1", "status": "completed",
        "output": [thought, message], "parallel_tool_calls": False, "tool_choice": "auto", "tools": [],
    }  # fmt: skip
    return whole | changes


def event(kind: str, **fields: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': 1} | fields)}\n\n"


def delta(text: object) -> str:
    return event("response.output_text.delta", item_id="m", output_index=1, content_index=0, delta=text, logprobs=[])


def test_it_is_asked_by_schema_and_asked_to_keep_nothing(model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=json.dumps(response('{"answer": "Five days."}'))))
    assert complete(model) == '{"answer": "Five days."}'
    assert endpoint.asked[0].path == "/v1/responses"
    assert json.loads(endpoint.asked[0].body) == {
        "model": "small-1",
        "instructions": "Answer.",
        "input": "When?",
        "text": {"format": {"type": "json_schema", "name": "Draft", "strict": True, "schema": SCHEMA}},
        "max_output_tokens": 50,
        "store": False,
    }


REFUSED = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
           "content": [{"type": "refusal", "refusal": "No."}]}  # fmt: skip
CUT: dict[str, Any] = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (response(output=[REFUSED]), "refusal"),
        (response(**CUT), "length"),
        (response(status="incomplete", incomplete_details={"reason": "content_filter"}), "content_filter"),
        (response(None), "malformed_answer"),
        (response(""), "malformed_answer"),
        (response(output=None), "malformed_answer"),
    ],
)
def test_what_is_no_whole_answer_is_refused_with_its_reason(
    body: dict[str, Any], code: str, model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(Answer(body=json.dumps(body)))
    with pytest.raises(RejectedError) as caught:
        complete(model)
    assert caught.value.code == code


@pytest.mark.parametrize("body", ODD_ANSWERS)
def test_a_success_that_makes_no_sense_is_one_of_our_errors(body: str, model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=body))
    with pytest.raises(HandrailError):
        complete(model)


def test_a_stream_gives_the_pieces_as_they_come(model: OpenAIModel, endpoint: Scripted) -> None:
    done = event("response.completed", response=response())
    say(
        endpoint, event("response.created", response=response(status="in_progress")), delta('{"a": '), delta("1}"), done
    )
    assert list(stream(model)) == ['{"a": ', "1}"]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ("", TransientError),
        (event("response.failed", response=response(status="failed")), TransientError),
        (event("response.incomplete", response=response(**CUT)), RejectedError),
        (event("response.refusal.delta", item_id="m", output_index=1, content_index=0, delta="No."), RejectedError),
        (delta(7), HandrailError),
    ],
)
def test_a_stream_that_breaks_off_says_why(
    last: str, error: type[HandrailError], model: OpenAIModel, endpoint: Scripted
) -> None:
    say(endpoint, delta('{"a": '), last)
    with pytest.raises(error):
        list(stream(model))
