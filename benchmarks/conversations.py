"""Many customers who text at the same time, each several texts in a row: how soon the answer to the last one leaves.

Against the real processes as `handrail demo` starts them: sandbox, web, workers, SQLite. Each customer writes a burst,
waits for the answer, thinks, writes the next. Counted from the moment when the burst's last text was accepted to the
moment when the answer had been created at the vendor, as the outbox has it. Afterwards the vendor is asked what it has.

All the conversations go on at the same time, each at a person's pace: somebody reads the answer before they write
again. How many texts a second that offers stands beside the figures. Who is handed to a person writes no more, and
is counted apart, as is what still waits at the end.
"""

import asyncio
import os
import random
import sqlite3
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import requests
from sqlalchemy import bindparam, func, select

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import Demo
from apps.sandbox.twilio.webhooks import sign
from benchmarks.figures import Figure, percentile
from benchmarks.load import Line
from benchmarks.stack import processor_seconds, start_stack
from connectors.sql.store import SqlStore
from connectors.sql.tables import conversations, identities, outbox
from core.model.customer import IdentityKind
from core.model.outbound import UNDER_WAY, EffectKind, EffectState

GROUP = "conversations by SMS"
HOST = "127.0.0.1"
PATH = "/webhooks/twilio/message"
LOOK_EVERY = 0.25  # seconds; the times are the outbox's own
PATIENCE = 120.0  # seconds for an answer; then the customer goes on without
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(seconds=5)  # a row may be seen later than it says
SENT = select(outbox.c.id, outbox.c.target_sealed, outbox.c.changed_at).where(
    outbox.c.kind == EffectKind.MESSAGE, outbox.c.state == EffectState.SENT, outbox.c.changed_at >= bindparam("since")
)
HANDED = (
    select(identities.c.value_sealed)
    .join(conversations, conversations.c.customer_id == identities.c.customer_id)
    .where(identities.c.kind == IdentityKind.PHONE, conversations.c.owner_kind.in_(("team", "agent")))
)
WAITING = "select count(*) from events where kind = 'message_received' and state in ('pending', 'claimed')"
UNSENT = select(func.count()).where(outbox.c.kind == EffectKind.MESSAGE, outbox.c.state.in_(UNDER_WAY))
LEAVING = 10.0  # seconds for what is decided at the end and not sent yet
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
    """Looks at the outbox now and then, once for all customers. Numbers are encrypted in the database: the store reads
    them."""

    store: SqlStore
    database: Path
    left: dict[str, tuple[str, float]] = field(default_factory=dict)  # number and moment of each message that left
    handed: set[str] = field(default_factory=set)  # who has a person now
    seen_until: datetime = BEFORE
    lasted: float = 0.0  # seconds from the first text to the last answer
    over: bool = False

    async def run(self) -> None:
        while not self.over:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """What has left since the last look; a row that was being written then is not missed, for it is older."""
        with self.store.read() as unit:
            rows = unit.connection.execute(SENT, {"since": self.seen_until}).all()
            self.handed = {row.value_sealed for row in unit.connection.execute(HANDED)}
        for identifier, phone, moment in rows:
            # The first moment holds: what a vendor tells later of a message that left moves it no more.
            self.left.setdefault(identifier, (phone, moment.timestamp()))
        if rows:
            self.seen_until = max(row.changed_at for row in rows) - OVERLAP

    def sent(self, phone: str) -> list[float]:
        """When each message to the number left, oldest first."""
        return sorted(moment for number, moment in self.left.values() if number == phone)

    def waiting(self) -> int:
        """Texts that no turn has come to yet."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)) as store:
            return int(store.execute(WAITING).fetchone()[0])

    def unsent(self) -> int:
        """Answers that have not left yet, those that are on their way among them."""
        with self.store.read() as unit:
            return int(unit.connection.execute(UNSENT).scalar_one())


def measure(folder: Path, size: Size) -> list[Figure]:
    with start_stack(folder) as running:
        return measure_on(running, size)


def measure_on(running: Demo, size: Size) -> list[Figure]:
    load, environment = os.getloadavg()[0], running.environment
    watch = Watch(store=running.container.store, database=environment.folder / "handrail.db")
    here = time.process_time()
    # Processor time tells what a turn costs however busy the machine is with other things.
    before = processor_seconds(running)
    talks = asyncio.run(talk_all(environment, watch, size))
    used = {name: seconds - before[name] for name, seconds in processor_seconds(running).items()}
    for talk in talks:
        talk.answered = [at - asked for (_, asked), at in zip(talk.asked, watch.sent(talk.phone), strict=False)]
    said = _read_vendor(environment, {talk.phone for talk in talks})
    results = _read_results(watch.database)
    asked = sum(len(talk.asked) for talk in talks)
    handed = len(watch.handed & {talk.phone for talk in talks})
    return [
        *_list_figures(talks, said, results, watch.lasted, load, size),
        Figure(group=GROUP, name="customers handed to a person", value=handed),
        Figure(group=GROUP, name="texts still waiting at the end", value=watch.waiting()),
        *[_cost(name, seconds / asked) for name, seconds in used.items()],
        _cost("benchmark's customers", (time.process_time() - here) / asked),
    ]


def _cost(name: str, seconds: float) -> Figure:
    return Figure(group=GROUP, name=f"processor time of the {name} for each turn", value=seconds * 1000, unit="ms")


def _read_vendor(environment: DemoEnvironment, phones: set[str]) -> dict[str, list[str]]:
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


def _read_results(database: Path) -> Counter[str]:
    """How the events of texts ended."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        rows = store.execute(
            "select coalesce(result, state), count(*) from events where kind = 'message_received' group by 1"
        )
        return Counter({str(result): int(count) for result, count in rows})


def _list_figures(
    talks: Sequence[Talk],
    said: dict[str, list[str]],
    results: Counter[str],
    lasted: float,
    load: float,
    size: Size,
) -> list[Figure]:
    asked = sum(len(talk.asked) for talk in talks)
    texts = sum(talk.texts for talk in talks)
    took = [moment for talk in talks for moment in list_waits(talk)]
    usual = _find_usual(talks, said)
    counts = [count_amiss(talk, said.get(talk.phone, ()), usual) for talk in talks]
    _tell_amiss(talks, counts, said)
    lost, doubled = sum(each for each, _ in counts), sum(each for _, each in counts)
    decided = sum(count for name, count in results.items() if name != "part_of_turn")

    def figure(name: str, value: float, unit: str = "", **promise: float) -> Figure:
        return Figure(group=GROUP, name=name, value=value, unit=unit, **promise)

    return [
        figure("conversations at once", size.conversations),
        figure("texts accepted", texts - sum(talk.refused for talk in talks), least=texts),
        figure("turns", asked),
        figure("texts offered a second", texts / lasted),
        figure("turns a second", asked / lasted),
        figure("last text to answer, p50", percentile(took, 50), "s"),
        figure("last text to answer, p95", percentile(took, 95), "s", most=2),
        figure("last text to answer, p99", percentile(took, 99), "s"),
        figure("answers lost", lost, most=0.5),
        figure("answers doubled", doubled, most=0.5),
        figure("conversations answered out of order", _count_out_of_order(talks, said, usual), most=0.5),
        figure("texts that were decided by themselves", decided),
        figure("load of the machine before", load),
    ]


def _tell_amiss(talks: Sequence[Talk], counts: Sequence[tuple[int, int]], said: Mapping[str, Sequence[str]]) -> None:
    """A number alone does not say what went wrong: who asked what, and what they were told."""
    for talk, (lost, doubled) in zip(talks, counts, strict=True):
        if lost or doubled:
            print(f"{talk.phone}: {lost} lost, {doubled} doubled.", talk.asked, said.get(talk.phone), file=sys.stderr)


def list_waits(talk: Talk) -> list[float]:
    """Seconds that the customer waited after each burst; for an answer that never came at least their whole
    patience."""
    return [*talk.answered, *[PATIENCE] * (len(talk.asked) - len(talk.answered))]


def count_amiss(talk: Talk, said: Sequence[str], usual: Mapping[str, str]) -> tuple[int, int]:
    """How many of the customer's questions have no answer, and how many answers have no question. One that is lost and
    one that is doubled in the same talk are both counted: what an answer answers is told by its source. An answer that
    has another one than usual stands for any question that has none."""
    wanted = Counter(usual.get(question, "") for question, _ in talk.asked)
    sources = Counter(_source(body) for body in said)
    known = Counter({source: count for source, count in sources.items() if source in set(usual.values())})
    missing, extra = sum((wanted - known).values()), sum((known - wanted).values())
    others = sum(sources.values()) - sum(known.values())
    return max(0, missing - others), extra + max(0, others - missing)


def _find_usual(talks: Sequence[Talk], said: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The source that the answers to one question have in common over all customers."""
    found: dict[str, Counter[str]] = {}
    for talk in talks:
        for (question, _), body in zip(talk.asked, said.get(talk.phone, ()), strict=False):
            found.setdefault(question, Counter())[_source(body)] += 1
    return {question: sources.most_common(1)[0][0] for question, sources in found.items()}


def _count_out_of_order(talks: Sequence[Talk], said: Mapping[str, Sequence[str]], expected: Mapping[str, str]) -> int:
    """Conversations in which an answer stands where the answer to another question should."""
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


# ---------------------------------------------------------------- the customers


async def talk_all(environment: DemoEnvironment, watch: Watch, size: Size) -> list[Talk]:
    await _warm(environment, watch)
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
    end = time.monotonic() + LEAVING
    while watch.unsent() and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY)
    watch.look()
    return talks


async def _warm(environment: DemoEnvironment, watch: Watch) -> None:
    """Both workers have answered before anybody is timed: a first message waits for models that are loaded once."""
    early = [Talk(phone=f"+4477008{place:05d}") for place in range(WARMING)]
    for place, talk in enumerate(early):
        await _text(environment, talk, QUESTIONS[place % len(QUESTIONS)])
    end = time.monotonic() + LONGEST_WARMING
    while not all(watch.sent(talk.phone) for talk in early) and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY)
        watch.look()


async def _customer(environment: DemoEnvironment, watch: Watch, talk: Talk, size: Size, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, size.ramp))
    for turn in range(size.turns):
        question = QUESTIONS[(int(talk.phone[-3:]) + turn) % len(QUESTIONS)]
        for text in write_burst(question, size, chance):
            await _text(environment, talk, text)
            await asyncio.sleep(chance.uniform(*size.apart) if text != question else 0)
        talk.asked.append((question, time.time()))
        await _wait_for_answer(watch, talk, turn + 1)
        if talk.phone in watch.handed:
            return
        await asyncio.sleep(chance.uniform(size.think, 2 * size.think) if turn + 1 < size.turns else 0)


def write_burst(question: str, size: Size, chance: random.Random) -> Iterator[str]:
    yield from chance.sample(OPENERS, chance.randint(*size.texts) - 1)
    yield question


async def _text(environment: DemoEnvironment, talk: Talk, text: str) -> None:
    """Each by a connection of its own, as Twilio's come."""
    _, line = await asyncio.get_running_loop().create_connection(Line, HOST, environment.web_port)
    talk.texts += 1
    status = await line.ask(sign_text(environment, talk.phone, text))
    talk.refused += status != 200
    line.close()


async def _wait_for_answer(watch: Watch, talk: Talk, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(watch.sent(talk.phone)) < count and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY)


def sign_text(environment: DemoEnvironment, phone: str, text: str) -> bytes:
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
