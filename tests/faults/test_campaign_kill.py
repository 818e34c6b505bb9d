"""Every process is killed with signal 9, again and again, while a campaign leaves: each recipient gets it exactly once,
and what nobody can know is parked and counted.

`make faults` sends to ten thousand; the usual run to three hundred."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.demo.launch import Demo
from benchmarks import machine, outreach_send
from benchmarks.stack import start_stack
from core.model.campaign import CampaignState
from core.model.ids import ApprovalId
from core.outreach.sending.advance import THREADS
from core.ports.outreach import Progress
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
KILLED = ("web", "worker", "outreach", "queue")


@pytest.fixture
def people(request: pytest.FixtureRequest) -> int:
    return 10_000 if request.config.getoption("--long", default=False) else 300


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return 20 if request.config.getoption("--long", default=False) else 4


@pytest.fixture
def up() -> Iterator[Demo]:
    folder = ROOT / "var" / "test-kill"
    warmed(folder / "demo")
    with start_stack(folder, rate=75.0) as running:
        yield running


@pytest.mark.timeout(3600)
def test_each_recipient_gets_it_exactly_once_whatever_is_killed(up: Demo, people: int, kills: int) -> None:
    outreach_send.add_people(up.container.store, people)
    campaign_id = outreach_send.start_outage(up.container, datetime.now(UTC))
    patience = 300 + people / 5
    asked = outreach_send.wait_for_state(up.container, campaign_id, CampaignState.PENDING, patience=patience)
    outreach_send.approve(up.container, asked, datetime.now(UTC))
    chance = random.Random(20261122)
    for number in range(kills):
        _until(lambda share=number / kills: len(outreach_send.read_texts(up)) > people * share, patience)
        time.sleep(chance.uniform(0, 1))
        _kill(up, KILLED[number % len(KILLED)])
    done = outreach_send.wait_for_state(up.container, campaign_id, CampaignState.DONE, patience=patience)
    told = _progress(up, campaign_id)
    to = Counter(each["to"] for each in outreach_send.read_texts(up))
    expected = {outreach_send.phone(number) for number in range(people)}
    assert done.campaign.treated == people
    assert {address for address, count in to.items() if count > 1} == set()
    assert set(to) <= expected
    # Whoever got nothing is among those that a person has to look at, and they are few: what one process had in hand.
    parked = told.recipients.get("parked", 0)
    print(f"{people} recipients, {kills} kills: {len(to)} got one, {parked} parked")  # noqa: T201 - the figures of it
    assert sum(told.recipients.values()) == people
    assert len(expected - set(to)) <= parked <= THREADS * kills


def _kill(up: Demo, name: str) -> None:
    """Signal 9 to the process and all its children, at once; the supervisor starts it again."""
    found = next(child for child in up.processes.running if child.name == name)
    for each in reversed(machine.family(found.process.pid)):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _progress(up: Demo, campaign_id: ApprovalId) -> Progress:
    with up.container.store.read() as unit:
        return unit.campaigns.progress(campaign_id)


def _until(holds: Callable[[], bool], patience: float) -> None:
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it did not come to that")
        time.sleep(0.2)
