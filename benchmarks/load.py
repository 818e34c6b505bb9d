"""A small HTTP client that makes load, to be run as a process of its own: `python -m benchmarks.load`.

Reads one job as JSON from standard input and writes its results as JSON to standard output. Two ways to ask:
open loop (a fixed rate, each latency counted from the moment when the request was due, so that a server that stalls
is charged for all that waited) and closed loop (a number of callers, each asking again when it has its answer).
"""

import asyncio
import base64
import gc
import hashlib
import hmac
import json
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ANSWER_WITHIN = 10.0  # seconds; a later answer is an error


class Line(asyncio.Protocol):
    """One kept-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed before it answered"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    async def ask(self, request: bytes) -> int:
        """The answer's status. OSError or TimeoutError where none came."""
        if self._transport is None:
            raise ConnectionResetError("the line is closed")
        self._received, self._answer = b"", asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._answer, ANSWER_WITHIN)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _read_length(head) and self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))


def _read_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


@dataclass(slots=True)
class Tally:
    """What came of the requests; latencies in milliseconds."""

    latencies: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    async def ask(self, line: Line, request: bytes, due: float) -> None:
        try:
            outcome = str(await line.ask(request))
        except (OSError, TimeoutError) as error:
            outcome = type(error).__name__
        self.latencies.append((time.perf_counter() - due) * 1000)
        self.outcomes[outcome] += 1


async def _connect(host: str, port: int) -> Line:
    _, line = await asyncio.get_running_loop().create_connection(Line, host, port)
    return line


async def ask_at_rate(host: str, port: int, requests: list[bytes], rate: float, lines: int) -> Tally:
    """Open loop. Where every line is busy the request waits for one, and its waiting counts."""
    tally, free = Tally(), asyncio.Queue[Line]()
    for _ in range(lines):
        free.put_nowait(await _connect(host, port))

    async def one(request: bytes, due: float) -> None:
        line = await free.get()
        await tally.ask(line, request, due)
        free.put_nowait(line)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as asked:
        for number, request in enumerate(requests):
            due = began + number / rate
            await asyncio.sleep(due - time.perf_counter())
            asked.create_task(one(request, due))
    return tally


async def ask_afresh(host: str, port: int, requests: list[bytes], rate: float) -> Tally:
    """Open loop; each request on a connection of its own, whose opening counts."""
    tally = Tally()

    async def one(request: bytes, due: float) -> None:
        try:
            line = await asyncio.wait_for(_connect(host, port), ANSWER_WITHIN)
        except (OSError, TimeoutError) as error:
            tally.latencies.append((time.perf_counter() - due) * 1000)
            tally.outcomes[type(error).__name__] += 1
            return
        await tally.ask(line, request, due)
        line.close()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as asked:
        for number, request in enumerate(requests):
            due = began + number / rate
            await asyncio.sleep(due - time.perf_counter())
            asked.create_task(one(request, due))
    return tally


async def ask_when_answered(host: str, port: int, requests: list[bytes], callers: int) -> Tally:
    """Closed loop."""
    tally, left = Tally(), iter(requests)

    async def caller() -> None:
        line = await _connect(host, port)
        for request in left:
            await tally.ask(line, request, time.perf_counter())

    async with asyncio.TaskGroup() as asking:
        for _ in range(callers):
            asking.create_task(caller())
    return tally


def sign_webhook(secret: str, ticket_id: int) -> tuple[dict[str, str], bytes]:
    """Headers and body as Zendesk posts them: they tell of a comment on a ticket, with a delivery id of their own."""
    body = json.dumps(_make_event(ticket_id)).encode()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": uuid.uuid4().hex,
        "User-Agent": "Zendesk Webhook",
        "Accept": "*/*",
    }
    return headers, body


def _make_request(host: str, path: str, secret: str, ticket_id: int) -> bytes:
    """One whole HTTP request."""
    headers, body = sign_webhook(secret, ticket_id)
    lines = [f"{name}: {value}" for name, value in (headers | {"Content-Length": str(len(body))}).items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode() + body


def _make_event(ticket_id: int) -> dict[str, object]:
    """An event subscription's payload, of the size that they have."""
    moment = datetime.now(UTC).isoformat().replace("+00:00", "000Z")
    return {
        "account_id": 22129848,
        "id": str(uuid.uuid4()),
        "type": "zen:event-type:ticket.comment_added",
        "subject": f"zen:ticket:{ticket_id}",
        "time": moment,
        "zendesk_event_version": "2022-11-06",
        "detail": {
            "id": str(ticket_id),
            "actor_id": "900001",
            "assignee_id": "800001",
            "brand_id": "360000",
            "created_at": moment,
            "custom_status": "1000",
            "description": "Hello, my doorbell lost its connection again and the light blinks. " * 4,
            "external_id": None,
            "form_id": "2000",
            "group_id": "700001",
            "is_public": True,
            "organization_id": "0",
            "priority": "NORMAL",
            "requester_id": "900001",
            "status": "OPEN",
            "subject": "Doorbell offline",
            "submitter_id": "900001",
            "tags": ["plus", "email", "larkfield_door"],
            "type": "QUESTION",
            "updated_at": moment,
            "via": {"channel": "email"},
        },
        "event": {
            "meta": {"sequence": {"id": uuid.uuid4().hex, "position": 1}},
            "comment": {
                "id": str(uuid.uuid4().int),  # an event of its own: one comment is one event, however it is told
                "body": "It is still offline. I moved the hub next to it as you said. " * 3,
                "is_public": True,
                "author": {"id": "900001", "name": "Emma Clarke", "is_staff": False},
            },
        },
    }


async def run(job: dict[str, Any]) -> dict[str, Any]:
    host, port = job["host"], job["port"]
    requests = [_make_request(host, job["path"], job["secret"], 4000 + n % 500) for n in range(job["requests"])]
    gc.disable()
    began = time.perf_counter()
    if job.get("afresh"):
        tally = await ask_afresh(host, port, requests, job["rate"])
    elif job.get("rate"):
        tally = await ask_at_rate(host, port, requests, job["rate"], job["lines"])
    else:
        tally = await ask_when_answered(host, port, requests, job["lines"])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "latencies": tally.latencies, "outcomes": dict(tally.outcomes)}


if __name__ == "__main__":
    json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)
