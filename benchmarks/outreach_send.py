"""One campaign leaves: how fast, how evenly, how soon a pause holds, and how Slack is answered meanwhile."""

import hashlib
import hmac
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from sqlalchemy import func, insert, select

from apps.bootstrap import Container
from apps.demo.launch import Demo
from benchmarks.figures import Figure, percentile
from benchmarks.machine import start_postgres
from benchmarks.stack import processor_seconds, start_stack
from connectors.sql.private import sealed_all
from connectors.sql.statements import slices
from connectors.sql.store import SqlStore
from connectors.sql.tables import consents, customer_attributes, customers, identities, outbox
from core.govern.seal import seal
from core.model.campaign import CampaignState, Standing, Vote
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import ApprovalId
from core.outreach.draft import Drafting
from core.outreach.sending.steer import pause_campaign, resume_campaign
from core.outreach.steps import start_campaigns
from core.ports.outreach import Progress

GROUP = "outreach, sending"
LEAST = 60.0  # messages a second that are promised
REGION = "Benchmark"
APPROVER = "priya.nair@larkfield.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    people: int = 8000  # two minutes' worth: the last statuses come seconds later, whatever the speed
    rate: float = 75.0  # configured, so that what is promised is possible and the limit is seen
    pause_after: float = 0.4  # of the campaign


QUICK = Size(people=60)
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
            "trigger_id": "13345224609.738474920.8088930838d88f008e0",
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


def measure(folder: Path, size: Size) -> list[Figure]:
    """On SQLite, and on PostgreSQL where its server is installed."""
    with start_stack(folder / "sqlite", rate=size.rate) as up:
        figures = measure_on(up, size, "SQLite")
    with start_postgres(folder / "pg") as url:
        if not url:
            return figures
        with start_stack(folder / "postgres", rate=size.rate, store_url=url) as up:
            return figures + measure_on(up, size, "PostgreSQL")


def measure_on(up: Demo, size: Size, name: str) -> list[Figure]:
    """All figures of one database."""
    add_people(up.container.store, size.people)
    return _list_figures(_send(up, size), size, name)


def _send(up: Demo, size: Size) -> Sent:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - one clock for all of it
    patience = size.people / 20 + 120
    began = time.monotonic()
    campaign_id = start_outage(up.container, now())
    up.container.publisher.campaigns()
    asked = wait_for_state(up.container, campaign_id, CampaignState.PENDING, patience=patience)
    preparing = time.monotonic() - began
    clicker, before = Clicker(up=up, channel=_wait_for_card(up, campaign_id)), processor_seconds(up)
    with clicker.busy():
        approve(up.container, asked, now())
        approved = time.monotonic()
        holds, stood = _pause(up, asked, size, patience)
        _wait_until_followed(up, campaign_id, size.people, patience)
        seconds = time.monotonic() - approved - stood
    after, ours = processor_seconds(up), {phone(number) for number in range(size.people)}
    return Sent(
        texts=[each for each in read_texts(up) if each["to"] in ours],
        followed=seconds,
        pause_holds=holds,
        clicks=clicker.milliseconds,
        clicks_failed=clicker.failed,
        cards=_count_cards(up, campaign_id),
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
        if pause_campaign(unit, campaign_id, "benchmark", "measured", at) is None:
            raise RuntimeError("the campaign could not be paused")
    time.sleep(6)
    newest = max(datetime.fromisoformat(each["at"]) for each in read_texts(up)[-50:])
    with up.container.store.begin() as unit:
        if resume_campaign(unit, campaign_id, "benchmark", datetime.now(UTC)) is None:
            raise RuntimeError("the campaign could not be resumed")
    up.container.publisher.campaigns()
    return max(0.0, (newest - at).total_seconds()), time.monotonic() - stood


def _wait_until_followed(up: Demo, campaign_id: ApprovalId, people: int, patience: float) -> None:
    until = time.monotonic() + patience
    while (told := _progress(up, campaign_id)).deliveries.get("delivered", 0) < people:
        if time.monotonic() > until:
            raise TimeoutError(f"after {patience:.0f} s: {told}")
        time.sleep(0.5)


def _progress(up: Demo, campaign_id: ApprovalId) -> Progress:
    with up.container.store.read() as unit:
        return unit.campaigns.progress(campaign_id)


def _wait_for_card(up: Demo, campaign_id: ApprovalId) -> str:
    """The channel in which its card stands."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with up.container.store.read() as unit:
            standing = unit.campaigns.get(campaign_id)
        if standing is not None and standing.slack_channel:
            return standing.slack_channel
        time.sleep(0.1)
    raise TimeoutError("the card was not posted")


def _count_cards(up: Demo, campaign_id: ApprovalId) -> int:
    """How often the card told something new."""
    counted = select(func.count()).select_from(outbox).where(outbox.c.key.like(f"{campaign_id}:card:%"))
    with up.container.store.read() as unit:
        return int(unit.connection.execute(counted).scalar_one())


def _list_figures(sent: Sent, size: Size, name: str) -> list[Figure]:
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


# ---------------------------------------------------------------- a campaign to many invented people


def zone_awake(now: datetime) -> str:
    """A time zone in which it is the early afternoon."""
    behind = (now.hour - 13) % 24
    behind = behind - 24 if behind > 12 else behind
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def phone(number: int) -> str:
    return f"+44739{number:07d}"


def add_people(store: SqlStore, many: int) -> None:
    """So many customers of the region who agreed to be texted, in large portions."""
    now, zone = datetime.now(UTC), zone_awake(datetime.now(UTC))
    for numbers in slices(range(many)):
        names = [f"cu_bench_{number:07d}" for number in numbers]
        regions = [{"customer_id": name, "name": "region", "value": REGION} for name in names]
        phones = [
            {"kind": "phone", "value": phone(number), "customer_id": name, "verified": True}
            for number, name in zip(numbers, names, strict=True)
        ]
        rows = (
            (customers, [_customer(name, zone) for name in names]),
            (customer_attributes, regions),
            (identities, phones),
            (consents, [_consent(name, now) for name in names]),
        )
        with store.begin_lightly() as unit:
            for table, some in rows:
                unit.connection.execute(insert(table), sealed_all(unit.connection, table, some))


def _customer(name: str, zone: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": f"Customer {name[-7:]}",
        "tier": random.choice(("standard", "plus", "business")),
        "locale": "en-GB",
        "time_zone": zone,
        "organization": None,
    }


def _consent(name: str, now: datetime) -> dict[str, Any]:
    return {
        "id": f"cs_{name}",
        "customer_id": name,
        "channel": "sms",
        "purpose": "service",
        "granted": True,
        "at": now - timedelta(days=90),
        "source": "web form",
        "wording": "Larkfield Home may text me about my service.",
    }


def start_outage(container: Container, now: datetime) -> ApprovalId:
    """The signal of an outage in the region, taken in as the loop does; the campaign in the making."""
    facts = {
        "region": REGION,
        "service": "Larkfield Cloud",
        "incident": f"INC-{now:%H%M%S}",
        "started": "09:40",
        "expected_fix": "noon",
    }
    event = Event(
        source="signals",
        delivery_id=f"bench:{now.isoformat()}",
        kind=EventKind.BUSINESS_SIGNAL,
        subject="outage",
        occurred_at=now,
        received_at=now,
        payload=SignalStated(kind="outage", facts=facts),
    )
    with container.store.begin() as unit:
        drafting = Drafting(policy=container.policy, style=container.style, now=now)
        standings, _ = start_campaigns(unit, event, drafting, {})
        return standings[0].campaign.id


def wait_for_state(container: Container, campaign_id: ApprovalId, *states: CampaignState, patience: float) -> Standing:
    """The campaign once it is in one of the states.

    Raises:
        TimeoutError: it did not get there; the message says where it is.
    """
    until = time.monotonic() + patience
    while True:
        with container.store.read() as unit:
            standing, progress = unit.campaigns.get(campaign_id), unit.campaigns.progress(campaign_id)
        if standing is not None and standing.state in states:
            return standing
        if time.monotonic() > until:
            where = f"{standing.state} {standing.reason}, {progress.recipients}" if standing else "gone"
            raise TimeoutError(f"the campaign is {where} after {patience:.0f} s")
        time.sleep(0.1)


def approve(container: Container, standing: Standing, now: datetime) -> None:
    """What the approver's click comes to."""
    campaign = standing.campaign
    yes = Vote(
        campaign_id=campaign.id,
        digest=campaign.digest,
        email=APPROVER,
        role="supervisor",
        user_id="UPRIYA",
        name="Priya Nair",
        yes=True,
        at=now,
    )
    with container.store.begin() as unit:
        unit.campaigns.vote(yes)
        seal(unit, campaign, (yes,), now)
        running_now = replace(standing, state=CampaignState.RUNNING, began_at=now, changed_at=now)
        if unit.campaigns.save(running_now) is None:
            raise RuntimeError("somebody else changed the campaign")
    container.publisher.campaigns()


def read_texts(up: Demo) -> list[dict[str, str]]:
    """All that the account was given to send, oldest first."""
    found: list[dict[str, str]] = []
    while True:
        url = f"{up.environment.sandbox_url}/sandbox/api/texts"
        answer = requests.get(url, params={"after": len(found)}, timeout=30).json()
        found += answer["texts"]
        if len(found) >= answer["all"]:
            return found
