"""What an agent needs to make an offer: what the articles say there is, and what the customer has bought."""

from collections.abc import Sequence

from core.errors import HandrailError
from core.model.customer import Customer
from core.model.draft import Draft
from core.model.order import Order
from core.ports import Orders

MOST = 5  # of each
NOT_READ = "The order system did not answer; the history is not known."


def options(draft: Draft | None) -> tuple[str, ...]:
    """The articles' own words, each with its title; none where nothing was found."""
    cited = draft.cited if draft else ()
    return tuple(dict.fromkeys(f"{c.passage.title}: “{' '.join(c.quote.split())}”" for c in cited))[:MOST]


def purchases(orders: Sequence[Order]) -> tuple[str, ...]:
    """One line an order, newest first."""
    newest = sorted(orders, key=lambda order: (order.placed_at, order.id), reverse=True)
    return tuple(_line(order) for order in newest[:MOST])


def history_of(customer: Customer, orders: Orders | None) -> tuple[str, ...]:
    """What the customer has bought. A card without it is better than none, so an order system that is away is said."""
    if orders is None:
        return ()
    try:
        return purchases(orders.of_customer(customer))
    except HandrailError:
        return (NOT_READ,)


def _line(order: Order) -> str:
    items = ", ".join(f"{item.quantity} × {item.name}" for item in order.items)
    return f"{order.placed_at:%Y-%m-%d}: {items}, {order.goods} {order.currency}, {order.status} (order {order.id})"
