"""Chat completions and responses: reading the request, composing, and the answer's shape."""

import json
import math
import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.sandbox.openai.prompt import Passage, Prompt, read_prompt, sentences, telling_words, tokens
from apps.sandbox.openai.vision import VISION_MODEL, look


class OpenAIError(Exception):
    """A refusal, with everything its body says."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code

    def body(self) -> dict[str, Any]:
        """The error as the API answers it."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


# How the stand-in finds its answer: the sentences of the passages that share words with the question.

MOST_SENTENCES = 3
# A sentence counts when it covers this share of what the question is about, rare words weighing more.
LEAST_COVER = 0.3
LEAST_OF_BEST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One sentence taken from a passage; `start` and `end` are its place in the passage's text."""

    text: str
    passage: Passage
    place: int
    start: int
    end: int
    cover: float


def pick_sentences(prompt: Prompt) -> list[Pick]:
    """The sentences to answer with, best first; none when no passage speaks of the question."""
    asked = set(telling_words(prompt.question))
    if not asked:
        return []
    weights = _weights(asked, [passage.text for passage in prompt.passages])
    total = sum(weights.values())
    picks = [
        _pick(passage, place, sentence, asked, weights, total)
        for place, passage in enumerate(prompt.passages)
        for sentence in sentences(passage.text)
    ]
    picks.sort(key=lambda pick: (-pick.cover, pick.place, pick.start))
    best = picks[0].cover if picks else 0.0
    enough = max(LEAST_COVER, best * LEAST_OF_BEST)
    return [pick for pick in picks if pick.cover >= enough][:MOST_SENTENCES]


def missing_words(prompt: Prompt) -> list[str]:
    """What the question is about that no passage mentions."""
    known = {word for passage in prompt.passages for word in telling_words(passage.text)}
    return list(dict.fromkeys(word for word in telling_words(prompt.question) if word not in known))


def _pick(
    passage: Passage, place: int, sentence: str, asked: set[str], weights: dict[str, float], total: float
) -> Pick:
    shared = asked & set(telling_words(f"{passage.title} {sentence}"))
    start = passage.text.find(sentence)
    return Pick(
        text=sentence,
        passage=passage,
        place=place,
        start=start,
        end=start + len(sentence),
        cover=sum(weights[word] for word in shared) / total,
    )


def _weights(asked: set[str], texts: list[str]) -> dict[str, float]:
    """Rare words weigh more; a word that no passage has weighs like the rarest."""
    seen = Counter(word for text in texts for word in set(telling_words(text)) if word in asked)
    return {word: math.log(1 + (len(texts) + 1) / (seen[word] + 0.5)) for word in asked}


# Fills a JSON schema with what was extracted, going by the names that schemas commonly use.

Schema = dict[str, Any]

YES_NAMES = re.compile(r"answer(able|ed)|found|sufficient|supported|grounded|can_answer|relevant")
NO_NAMES = re.compile(r"abstain|unanswer|escalat|hand_?off|human|refus")
SHARE_NAMES = re.compile(r"confidence|score|probab|certain|cover")
PLACE_NAMES = re.compile(r"index|place|passage|source|number|citation|ref")
ID_NAMES = re.compile(r"(^|_)(id|ids|source|sources|citation|citations|cite|ref|refs|passages?|articles?)$")
TITLE_NAMES = re.compile(r"title")
MISSING_NAMES = re.compile(r"unknown|missing|gap|unanswered|open")
MANY_NAMES = re.compile(r"sentence|citation|claim|source|quote|passage|evidence|segment|statement|answer|part|ids?$")
EMPTY_NAMES = re.compile(r"reason|note|warning|error|comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What there is to say: the sentences, what is missing, and the text that was asked."""

    question: str
    picks: Sequence[Pick]
    missing: Sequence[str]

    @property
    def text(self) -> str:
        """The answer in one piece."""
        return " ".join(pick.text for pick in self.picks)

    @property
    def confidence(self) -> float:
        """How much of the question the best sentence covers."""
        return round(max((pick.cover for pick in self.picks), default=0.0), 2)


def fill(schema: Schema, findings: Findings) -> Any:
    """A value that fits the schema (the subset that strict structured output allows)."""
    return _value(schema, schema, "", findings)


def _value(root: Schema, schema: Schema, name: str, findings: Findings) -> Any:
    schema = _resolve(root, schema, findings)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _choice(schema["enum"], findings)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
        if not findings.picks and "null" in schema["type"]:
            return None
    match kind:
        case "object":
            properties: Schema = schema.get("properties", {})
            return {key: _value(root, each, key, findings) for key, each in properties.items()}
        case "array":
            return _items(root, schema, name, findings)
        case "boolean":
            return _truth(name, findings)
        case "integer" | "number":
            return _number(schema, name, kind, findings)
        case "null":
            return None
        case _:
            return _text(name, findings)


def _resolve(root: Schema, schema: Schema, findings: Findings) -> Schema:
    """Follow references, and take one branch of a choice: null only when nothing was found."""
    while True:
        if "$ref" in schema:
            target: Any = root
            for step in str(schema["$ref"]).removeprefix("#/").split("/"):
                target = target[step] if step != "#" else target
            schema = target
        elif branches := schema.get("anyOf") or schema.get("oneOf"):
            full = [each for each in branches if each.get("type") != "null"]
            schema = full[0] if full and (findings.picks or len(full) == len(branches)) else {"type": "null"}
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _choice(values: Sequence[Any], findings: Findings) -> Any:
    """The value that shares most words with the question; the first when none does."""
    asked = set(telling_words(findings.question))
    return max(values, key=lambda value: len(asked & set(telling_words(str(value).replace("_", " ")))))


def _items(root: Schema, schema: Schema, name: str, findings: Findings) -> list[Any]:
    items: Schema = schema.get("items", {"type": "string"})
    least, most = schema.get("minItems", 0), schema.get("maxItems", 100)
    values: list[Any] = []
    if MISSING_NAMES.search(name) and _resolve(root, items, findings).get("type") == "string":
        values += findings.missing
    elif MANY_NAMES.search(name):
        for pick in findings.picks:
            value = _value(root, items, name, replace(findings, picks=[pick]))
            if value not in values:
                values.append(value)
    while len(values) < least:
        values.append(_value(root, items, name, findings))
    return values[:most]


def _truth(name: str, findings: Findings) -> bool:
    if NO_NAMES.search(name):
        return not findings.picks
    return bool(YES_NAMES.search(name)) and bool(findings.picks)


def _number(schema: Schema, name: str, kind: str, findings: Findings) -> float:
    low, high = schema.get("minimum", 0), schema.get("maximum")
    value: float = low
    if findings.picks:
        first = findings.picks[0]
        if SHARE_NAMES.search(name):
            value = findings.confidence
        elif name.endswith("start"):
            value = first.start
        elif name.endswith("end"):
            value = first.end
        elif PLACE_NAMES.search(name):
            value = int(first.passage.passage_id) if first.passage.passage_id.isdigit() else first.place
    value = max(low, value) if high is None else min(max(low, value), high)
    return int(value) if kind == "integer" else value


def _text(name: str, findings: Findings) -> str:
    first = findings.picks[0] if findings.picks else None
    if ID_NAMES.search(name):
        return first.passage.passage_id if first else ""
    if TITLE_NAMES.search(name):
        return first.passage.title if first else ""
    return "" if EMPTY_NAMES.search(name) else findings.text


# Chat completions and responses.

CHAT_MODEL = "sandbox-extract"
STRONG_MODEL = "sandbox-extract-large"  # the same wit under a larger name, so that a choice between two can be played
NOTHING_FOUND = "The passages given do not answer this."
LARGEST_PROMPT = 128_000
Body = dict[str, Any]


def complete_chat(given: Body, now: int) -> Body:
    """The answer to POST /chat/completions. Raises OpenAIError."""
    messages = _messages(given.get("messages"), "messages")
    wanted, tool = given.get("response_format") or {}, asked_tool(given)
    schema = (wanted.get("json_schema") or {}).get("schema")
    if tool is not None:
        wanted, schema = {"type": "json_schema"}, tool.get("parameters") or {"type": "object", "properties": {}}
    limit = given.get("max_completion_tokens") or given.get("max_tokens")
    seen = look(given["messages"]) if given.get("model") == VISION_MODEL else None
    text, cut = _cut(seen or _compose(messages, wanted.get("type", "text"), schema), limit)
    choice: Body = {
        "finish_reason": "length" if cut else "stop",
        "logprobs": None,
        "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
    }
    if tool is not None:
        function = {"name": tool["name"], "arguments": text}
        call = {"id": f"call_{uuid.uuid4().hex[:24]}", "type": "function", "function": function}
        choice["message"] |= {"content": None, "tool_calls": [call]}
    asked, said = _count_prompt_tokens(messages), tokens(text)
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


def asked_tool(given: Body) -> Body | None:
    """The function that the request wants called; None where it leaves that to the model, which calls none.

    Raises OpenAIError for a choice that is none of its tools."""
    choice = given.get("tool_choice")
    if choice in (None, "auto", "none"):
        return None
    named = (choice.get("function") or {}).get("name") if isinstance(choice, dict) else None
    tools = given.get("tools")
    found = [each.get("function") for each in tools if isinstance(each, dict)] if isinstance(tools, list) else []
    functions = [each for each in found if isinstance(each, dict) and isinstance(each.get("name"), str)]
    if choice == "required" and functions:
        return functions[0]
    for function in functions:
        if function["name"] == named:
            return function
    raise OpenAIError(400, "Tool choice names a function that is not among the tools.", param="tool_choice")


def create_response(given: Body, now: int) -> Body:
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
    read, said = _count_prompt_tokens(messages), tokens(text)
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
        **_repeat_settings(given, form),
    }


def _output(text: str, cut: bool) -> Body:
    return {
        "type": "message",
        "id": f"msg_{uuid.uuid4().hex}",
        "status": "incomplete" if cut else "completed",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}],
    }


def _repeat_settings(given: Body, form: Body) -> Body:
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


def _count_prompt_tokens(messages: Sequence[tuple[str, str]]) -> int:
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
