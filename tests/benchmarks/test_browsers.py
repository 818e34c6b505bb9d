"""The browsers of the sidebar's load test, against a server that answers as the sidebar does."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.browsers import run

VIEW = {"version": 7}
PAGE = b'<script nonce="n">window.HANDRAIL={"token":"fake-bearer"}</script>'


class Answering:
    """A server that answers in the way that the sidebar does, and notes what was asked of it."""

    def __init__(self, broken: str = "") -> None:
        self.broken, self.asked = broken, list[str]()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            line, _, rest = head.partition("\r\n")
            length = int(rest.lower().partition("content-length: ")[2].split("\r\n")[0])
            await reader.readexactly(length)
            path = line.split()[1]
            self.asked.append(path)
            status, body = self._for(path)
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()
        await writer.wait_closed()

    def _for(self, path: str) -> tuple[int, bytes]:
        if self.broken and self.broken in path:
            return 503, b"{}"
        if path.startswith("/sidebar/?"):
            return 200, PAGE
        if "/beside?" in path:
            return 200, json.dumps({"scenarios": {"later": True}}).encode()
        return (200, json.dumps(VIEW).encode()) if "after" not in path else (204, b"")


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


@asynccontextmanager
async def serving(server: Answering) -> AsyncIterator[dict[str, Any]]:
    """The job of one agent who opens a ticket twice beside one who listens."""
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listening:
        host, port = listening.sockets[0].getsockname()[:2]
        yield {
            "host": host,
            "port": port,
            "pid": os.getpid(),
            "opening": [[["one", "two", "three"], ["41", "43", "44"]]],
            "listening": [[["four"], ["42"]]],
            "rounds": 3,
            "gap": 0.05,
            "spread": 0.0,
            "every": 0.02,
            "settle": 0.1,
        }


def test_a_browser_opens_page_ticket_and_what_stands_beside_it() -> None:
    async def told(server: Answering) -> dict[str, Any]:
        async with serving(server) as job:
            return await run(job)

    server = Answering()
    found = asyncio.run(told(server))
    assert [len(found["latencies"][kind]) for kind in ("page", "ticket", "beside", "scenarios")] == [2] * 4
    # Who was not there before is counted apart.
    assert [len(found["latencies"][f"first time: {kind}"]) for kind in ("page", "ticket", "first content")] == [1] * 3
    assert [path for path in server.asked if path.endswith("/41")] == ["/sidebar/api/tickets/41"]
    assert found["outcomes"]["poll 204"] >= len(found["latencies"]["poll"]) > 2
    assert not [outcome for outcome in found["outcomes"] if not outcome.endswith((" 200", " 204"))]
    assert not any("fake-bearer" in path for path in server.asked)


def test_a_refusal_is_counted_as_one() -> None:
    async def told() -> dict[str, Any]:
        async with serving(Answering(broken="beside")) as job:
            return await run(job)

    assert asyncio.run(told())["outcomes"]["beside 503"] == 2
