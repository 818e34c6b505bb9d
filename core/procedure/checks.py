"""What a CHECK step can ask: the profile, and the company's order system.

Each answer is one word. What is not known is `unknown`, and a system that does not answer is not waited for twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from core.errors import HandrailError
from core.model.conversation import CaseContext
from core.model.order import Order
from core.ports import Orders, Probe
from core.procedure.run import UNKNOWN, Check
from core.sense.alike import references
from core.sense.words import customer_words, earlier_words
from core.text.dates import on_day

NONE = "none"
OVER = frozenset({"delivered", "returned", "refunded", "cancelled", "canceled"})


def checks(case: CaseContext, orders: Orders | None, probe: Probe | None = None, language: str = "en") -> Check:
    """`account_tier`, `language`, `channel`, `order_number`, `order_status`, `order_delivered` (yes or no),
    `order_expected` (`on 4 January`, in the `language`), `order_carrier`, `order_tracking`, or any attribute of the
    customer's profile by its name; everything else is looked up by the `probe`, once for each turn."""
    found: list[list[Order]] = []
    seen: dict[str, str] = {}

    def bought() -> list[Order] | None:
        if orders is None:
            return None
        if not found:
            try:
                found.append(orders.of_customer(case.customer))
            except HandrailError:
                return None
        return found[0]

    def looked(name: str) -> str:
        if name not in seen:
            seen[name] = _looked(probe, name, case)
        return seen[name]

    def expected(order: Order) -> str:
        day = order.promised_on
        return on_day(day, language) if day and day >= case.now.date() else ""  # a day that has passed is none

    known: Mapping[str, Callable[[], str]] = {
        "account_tier": lambda: case.customer.tier,
        "language": lambda: case.customer.locale[:2],
        "channel": lambda: str(case.latest.channel if case.latest else case.conversation.channel),
        "order_number": lambda: _of_order(case, bought(), lambda order: order.id),
        "order_status": lambda: _of_order(case, bought(), lambda order: order.status.casefold()),
        "order_delivered": lambda: _of_order(case, bought(), lambda order: "yes" if order.delivered_at else "no"),
        "order_expected": lambda: _of_order(case, bought(), expected),
        "order_carrier": lambda: _of_order(case, bought(), lambda order: order.carrier),
        "order_tracking": lambda: _of_order(case, bought(), lambda order: order.tracking),
    }

    def check(name: str) -> str:
        read = known.get(name)
        return read() if read else case.customer.attributes.get(name) or looked(name)

    return check


def _looked(probe: Probe | None, name: str, case: CaseContext) -> str:
    if probe is None:
        return UNKNOWN
    try:
        return (probe.look(name, case.customer) or UNKNOWN).casefold()
    except HandrailError:
        return UNKNOWN


def _of_order(case: CaseContext, orders: Sequence[Order] | None, read: Callable[[Order], str]) -> str:
    if orders is None:
        return UNKNOWN
    order = meant(case, orders)
    return NONE if order is None else read(order) or UNKNOWN


def meant(case: CaseContext, orders: Sequence[Order]) -> Order | None:
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
