"""The lane by which a campaign's messages leave: in their order, as many as the senders' rates allow, several at once.

One thread speaks to the store, a few speak to the vendor. What they bring back and what leaves next is one transaction,
so that the disk is asked some ten times a second and not twice for each message."""

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

from core.execute.deliver import Delivery, Outcome, Taken, Told
from core.govern.glance import glancing
from core.govern.pause import paused
from core.model.customer import Channel
from core.policy import Policy
from core.ports import Unit
from core.ports.outreach import QueuedMessage
from core.ports.throttle import Throttle

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
            self.on_hold = paused(unit) is not None
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
