"""Campaigns go on: their audience is frozen, what was approved leaves, their cards tell how far it has got.

Everything is in the store between any two transactions, each of them short, so that whoever dies in between is taken
over from, and a webhook never waits for long."""

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.calendar.quiet_hours import HORIZON, next_allowed
from core.execute.deliver import Delivery, Outcome, Taken, Told, in_lane
from core.govern.campaign_gate import why_ungranted
from core.govern.gate import glancing
from core.govern.pause import current_pause
from core.govern.seal import fits
from core.model.campaign import Campaign, CampaignState, Recipient, Standing, message_to
from core.model.customer import Channel
from core.model.outbound import Effect
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.upkeep import Upkeep
from core.policy import Policy
from core.ports import Unit
from core.ports.outreach import QueuedMessage, Throttle

THREADS = 16  # they speak to the vendor alone; what one killed process had in hand is at most so many
LOOKED_AT = 128  # of what waits, at once
FRESH = 0.5  # seconds that a look at what waits is good for
PACE = 0.1  # seconds in which what leaves gathers to one transaction
BURST = 0.25  # seconds' worth that may leave at once after a silence


@dataclass(slots=True, kw_only=True)
class Lane:
    """`senders` names who sends on a channel: all that leave from one address share its rate."""

    delivery: Delivery
    throttle: Throttle
    policy: Policy
    senders: Mapping[Channel, str]
    pool: Executor
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    left: int = 0
    on_hold: bool = False  # all sending is paused
    _under_way: dict[Future[Outcome], Taken] = field(default_factory=dict)
    _waiting: deque[QueuedMessage] = field(default_factory=deque)
    _looked_at: float = -math.inf
    _next_leave: float = math.inf  # when a sender that let nothing go will let the next one go

    @property
    def waiting(self) -> int:
        """How many rows are known to wait."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def turn(self) -> bool:
        """Note what came back, let the next ones go; False where there is nothing of either."""
        if self.ticks() - self._looked_at > FRESH or not self._waiting:
            self._look()
        going = self._granted(min(THREADS - len(self._under_way), len(self._waiting)))
        back = [future for future in self._under_way if future.done()]
        if back or going:
            self._exchange(back, going)
        return bool(self._waiting or self._under_way)

    def rest(self, until: float) -> None:
        """Let the next ones gather, or the vendor answer."""
        # A slow sender's leave is taken when it is there: its bucket holds no second one.
        nap = max(0.0, min(PACE, until - self.ticks(), self._next_leave - self.ticks()))
        if self._under_way and not self._waiting:
            wait(self._under_way, timeout=nap, return_when=FIRST_COMPLETED)
        else:
            self.sleep(nap)

    def look_again(self) -> None:
        """There is more than was known."""
        self._looked_at = -math.inf

    def finish(self) -> None:
        """Wait for what is under way and note it; nothing new leaves."""
        while self._under_way:
            wait(self._under_way, return_when=FIRST_COMPLETED)
            self._exchange([future for future in self._under_way if future.done()], [])

    def _look(self) -> None:
        with self.delivery.store.read() as unit:
            self.on_hold = current_pause(unit) is not None
            found = [] if self.on_hold else unit.campaigns.waiting(self.delivery.now(), LOOKED_AT)
        self._waiting = deque(found)
        self._looked_at = self.ticks()

    def _granted(self, room: int) -> list[QueuedMessage]:
        """The next ones that their senders may let go; the others keep their place."""
        wanted = Counter(message.channel for message in list(self._waiting)[: max(0, room)])
        granted: Counter[Channel] = Counter()
        self._next_leave = math.inf
        for channel, count in wanted.items():
            rate = self.policy.outreach.rate(channel)
            grant = self.throttle.take(self.senders.get(channel, channel), rate, burst_of(rate), count)
            granted[channel] = grant.granted
            if not grant.granted:
                self._next_leave = min(self._next_leave, self.ticks() + grant.wait.total_seconds())
        going, kept = [], deque[QueuedMessage]()
        for message in self._waiting:
            if granted[message.channel]:
                granted[message.channel] -= 1
                going.append(message)
            else:
                kept.append(message)
        self._waiting = kept
        return going

    def _exchange(self, back: list[Future[Outcome]], going: list[QueuedMessage]) -> None:
        told: list[Told] = []
        with self.delivery.store.begin() as unit:
            for future in back:
                taken = self._under_way[future]
                told.append(self.delivery.settle(unit, taken.row, self._outcome(taken, future)))
            begun = self._taken(unit, going)
        for future in back:
            del self._under_way[future]
        self.left += len(back)
        for each in begun:
            if isinstance(each, Taken):
                self._under_way[self.pool.submit(self.delivery.carry, each)] = each
            elif each is not None:
                told.append(each)
        for one in told:
            self.delivery.publish(one)

    def _outcome(self, taken: Taken, future: Future[Outcome]) -> Outcome:
        """One message that trips over a fault of ours stops no other."""
        fault = future.exception()
        return future.result() if fault is None else self.delivery.broken(taken, fault)

    def _taken(self, unit: Unit, going: Sequence[QueuedMessage]) -> list[Taken | Told | None]:
        """What has been refused may have changed what is known of a customer: then it is looked at anew."""
        if going:
            unit.outbox.take_turn()  # before the first look: a STOP that came while we waited for it is seen
        look: Unit | None = None
        taken = list[Taken | Told | None]()
        for number, message in enumerate(going):
            look = look or glancing(unit, going[number:])
            taken.append(self.delivery.take(unit, message.effect_id, look))
            if isinstance(taken[-1], Told):
                look = None
        return taken


def burst_of(rate: float) -> int:
    """How many may leave at once: a quarter of a second's worth."""
    return max(1, math.floor(rate * BURST))


RUNNING = CampaignState.RUNNING
LONGEST = 10.0  # seconds of one call
LOOK = 0.25  # seconds that a look at which campaigns run is good for
UPKEEP = 1.0  # seconds between two rounds of upkeep
BUSY = 10  # a round of upkeep takes at most this fraction of the time: counting a large campaign is slow


@dataclass(slots=True, kw_only=True)
class Campaigner:
    """`senders` names who sends on a channel. Several may work at once, also on several machines."""

    delivery: Delivery
    throttle: Throttle
    policy: Policy
    senders: Mapping[Channel, str]
    upkeep: Upkeep
    preparation: Preparation
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _running: list[Standing] = field(default_factory=list)
    _looked_at: float = float("-inf")
    _upkept_at: float = float("-inf")
    _prepare_at: float = float("-inf")

    def advance(self, seconds: float = LONGEST) -> bool:
        """Work until nothing is to be done, at most that long; whether something still is."""
        end = self.ticks() + seconds
        with ThreadPoolExecutor(THREADS, thread_name_prefix="lane") as pool:
            lane = Lane(
                delivery=self.delivery,
                throttle=self.throttle,
                policy=self.policy,
                senders=self.senders,
                pool=pool,
                ticks=self.ticks,
                sleep=self.sleep,
            )
            try:
                busy = True
                while busy and self.ticks() < end:
                    busy = self._step(lane, end)
            finally:
                lane.finish()
        if lane.left:
            self._publish(self._kept_up(0.0))
        return busy

    def _step(self, lane: Lane, end: float) -> bool:
        began = self.ticks()
        self._look()
        sending = lane.turn()
        filled = self._fill(lane)
        prepared = self._prepared()
        self._publish(self._kept_up(UPKEEP))
        if sending and not prepared:
            lane.rest(min(end, began + PACE))
        return sending or filled or prepared

    def _look(self) -> None:
        if self.ticks() - self._looked_at < LOOK:
            return
        with self.delivery.store.read() as unit:
            found = [
                (each, why_ungranted(unit, each.campaign, self.policy)) for each in unit.campaigns.in_state(RUNNING)
            ]
        self._running = [standing for standing, against in found if not against]
        self._looked_at = self.ticks()
        for standing, against in found:
            if against:
                self._publish(self.upkeep.without_rule(standing, against))

    def _fill(self, lane: Lane) -> bool:
        """Let lines become rows where the lane is half empty: some tens in a transaction, not a few."""
        for standing in self._running:
            most = min(LOOKED_AT, ahead(standing.campaign, self.policy))
            half_empty = lane.waiting * 2 <= most
            if half_empty and not lane.on_hold and self._pump(standing, most - lane.waiting):
                lane.look_again()
                return True
        return False

    def _pump(self, standing: Standing, room: int) -> bool:
        now = self.delivery.now()
        with self.delivery.store.begin() as unit:
            current = unit.campaigns.get(standing.campaign.id)
            if current is None or current.state is not RUNNING:
                return False
            done = pump(unit, current, self.policy, now, room)
            wrong = done.wrong
            fresh = self.upkeep.wrong_line(unit, current, wrong.ordinal) if wrong is not None else []
        self._publish(fresh)
        return done.rows + done.put_off > 0

    def _kept_up(self, every: float) -> list[Effect]:
        if self.ticks() - self._upkept_at < every:
            return []
        began = self.ticks()
        fresh = self.upkeep.run()
        self._upkept_at = self.ticks() + (self.ticks() - began) * BUSY
        return fresh

    def _prepared(self) -> bool:
        """Whether a campaign in the making got further; where there is none, that is good for a while."""
        if self.ticks() < self._prepare_at:
            return False
        fresh = self.preparation.step()
        if fresh is None:
            self._prepare_at = self.ticks() + LOOK
        self._publish(fresh or [])
        return fresh is not None

    def _publish(self, effects: list[Effect]) -> None:
        for effect in effects:
            if not in_lane(effect):
                self.delivery.publisher.effect(effect.id)


# ------------------------------------------------------------------
# From a line of the manifest to a row of the outbox, a few seconds ahead of the rate at which they leave: what is not
# there yet can be called back by a word.


AHEAD = timedelta(seconds=3)
FEWEST, CHUNK = 8, 40  # CHUNK: in one transaction, some tens of milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """How many lines became rows. `wrong` is the first that is not what was approved; nothing after it was touched.
    `put_off`: how many wait for another hour, for theirs has passed while others were sent."""

    rows: int
    put_off: int = 0
    wrong: Recipient | None = None


def ahead(campaign: Campaign, policy: Policy) -> int:
    """How many of its messages may wait in the outbox."""
    rate = sum(policy.outreach.rate(channel) for channel in {variant.channel for variant in campaign.variants})
    return max(FEWEST, math.ceil(rate * AHEAD.total_seconds()))


def pump(unit: Unit, standing: Standing, policy: Policy, now: datetime, room: int) -> Pumped:
    """Put up to `room` lines whose hour has come into the outbox."""
    campaign, effects, wrong = standing.campaign, dict[int, Effect](), None
    put_off: dict[int, datetime] = {}
    if now >= campaign.not_after:
        return Pumped(rows=0)
    for line in unit.campaigns.due(campaign.id, now, min(room, CHUNK)):
        if not fits(campaign, line):
            wrong = line
            break
        opens = next_allowed(now, policy.outreach, line.time_zone, line.address)
        if now < opens <= now + HORIZON:  # beyond that nothing is known of the hour here: the gate looks at the profile
            put_off[line.ordinal] = opens
            continue
        effects[line.ordinal] = message_to(campaign, line, now)
    if effects:
        unit.outbox.add_all(list(effects.values()))
        unit.campaigns.mark_queued(campaign.id, {ordinal: effect.id for ordinal, effect in effects.items()})
    if put_off:
        unit.campaigns.put_off(campaign.id, put_off)
    return Pumped(rows=len(effects), put_off=len(put_off), wrong=wrong)
