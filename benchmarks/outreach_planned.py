"""Run as a process of its own, on a store where `benchmarks.outreach_frozen` was: lets the first lines of the manifest
become rows of the outbox, stops the campaign, and prints how long that took and how large the process became."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from apps.slack.cards.renderer import SlackCards
from benchmarks.outreach_frozen import CAMPAIGN, NOW, megabytes, rules
from connectors.sql.store import SqlStore
from core.model.campaign import CampaignState, Standing
from core.outreach.sending.advance import CHUNK, pumped
from core.outreach.sending.steer import stopped

ROUNDS = 20
POLICY = rules()


def main() -> None:
    store = SqlStore(sys.argv[1], cards=SlackCards())
    standing = _running(store)
    began = time.perf_counter()
    rounds = [_timed(lambda: _round(store, standing)) for _ in range(ROUNDS)]
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "longest": max(took for took, _ in rounds)}
    told |= {"rows": sum(rows for _, rows in rounds), "rss": megabytes()}
    told["progress"], _ = _timed(lambda: _left(store))
    told["stop"], _ = _timed(lambda: _stop(store))
    told["left"] = _left(store)
    store.close()
    print(json.dumps(told))


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _running(store: SqlStore) -> Standing:
    """Its first hour has come."""
    with store.begin() as unit:
        standing = unit.campaigns.get(CAMPAIGN)
        if standing is None:
            raise SystemExit("nothing is frozen here")
        running = unit.campaigns.save(replace(standing, state=CampaignState.RUNNING, began_at=NOW))
    return running or standing


def _round(store: SqlStore, standing: Standing) -> int:
    with store.begin() as unit:
        return pumped(unit, standing, POLICY, _now(standing), CHUNK).rows


def _now(standing: Standing) -> datetime:
    """When everybody's hour has come: then the most lines are due at once."""
    return standing.campaign.not_after - (standing.campaign.not_after - NOW) / 100


def _stop(store: SqlStore) -> int:
    with store.begin() as unit:
        return int(stopped(unit, CAMPAIGN, "benchmark", "", NOW) is not None)


def _left(store: SqlStore) -> int:
    with store.read() as unit:
        of = unit.campaigns.progress(CAMPAIGN).recipients
    return of.get("planned", 0) + of.get("pending", 0) + of.get("held", 0)


if __name__ == "__main__":
    main()
