"""Many customers who text at the same time, each several texts in a row: how soon the answer to the last one leaves.

Against the real processes as `handrail demo` starts them: sandbox, web, workers, SQLite. Each customer writes a burst,
waits for the answer, thinks, writes the next. Counted from the moment when the burst's last text was accepted to the
moment when the answer had been created at the vendor, as the outbox has it. Afterwards the vendor is asked what it has.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import os
import random
import sqlite3
import tempfile
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import requests
from rich.console import Console

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import demo
from benchmarks import machine
from benchmarks.figures import Figure, percentile, table
from benchmarks.load import Line

HOST = "127.0.0.1"
PATH = "/webhooks/twilio/message"
GROUP = "conversations by SMS"
LOOK_EVERY = 0.1  # seconds
PATIENCE = 120.0  # seconds for an answer; then it counts as lost
WARMING = 8  # customers who write first and are not counted
LONGEST_WARMING = 90.0  # seconds
OPENERS = ("Hi", "Hello", "Good morning", "Thanks", "Hey")
QUESTIONS = (
    "How long does a refund take after I sent something back?",
    "How do I reset the thermostat to its factory settings?",
    "How do I move the hub to a new wifi network?",
    "How long does the battery of the doorbell last?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`conversations` customers with so many `turns` each; they begin within `ramp` seconds, and think between
    `think` and twice as long before they go on."""

    conversations: int = 200
    turns: int = 3
    ramp: float = 30.0
    think: float = 20.0
    texts: tuple[int, int] = (2, 4)
    apart: tuple[float, float] = (0.2, 0.9)


QUICK = Size(conversations=6, turns=2, ramp=2.0, think=2.0)


@dataclass(slots=True, kw_only=True)
class Talk:
    """One customer: which question each burst ended with and when, and when its answer was seen to have left."""

    phone: str
    asked: list[tuple[str, float]] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    texts: int = 0
    refused: int = 0


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks at the outbox now and then, once for all customers."""

    database: Path
    sent: dict[str, list[float]] = field(default_factory=dict)
    over: bool = False

    async def run(self) -> None:
        while not self.over:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)) as store:
            rows = store.execute("select target, changed_at from outbox where kind = 'message' and state = 'sent'")
            found: dict[str, list[float]] = {}
            for phone, moment in rows:
                found.setdefault(phone, []).append(_seconds(moment))
        self.sent = {phone: sorted(moments) for phone, moments in found.items()}


def _seconds(moment: str) -> float:
    at = datetime.fromisoformat(str(moment))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def conversations(folder: Path, size: Size) -> list[Figure]:
    load = os.getloadavg()[0]
    with demo(folder / "demo") as running:
        environment = running.environment
        watch = Watch(database=environment.folder / "handrail.db")
        began = time.monotonic()
        # Processor time tells what a turn costs however busy the machine is with other things.
        before = {each.name: _processor(each.process.pid) for each in running.processes.running}
        talks = asyncio.run(_talked(environment, watch, size))
        lasted = time.monotonic() - began
        used = {each.name: _processor(each.process.pid) - before[each.name] for each in running.processes.running}
        for talk in talks:
            talk.answered = [
                at - asked for (_, asked), at in zip(talk.asked, watch.sent.get(talk.phone, ()), strict=False)
            ]
        said = _said_by_vendor(environment, {talk.phone for talk in talks})
        results = _results(watch.database)
    asked = sum(len(talk.asked) for talk in talks)
    costs = [_cost(name, seconds / asked) for name, seconds in used.items()]
    return [*_figures(talks, said, results, lasted, load, size), *costs]


def _processor(pid: int) -> float:
    return machine.processor_seconds(machine.family(pid)) if machine.available() else 0.0


def _cost(name: str, seconds: float) -> Figure:
    return Figure(group=GROUP, name=f"processor time of the {name} for each turn", value=seconds * 1000, unit="ms")


async def _talked(environment: DemoEnvironment, watch: Watch, size: Size) -> list[Talk]:
    await _warmed(environment, watch)
    chance = random.Random(20_061)
    talks = [Talk(phone=f"+4477009{place:05d}") for place in range(size.conversations)]
    watching = asyncio.create_task(watch.run())
    async with asyncio.TaskGroup() as group:
        for talk in talks:
            group.create_task(_customer(environment, watch, talk, size, random.Random(chance.random())))
    watch.over = True
    await watching
    watch.look()
    return talks


async def _warmed(environment: DemoEnvironment, watch: Watch) -> None:
    """Both workers have answered before anybody is timed: a first message waits for models that are loaded once."""
    early = [Talk(phone=f"+4477008{place:05d}") for place in range(WARMING)]
    for place, talk in enumerate(early):
        await _texted(environment, talk, QUESTIONS[place % len(QUESTIONS)])
    end = time.monotonic() + LONGEST_WARMING
    while not all(talk.phone in watch.sent for talk in early) and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY)
        watch.look()


async def _customer(environment: DemoEnvironment, watch: Watch, talk: Talk, size: Size, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, size.ramp))
    for turn in range(size.turns):
        question = QUESTIONS[(int(talk.phone[-3:]) + turn) % len(QUESTIONS)]
        for text in written(question, size, chance):
            await _texted(environment, talk, text)
            await asyncio.sleep(chance.uniform(*size.apart) if text != question else 0)
        talk.asked.append((question, time.time()))
        await _until_answered(watch, talk, turn + 1)
        await asyncio.sleep(chance.uniform(size.think, 2 * size.think) if turn + 1 < size.turns else 0)


def written(question: str, size: Size, chance: random.Random) -> Iterator[str]:
    yield from chance.sample(OPENERS, chance.randint(*size.texts) - 1)
    yield question


async def _texted(environment: DemoEnvironment, talk: Talk, text: str) -> None:
    """Each by a connection of its own, as Twilio's come."""
    _, line = await asyncio.get_running_loop().create_connection(Line, HOST, environment.web_port)
    talk.texts += 1
    status = await line.ask(request_bytes(environment, talk.phone, text))
    talk.refused += status != 200
    line.close()


async def _until_answered(watch: Watch, talk: Talk, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(watch.sent.get(talk.phone, ())) < count and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY / 2)


def request_bytes(environment: DemoEnvironment, phone: str, text: str) -> bytes:
    """One signed text as Twilio posts it."""
    sid = f"SM{uuid.uuid4().hex}"
    form = {
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": "AC" + "0" * 32,
        "From": phone,
        "To": "+15005550006",
        "Body": text,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }
    signed = f"{environment.web_url}{PATH}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(environment.twilio_token.encode(), signed.encode(), hashlib.sha1).digest()
    body = urllib.parse.urlencode(form).encode()
    lines = (
        f"POST {PATH} HTTP/1.1",
        f"Host: {HOST}:{environment.web_port}",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {base64.b64encode(digest).decode()}",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def _said_by_vendor(environment: DemoEnvironment, phones: set[str]) -> dict[str, list[str]]:
    """What the vendor has sent to each of the customers, oldest first."""
    account = f"{environment.sandbox_url}/twilio/2010-04-01/Accounts/AC{'0' * 32}"
    address: str | None = f"{account}/Messages.json?PageSize=1000"
    found: list[tuple[str, str]] = []
    while address:
        page = requests.get(
            address,
            auth=("AC" + "0" * 32, environment.twilio_token),
            headers={"X-Original-Host": "api.twilio.com"},
            timeout=30,
        ).json()
        found += [(m["to"], m["body"]) for m in page["messages"] if m["direction"] != "inbound" and m["to"] in phones]
        following = page.get("next_page_uri")
        address = f"{environment.sandbox_url}/twilio{following}" if following else None
    said: dict[str, list[str]] = {}
    for phone, body in reversed(found):
        said.setdefault(phone, []).append(body)
    return said


def _results(database: Path) -> Counter[str]:
    """How the events of texts ended."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        rows = store.execute(
            "select coalesce(result, state), count(*) from events where kind = 'message_received' group by 1"
        )
        return Counter({str(result): int(count) for result, count in rows})


def _figures(
    talks: Sequence[Talk],
    said: dict[str, list[str]],
    results: Counter[str],
    lasted: float,
    load: float,
    size: Size,
) -> list[Figure]:
    asked = sum(len(talk.asked) for talk in talks)
    texts = sum(talk.texts for talk in talks)
    took = [moment for talk in talks for moment in talk.answered]
    lost = sum(max(0, len(talk.asked) - len(said.get(talk.phone, ()))) for talk in talks)
    doubled = sum(max(0, len(said.get(talk.phone, ())) - len(talk.asked)) for talk in talks)
    decided = sum(count for name, count in results.items() if name != "part_of_turn")

    def figure(name: str, value: float, unit: str = "", **promise: float) -> Figure:
        return Figure(group=GROUP, name=name, value=value, unit=unit, **promise)

    return [
        figure("conversations at once", size.conversations),
        figure("texts accepted", texts - sum(talk.refused for talk in talks), least=texts),
        figure("turns", asked),
        figure("turns a second", asked / lasted),
        *([figure("last text to answer, p50", percentile(took, 50), "s")] if took else []),
        *([figure("last text to answer, p95", percentile(took, 95), "s", most=2)] if took else []),
        *([figure("last text to answer, p99", percentile(took, 99), "s")] if took else []),
        figure("answers lost", lost, most=0.5),
        figure("answers doubled", doubled, most=0.5),
        figure("conversations answered out of order", _out_of_order(talks, said), most=0.5),
        figure("texts that were decided by themselves", decided),
        figure("load of the machine before", load),
    ]


def _out_of_order(talks: Sequence[Talk], said: dict[str, list[str]]) -> int:
    """Conversations in which an answer stands where the answer to another question should: the answers to one question
    have their source in common over all customers."""
    usual: dict[str, Counter[str]] = {}
    for talk in talks:
        for (question, _), body in zip(talk.asked, said.get(talk.phone, ()), strict=False):
            usual.setdefault(question, Counter())[_source(body)] += 1
    expected = {question: sources.most_common(1)[0][0] for question, sources in usual.items()}
    return sum(
        any(
            _source(body) != expected[question] and _source(body) in expected.values()
            for (question, _), body in zip(talk.asked, said.get(talk.phone, ()), strict=False)
        )
        for talk in talks
    )


def _source(body: str) -> str:
    """The address of the article that an answer names."""
    return next((word for word in reversed(body.split()) if word.startswith("http")), body[:40])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversations", description=__doc__)
    parser.add_argument("--conversations", type=int, default=Size().conversations)
    parser.add_argument("--turns", type=int, default=Size().turns)
    parser.add_argument("--think", type=float, default=Size().think)
    parser.add_argument("--ramp", type=float, default=Size().ramp)
    wish = parser.parse_args()
    size = Size(conversations=wish.conversations, turns=wish.turns, think=wish.think, ramp=wish.ramp)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Console().print(table(conversations(Path(folder), size)))


if __name__ == "__main__":
    main()
