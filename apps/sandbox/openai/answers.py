"""Chat completions and responses: reading the request, composing, and the answer's shape."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from apps.sandbox.openai.errors import OpenAIError
from apps.sandbox.openai.extract import missing_words, pick_sentences
from apps.sandbox.openai.prompt import read_prompt
from apps.sandbox.openai.shape import Findings, fill
from apps.sandbox.openai.words import tokens

CHAT_MODEL = "sandbox-extract"
STRONG_MODEL = "sandbox-extract-large"  # the same wit under a larger name, so that a choice between two can be played
NOTHING_FOUND = "The passages given do not answer this."
LARGEST_PROMPT = 128_000
Body = dict[str, Any]


def chat_completion(given: Body, now: int) -> Body:
    """The answer to POST /chat/completions. Raises OpenAIError."""
    messages = _messages(given.get("messages"), "messages")
    wanted = given.get("response_format") or {}
    schema = (wanted.get("json_schema") or {}).get("schema")
    limit = given.get("max_completion_tokens") or given.get("max_tokens")
    text, cut = _cut(_compose(messages, wanted.get("type", "text"), schema), limit)
    choice: Body = {
        "finish_reason": "length" if cut else "stop",
        "logprobs": None,
        "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
    }
    asked, said = _asked(messages), tokens(text)
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": now,
        "model": given.get("model", CHAT_MODEL),
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
        "choices": [{"index": index, **choice} for index in range(given.get("n") or 1)],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
    }


def response(given: Body, now: int) -> Body:
    """The answer to POST /responses. Raises OpenAIError."""
    asked = given.get("input")
    if isinstance(asked, str):
        asked = [{"role": "user", "content": asked}]
    messages = _messages(asked, "input")
    if given.get("instructions"):
        messages.insert(0, ("system", str(given["instructions"])))
    form = (given.get("text") or {}).get("format") or {"type": "text"}
    limit = given.get("max_output_tokens")
    text, cut = _cut(_compose(messages, form.get("type", "text"), form.get("schema")), limit)
    read, said = _asked(messages), tokens(text)
    return {
        "id": f"resp_{uuid.uuid4().hex}",
        "object": "response",
        "created_at": now,
        "completed_at": None if cut else now,
        "status": "incomplete" if cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": given.get("model", CHAT_MODEL),
        "output": [_output(text, cut)],
        "usage": {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": read + said,
        },
        **_repeated(given, form),
    }


def _output(text: str, cut: bool) -> Body:
    return {
        "type": "message",
        "id": f"msg_{uuid.uuid4().hex}",
        "status": "incomplete" if cut else "completed",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}],
    }


def _repeated(given: Body, form: Body) -> Body:
    """The settings of the request as a response repeats them."""
    return {
        "instructions": given.get("instructions"),
        "max_output_tokens": given.get("max_output_tokens"),
        "metadata": given.get("metadata") or {},
        "parallel_tool_calls": True,
        "previous_response_id": given.get("previous_response_id"),
        "reasoning": {"effort": None, "summary": None},
        "store": given.get("store", True),
        "temperature": given.get("temperature", 1.0),
        "text": {"format": form},
        "tool_choice": "auto",
        "tools": [],
        "top_p": given.get("top_p", 1.0),
        "truncation": "disabled",
    }


def _messages(given: Any, param: str) -> list[tuple[str, str]]:
    if not isinstance(given, list) or not given:
        raise OpenAIError(400, f"Missing required parameter: '{param}'.", param=param)
    read = []
    for number, each in enumerate(given):
        if not isinstance(each, dict) or "role" not in each:
            raise OpenAIError(400, f"Invalid '{param}[{number}]'.", param=f"{param}[{number}]")
        role = "system" if each["role"] in {"system", "developer"} else each["role"]
        read.append((role, _plain(each.get("content"))))
    if sum(tokens(text) for _, text in read) > LARGEST_PROMPT:
        message = f"This model's maximum context length is {LARGEST_PROMPT} tokens."
        raise OpenAIError(400, message, param=param, code="context_length_exceeded")
    return read


def _plain(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return "" if content is None else str(content)


def _asked(messages: Sequence[tuple[str, str]]) -> int:
    return sum(tokens(text) + 3 for _, text in messages) + 3


def _compose(messages: Sequence[tuple[str, str]], form: str, schema: Any) -> str:
    prompt = read_prompt(messages)
    picks = pick_sentences(prompt)
    findings = Findings(question=prompt.question, picks=picks, missing=missing_words(prompt))
    if form == "json_schema":
        if not isinstance(schema, dict):
            raise OpenAIError(400, "Missing required parameter: 'schema'.", param="response_format.json_schema")
        return json.dumps(fill(schema, findings), ensure_ascii=False)
    if form == "json_object":
        cited = [pick.passage.passage_id for pick in picks]
        answer = {"answerable": bool(picks), "answer": findings.text, "citations": cited}
        return json.dumps(answer, ensure_ascii=False)
    return findings.text or NOTHING_FOUND


def _cut(text: str, limit: Any) -> tuple[str, bool]:
    """The text within the limit of tokens, and whether something was cut away."""
    if not isinstance(limit, int) or tokens(text) <= limit:
        return text, False
    return text.encode()[: limit * 4].decode(errors="ignore"), True
