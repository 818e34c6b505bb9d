"""An outage that concerns everybody: whom it is about and who of them may be written to, frozen line by line.

What is measured runs in a process of its own, `python -m benchmarks.outreach_audience freeze|plan URL`, so that its
memory is its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, create_engine, text

from apps.slack.cards.renderer import SlackCards
from benchmarks.figures import Figure
from benchmarks.machine import most_memory, start_postgres
from connectors.sql.engine import database_url
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.model.campaign import Campaign, CampaignState, Standing, Variant, variant_name
from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, EventId
from core.outreach.audience.freeze import complete, frozen, frozen_page
from core.outreach.sending.advance import CHUNK, pump
from core.outreach.sending.prepare import PAGE
from core.outreach.sending.steer import stop_campaign
from core.policy import Policy, read

GROUP = "an audience, frozen"
MOST_SECONDS, MOST_MB, MOST_STOP_MS = 20, 300, 1000
LEAST_SHARE = 0.85  # of the people, who have to be in the manifest
ROUNDS = 20  # of lines that become rows of the outbox
POLICY = Path(__file__).parents[1] / "apps" / "demo" / "policy.yaml"
CAMPAIGN = ApprovalId("ap_benchmark")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
TEXT = "Larkfield Home: the cloud has a fault in region north. Your devices may be offline. Reply STOP to opt out."
GERMAN = "Larkfield Home: Die Cloud ist in der Region north gestört. STOP beendet diese Nachrichten."
REGION = "north"
# In no order, as real ones are, and as long.
_ID = "'cu_' || CAST(1000000000000 + (i * 48271) % 999999999989 AS TEXT)"
# One in five is in America, one in five has no time zone on their profile.
_PHONE = "CASE WHEN i % 5 = 0 THEN '+1212' || (2000000 + i) ELSE '+447' || (400000000 + i) END"
_ZONE = (
    "CASE i % 5 WHEN 0 THEN 'America/New_York' WHEN 1 THEN 'Europe/London' WHEN 2 THEN 'Europe/Berlin'"
    " WHEN 3 THEN 'Asia/Tokyo' END"
)
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :size)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """So many people on SQLite and, where the wheel with a server starts here, on PostgreSQL. `million` of them on
    SQLite alone, and sending to them is planned too."""

    people: int = 100_000
    million: int = 0


QUICK = Size(people=0, million=400)
LARGE = Size(million=1_000_000)


def measure(folder: Path, size: Size) -> list[Figure]:
    figures = _measure_on("SQLite", f"sqlite:///{folder / 'people.db'}", size.people) if size.people else []
    if size.million:
        url = f"sqlite:///{folder / 'million.db'}"
        figures += _measure_on("SQLite", url, size.million, seconds=None)
        figures += _measure_planning(f"{size.million:,} people on SQLite", url)
    if not size.people:
        return figures
    with start_postgres(folder / "postgresql") as url:
        return figures + (_measure_on("PostgreSQL", url, size.people) if url else [])


def _measure_on(name: str, url: str, people: int, *, seconds: float | None = MOST_SECONDS) -> list[Figure]:
    fill(url, people)
    told = _run_apart("freeze", url)
    where = f"{people:,} people on {name}"
    lines, before = int(told["lines"]), told["before"]
    return [
        Figure(group=GROUP, name=f"{where}: time", value=told["seconds"], unit="s", most=seconds),
        Figure(group=GROUP, name=f"{where}: processor time of ours", value=told["processor"], unit="s"),
        Figure(group=GROUP, name=f"{where}: most memory", value=told["rss"], unit="MB", most=MOST_MB),
        Figure(group=GROUP, name=f"{where}: of that before it began", value=before, unit="MB"),
        Figure(group=GROUP, name=f"{where}: longest transaction", value=1000 * told["longest"], unit="ms"),
        # Nine in ten have agreed: a campaign that is frozen for nobody takes no time.
        Figure(group=GROUP, name=f"{where}: lines in the manifest", value=lines, least=LEAST_SHARE * people),
        Figure(group=GROUP, name=f"{where}: left out", value=int(told["left_out"])),
    ]


def _measure_planning(where: str, url: str) -> list[Figure]:
    """What sending and stopping it costs, once it is frozen."""
    told = _run_apart("plan", url)
    rows = int(told["rows"])
    return [
        Figure(group=GROUP, name=f"{where}: {rows} lines into the outbox", value=told["seconds"], unit="s"),
        Figure(group=GROUP, name=f"{where}: most memory of that", value=told["rss"], unit="MB", most=MOST_MB),
        Figure(group=GROUP, name=f"{where}: longest transaction of that", value=1000 * told["longest"], unit="ms"),
        Figure(group=GROUP, name=f"{where}: counting how far it has got", value=1000 * told["progress"], unit="ms"),
        Figure(group=GROUP, name=f"{where}: stopping it", value=1000 * told["stop"], unit="ms", most=MOST_STOP_MS),
    ]


def _run_apart(what: str, url: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.outreach_audience", what, url]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return told


# ---------------------------------------------------------------- people whom the database itself makes


def fill(url: str, size: int) -> None:
    """A migrated store with so many people in the region, nine in ten of whom have agreed to text messages."""
    upgrade(url)
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        for statement in _statements(engine):
            connection.execute(text(statement), {"size": size})
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _statements(engine: Engine) -> Iterator[str]:
    moment = "CAST('{}' AS TIMESTAMPTZ)" if engine.dialect.name == "postgresql" else "'{}'"
    january, march = (moment.format(f"2026-0{month}-01 09:00:00.000000") for month in (1, 3))
    names = "id, name, tier, locale, time_zone, organization"
    tier = "CASE WHEN i % 10 = 0 THEN 'business' WHEN i % 4 = 0 THEN 'plus' ELSE 'standard' END"
    locale = "CASE WHEN i % 5 = 2 THEN 'de' ELSE 'en-GB' END"
    yield _insert("customers", names, f"{_ID}, 'Person ' || i, {tier}, {locale}, {_ZONE}, NULL")
    yield _insert("customer_attributes", "customer_id, name, value", f"{_ID}, 'region', '{REGION}'")
    yield _insert("customer_attributes", "customer_id, name, value", f"{_ID}, 'devices', 'warm,door'")
    known = "kind, value, customer_id, verified"
    yield _insert("identities", known, f"'phone', {_PHONE}, {_ID}, true")
    yield _insert("identities", known, f"'email', 'person' || i || '@shop.example', {_ID}, true")
    said = "id, customer_id, channel, purpose, granted, at, source, wording"
    yes = "'sms', 'service', true, {}, 'web form', 'Yes, text me.'"
    yield _insert("consents", said, f"'cs_a' || i, {_ID}, {yes.format(january)}", "i % 20 <> 0")
    no = "'sms', 'service', false, {}, 'the customer, by sms', 'STOP'"
    yield _insert("consents", said, f"'cs_b' || i, {_ID}, {no.format(march)}", "i % 20 = 1")
    whatsapp = "'whatsapp', 'service', true, {}, 'web form', 'Yes'"
    yield _insert("consents", said, f"'cs_c' || i, {_ID}, {whatsapp.format(january)}", "i % 5 = 3")
    wish = 'customer_id, name, value, source, at, "by", evidence'
    values = f"{_ID}, 'quiet_hours', '21:00-09:30', 'said', {january}, '', ''"
    yield _insert("profile_facts", wish, values, "i % 20 = 7")
    values = f"{_ID}, 'preferred_channel', 'whatsapp', 'said', {january}, '', ''"
    yield _insert("profile_facts", wish, values, "i % 20 = 13")


def _insert(table: str, columns: str, values: str, where: str = "i > 0") -> str:
    rows = f"{_NUMBERS} SELECT {values} FROM n WHERE {where}"  # noqa: S608 - our own names and numbers
    return f"INSERT INTO {table} ({columns}) {rows}"


# ---------------------------------------------------------------- in a process of its own


def freeze(store: SqlStore, policy: Policy) -> dict[str, Any]:
    """Choose and freeze the audience of one campaign as the outreach worker does it: a page, a transaction."""
    before = most_memory()
    began_all, worked = time.perf_counter(), time.process_time()
    standing = Standing(campaign=_campaign(policy), state=CampaignState.PREPARING, version=1, changed_at=NOW)
    with store.begin() as unit:
        unit.campaigns.add(standing)
        unit.campaigns.claim(standing.campaign.id, NOW, LEASE)
    longest = 0.0
    while not frozen(standing):
        began = time.perf_counter()
        with store.begin() as unit:
            standing = frozen_page(unit, standing, policy, NOW, PAGE)
        longest = max(longest, time.perf_counter() - began)
    with store.begin() as unit:
        standing = complete(unit, standing, policy, NOW)
        unit.campaigns.save(standing)
    left_out = standing.campaign.counts.get("left_out", {})
    return {
        "seconds": time.perf_counter() - began_all,
        "processor": time.process_time() - worked,
        "before": before,
        "rss": most_memory(),
        "longest": longest,
        "lines": standing.campaign.size,
        "left_out": sum(left_out.values()),
    }


def _campaign(policy: Policy) -> Campaign:
    words = {"en": TEXT, "de": GERMAN}
    variants = tuple(
        Variant(
            name=variant_name("default", channel, language),
            segment="default",
            channel=channel,
            language=language,
            text=said,
        )
        for language, said in words.items()
        for channel in (Channel.SMS, Channel.WHATSAPP)
    )
    return Campaign(
        id=CAMPAIGN,
        play="outage",
        signal_id=EventId("ev_benchmark"),
        matter="incident-1",
        purpose=Purpose.SERVICE,
        facts={"region": REGION},
        variants=variants,
        policy_version=policy.version,
        composer="policy template",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=2),
        not_after=NOW + timedelta(hours=26),
        holdout=0.05,
    )


def plan(store: SqlStore, policy: Policy) -> dict[str, Any]:
    """Let the first lines of the manifest become rows of the outbox, look how far it has got, stop the campaign."""
    standing = _start(store)
    # When everybody's hour has come: then the most lines are due at once.
    now = standing.campaign.not_after - (standing.campaign.not_after - NOW) / 100
    began = time.perf_counter()
    rounds = [_time(lambda: _pump(store, standing, policy, now)) for _ in range(ROUNDS)]
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "longest": max(took for took, _ in rounds)}
    told |= {"rows": sum(rows for _, rows in rounds), "rss": most_memory()}
    told["progress"], _ = _time(lambda: _count_left(store))
    told["stop"], _ = _time(lambda: _stop(store))
    return told


def _time(work: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _start(store: SqlStore) -> Standing:
    """Its first hour has come."""
    with store.begin() as unit:
        standing = unit.campaigns.get(CAMPAIGN)
        if standing is None:
            raise SystemExit("nothing is frozen here")
        running = unit.campaigns.save(replace(standing, state=CampaignState.RUNNING, began_at=NOW))
    return running or standing


def _pump(store: SqlStore, standing: Standing, policy: Policy, now: datetime) -> int:
    with store.begin() as unit:
        return pump(unit, standing, policy, now, CHUNK).rows


def _count_left(store: SqlStore) -> int:
    with store.read() as unit:
        of = unit.campaigns.progress(CAMPAIGN).recipients
    return of.get("planned", 0) + of.get("pending", 0) + of.get("held", 0)


def _stop(store: SqlStore) -> int:
    with store.begin() as unit:
        return int(stop_campaign(unit, CAMPAIGN, "benchmark", "", NOW) is not None)


def main() -> None:
    what, url = sys.argv[1:]
    store, policy = SqlStore(url, cards=SlackCards()), read(yaml.safe_load(POLICY.read_text(encoding="utf-8")))
    told = {"freeze": freeze, "plan": plan}[what](store, policy)
    store.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
