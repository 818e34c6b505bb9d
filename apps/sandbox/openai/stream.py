"""A completion as server-sent events, and the ways in which such a stream goes wrong."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from apps.sandbox.faults import Faults

VENDOR = "openai"
DONE = "data: [DONE]\n\n"
GARBLED = 'data: {"id": "chatcmpl-\n\n'
SIZE = re.compile(r"\S{1,6}\s*|\s+")  # about a token


def chat_chunks(completion: dict[str, Any], with_usage: bool) -> Iterator[str]:
    """The same completion, about a token at a time."""
    base = {name: completion[name] for name in ("id", "created", "model", "service_tier", "system_fingerprint")}
    base["object"] = "chat.completion.chunk"
    text = completion["choices"][0]["message"]["content"]
    deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": piece}, None) for piece in SIZE.findall(text) or [""]]
    deltas.append(({}, completion["choices"][0]["finish_reason"]))
    for delta, finish in deltas:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        yield f"data: {json.dumps(base | {'choices': [choice]})}\n\n"
    if with_usage:
        yield f"data: {json.dumps(base | {'choices': [], 'usage': completion['usage']})}\n\n"
    yield DONE


def misbehaving(chunks: Iterator[str], faults: Faults) -> Iterator[str]:
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
