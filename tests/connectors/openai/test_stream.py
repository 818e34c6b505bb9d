"""Streamed completions: pieces as they come, and no fault of the endpoint that is not one of our errors."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.openai.limits import LARGEST
from connectors.openai.model import OpenAIModel
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from tests.apps.sandbox.running import serving
from tests.connectors.openai.conftest import Make
from tests.connectors.openai.test_errors import SCHEMA, answered
from tests.connectors.scripted import Answer, Scripted

DONE = "data: [DONE]\n\n"


def chunk(content: object = None, finish: str | None = None, index: int = 0, **delta: Any) -> str:
    choice = {"index": index, "delta": delta | ({"content": content} if content is not None else {})}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(body | {'choices': [choice | {'finish_reason': finish}]})}\n\n"


def usage() -> str:
    return chunk().replace(json.dumps([{"index": 0, "delta": {}, "finish_reason": None}]), "[]")


def say(endpoint: Scripted, *pieces: str, **changes: Any) -> None:
    endpoint.say(Answer(body="".join(pieces), kind="text/event-stream", **changes))


def stream(model: OpenAIModel, within: timedelta | None = None) -> Iterator[str]:
    return model.stream(system="Answer.", user="When?", schema=SCHEMA, max_tokens=50, within=within)


def test_the_pieces_are_given_as_they_came_and_asked_for_by_schema(model: OpenAIModel, endpoint: Scripted) -> None:
    say(endpoint, chunk("", role="assistant"), chunk('{"a": '), chunk("1}"), chunk(finish="stop"), usage(), DONE)
    assert list(stream(model)) == ['{"a": ', "1}"]
    asked = json.loads(endpoint.asked[0].body)
    assert asked["stream"] is True
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (asked["temperature"], asked["max_tokens"]) == (0, 50)


def test_only_the_first_of_several_answers_is_given(model: OpenAIModel, endpoint: Scripted) -> None:
    say(endpoint, chunk("one"), chunk("two", index=1), chunk(finish="stop"), chunk(finish="stop", index=1), DONE)
    assert list(stream(model)) == ["one"]


@pytest.mark.parametrize("ending", ["", DONE, usage() + DONE])
def test_a_stream_that_ends_before_its_answer_is_a_reason_to_try_again(
    ending: str, model: OpenAIModel, endpoint: Scripted
) -> None:
    say(endpoint, chunk('{"a": '), ending)
    pieces = stream(model)
    assert next(pieces) == '{"a": '
    with pytest.raises(TransientError):
        next(pieces)


def test_a_line_that_breaks_in_the_middle_is_a_reason_to_try_again(model: OpenAIModel, endpoint: Scripted) -> None:
    text = chunk("one")
    say(endpoint, text, headers={"Content-Length": str(len(text) + 50), "Connection": "close"})
    with pytest.raises(TransientError):
        list(stream(model))


def test_an_error_within_the_stream_is_a_reason_to_try_again(model: OpenAIModel, endpoint: Scripted) -> None:
    error = {"error": {"message": "secret words", "type": "server_error", "param": None, "code": None}}
    say(endpoint, chunk("one"), f"data: {json.dumps(error)}\n\n")
    with pytest.raises(TransientError) as caught:
        list(stream(model))
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ((chunk("one"), chunk(finish="length")), "length"),
        ((chunk("one"), chunk(finish="content_filter")), "content_filter"),
        ((chunk(refusal="I cannot."),), "refusal"),
        ((chunk(finish="stop"),), "malformed_answer"),
        ((chunk(7), chunk(finish="stop")), "malformed_answer"),
    ],
)
def test_an_answer_that_is_cut_off_or_declined_is_a_refusal(
    pieces: tuple[str, ...], code: str, model: OpenAIModel, endpoint: Scripted
) -> None:
    say(endpoint, *pieces, DONE)
    with pytest.raises(RejectedError) as caught:
        list(stream(model))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body",
    ["", "data: {\n\n", "data: 7\n\n", "data: null\n\n", 'data: {"choices": null}\n\n', 'data: {"choices": [7]}\n\n',
     'data: {"choices": [{"delta": null}]}\n\n', 'data: {"choices": {}}\n\n', "\x00\xff", "<html></html>",
     "data: " + "[" * 20_000 + "\n\n", "event: x\n\n", answered()],
)  # fmt: skip
def test_a_stream_that_makes_no_sense_is_one_of_our_errors(body: str, model: OpenAIModel, endpoint: Scripted) -> None:
    for kind in ("text/event-stream", "application/json", "text/html"):
        endpoint.say(Answer(body=body, kind=kind))
        with pytest.raises(HandrailError):
            list(stream(model))


@pytest.mark.parametrize(("status", "kind"), [(401, ConfigurationError), (429, TransientError), (500, TransientError)])
def test_a_refusal_by_status_is_one_of_our_errors(
    status: int, kind: type[HandrailError], model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(Answer(status=status))
    with pytest.raises(kind):
        list(stream(model))


def test_nothing_is_asked_before_the_first_piece_is_wanted(model: OpenAIModel, endpoint: Scripted) -> None:
    say(endpoint, chunk("one"), chunk(finish="stop"), DONE)
    pieces = stream(model)
    assert endpoint.asked == []
    assert next(pieces) == "one"


@pytest.mark.parametrize("whole", [True, False])
def test_the_time_given_is_for_the_whole_answer(whole: bool, make: Make) -> None:
    """Each piece comes in time; all of them together do not."""
    with serving() as sandbox:
        sandbox.world.faults.set("openai", stream_delay_ms=100, latency_ms=0 if not whole else 600)
        settings = sandbox.world.settings
        model = make(base_url=f"{sandbox.url}/openai/v1", api_key=settings.openai_key, model="sandbox-extract")
        asked: Any = {"system": "S", "user": "A refund takes five days. " * 9, "schema": SCHEMA, "max_tokens": 400}
        asked["schema"] = {**SCHEMA, "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
        limit = timedelta(seconds=0.3)
        model.count_tokens("")  # the vocabulary is unpacked once, outside of any answer's time
        started = time.monotonic()
        with pytest.raises(TransientError):
            model.complete(**asked, within=limit) if whole else list(model.stream(**asked, within=limit))
        # Generous: the stream alone would take four seconds.
        assert time.monotonic() - started < 2.5


def test_an_answer_without_end_is_given_up(model: OpenAIModel, endpoint: Scripted) -> None:
    say(endpoint, chunk("x" * LARGEST), chunk(finish="stop"), DONE)
    with pytest.raises(TransientError):
        list(stream(model))


def test_who_stops_reading_hangs_up(model: OpenAIModel, endpoint: Scripted) -> None:
    say(endpoint, chunk("one"), chunk("two"), chunk(finish="stop"), DONE)
    pieces = stream(model)
    assert next(pieces) == "one"
    pieces.close()  # type: ignore[attr-defined]
    assert list(pieces) == []


def test_the_sandbox_streams_what_it_would_answer(make: Make) -> None:
    asked: Any = {"system": "S", "user": "A refund takes five days.", "max_tokens": 200}
    asked["schema"] = {**SCHEMA, "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    with serving() as sandbox:
        settings = sandbox.world.settings
        model = make(base_url=f"{sandbox.url}/openai/v1", api_key=settings.openai_key, model="sandbox-extract")
        whole = model.complete(**asked)
        assert "".join(model.stream(**asked)) == whole
        for fault, kind in (("stream_cut", TransientError), ("stream_malformed", RejectedError)):
            sandbox.world.faults.set("openai", **{fault: 1})
            with pytest.raises(kind):
                list(model.stream(**asked))
