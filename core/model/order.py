"""What a customer bought, as the company's order system tells it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`unit_price` is what one piece cost, in the order's currency."""

    name: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`currency` is an ISO 4217 code; `status` the order system's own word, such as `delivered`; `promised_on` the day
    by which it is to arrive. `carrier` and `tracking` (the parcel's number) are empty where nobody knows them."""

    id: str
    items: tuple[Item, ...]
    currency: str
    status: str
    placed_at: datetime
    delivered_at: datetime | None = None
    delivery_charge: Decimal = Decimal(0)
    promised_on: date | None = None
    carrier: str = ""
    tracking: str = ""

    @property
    def goods(self) -> Decimal:
        """The price of all items without delivery."""
        return sum((item.total for item in self.items), Decimal(0))
