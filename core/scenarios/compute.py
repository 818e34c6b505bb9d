"""From an order and the company's rules to the ways out that are open, each with its sum and how it comes about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter
from typing import Protocol

import phonenumbers

from core.model.customer import Customer
from core.model.draft import Sentence, SentenceKind
from core.model.order import Order
from core.model.signals import Signals
from core.ports import Now, Orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a way out is open. `statuses` empty: any. Days are whole days since the delivery, both ends included."""

    statuses: frozenset[str] = frozenset()
    least_days: int | None = None
    most_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What is paid. `percent` of the goods, with the delivery charge or not, less what `deducted` names by country;
    or a `fixed` sum by currency. A currency without a fixed sum has no such way out."""

    percent: Decimal = Decimal(0)
    delivery: bool = False
    deducted: Mapping[str, Decimal] = field(default_factory=dict)
    fixed: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way out. `says` holds the sentences by language, with places such as {amount} that code fills in; `supposes`
    is what the agent has to know to be so ("the device is faulty"), `source` where the company says it."""

    name: str
    label: str
    intents: frozenset[str]
    says: Mapping[str, tuple[str, ...]]
    supposes: str = ""
    source: str = ""
    condition: Condition = Condition()
    pays: Sum | None = None
    alone_up_to: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All of them, with the hash of the file that they come from."""

    version: str
    rules: tuple[Rule, ...]

    def about(self, intents: frozenset[str]) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.intents & intents)


CENT = Decimal("0.01")
FALLBACK = "en"
PLACES = frozenset({"order", "items", "amount", "deducted", "delivered", "until", "days"})  # that sentences may name


class Spoken(Protocol):
    """How sums and days are written in a language."""

    def money(self, amount: Decimal, currency: str, language: str) -> str: ...
    def day(self, day: date, language: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the sum: what, and how much (negative for what is deducted)."""

    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A way out for one order. `closed` says why it is not open, empty when it is. `amount` is the sum of `steps`,
    None where nothing is paid; `approval` says whose yes is needed before it may be offered."""

    rule: str
    label: str
    order_id: str
    closed: str = ""
    supposes: str = ""
    source: str = ""
    currency: str = ""
    amount: Decimal | None = None
    steps: tuple[Step, ...] = ()
    approval: str = ""
    sentences: tuple[Sentence, ...] = ()


def scenarios(
    order: Order, rules: Iterable[Rule], *, country: str, language: str, now: datetime, spoken: Spoken
) -> tuple[Scenario, ...]:
    """One for each rule, those that are open first. `country` is an ISO 3166 code, empty when it is not known."""
    found = [_scenario(order, rule, country, language, now, spoken) for rule in rules]
    return tuple(sorted(found, key=lambda scenario: bool(scenario.closed)))


def of_orders(
    orders: Iterable[Order],
    rules: Rules,
    intents: frozenset[str],
    *,
    country: str,
    language: str,
    now: datetime,
    spoken: Spoken,
) -> tuple[Scenario, ...]:
    """The ways out for each order that the intents call for, the newest order first."""
    newest = sorted(orders, key=lambda order: order.placed_at, reverse=True)
    wanted = rules.about(intents)
    return tuple(
        scenario
        for order in newest
        for scenario in scenarios(order, wanted, country=country, language=language, now=now, spoken=spoken)
    )


def _scenario(order: Order, rule: Rule, country: str, language: str, now: datetime, spoken: Spoken) -> Scenario:
    closed = _closed(order, rule.condition, now) or _unpaid(order, rule.pays, country)
    bare = Scenario(
        rule=rule.name, label=rule.label, order_id=order.id, closed=closed, supposes=rule.supposes, source=rule.source
    )
    if closed:
        return bare
    steps = _steps(order, rule.pays, country) if rule.pays else ()
    amount = _sum(steps) if rule.pays else None
    places = _places(order, rule, steps, amount, language, spoken)
    record = "; ".join(f"{name}: {value}" for name, value in places.items() if value)
    said = rule.says.get(language) or rule.says[FALLBACK]
    return Scenario(
        rule=rule.name,
        label=rule.label,
        order_id=order.id,
        supposes=rule.supposes,
        source=rule.source,
        currency=order.currency,
        amount=amount,
        steps=steps,
        approval=_approval(rule, amount, order.currency),
        sentences=tuple(
            Sentence(text=text.format(**places), kind=SentenceKind.RECORD, paragraph=place, record=record)
            for place, text in enumerate(said)
            if _filled(text, places)
        ),
    )


def _closed(order: Order, condition: Condition, now: datetime) -> str:
    if condition.statuses and order.status not in condition.statuses:
        return f"the order is {order.status.replace('_', ' ')}"
    if condition.least_days is None and condition.most_days is None:
        return ""
    if order.delivered_at is None:
        return "the order has no day of delivery"
    days = (now - order.delivered_at).days
    if condition.most_days is not None and days > condition.most_days:
        return f"delivered {days} days ago, {condition.most_days} are allowed"
    if condition.least_days is not None and days < condition.least_days:
        return f"delivered {days} days ago, open from day {condition.least_days} on"
    return ""


def _unpaid(order: Order, pays: Sum | None, country: str) -> str:
    """Why no sum can be named."""
    if pays is None:
        return ""
    if pays.fixed:
        return "" if order.currency in pays.fixed else f"no sum is set in {order.currency}"
    if pays.deducted and not country:
        return "the customer's country is not known, and the deduction depends on it"
    return "" if _sum(_steps(order, pays, country)) > 0 else "nothing would be left to pay"


def _steps(order: Order, pays: Sum, country: str) -> tuple[Step, ...]:
    if pays.fixed:
        return (Step(label="Fixed sum", amount=pays.fixed[order.currency]),)
    goods = (order.goods * pays.percent / 100).quantize(CENT, ROUND_HALF_UP)
    share = "Items" if pays.percent == 100 else f"{pays.percent.normalize():f} % of the items"
    steps = [Step(label=share, amount=goods)]
    if pays.delivery and order.delivery_charge:
        steps.append(Step(label="Delivery", amount=order.delivery_charge))
    if country in pays.deducted:
        steps.append(Step(label=f"Deduction for {country}", amount=-pays.deducted[country]))
    return tuple(steps)


def _sum(steps: Iterable[Step]) -> Decimal:
    return sum((step.amount for step in steps), Decimal(0)).quantize(CENT, ROUND_HALF_UP)


def _approval(rule: Rule, amount: Decimal | None, currency: str) -> str:
    """Whose yes is needed. A sum in a currency that the rule does not name always needs one."""
    if amount is None or not rule.alone_up_to:
        return ""
    most = rule.alone_up_to.get(currency)
    if most is None:
        return f"no limit is set in {currency}: ask the lead"
    return f"above {most:f} {currency}: ask the lead" if amount > most else ""


def _filled(text: str, places: Mapping[str, str]) -> bool:
    """Whether every place of the sentence has something to say: "less  for the label" is no sentence."""
    return all(places.get(name) for _, name, _, _ in Formatter().parse(text) if name)


def _places(
    order: Order, rule: Rule, steps: Iterable[Step], amount: Decimal | None, language: str, spoken: Spoken
) -> Mapping[str, str]:
    """What the sentences may name; together they are the record that bears the sentences out."""
    delivered = order.delivered_at.date() if order.delivered_at else None
    most = rule.condition.most_days
    until = delivered + timedelta(days=most) if delivered and most is not None else None
    deducted = -sum((step.amount for step in steps if step.amount < 0), Decimal(0))
    return {
        "order": order.id,
        "items": ", ".join(f"{item.quantity} × {item.name}" for item in order.items),
        "amount": spoken.money(amount, order.currency, language) if amount is not None else "",
        "deducted": spoken.money(deducted, order.currency, language) if deducted else "",
        "delivered": spoken.day(delivered, language) if delivered else "",
        "until": spoken.day(until, language) if until else "",
        "days": str(most) if most is not None else "",
    }


# ------------------------------------------------------------------
# The ways out that may be offered to one customer now.


SURE = 0.15  # how sure an intent must be for its ways out to be shown; an agent chooses, so little is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Asks the order system only when the customer's intent calls for it."""

    orders: Orders
    rules: Rules
    spoken: Spoken
    now: Now

    def concern(self, signals: Signals) -> bool:
        """Whether any rule is about what the customer wants."""
        return bool(self.rules.about(_intents(signals)))

    def to(self, customer: Customer, signals: Signals, language: str) -> tuple[Scenario, ...]:
        """For the agent to choose from; empty where no rule is about the intent. Raises the errors of `core.errors`
        when the order system does."""
        if not self.concern(signals):
            return ()
        return of_orders(
            self.orders.of_customer(customer),
            self.rules,
            _intents(signals),
            country=country_of(customer),
            language=language,
            now=self.now(),
            spoken=self.spoken,
        )


def _intents(signals: Signals) -> frozenset[str]:
    return frozenset(intent.value for intent in signals.intents if intent.confidence >= SURE)


def country_of(customer: Customer) -> str:
    """The profile's country, else that of the phone number; empty when neither tells."""
    stated = customer.attributes.get("country", "").strip().upper()
    if len(stated) == 2 and stated.isalpha():
        return stated
    try:
        number = phonenumbers.parse(customer.phone or "")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""
