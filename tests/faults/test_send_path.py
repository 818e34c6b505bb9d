"""From the signal to the last message the process may die at any step: before or after each write, each word to the
vendor. Whoever takes over sends to each recipient at most once; to each exactly once where the vendor can tell what it
got, and what cannot be known is parked and counted."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from apps.slack.cards.renderer import SlackCards
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.govern.audit import Audit
from core.model.campaign import CampaignState, Standing
from core.model.event import EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import ApprovalId
from core.model.outreach import Click, Verdict
from core.outreach.decide import settle
from tests.clock import Clock
from tests.core.campaigns import person, phone
from tests.core.container import Container
from tests.core.fakes import FakeMessenger
from tests.core.outreach.carrying import campaigner
from tests.core.people import NOW
from tests.core.rules import policy
from tests.faults.crashing import Crash, Fate, MortalMessenger, mortal
from tests.keys import master_keys

PEOPLE = (2, 3)
PRIYA = "priya@larkfield.example"
LEASE = timedelta(seconds=65)  # after it, whoever has died is taken over from
BLIND = 10_000  # look-ups that see nothing


@dataclass(slots=True)
class World:
    """What outlives a process: the store's file, the vendor, the time."""

    file: Path
    clock: Clock
    vendor: FakeMessenger
    lives: int = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def process(self, fate: Fate) -> Container:
        """One that starts now, on what the one before left."""
        self.lives += 1
        container = Container(mortal(self.url, fate, cards=SlackCards(), keys=master_keys))
        container.clock = self.clock
        container.loop = replace(container.loop, now=self.clock)
        messenger = MortalMessenger(self.vendor, fate)
        senders = replace(
            container.delivery.senders, messengers=dict.fromkeys(container.delivery.senders.messengers, messenger)
        )
        container.delivery = replace(container.delivery, senders=senders, now=self.clock)
        return container

    def campaign(self) -> Standing | None:
        store = SqlStore(self.url, cards=SlackCards(), keys=master_keys)
        found = standing(store)
        store.close()
        return found

    def until_done(self, *fates: Fate) -> CampaignState:
        """One process after the other, each with its fate, the last ones with none; how the campaign ends."""
        for fate in (*fates, *(Fate() for _ in range(20))):
            container = self.process(fate)
            try:
                live(container)
            except Crash:
                assert fate.died
            finally:
                container.store.close()
            self.clock.forward(LEASE)
            found = self.campaign()
            if not fate.died and found is not None and found.state is CampaignState.DONE:
                return found.state
        raise AssertionError(f"it does not come to an end: {found}")


def live(container: Container) -> None:
    """The life of a campaign, as far as a process comes with it. All of it is begun again by the next one."""
    outage = SignalStated(kind="outage", facts={"region": "west", "service": "Cloud"})
    container.happens(container.event(EventKind.BUSINESS_SIGNAL, "sig-1", "sig-1", payload=outage))
    work = campaigner(container)
    work.advance(2)
    found = standing(container.store)
    if found is not None and found.state is CampaignState.PENDING:
        click(container, found)
    for _ in range(4):
        work.advance(2)
        container.clock.forward(LEASE)


def click(container: Container, found: Standing) -> None:
    """Priya says yes: an event that comes again until it was handled."""
    clicked = Click(
        approval_id=found.campaign.id,
        verdict=Verdict.APPROVE,
        digest=found.campaign.digest,
        user_id="U-PRIYA",
        user_name="Priya",
        channel="C1",
        ts="",
        event_id="ev_click",
    )
    with container.store.begin() as unit:
        settled = settle(unit, clicked, PRIYA, container.policy, container.clock(), StyleCard(company="Larkfield"))
        for effect in settled.effects:
            unit.outbox.add(effect)


def standing(store: SqlStore) -> Standing | None:
    with store.read() as unit:
        found = unit.campaigns.recent(1)
    return found[0] if found else None


@pytest.fixture
def world(migrated: Path, tmp_path: Path) -> Callable[[], World]:
    def anew() -> World:
        for old in tmp_path.glob("store.db*"):
            old.unlink()
        file = tmp_path / "store.db"
        shutil.copy(migrated, file)
        store, clock = SqlStore(f"sqlite:///{file}", cards=SlackCards(), keys=master_keys), Clock(NOW)
        with store.begin() as unit:
            for number in PEOPLE:
                unit.customers.save(person(number, attributes={"region": "west"}))
        store.close()
        return World(file=file, clock=clock, vendor=FakeMessenger(clock))

    return anew


def held_against(here: World, where: str, *, can_tell: bool) -> Counter[str]:
    """Each recipient's messages at the vendor against what the outbox and the ledger say of them."""
    store = SqlStore(here.url, cards=SlackCards(), keys=master_keys)
    with store.read() as unit:
        found = unit.campaigns.recent(1)[0]
        lines = unit.campaigns.lines(ApprovalId(found.campaign.id), 0, 10)
        rows = {line.address: unit.outbox.get(line.effect_id) for line in lines if line.effect_id}
        progress = unit.campaigns.progress(found.campaign.id).recipients
        faults = [
            fault.text for fault in Audit(unit=unit, standing_of=lambda version: frozenset(policy().standing)).faults()
        ]
    store.close()
    got = Counter(message.to for message in here.vendor.sent)
    ends: Counter[str] = Counter()
    for number in PEOPLE:
        row = rows[phone(number)]
        assert row is not None, where
        assert got[phone(number)] <= 1, where
        if can_tell:
            assert row.state == ("sent" if got[phone(number)] else "parked"), (where, row.error)
        else:
            assert row.state in ("sent", "parked"), (where, row.error)
            assert got[phone(number)] or row.state == "parked", where
        ends[row.state] += 1
    assert {name: count for name, count in progress.items() if count} == dict(ends), where
    assert faults == [], where
    return ends


def steps_of_a_life(anew: Callable[[], World]) -> int:
    whole = Fate()
    assert anew().until_done(whole) is CampaignState.DONE
    return whole.steps


def test_without_a_crash_everybody_gets_it(world: Callable[[], World]) -> None:
    here = world()
    assert here.until_done() is CampaignState.DONE
    assert held_against(here, "no crash", can_tell=True) == {"sent": len(PEOPLE)}
    assert here.lives == 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("can_tell", [True, False], ids=["the vendor can tell", "the vendor cannot tell"])
def test_wherever_it_dies_each_gets_it_once_or_it_is_parked(
    world: Callable[[], World], can_tell: bool, every: int
) -> None:
    died_at: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    dies_at = 1
    while True:
        here, fate = world(), Fate(dies_at=dies_at)
        here.vendor.lag = 0 if can_tell else BLIND
        assert here.until_done(fate) is CampaignState.DONE
        ends += held_against(here, f"step {dies_at}, {fate.where}", can_tell=can_tell)
        if not fate.died:
            break
        died_at[fate.where] += 1
        # What the vendor heard is where it matters most: there no step is left out.
        dies_at += 1 if "vendor" in fate.where else every
    # Two threads speak to the vendor: at which of them a step falls differs from run to run.
    places = {"before a transaction", "before a commit", "after a commit", "before the vendor", "after the vendor"}
    assert set(died_at) == places
    # Who died before the vendor heard of it cannot know that; nor who died after it, where nobody can tell.
    assert ends["parked"] >= len(PEOPLE)
    assert ends["sent"] > ends["parked"]


@pytest.mark.timeout(600)
def test_whoever_takes_over_may_die_too(world: Callable[[], World]) -> None:
    """The second death in the middle of putting right what the first one left."""
    steps = steps_of_a_life(world)
    for first in range(2, steps, max(1, steps // 8)):
        for second in (2, 7):
            here = world()
            here.until_done(Fate(dies_at=first), Fate(dies_at=second))
            held_against(here, f"steps {first} and {second}", can_tell=True)
