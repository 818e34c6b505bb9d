"""Clients that take their time, to be run as a process of its own: `python -m benchmarks.slow_sockets`.

Reads one job as JSON from standard input, opens its sockets, writes a line when all are open, and keeps them slow until
standard input ends; a socket that the server closes is opened again. Then it writes what it met as JSON."""

import asyncio
import json
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

EVERY = 5.0  # seconds between two bytes
ASSETS = Path(__file__).parents[1] / "apps/zendesk/app/dist/assets"
PATH = "/webhooks/zendesk/events"
SMALL = "/receipt/style.css"


async def send_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes, then: bytes) -> bytes:
    """A first piece at once, then a byte at a time; what the server said at the end."""
    writer.write(first)
    await writer.drain()
    ended = asyncio.ensure_future(reader.read(64))
    while not (await asyncio.wait([ended], timeout=EVERY))[0]:
        if then:
            writer.write(then)
            await writer.drain()
    return await ended


def _body(path: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000\r\n\r\n{{".encode()


async def _slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await send_slowly(reader, writer, _body(PATH), b" ")


async def _stalled_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await send_slowly(reader, writer, _body(PATH), b"")


async def _slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await send_slowly(reader, writer, b"GET /healthz HTTP/1.1\r\nHost: desk\r\n", b"X")


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await send_slowly(reader, writer, b"", b"")


async def _slow_reader(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Reads some of a large answer now and then."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    writer.write(f"GET {_large()} HTTP/1.1\r\nHost: desk\r\n\r\n".encode())
    await writer.drain()
    said = await reader.read(512)
    while await reader.read(512):
        await asyncio.sleep(EVERY)
    return said


async def _many_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Asks a hundred times without reading an answer."""
    writer.write(f"GET {SMALL} HTTP/1.1\r\nHost: desk\r\n\r\n".encode() * 100)
    await writer.drain()
    await asyncio.sleep(EVERY)
    return await reader.read(64)


def _large() -> str:
    """The largest file that the web serves."""
    files = sorted(ASSETS.glob("*.js"), key=lambda file: file.stat().st_size)
    return f"/sidebar/assets/{files[-1].name}" if files else SMALL


Slow = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]
KINDS: Mapping[str, Slow] = {
    "slow body": _slow_body,
    "stalled body": _stalled_body,
    "slow head": _slow_head,
    "silent": _silent,
    "slow reader": _slow_reader,
    "many at once": _many_at_once,
}


async def keep_slow(job: Mapping[str, Any], met: Counter[str], opened: Callable[[], None]) -> None:
    """One socket after the other, for ever."""
    while True:
        try:
            source = (job["source"], 0)
            reader, writer = await asyncio.open_connection(job["host"], job["port"], local_addr=source, limit=1024)
            opened()
            said = await KINDS[job["kind"]](reader, writer)
            met[said[9:12].decode("latin-1") if said else "closed"] += 1
            writer.close()
        except OSError as error:
            opened()
            met[type(error).__name__] += 1
            await asyncio.sleep(1)


async def run(job: dict[str, Any]) -> dict[str, int]:
    met: Counter[str] = Counter()
    kinds = job["kinds"]
    left, ready = job["sockets"], asyncio.Event()

    def opened() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            ready.set()

    slow = []
    for number in range(job["sockets"]):
        one = {"kind": kinds[number % len(kinds)], "source": f"127.0.1.{1 + number % job['sources']}"}
        slow.append(asyncio.create_task(keep_slow(job | one, met, opened)))
    await ready.wait()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for each in slow:
        each.cancel()
    return dict(met)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(sys.stdin.readline())))))
