"""Customers who text at the same time: each writes a burst, waits for the answer, thinks, writes the next."""

import asyncio
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from apps.demo.environment import DemoEnvironment
from apps.sandbox.twilio.webhooks import sign
from benchmarks.load import Line

HOST = "127.0.0.1"
PATH = "/webhooks/twilio/message"
LOOK_EVERY = 0.25  # seconds; the times are the outbox's own
PATIENCE = 120.0  # seconds for an answer; then the customer goes on without
OVERLAP = timedelta(seconds=5)  # a row may be seen later than it says
SENT = "select target, changed_at from outbox where kind = 'message' and state = 'sent' and changed_at >= ?"
HANDED = (
    "select identities.value from conversations join identities using (customer_id)"
    " where identities.kind = 'phone' and conversations.owner_kind in ('team', 'agent')"
)
WAITING = "select count(*) from events where kind = 'message_received' and state in ('pending', 'claimed')"
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
    ramp: float = 45.0
    think: float = 30.0
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
    handed: set[str] = field(default_factory=set)  # who has a person now
    seen_until: str = ""
    lasted: float = 0.0  # seconds from the first text to the last answer
    over: bool = False

    async def run(self) -> None:
        while not self.over:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """What has left since the last look; a row that was being written then is not missed, for it is older."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)) as store:
            rows = store.execute(SENT, (self.seen_until,)).fetchall()
            self.handed = {phone for (phone,) in store.execute(HANDED)}
        for phone, moment in rows:
            moments = self.sent.setdefault(phone, [])
            if _seconds(moment) not in moments:
                moments.append(_seconds(moment))
                moments.sort()
        if rows:
            latest = datetime.fromisoformat(max(moment for _, moment in rows))
            self.seen_until = (latest - OVERLAP).isoformat(sep=" ")

    def waiting(self) -> int:
        """Texts that no turn has come to yet."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)) as store:
            return int(store.execute(WAITING).fetchone()[0])


def _seconds(moment: str) -> float:
    at = datetime.fromisoformat(str(moment))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


async def talked(environment: DemoEnvironment, watch: Watch, size: Size) -> list[Talk]:
    await _warmed(environment, watch)
    chance = random.Random(20_061)
    talks = [Talk(phone=f"+4477009{place:05d}") for place in range(size.conversations)]
    watching, began = asyncio.create_task(watch.run()), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for talk in talks:
            group.create_task(_customer(environment, watch, talk, size, random.Random(chance.random())))
    watch.over, watch.lasted = True, time.monotonic() - began
    await watching
    end = time.monotonic() + PATIENCE
    while watch.waiting() and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY)
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
        if talk.phone in watch.handed:
            return
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
        await asyncio.sleep(LOOK_EVERY)


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
    body = urlencode(form).encode()
    lines = (
        f"POST {PATH} HTTP/1.1",
        f"Host: {HOST}:{environment.web_port}",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {sign(environment.twilio_token, environment.web_url + PATH, form)}",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body
