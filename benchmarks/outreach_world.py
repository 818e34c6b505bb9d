"""A campaign to many invented people, on Handrail's real processes with the sandbox outside."""

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import yaml
from sqlalchemy import insert

from apps.bootstrap import Container
from apps.demo.environment import HERE, DemoEnvironment
from apps.demo.launch import Demo, demo
from apps.demo.processes import free_port
from connectors.sql.statements import slices
from connectors.sql.store import SqlStore
from connectors.sql.tables import consents, customer_attributes, customers, identities
from core.govern.seal import seal
from core.model.campaign import CampaignState, Standing, Vote
from core.model.event import Event, EventKind
from core.model.ids import ApprovalId
from core.outreach.draft import Drafting
from core.outreach.start import started

REGION = "Benchmark"
APPROVER = "priya.nair@larkfield.example"
PORTION = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced(DemoEnvironment):
    """The demo, under a policy with a rate that is asked for."""

    policy: Path = field(default_factory=Path)

    def _values(self) -> dict[str, str]:
        return DemoEnvironment._values(self) | {"HANDRAIL_POLICY": str(self.policy)}


def policy_file(folder: Path, rate: float) -> Path:
    """The demo's policy with this many texts a second, and no second approver however many get it."""
    fields: dict[str, Any] = yaml.safe_load((HERE / "policy.yaml").read_text(encoding="utf-8"))
    outreach = fields["outreach"] | {"rates": {"sms": rate, "whatsapp": rate}}
    outreach.pop("second_person", None)
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump(fields | {"outreach": outreach}, sort_keys=False), encoding="utf-8")
    return path


@contextmanager
def running(
    folder: Path, rate: float, *, store_url: str = "", sandbox_more: Mapping[str, str] | None = None
) -> Iterator[Demo]:
    folder.mkdir(parents=True, exist_ok=True)
    policy = policy_file(folder, rate)

    def environment(**known: Any) -> DemoEnvironment:
        return Paced(policy=policy, **known)

    # Ports of its own: whoever takes the usual ones while a process is down would keep it from coming back.
    web, sandbox = free_port(None, 0), free_port(None, 0)
    with demo(
        folder / "demo",
        web_port=web,
        sandbox_port=sandbox,
        store_url=store_url,
        sandbox_more=sandbox_more,
        kind=environment,
    ) as up:
        yield up


def awake(now: datetime) -> str:
    """A time zone in which it is the early afternoon."""
    behind = (now.hour - 13) % 24
    behind = behind - 24 if behind > 12 else behind
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def phone(number: int) -> str:
    return f"+44739{number:07d}"


def people(store: SqlStore, many: int) -> None:
    """So many customers of the region who agreed to be texted, in large portions."""
    now, zone = datetime.now(UTC), awake(datetime.now(UTC))
    for numbers in slices(range(many)):
        names = [f"cu_bench_{number:07d}" for number in numbers]
        with store.begin_lightly() as unit:
            unit.connection.execute(insert(customers), [_customer(name, zone) for name in names])
            unit.connection.execute(
                insert(customer_attributes), [{"customer_id": n, "name": "region", "value": REGION} for n in names]
            )
            phones = [
                {"kind": "phone", "value": phone(number), "customer_id": name, "verified": True}
                for number, name in zip(numbers, names, strict=True)
            ]
            unit.connection.execute(insert(identities), phones)
            unit.connection.execute(insert(consents), [_consent(name, now) for name in names])


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


def outage(container: Container, now: datetime) -> ApprovalId:
    """The signal of an outage in the region, taken in as the loop does; the campaign in the making."""
    facts = {
        "kind": "outage",
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
        payload=facts,
    )
    with container.store.begin() as unit:
        drafting = Drafting(policy=container.policy, style=container.style, now=now)
        standings, _ = started(unit, event, drafting, {})
        return standings[0].campaign.id


def reached(container: Container, campaign_id: ApprovalId, *states: CampaignState, patience: float) -> Standing:
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
    from dataclasses import replace

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


def texts(up: Demo) -> list[dict[str, str]]:
    """All that the account was given to send, oldest first."""
    found: list[dict[str, str]] = []
    while True:
        url = f"{up.environment.sandbox_url}/sandbox/api/texts"
        answer = requests.get(url, params={"after": len(found)}, timeout=30).json()
        found += answer["texts"]
        if len(found) >= answer["all"]:
            return found
