"""Campaigns go on: their audience is frozen, what was approved leaves, their cards tell how far it has got.

Everything is in the store between any two transactions, each of them short, so that whoever dies in between is taken
over from, and a webhook never waits for long."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from core.execute.deliver import Delivery, in_lane
from core.govern.campaigned import ungranted
from core.model.campaign import CampaignState, Standing
from core.model.customer import Channel
from core.model.outbound import Effect
from core.outreach.sending.lane import LOOKED_AT, PACE, THREADS, Lane
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.pump import ahead, pumped
from core.outreach.sending.upkeep import Upkeep
from core.policy import Policy
from core.ports.throttle import Throttle

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
            found = [(each, ungranted(unit, each.campaign, self.policy)) for each in unit.campaigns.in_state(RUNNING)]
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
            done = pumped(unit, current, self.policy, now, room)
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
