"""What a CHECK step can ask: the profile, and the company's order system.

Each answer is one word. What is not known is `unknown`, and a system that does not answer is not waited for twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.errors import HandrailError
from core.model.conversation import CaseContext
from core.model.order import Order
from core.ports import Orders, Probe
from core.procedure.run import UNKNOWN, Check
from core.read.similarity import references
from core.read.words import customer_words, earlier_words
from core.text.dates import on_day

NONE = "none"
OVER = frozenset({"delivered", "returned", "refunded", "cancelled", "canceled"})
OF_ORDER: Mapping[str, Callable[[Order], str]] = {
    "order_number": lambda order: order.id,
    "order_status": lambda order: order.status.casefold(),
    "order_delivered": lambda order: "yes" if order.delivered_at else "no",
    "order_carrier": lambda order: order.carrier,
    "order_tracking": lambda order: order.tracking,
}


def checks(case: CaseContext, orders: Orders | None, probe: Probe | None = None, language: str = "en") -> Check:
    """`account_tier`, `language`, `channel`, `order_number`, `order_status`, `order_delivered` (yes or no),
    `order_expected` (`on 4 January`, in the `language`), `order_carrier`, `order_tracking`, or any attribute of the
    customer's profile by its name; everything else is looked up by the `probe`. Each system is asked once in a turn."""
    return _Turn(case=case, orders=orders, probe=probe, language=language).check


@dataclass(kw_only=True)
class _Turn:
    """What was found out for one turn."""

    case: CaseContext
    orders: Orders | None
    probe: Probe | None
    language: str
    looked: dict[str, str] = field(default_factory=dict)

    def check(self, name: str) -> str:
        if name in OF_ORDER:
            return self._of_order(OF_ORDER[name])
        if name == "order_expected":
            return self._of_order(self._expected)
        case = self.case
        known = {
            "account_tier": case.customer.tier,
            "language": case.customer.locale[:2],
            "channel": str(case.latest.channel if case.latest else case.conversation.channel),
        }
        return known[name] if name in known else case.customer.attributes.get(name) or self._looked(name)

    @cached_property
    def _order(self) -> Order | str:
        """The one that the customer means, or the word for why there is none."""
        if self.orders is None:
            return UNKNOWN
        try:
            bought = self.orders.of_customer(self.case.customer)
        except HandrailError:
            return UNKNOWN
        return find_order(self.case, bought) or NONE

    def _of_order(self, read: Callable[[Order], str]) -> str:
        return self._order if isinstance(self._order, str) else read(self._order) or UNKNOWN

    def _expected(self, order: Order) -> str:
        day = order.promised_on
        # A day that has passed is none to expect it on.
        return on_day(day, self.language) if day and day >= self.case.now.date() else ""

    def _looked(self, name: str) -> str:
        if name not in self.looked:
            self.looked[name] = self._by_probe(name)
        return self.looked[name]

    def _by_probe(self, name: str) -> str:
        if self.probe is None:
            return UNKNOWN
        try:
            return (self.probe.look(name, self.case.customer) or UNKNOWN).casefold()
        except HandrailError:
            return UNKNOWN


def find_order(case: CaseContext, orders: Sequence[Order]) -> Order | None:
    """The order that the customer names, now or before; else the newest of those that are on their way, else the
    newest. None where they name a number that looks like an order's and is none of theirs."""
    kinds = {_shape(key) for order in orders for key in references(order.id)}
    for words in (customer_words(case), "\n".join(earlier_words(case))):
        found = [order for order in orders if _names(words, order.id)]
        if found:
            return max(found, key=_placed)
        if kinds & {_shape(each) for each in references(words)}:
            return None
    under_way = [order for order in orders if order.delivered_at is None and order.status.casefold() not in OVER]
    return max(under_way or orders, key=_placed, default=None)


def _placed(order: Order) -> float:
    return order.placed_at.timestamp()


def _names(words: str, number: str) -> bool:
    """Also where its parts are set apart in another way: `LK 10458`, `lk10458`."""
    parts = r"[\W_]{0,2}".join(re.findall(r"[^\W\d_]+|\d+", number.casefold()))
    return bool(parts) and re.search(rf"(?<![^\W_]){parts}(?![^\W_])", words.casefold()) is not None


def _shape(reference: str) -> str:
    """What kind of number it is: `lk10458` and `lk9` are of one kind."""
    return re.sub(r"\d+", "0", reference)
