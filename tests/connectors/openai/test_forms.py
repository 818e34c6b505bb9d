"""An endpoint is asked in the surest form that it knows."""

import json
from typing import Any

import pytest

from connectors.openai.chat import Form
from connectors.openai.model import OpenAIModel
from core.errors import RejectedError
from tests.connectors.openai.conftest import Make
from tests.connectors.openai.test_errors import SCHEMA, answered, complete
from tests.connectors.openai.test_stream import DONE, chunk, say, stream
from tests.connectors.scripted import Answer, Scripted


def refusal(message: str, status: int = 400) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Answer(status=status, body=json.dumps({"error": error}))


NO_SCHEMAS = refusal("'response_format.type' must be 'text'")
NO_TOOLS = refusal('"auto" tool choice requires --enable-auto-tool-choice')


def called(arguments: str) -> dict[str, Any]:
    call = {"id": "1", "type": "function", "function": {"name": "Draft", "arguments": arguments}}
    return {"content": None, "tool_calls": [call], "finish_reason": "tool_calls"}


def asked(endpoint: Scripted) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in endpoint.asked]


def test_an_endpoint_without_schemas_is_asked_for_a_tools_call_from_then_on(
    model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(NO_SCHEMAS, Answer(body=answered(**called('{"a": 1}'))), Answer(body=answered(**called('{"a": 2}'))))
    assert [complete(model), complete(model)] == ['{"a": 1}', '{"a": 2}']
    _, *later = asked(endpoint)
    assert len(later) == 2
    for each in later:
        assert "response_format" not in each
        assert each["tools"] == [{"type": "function", "function": {"name": "Draft", "parameters": SCHEMA}}]
        assert each["tool_choice"] == {"type": "function", "function": {"name": "Draft"}}


def test_one_without_tools_either_is_asked_for_an_object_with_the_schema_in_words(
    model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(NO_SCHEMAS, NO_TOOLS, Answer(body=answered(content="{}")))
    assert complete(model) == "{}"
    last = asked(endpoint)[-1]
    assert last["response_format"] == {"type": "json_object"}
    assert json.dumps(SCHEMA) in last["messages"][0]["content"]
    assert model.form is Form.OBJECT


def test_one_that_refuses_every_form_is_asked_once_in_each(model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(NO_SCHEMAS, NO_TOOLS, NO_SCHEMAS)
    with pytest.raises(RejectedError):
        complete(model)
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize(
    "other", [refusal("the prompt is too long"), refusal("content filtered"), refusal("bad schema", status=401)]
)
def test_what_is_refused_for_another_reason_is_not_asked_again(
    other: Answer, model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(other)
    with pytest.raises(Exception, match="complete with"):
        complete(model)
    assert (len(endpoint.asked), model.form) == (1, Form.SCHEMA)


def test_a_stream_falls_back_as_well_and_gives_the_arguments_as_they_come(
    model: OpenAIModel, endpoint: Scripted
) -> None:
    def piece(arguments: str, index: int = 0) -> str:
        return chunk(tool_calls=[{"index": index, "function": {"arguments": arguments}}])

    say(endpoint, piece(""), piece('{"a": '), piece("no", index=1), piece("1}"), chunk(finish="tool_calls"), DONE)
    endpoint.answers.insert(0, NO_SCHEMAS)
    assert list(stream(model)) == ['{"a": ', "1}"]


@pytest.mark.parametrize("calls", [7, [7], [{}], [{"function": 7}], [{"function": {"arguments": 7}}]])
def test_a_call_that_makes_no_sense_is_refused(calls: object, model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(Answer(body=answered(content=None, tool_calls=calls)))
    with pytest.raises(RejectedError):
        complete(model)


@pytest.mark.parametrize(
    "url", ["https://mine.openai.azure.com/openai/v1", "https://mine.services.ai.azure.com/openai/v1"]
)
def test_azures_models_are_told_the_limit_by_its_newer_name(url: str, make: Make) -> None:
    assert "max_completion_tokens" in make(base_url=url)._ask(Form.SCHEMA, "", "", SCHEMA, 5)
