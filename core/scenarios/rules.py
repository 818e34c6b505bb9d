"""The company's rules for refunds and the like, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


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
