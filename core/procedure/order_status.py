"""Where the customer's orders are, as the order system says it: which of them is meant, and what is said of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from core.model.conversation import CaseContext
from core.model.order import Order
from core.model.signals import UNKNOWN_LANGUAGE
from core.read.repeats import references
from core.read.turn_input import customer_words, earlier_words
from core.text.dates import on_day
from core.text.order_lines import ORDER_LINES, OrderLines
from core.text.stems import content

FEW = 2  # words of meaning, the number one of them
MOST = 3  # orders that are told of in one message


class OrderState(StrEnum):
    """What a customer may know of an order."""

    PLACED = "placed"
    PACKED = "packed"
    UNDER_WAY = "under_way"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OVER = frozenset({OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED})
# The words of shops and parcel services for it.
_WORDS: Mapping[OrderState, str] = {
    OrderState.PLACED: "placed new created received open pending paid confirmed accepted",
    OrderState.PACKED: "packed packing processing preparing picking ready in_progress awaiting_shipment unfulfilled",
    OrderState.UNDER_WAY: "under_way shipped dispatched sent in_transit on_its_way out_for_delivery fulfilled",
    OrderState.DELAYED: "delayed late on_hold held backordered back_ordered",
    OrderState.DELIVERED: "delivered arrived completed collected",
    OrderState.RETURNED: "returned refunded returning",
    OrderState.CANCELLED: "cancelled canceled voided void",
}
STATES: Mapping[str, OrderState] = {word: state for state, words in _WORDS.items() for word in words.split()}
# Whoever says that nothing has come is not told that it was delivered.
_NOT_HERE = re.compile(
    r"(?<!\w)(?:(?:has|have|did|was|is)(?: not|n't|nt)(?: \w+){0,2} (?:arrive[d]?|come|received?|here|there|delivered)"
    r"|(?:never|not)(?: \w+)? (?:arrived|came|come|received|here|got)|nothing (?:has )?(?:arrived|came|come|here)"
    r"|(?:says?|said|shows?|marked|claims?|supposedly|allegedly)(?: \w+){0,3} delivered|missing|lost|stolen"
    r"|nicht (?:\w+ )?(?:angekommen|erhalten|bekommen|da|zugestellt)|nichts (?:angekommen|bekommen|erhalten|da)"
    r"|no (?:me |nos )?ha llegado|no lo he recibido|no (?:he|hemos) recibido|nunca (?:llegó|me llegó)"
    r"|pas (?:encore )?(?:arrivée?|reçue?|livrée?)|jamais (?:arrivée?|reçue?)|rien reçu"
    r"|não (?:chegou|recebi)|nunca chegou)(?!\w)"
    r"|届いて(?:い)?(?:ません|ない)|届かない|受け取って(?:い)?(?:ません|ない)",
    re.IGNORECASE,
)


def state_of(order: Order) -> OrderState | None:
    """None where the order system uses a word that says nothing to us."""
    return STATES.get(re.sub(r"[\s-]+", "_", order.status.strip().casefold()))


def language_for(case: CaseContext, spoken: str) -> str:
    """The language that orders are told of in: the one that was `spoken`, of a number alone the customer's own; English
    where we have no lines in it."""
    language = case.customer.language if spoken == UNKNOWN_LANGUAGE.value else spoken
    return language if language in ORDER_LINES else "en"


def is_number_alone(words: str, orders: Sequence[Order]) -> bool:
    """Whether the words are the number of one of these orders and next to nothing else: "LK-10461?"."""
    return len(content(words)) <= FEW and any(names_order(words, order.id) for order in orders)


def find_order(case: CaseContext, orders: Sequence[Order]) -> Order | None:
    """The order that the customer names, now or before; else the newest of those that are on their way, else the
    newest. None where they name a number that looks like an order's and is none of theirs."""
    named = named_orders(case, orders)
    if named is not None:
        return max(named, key=_placed, default=None)
    return max(open_orders(orders) or orders, key=_placed, default=None)


def named_orders(case: CaseContext, orders: Sequence[Order]) -> list[Order] | None:
    """The orders that the customer names, now or else before; empty where the number is none of theirs, None where
    they name none."""
    kinds = {_shape(key) for order in orders for key in references(order.id)}
    for words in (customer_words(case), "\n".join(earlier_words(case))):
        found = [order for order in orders if names_order(words, order.id)]
        if found or kinds & {_shape(each) for each in references(words)}:
            return found
    return None


def open_orders(orders: Sequence[Order]) -> list[Order]:
    """Those that have not come to their end."""
    return [order for order in orders if order.delivered_at is None and state_of(order) not in OVER]


def names_order(words: str, number: str) -> bool:
    """Also where its parts are set apart in another way: `LK 10458`, `lk10458`."""
    parts = r"[\W_]{0,2}".join(re.findall(r"[^\W\d_]+|\d+", number.casefold()))
    return bool(parts) and re.search(rf"(?<![^\W_]){parts}(?![^\W_])", words.casefold()) is not None


def summarize_orders(case: CaseContext, orders: Sequence[Order], language: str) -> str | None:
    """What the customer is told: of the orders that they name, else of their open ones, the newest first, else of
    their newest. None where the order system says something that we cannot put into words."""
    lines = ORDER_LINES.get(language, ORDER_LINES["en"])
    if not orders:
        return lines.none
    named = named_orders(case, orders)
    if named is not None and not named:
        return lines.not_found
    meant = named or open_orders(orders) or [max(orders, key=_placed)]
    newest = sorted(meant, key=_placed, reverse=True)[:MOST]
    told = [_summary(order, lines, language, case.now.date()) for order in newest]
    return "\n".join(text for text in told if text) if all(told) else None


def is_disputed(case: CaseContext, orders: Sequence[Order]) -> bool:
    """Whether the customer says that something has not come of which the order system says that it was delivered."""
    order = find_order(case, orders)
    delivered = order is not None and state_of(order) is OrderState.DELIVERED
    return delivered and _NOT_HERE.search(customer_words(case).replace("’", "'")) is not None


def _summary(order: Order, lines: OrderLines, language: str, today: date) -> str:
    """Empty where there are no words for its state."""
    state = state_of(order)
    if state is None:
        return ""
    said = [_state_line(order, state, lines, language)]
    if state not in OVER:
        said.append(_parcel(order, lines))
        said.append(_arrival(order, state, lines, language, today))
    return " ".join(part for part in said if part)


def _state_line(order: Order, state: OrderState, lines: OrderLines, language: str) -> str:
    if state is OrderState.DELIVERED and order.delivered_at is not None:
        return lines.delivered_on.format(order=order.id, on=on_day(order.delivered_at.date(), language))
    line: str = getattr(lines, state)
    return line.format(order=order.id)


# A name and a number, and neither an address nor a sentence: whoever may write into the order system writes to no
# customer by it.
_CARRIER, _TRACKING = re.compile(r"\w[\w &'’+-]{0,29}"), re.compile(r"[\w-](?:[\w -]{0,38}[\w-])?")


def _parcel(order: Order, lines: OrderLines) -> str:
    """Nothing where there is no parcel yet: who has a tracking number has sent it."""
    carrier = order.carrier if _CARRIER.fullmatch(order.carrier) and len(order.carrier.split()) <= 3 else ""
    if carrier and re.search(r"\d", order.tracking) and _TRACKING.fullmatch(order.tracking):
        return lines.parcel.format(carrier=carrier, tracking=order.tracking)
    sent = state_of(order) in (OrderState.UNDER_WAY, OrderState.DELAYED)
    return lines.carrier.format(carrier=carrier) if carrier and sent else ""


def _arrival(order: Order, state: OrderState, lines: OrderLines, language: str, today: date) -> str:
    """A day that has passed is none to expect it on; one that is delayed is not promised for its old day either."""
    day = order.promised_on
    if day is None:
        return ""
    if day < today:
        return lines.overdue.format(on=on_day(day, language))
    return "" if state is OrderState.DELAYED else lines.expected.format(on=on_day(day, language))


def _placed(order: Order) -> float:
    return order.placed_at.timestamp()


def _shape(reference: str) -> str:
    """What kind of number it is: `lk10458` and `lk9` are of one kind."""
    return re.sub(r"\d+", "0", reference)
