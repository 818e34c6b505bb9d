"""One campaign leaves: how fast, how evenly, how soon a pause holds, and how Slack is answered meanwhile."""

import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import requests
from sqlalchemy import func, select

from apps.demo.launch import Demo
from benchmarks import machine, outreach_world
from benchmarks.figures import Figure, percentile
from connectors.sql.tables import outbox
from core.model.campaign import CampaignState, Standing
from core.model.ids import ApprovalId
from core.outreach.sending.steer import paused, resumed
from core.ports.outreach import Progress

GROUP = "outreach, sending"
LEAST = 60.0  # messages a second that are promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    people: int = 8000  # two minutes' worth: the last statuses come seconds later, whatever the speed
    rate: float = 75.0  # configured, so that what is promised is possible and the limit is seen
    pause_after: float = 0.4  # of the campaign


QUICK = Size(people=300)
LARGE = Size(people=100_000)


@dataclass(slots=True, kw_only=True)
class Clicker:
    """A supervisor's Slack: some buttons a second, each answer timed."""

    up: Demo
    channel: str
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0

    def click(self) -> None:
        env = self.up.environment
        value = {"approval": "ap_none", "digest": "0" * 64, "revision": 1}
        payload = {
            "type": "block_actions",
            "team": {"id": "T01LARKFIELD", "domain": "larkfield"},
            "user": {"id": "U0PR1YANA1R", "username": "priya"},
            "channel": {"id": self.channel, "name": "care-approvals"},
            "container": {"type": "message", "message_ts": f"{time.time():.6f}", "channel_id": self.channel},
            "actions": [
                {
                    "type": "button",
                    "action_id": "handrail_hold",
                    "block_id": "b",
                    "action_ts": f"{time.time():.6f}",
                    "value": json.dumps(value),
                }
            ],
        }
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time()))
        proof = hmac.new(env.slack_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={proof}",
        }
        began = time.perf_counter()
        answer = requests.post(f"{env.web_url}/slack/events", data=body, headers=headers, timeout=10)
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.failed += not answer.ok

    @contextmanager
    def busy(self, every: float = 0.4) -> Iterator[None]:
        over = threading.Event()

        def run() -> None:
            while not over.wait(every):
                self.click()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a run came to. `seconds`: from the approval until every status was followed, without the pause."""

    texts: list[dict[str, str]]
    followed: float
    pause_holds: float
    clicks: list[float]
    clicks_failed: int
    cards: int
    preparing: float
    processor: dict[str, float]


def outreach_send(folder: Path, size: Size, store_url: str = "", name: str = "SQLite") -> list[Figure]:
    """All figures of one database."""
    with outreach_world.running(folder, size.rate, store_url=store_url) as up:
        outreach_world.people(up.container.store, size.people)
        return _figures(_run(up, size), size, name)


def _run(up: Demo, size: Size) -> Sent:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - one clock for all of it
    patience = size.people / 20 + 120
    began = time.monotonic()
    campaign_id = outreach_world.outage(up.container, now())
    up.container.publisher.campaigns()
    asked = outreach_world.reached(up.container, campaign_id, CampaignState.PENDING, patience=patience)
    preparing = time.monotonic() - began
    clicker, before = Clicker(up=up, channel=_posted(up, campaign_id)), _processor(up)
    with clicker.busy():
        outreach_world.approve(up.container, asked, now())
        approved = time.monotonic()
        holds, stood = _pause(up, asked, size, patience)
        _all_followed(up, campaign_id, size.people, patience)
        seconds = time.monotonic() - approved - stood
    after = _processor(up)
    return Sent(
        texts=outreach_world.texts(up),
        followed=seconds,
        pause_holds=holds,
        clicks=clicker.milliseconds,
        clicks_failed=clicker.failed,
        cards=_cards(up, campaign_id),
        preparing=preparing,
        processor={name: after[name] - before[name] for name in after},
    )


def _pause(up: Demo, standing: Standing, size: Size, patience: float) -> tuple[float, float]:
    """Pause in the middle; seconds until the last message left, and how long it stood still."""
    campaign_id, until = standing.campaign.id, time.monotonic() + patience
    while _progress(up, campaign_id).recipients.get("sent", 0) < size.people * size.pause_after:
        if time.monotonic() > until:
            raise TimeoutError("too little has left")
        time.sleep(0.2)
    at, stood = datetime.now(UTC), time.monotonic()
    with up.container.store.begin() as unit:
        if paused(unit, campaign_id, "benchmark", "measured", at) is None:
            raise RuntimeError("the campaign could not be paused")
    time.sleep(6)
    newest = max(datetime.fromisoformat(each["at"]) for each in outreach_world.texts(up)[-50:])
    with up.container.store.begin() as unit:
        if resumed(unit, campaign_id, "benchmark", datetime.now(UTC)) is None:
            raise RuntimeError("the campaign could not be resumed")
    up.container.publisher.campaigns()
    return max(0.0, (newest - at).total_seconds()), time.monotonic() - stood


def _all_followed(up: Demo, campaign_id: ApprovalId, people: int, patience: float) -> None:
    until = time.monotonic() + patience
    while (told := _progress(up, campaign_id)).deliveries.get("delivered", 0) < people:
        if time.monotonic() > until:
            raise TimeoutError(f"after {patience:.0f} s: {told}")
        time.sleep(0.5)


def _progress(up: Demo, campaign_id: ApprovalId) -> Progress:
    with up.container.store.read() as unit:
        return unit.campaigns.progress(campaign_id)


def _posted(up: Demo, campaign_id: ApprovalId) -> str:
    """The channel in which its card stands."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with up.container.store.read() as unit:
            standing = unit.campaigns.get(campaign_id)
        if standing is not None and standing.slack_channel:
            return standing.slack_channel
        time.sleep(0.1)
    raise TimeoutError("the card was not posted")


def _cards(up: Demo, campaign_id: ApprovalId) -> int:
    """How often the card told something new."""
    counted = select(func.count()).select_from(outbox).where(outbox.c.key.like(f"{campaign_id}:card:%"))
    with up.container.store.read() as unit:
        return int(unit.connection.execute(counted).scalar_one())


def _processor(up: Demo) -> dict[str, float]:
    if not machine.available():
        return {}
    return {each.name: machine.processor_seconds(machine.family(each.process.pid)) for each in up.processes.running}


def _figures(sent: Sent, size: Size, name: str) -> list[Figure]:
    moments = sorted(datetime.fromisoformat(each["at"]).timestamp() for each in sent.texts)
    to = Counter(each["to"] for each in sent.texts)
    speed = len(moments) / sent.followed

    def figure(what: str, value: float, unit: str = "", **promise: float) -> Figure:
        return Figure(group=GROUP, name=f"{what}, {name}", value=value, unit=unit, **promise)

    shares = [
        figure(f"processor time a message, {each}", seconds * 1000 / len(moments), "ms")
        for each, seconds in sorted(sent.processor.items())
    ]
    return [
        figure("recipients", len(to)),
        figure("sent, delivered and followed", speed, "/s", least=LEAST),
        figure("most in any second", most_in_a_second(moments), "", most=size.rate * 1.25 + 1),
        figure("configured rate", size.rate, "/s"),
        figure("recipients with two messages", sum(count > 1 for count in to.values()), most=1),
        figure("recipients with none", size.people - len(to), most=1),
        figure("last message after a pause", sent.pause_holds, "s", most=5),
        figure("Slack answered, p99", percentile(sent.clicks, 99), "ms", most=500),
        figure("Slack answered, clicks", len(sent.clicks)),
        figure("Slack not answered", sent.clicks_failed, most=1),
        figure("changes of the card", sent.cards),
        figure("audience and card", sent.preparing, "s"),
        *shares,
    ]


def most_in_a_second(moments: list[float]) -> int:
    """The most of the sorted moments that lie in any one second."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def both(folder: Path, size: Size) -> list[Figure]:
    """On SQLite, and on PostgreSQL where its server is installed."""
    from benchmarks.postgres import postgres

    figures = outreach_send(folder / "sqlite", size)
    with postgres(folder / "pg") as url:
        return figures + (outreach_send(folder / "postgres", size, url, "PostgreSQL") if url else [])
