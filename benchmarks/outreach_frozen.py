"""Run as a process of its own: freezes the audience of one campaign and prints how long that took and how large the
process became."""

import json
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from apps.slack.cards.renderer import SlackCards
from benchmarks.outreach_people import REGION
from connectors.sql.store import SqlStore
from core.coordinate.policy import Policy, read
from core.model.campaign import Campaign, CampaignState, Standing, Variant, variant_name
from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, EventId
from core.outreach.audience.freeze import completed, frozen, frozen_page
from core.outreach.sending.prepare import PAGE

POLICY = Path(__file__).parents[1] / "apps" / "demo" / "policy.yaml"
CAMPAIGN = ApprovalId("ap_benchmark")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
TEXT = "Larkfield Home: the cloud has a fault in region north. Your devices may be offline. Reply STOP to opt out."
GERMAN = "Larkfield Home: Die Cloud ist in der Region north gestört. STOP beendet diese Nachrichten."


def main() -> None:
    store, policy = SqlStore(sys.argv[1], cards=SlackCards()), rules()
    before = megabytes()
    began, worked = time.perf_counter(), time.process_time()
    told = _frozen(store, policy)
    told |= {"seconds": time.perf_counter() - began, "processor": time.process_time() - worked}
    told |= {"before": before, "rss": megabytes()}
    store.close()
    print(json.dumps(told))


def rules() -> Policy:
    return read(yaml.safe_load(POLICY.read_text(encoding="utf-8")))


def _frozen(store: SqlStore, policy: Policy) -> dict[str, Any]:
    """As the outreach worker does it: a page, a transaction."""
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
        standing = completed(unit, standing, policy, NOW)
        unit.campaigns.save(standing)
    left_out = standing.campaign.counts.get("left_out", {})
    return {"lines": standing.campaign.size, "left_out": sum(left_out.values()), "longest": longest}


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


def megabytes() -> float:
    """The most that this process ever had in memory. Where the kernel tells it, without what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        sizes = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(sizes["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
