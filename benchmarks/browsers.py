"""Browsers that open the sidebar, to be run as a process of their own: `python -m benchmarks.browsers`.

Reads one job as JSON from standard input and writes what it measured as JSON to standard output. Some open tickets, all
at the same moment, round after round, each time one that nobody had open before: the page by its signed URL, the
ticket, then what stands beside it. Others have a ticket open meanwhile and ask every second for news.
"""

import asyncio
import gc
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from benchmarks import machine

ANSWER_WITHIN = 15.0  # seconds; a later answer is an error
JITTER = 0.2
# What the page asks for in one request once the ticket is there, as `src/api/together.ts` does.
BESIDE = "assist,elsewhere,scenarios,request,writing"
SPREAD = 0.3  # seconds within which it does so
FIRST = "first time: "  # the round in which the server has not heard of these agents yet
SESSION = re.compile(rb"window\.HANDRAIL=(\{.*?\})</script>")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass(slots=True)
class Tally:
    """Latencies in milliseconds by what was asked, outcomes, and when news came (seconds of the system's clock)."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter[str] = field(default_factory=Counter)
    news: dict[str, float] = field(default_factory=dict)
    kinds: str = ""  # put before the name of what is asked


@dataclass(slots=True)
class Browser:
    """One agent's browser: as many connections as it needs at once, kept open."""

    host: str
    port: int
    tally: Tally
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    bearer: str = ""

    async def ask(self, kind: str, method: str, path: str, body: bytes = b"") -> Answer:
        """Counted from the moment of asking; a connection that is needed is part of it."""
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(self._send(method, path, body), ANSWER_WITHIN)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            answer = Answer(0, type(error).__name__.encode())
        kind = self.tally.kinds + kind
        self.tally.latencies[kind].append((time.perf_counter() - began) * 1000)
        self.tally.outcomes[f"{kind} {answer.status or answer.body.decode()}"] += 1
        return answer

    async def _send(self, method: str, path: str, body: bytes) -> Answer:
        line = self.idle.pop() if self.idle else await asyncio.open_connection(self.host, self.port)
        reader, writer = line
        lines = [
            f"{method} /sidebar/{path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Authorization: Bearer {self.bearer}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        content = await reader.readexactly(int(length[1])) if length else b""
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self.idle.append(line)
        return Answer(int(head[9:12]), content)

    async def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def open_page(self, token: str) -> None:
        answer = await self.ask("page", "POST", "?origin=x&app_guid=y", urlencode({"token": token}).encode())
        found = SESSION.search(answer.body)
        self.bearer = json.loads(found[1])["token"] if found else ""

    async def view(self, ticket: str) -> int:
        answer = await self.ask("ticket", "GET", f"api/tickets/{ticket}")
        return int(json.loads(answer.body)["version"]) if answer.status == 200 else 0

    async def open_ticket(self, token: str, ticket: str, after: float) -> None:
        await asyncio.sleep(after)
        began = time.perf_counter()
        await self.open_page(token)
        await self.view(ticket)
        self.tally.latencies[f"{self.tally.kinds}first content"].append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(random.random() * SPREAD)
        answer = await self.ask("beside", "GET", f"api/tickets/{ticket}/beside?of={BESIDE}")
        # The order system may be slow; who needs it asks for it apart.
        if answer.status == 200 and "later" in json.loads(answer.body)["scenarios"]:
            await self.ask("scenarios", "GET", f"api/tickets/{ticket}/scenarios")

    async def listen(self, token: str, ticket: str, every: float, stop: asyncio.Event) -> None:
        await asyncio.sleep(random.random() * every)
        await self.open_page(token)
        version = await self.view(ticket)
        while not stop.is_set():
            await asyncio.sleep(every * random.uniform(1 - JITTER, 1 + JITTER))
            answer = await self.ask("poll", "GET", f"api/tickets/{ticket}?after={version}")
            if answer.status == 200:
                version = int(json.loads(answer.body)["version"])
                self.tally.news.setdefault(ticket, time.time())
        await self.close()


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """`opening` and `listening` are lists of [signed URL tokens, tickets]; an opening agent has one each a round. The
    first round is told apart. `pid` is the server's, for its processor time while tickets are opened."""
    tally, listened, stop = Tally(), Tally(), asyncio.Event()
    where = (job["host"], job["port"])
    async with asyncio.TaskGroup() as group:
        for tokens, tickets in job["listening"]:
            listener = Browser(*where, listened)
            group.create_task(listener.listen(tokens[0], tickets[0], job["every"], stop))
        await asyncio.sleep(job["settle"])
        listened.latencies.clear()
        browsers = [Browser(*where, tally) for _ in job["opening"]]
        used = 0.0
        for number in range(job["rounds"]):
            tally.kinds = "" if number else FIRST
            pairs = zip(browsers, job["opening"], strict=True)
            before = server_seconds(job["pid"])
            await asyncio.gather(
                *(
                    each.open_ticket(tokens[number], tickets[number], random.random() * job["spread"])
                    for each, (tokens, tickets) in pairs
                )
            )
            used += server_seconds(job["pid"]) - before if number else 0.0
            await asyncio.sleep(job["gap"])
        await asyncio.sleep(job["settle"])
        stop.set()
        for browser in browsers:
            await browser.close()
    outcomes = tally.outcomes + listened.outcomes
    latencies = {**tally.latencies, "poll": listened.latencies["poll"]}
    cost = {"server": used, "browsers": time.process_time()}
    return {"latencies": latencies, "outcomes": dict(outcomes), "news": listened.news, "cost": cost}


def server_seconds(pid: int) -> float:
    return machine.processor_seconds(machine.family(pid)) if machine.available() else 0.0


if __name__ == "__main__":
    wish = json.load(sys.stdin)
    gc.disable()
    json.dump(asyncio.run(run(wish)), sys.stdout)
