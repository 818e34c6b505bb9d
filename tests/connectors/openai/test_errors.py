"""No fault of the endpoint, of the SDK or of the line leaves the connector as anything but one of our errors."""

import inspect
import json
from datetime import timedelta
from typing import Any

import httpx2
import openai
import pytest

from connectors.openai.errors import CODES, translate_errors
from connectors.openai.model import OpenAIModel
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from tests.connectors.faults import ODD_ANSWERS, refusals, subclasses
from tests.connectors.openai.conftest import Make
from tests.connectors.scripted import Answer, Scripted

SCHEMA = {"type": "object", "title": "Draft", "properties": {}, "required": [], "additionalProperties": False}


def complete(model: OpenAIModel) -> str:
    return model.complete(system="Answer.", user="When?", schema=SCHEMA, max_tokens=50)


def answered(**message: Any) -> str:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}"}}
    finish = message.pop("finish_reason", "stop")
    choice |= {"finish_reason": finish, "message": {"role": "assistant", "content": "{}"} | message}
    return json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})


@pytest.mark.parametrize("rows", refusals())
def test_every_refusal_by_status_is_one_of_our_errors(
    model: OpenAIModel, endpoint: Scripted, rows: list[tuple[int, str]]
) -> None:
    for status, body in rows:
        if status == 304:
            continue
        endpoint.say(Answer(status=status, body=body))
        with pytest.raises(HandrailError):
            complete(model)


def test_a_success_that_makes_no_sense_is_one_of_our_errors(model: OpenAIModel, endpoint: Scripted) -> None:
    odd = [
        *ODD_ANSWERS,
        '{"choices": null}',
        '{"choices": []}',
        '{"choices": 7}',
        '{"choices": [7]}',
        '{"choices": [{}]}',
        '{"choices": [{"message": null}]}',
        '{"choices": [{"message": {"content": 7}}]}',
        answered(content=None),
        answered(content=""),
    ]
    for body in odd:
        for kind in ("application/json", "text/html"):
            endpoint.say(Answer(body=body, kind=kind))
            with pytest.raises(HandrailError):
                complete(model)


REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def made(kind: type[openai.OpenAIError]) -> openai.OpenAIError:
    """An instance, whatever arguments the class insists on."""
    given: dict[str, Any] = {
        "message": "fault",
        "request": REQUEST,
        "response": httpx2.Response(418, request=REQUEST),
        "body": {"code": "odd"},
        "completion": openai.types.chat.ChatCompletion.model_construct(usage=None),
    }
    wanted = inspect.signature(kind.__init__).parameters
    known = {name: value for name, value in given.items() if name in wanted}
    missing = [
        name
        for name, parameter in wanted.items()
        if name not in known and name != "self" and parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]  # fmt: skip
    return kind(**known, **dict.fromkeys(missing, "fault"))


def test_a_list_of_models_that_makes_no_sense_is_one_of_our_errors(model: OpenAIModel, endpoint: Scripted) -> None:
    for body in [*ODD_ANSWERS, '{"data": 7}', '{"data": [7]}', '{"data": [{}]}']:
        endpoint.say(Answer(body=body))
        with pytest.raises(HandrailError):
            model.names()


def test_a_mistake_of_ours_is_not_dressed_up_as_the_vendors() -> None:
    with pytest.raises(TypeError), translate_errors("try"):
        raise TypeError("ours")


def test_every_exception_of_the_sdk_is_one_of_our_errors() -> None:
    kinds = list(subclasses(openai.OpenAIError))
    assert len(kinds) > 12
    for kind in kinds:
        with pytest.raises(HandrailError), translate_errors("try"):
            raise made(kind)  # type: ignore[arg-type]


def refuse(endpoint: Scripted, status: int, code: str | None = None, **headers: str) -> None:
    error = {"message": "secret words", "type": "t", "param": None, "code": code}
    endpoint.say(Answer(status=status, body=json.dumps({"error": error}), headers=headers))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, RejectedError),
        (401, "invalid_api_key", ConfigurationError),
        (403, None, ConfigurationError),
        (404, "model_not_found", ConfigurationError),
        (404, None, ConfigurationError),
        (408, None, TransientError),
        (409, None, TransientError),
        (422, None, RejectedError),
        (429, "rate_limit_exceeded", TransientError),
        (429, None, TransientError),
        (429, "insufficient_quota", ConfigurationError),
        (500, None, TransientError),
        (503, None, TransientError),
        *((400, code, kind) for code, kind in CODES.items()),
    ],
)
def test_a_refusal_says_what_can_be_done(
    status: int, code: str | None, kind: type[HandrailError], model: OpenAIModel, endpoint: Scripted
) -> None:
    refuse(endpoint, status, code)
    with pytest.raises(kind) as caught:
        complete(model)
    assert type(caught.value) is kind
    assert "secret words" not in str(caught.value)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "9"}, timedelta(seconds=9)),
        ({"retry-after-ms": "250"}, timedelta(milliseconds=250)),
        ({"retry-after": "Sat, 21 Nov 2026 09:00:00 GMT"}, timedelta(seconds=20)),
        ({"retry-after": "inf"}, timedelta(seconds=20)),
        ({}, timedelta(seconds=20)),
    ],
)
def test_a_429_passes_on_the_wait(
    headers: dict[str, str], wait: timedelta, model: OpenAIModel, endpoint: Scripted
) -> None:
    refuse(endpoint, 429, "rate_limit_exceeded", **headers)
    with pytest.raises(TransientError) as caught:
        complete(model)
    assert caught.value.retry_after == wait


def test_a_line_that_breaks_is_a_reason_to_try_again(model: OpenAIModel, endpoint: Scripted) -> None:
    endpoint.say(Answer(hang_up=True))
    with pytest.raises(TransientError):
        complete(model)


def test_an_answer_that_does_not_come_is_a_reason_to_try_again(make: Make, endpoint: Scripted) -> None:
    endpoint.say(Answer(wait=0.6))
    with pytest.raises(TransientError) as caught:
        complete(make(timeout=timedelta(seconds=0.3)))
    assert type(caught.value) is TransientError
    assert len(endpoint.asked) == 1


def test_nobody_listening_is_a_reason_to_try_again(make: Make) -> None:
    with pytest.raises(TransientError):
        complete(make(base_url="http://127.0.0.1:1/v1"))


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"refusal": "I cannot help with that."}, "refusal"),
        ({"finish_reason": "length"}, "length"),
        ({"finish_reason": "content_filter"}, "content_filter"),
        ({"content": None}, "malformed_answer"),
    ],
)
def test_an_answer_that_is_cut_off_or_declined_is_a_refusal(
    message: dict[str, Any], code: str, model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(Answer(body=answered(**message)))
    with pytest.raises(RejectedError) as caught:
        complete(model)
    assert caught.value.code == code
