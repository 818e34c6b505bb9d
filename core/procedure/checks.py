"""What a CHECK step can ask: the profile, and the company's order system.

Each answer is one word. What is not known is `unknown`, and a system that does not answer is not waited for twice.
"""

from collections.abc import Callable, Mapping

from core.errors import HandrailError
from core.model.conversation import CaseContext
from core.model.order import Order
from core.ports import Orders, Probe
from core.procedure.run import UNKNOWN, Check
from core.sense.words import customer_words

NONE = "none"


def checks(case: CaseContext, orders: Orders | None, probe: Probe | None = None) -> Check:
    """`account_tier`, `language`, `channel`, `order_number`, `order_status`, `order_delivered` (yes or no), or any
    attribute of the customer's profile by its name; everything else is looked up by the `probe`, once for each turn."""
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

    known: Mapping[str, Callable[[], str]] = {
        "account_tier": lambda: case.customer.tier,
        "language": lambda: case.customer.locale[:2],
        "channel": lambda: str(case.latest.channel if case.latest else case.conversation.channel),
        "order_number": lambda: _of_order(case, bought(), lambda order: order.id),
        "order_status": lambda: _of_order(case, bought(), lambda order: order.status.casefold()),
        "order_delivered": lambda: _of_order(case, bought(), lambda order: "yes" if order.delivered_at else "no"),
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


def _of_order(case: CaseContext, orders: list[Order] | None, read: Callable[[Order], str]) -> str:
    """Of the order that the customer names, else of the only or the newest one."""
    if orders is None:
        return UNKNOWN
    if not orders:
        return NONE
    words = customer_words(case).casefold()
    named = [order for order in orders if order.id.casefold() in words]
    return read(max(named or orders, key=lambda order: order.placed_at))
