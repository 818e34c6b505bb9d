"""What the company's other systems know of a customer: asked side by side, kept for a while, never waited for long."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from datetime import timedelta

from core.errors import HandrailError
from core.model.customer import Customer
from core.model.order import Order
from core.model.profile import Asked, FactSource, ProfileFact
from core.ports import Now, Orders, ProfileSource, Store, Unit

FRESH = timedelta(minutes=5)
AT_MOST = timedelta(milliseconds=300)
SLOW = "took too long to answer"
AWAY = "could not be asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """`executor` runs the questions; an answer that comes too late is kept for whoever looks next."""

    sources: Sequence[ProfileSource]
    store: Store
    executor: Executor
    now: Now
    fresh: timedelta = FRESH
    within: timedelta = AT_MOST

    def stale(self, unit: Unit, customer: Customer) -> list[ProfileSource]:
        """Those whose last answer about this customer is old or missing."""
        since = self.now() - self.fresh
        known = {answer.source for answer in unit.profiles.last_answers(customer.id) if answer.at > since}
        return [source for source in self.sources if source.name not in known]

    def ask(self, customer: Customer) -> None:
        """Ask those that have not answered lately, and wait for none: what they say is there for the next look."""
        with self.store.read() as unit:
            stale = self.stale(unit, customer)
        for source in stale:
            self.executor.submit(self._ask, source, customer)

    def refresh(self, customer: Customer) -> None:
        """Ask those that have not answered lately, for `within` at most in all. Not inside a transaction."""
        with self.store.read() as unit:
            stale = self.stale(unit, customer)
        asked = {self.executor.submit(self._ask, source, customer): source for source in stale}
        _, late = wait(asked, timeout=self.within.total_seconds())
        self._keep_late(customer, {future: asked[future] for future in late})

    def _ask(self, source: ProfileSource, customer: Customer) -> None:
        try:
            answer = Asked(source=source.name, at=self.now(), facts=tuple(source.facts(customer)))
        except HandrailError:
            # What it said before is better than nothing, with the time when it said so.
            answer = Asked(source=source.name, at=self.now(), facts=self._before(source, customer), problem=AWAY)
        with self.store.begin() as unit:
            unit.profiles.keep(customer.id, answer)

    def _before(self, source: ProfileSource, customer: Customer) -> tuple[ProfileFact, ...]:
        with self.store.read() as unit:
            answers = unit.profiles.last_answers(customer.id)
        return next((answer.facts for answer in answers if answer.source == source.name), ())

    def _keep_late(self, customer: Customer, late: dict["Future[None]", ProfileSource]) -> None:
        """Whoever looks now is told that it was slow; the answer itself replaces this when it comes."""
        for future, source in late.items():
            facts = self._before(source, customer)
            with self.store.begin() as unit:
                if not future.done():
                    unit.profiles.keep(customer.id, Asked(source=source.name, at=self.now(), facts=facts, problem=SLOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """Implements `core.ports.ProfileSource` over the company's order system."""

    orders: Orders
    now: Now
    name: str = "Orders"
    worded: Callable[[Order], str] = field(default=lambda order: f"{order.id}: {_items(order)}, {order.status}")

    def facts(self, customer: Customer) -> list[ProfileFact]:
        bought = sorted(self.orders.of_customer(customer), key=lambda order: order.placed_at)
        if not bought:
            return []
        found = {"orders": str(len(bought)), "last_order": self.worded(bought[-1])}
        return [
            ProfileFact(name=name, value=value, source=FactSource.ORDERS, at=self.now(), by=self.name)
            for name, value in found.items()
        ]


def _items(order: Order) -> str:
    return ", ".join(f"{item.quantity} × {item.name}" for item in order.items)
