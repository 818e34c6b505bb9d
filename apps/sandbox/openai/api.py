"""OpenAI's HTTP API under `/v1`."""

import base64
import hashlib
import hmac
import json
import math
import re
import struct
import threading
import time
import uuid
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.faults import Faults
from apps.sandbox.openai.answers import CHAT_MODEL, STRONG_MODEL, OpenAIError, complete_chat, create_response
from apps.sandbox.openai.prompt import telling_words, tokens, words
from apps.sandbox.openai.vision import VISION_MODEL

EMBEDDING_MODEL = "sandbox-embed"
MODERATION_MODEL = "sandbox-moderation"
CHAT_MODELS = (CHAT_MODEL, STRONG_MODEL, VISION_MODEL)
MODELS = (*CHAT_MODELS, EMBEDDING_MODEL, MODERATION_MODEL)
REQUESTS_A_MINUTE = 3_000
TOKENS_A_MINUTE = 2_000_000
RESPONSES_KEPT = 200
Answer = Response | tuple[Response, int]


class Budget:
    """Requests and tokens of the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._spent: deque[tuple[datetime, int]] = deque()

    def spend(self, size: int) -> dict[str, str]:
        """Count one request; the rate-limit headers. Raises OpenAIError when the minute is full."""
        now = self._clock.now()
        with self._lock:
            while self._spent and now - self._spent[0][0] > timedelta(minutes=1):
                self._spent.popleft()
            self._spent.append((now, size))
            requests_left = REQUESTS_A_MINUTE - len(self._spent)
            tokens_left = TOKENS_A_MINUTE - sum(each for _, each in self._spent)
        if requests_left < 0 or tokens_left < 0:
            message = f"Rate limit reached for {CHAT_MODEL}. Please try again in 1s."
            raise OpenAIError(429, message, "requests", code="rate_limit_exceeded")
        return {
            "x-ratelimit-limit-requests": str(REQUESTS_A_MINUTE),
            "x-ratelimit-limit-tokens": str(TOKENS_A_MINUTE),
            "x-ratelimit-remaining-requests": str(requests_left),
            "x-ratelimit-remaining-tokens": str(tokens_left),
            "x-ratelimit-reset-requests": "20ms",
            "x-ratelimit-reset-tokens": "30ms",
        }


def openai_blueprint(key: str, clock: Clock, faults: Faults) -> Blueprint:
    """Chat, responses, embeddings, moderations and models."""
    openai = Blueprint("openai", __name__)
    budget = Budget(clock)

    @openai.before_request
    def check_key() -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not given:
            raise OpenAIError(401, "You didn't provide an API key.", code=None)
        if not hmac.compare_digest(given.encode(), key.encode()):
            raise OpenAIError(401, "Incorrect API key provided.", code="invalid_api_key")
        g.limits = budget.spend(tokens(request.get_data(as_text=True)))

    @openai.after_request
    def add_headers(answer: Response) -> Response:
        answer.headers.update(g.get("limits", {}))
        answer.headers["x-request-id"] = f"req_{uuid.uuid4().hex}"
        answer.headers["openai-version"] = "2020-10-01"
        answer.headers["openai-processing-ms"] = "5"
        return answer

    @openai.errorhandler(OpenAIError)
    def refuse(error: OpenAIError) -> Answer:
        answer = jsonify(error.body())
        if error.status == 429:
            answer.headers["Retry-After"] = "1"
        return answer, error.status

    _add_answers(openai, clock, faults)
    _add_models(openai, int(clock.now().timestamp()))
    openai.post("/v1/embeddings")(embeddings)
    openai.post("/v1/moderations")(moderations)
    return openai


def _body(*models: str) -> dict[str, Any]:
    """The request's JSON object, for one of these models. Raises OpenAIError."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise OpenAIError(400, "We could not parse the JSON body of your request.")
    if given.get("model", models[0]) not in models:
        message = f"The model `{given['model']}` does not exist or you do not have access to it."
        raise OpenAIError(404, message, param="model", code="model_not_found")
    return given


def _add_answers(openai: Blueprint, clock: Clock, faults: Faults) -> None:
    kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
    lock = threading.Lock()

    @openai.post("/v1/chat/completions")
    def complete() -> Answer:
        given = _body(*CHAT_MODELS)
        completion = complete_chat(given, int(clock.now().timestamp()))
        if not given.get("stream"):
            return jsonify(completion)
        with_usage = bool((given.get("stream_options") or {}).get("include_usage"))
        chunks = misbehave(chat_chunks(completion, with_usage), faults)
        return Response(chunks, mimetype="text/event-stream")

    @openai.post("/v1/responses")
    def respond() -> Answer:
        given = _body(*CHAT_MODELS)
        if given.get("tool_choice") not in (None, "auto", "none"):
            raise OpenAIError(400, f"{CHAT_MODEL} calls tools in chat completions only.", param="tool_choice")
        if given.get("stream"):
            raise OpenAIError(400, f"{CHAT_MODEL} streams chat completions only.", param="stream")
        answer = create_response(given, int(clock.now().timestamp()))
        with lock:
            kept[answer["id"]] = answer
            while len(kept) > RESPONSES_KEPT:
                kept.popitem(last=False)
        return jsonify(answer)

    @openai.get("/v1/responses/<response_id>")
    def past_response(response_id: str) -> Answer:
        if response_id not in kept:
            raise OpenAIError(404, f"Response with id '{response_id}' not found.")
        return jsonify(kept[response_id])


def _add_models(openai: Blueprint, created: int) -> None:
    shown = {
        name: {"id": name, "object": "model", "created": created, "owned_by": "larkfield-sandbox"} for name in MODELS
    }

    @openai.get("/v1/models")
    def models() -> Answer:
        return jsonify(object="list", data=list(shown.values()))

    @openai.get("/v1/models/<name>")
    def model(name: str) -> Answer:
        if name not in shown:
            message = f"The model '{name}' does not exist"
            raise OpenAIError(404, message, param="model", code="model_not_found")
        return jsonify(shown[name])


def _texts(given: Any) -> list[str]:
    texts = given if isinstance(given, list) else [given]
    if not texts or not all(isinstance(each, str) and each for each in texts):
        raise OpenAIError(400, "'input' must be a text or a list of texts, none empty.", param="input")
    return texts


def embeddings() -> Answer:
    """POST /v1/embeddings."""
    given = _body(EMBEDDING_MODEL)
    texts = _texts(given.get("input"))
    dimensions = given.get("dimensions") or DIMENSIONS
    if not isinstance(dimensions, int) or not 1 <= dimensions <= LARGEST:
        raise OpenAIError(400, f"'dimensions' must be between 1 and {LARGEST}.", param="dimensions")
    form = given.get("encoding_format", "float")
    spent = sum(tokens(text) for text in texts)
    return jsonify(
        object="list",
        model=EMBEDDING_MODEL,
        data=[
            {"object": "embedding", "index": index, "embedding": encode(embed(text, dimensions), form)}
            for index, text in enumerate(texts)
        ],
        usage={"prompt_tokens": spent, "total_tokens": spent},
    )


def moderations() -> Answer:
    """POST /v1/moderations."""
    texts = _texts(_body(MODERATION_MODEL).get("input"))
    results = [moderate(text) for text in texts]
    return jsonify(id=f"modr-{uuid.uuid4().hex}", model=MODERATION_MODEL, results=results)


# Moderation by word lists: coarse, and honest about being only that.

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
TELLING: dict[str, tuple[str, ...]] = {
    "harassment": ("idiot", "moron", "stupid", "scum", "worthless"),
    "harassment/threatening": ("hurt you", "find you", "kill you"),
    "self-harm": ("suicide", "kill myself", "hurt myself", "end my life"),
    "self-harm/intent": ("kill myself", "hurt myself", "end my life"),
    "sexual": ("porn", "nude"),
    "violence": ("kill", "murder", "bomb", "shoot", "stab"),
}
FLAGGED = 0.5


def moderate(text: str) -> dict[str, Any]:
    """One moderation result."""
    plain = " ".join(words(text))
    scores = {name: _score(plain, TELLING.get(name, ())) for name in CATEGORIES}
    categories = {name: score >= FLAGGED for name, score in scores.items()}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }


def _score(plain: str, phrases: tuple[str, ...]) -> float:
    hits = sum(f" {' '.join(words(phrase))} " in f" {plain} " for phrase in phrases)
    return round(1 - 0.4**hits, 4) if hits else 0.0001


# Embeddings by hashing: texts that share words and word parts lie close; nothing is learned.

DIMENSIONS = 256
LARGEST = 3072


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length one, always the same for the same text."""
    vector = [0.0] * dimensions
    for feature, weight in _features(text).items():
        digest = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
        vector[(digest >> 1) % dimensions] += weight if digest & 1 else -weight
    length = math.hypot(*vector)
    if not length:
        # A text without a telling word still needs a direction.
        return [1.0, *vector[1:]]
    return [each / length for each in vector]


def _features(text: str) -> Counter[str]:
    features: Counter[str] = Counter()
    for word in telling_words(text):
        features[word] += 3
        edged = f"<{word}>"
        for start in range(len(edged) - 2):
            features[edged[start : start + 3]] += 1
    return features


def encode(vector: Sequence[float], form: str) -> list[float] | str:
    """The vector as a list, or as little-endian float32 in base64."""
    if form == "base64":
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return list(vector)


# A completion as server-sent events, and the ways in which such a stream goes wrong.

VENDOR = "openai"
DONE = "data: [DONE]\n\n"
GARBLED = 'data: {"id": "chatcmpl-\n\n'
SIZE = re.compile(r"\S{1,6}\s*|\s+")  # about a token


def chat_chunks(completion: dict[str, Any], with_usage: bool) -> Iterator[str]:
    """The same completion, about a token at a time."""
    base = {name: completion[name] for name in ("id", "created", "model", "service_tier", "system_fingerprint")}
    base["object"] = "chat.completion.chunk"
    said = completion["choices"][0]["message"]
    deltas: list[tuple[dict[str, Any], str | None]]
    if calls := said.get("tool_calls"):
        first = {**calls[0], "index": 0, "function": {**calls[0]["function"], "arguments": ""}}
        deltas = [({"role": "assistant", "content": None, "tool_calls": [first]}, None)]
        pieces = SIZE.findall(calls[0]["function"]["arguments"])
        deltas += [({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}, None) for piece in pieces]
    else:
        deltas = [({"role": "assistant", "content": ""}, None)]
        deltas += [({"content": piece}, None) for piece in SIZE.findall(said["content"]) or [""]]
    deltas.append(({}, completion["choices"][0]["finish_reason"]))
    for delta, finish in deltas:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        yield f"data: {json.dumps(base | {'choices': [choice]})}\n\n"
    if with_usage:
        yield f"data: {json.dumps(base | {'choices': [], 'usage': completion['usage']})}\n\n"
    yield DONE


def misbehave(chunks: Iterator[str], faults: Faults) -> Iterator[str]:
    """The chunks as the switches want them; a counted switch is used up as the stream begins."""
    pieces = list(chunks)
    middle = len(pieces) // 2
    if faults.take(VENDOR, "stream_malformed"):
        pieces.insert(middle, GARBLED)
    if faults.take(VENDOR, "stream_twice"):
        # The role, then all text, then the text again before the end.
        pieces[-2:-2] = pieces[1:-2]
    if faults.take(VENDOR, "stream_cut"):
        del pieces[middle:]
    for piece in pieces:
        time.sleep(faults.of(VENDOR).stream_delay_ms / 1000)
        yield piece
