"""How long an agent will need for a matter: means of the past, each drawn towards the broader one above it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.model.agent import Handled

# A mean of fewer conversations than this says less than the broader mean that it is drawn towards.
PRIOR_WEIGHT = 8.0
HARD = 0.5  # complexity from which a matter counts as a hard one of its kind

Key = TypeVar("Key", bound=Hashable)
Kind = tuple[str, bool]  # intent, and whether it is a hard one


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleTimes:
    """Minutes: over everything, by intent, by intent and hardness, by agent and intent. Empty: nothing is known."""

    overall: float | None = None
    intents: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[Kind, float] = field(default_factory=dict)
    factors: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def usual(self, intent: str, complexity: float = 0.0) -> float | None:
        """Minutes for anybody; None where nothing is known at all."""
        kind = self.kinds.get((intent, complexity >= HARD))
        return kind if kind is not None else self.intents.get(intent, self.overall)

    def factor(self, names: Iterable[str], intent: str) -> float:
        """How long an agent known by any of these names needs compared with anybody: 1 is as long, 0.8 a fifth less.
        Who has not had such a matter is judged by all that they had; 1 for who is not known."""
        known = tuple(names)
        keys = (*((name, intent) for name in known), *((name, "") for name in known))
        return next((self.factors[key] for key in keys if key in self.factors), 1.0)

    def predict(self, names: Iterable[str], intent: str, complexity: float = 0.0) -> float | None:
        """Minutes for this agent; None where nothing is known at all."""
        usual = self.usual(intent, complexity)
        return None if usual is None else usual * self.factor(names, intent)


NOTHING_KNOWN = HandleTimes()


def learn_handle_times(past: Iterable[Handled]) -> HandleTimes:
    """The model of these conversations. The order in which they come does not matter, but for rounding."""
    rows = [row for row in past if row.minutes > 0]
    if not rows:
        return NOTHING_KNOWN
    overall = sum(row.minutes for row in rows) / len(rows)
    intents = _means(rows, lambda row: row.intent, lambda _: overall)
    kinds = _means(rows, kind_of, lambda kind: intents[kind[0]])
    return HandleTimes(overall=overall, intents=intents, kinds=kinds, factors=_factors(rows))


def kind_of(row: Handled) -> Kind:
    return row.intent, row.complexity >= HARD


def _factors(rows: Sequence[Handled]) -> dict[tuple[str, str], float]:
    """Each agent's minutes against what the same kinds of matters took on average, so that who gets the hard ones is
    not taken for slow. With few of one intent, what an agent did with the others counts too."""
    usual = {kind: total.mean for kind, total in _totals((kind_of(row), row.minutes) for row in rows).items()}
    shares = [(row, row.minutes / usual[kind_of(row)]) for row in rows]
    whole = _totals((row.agent, share) for row, share in shares)
    single = _totals(((row.agent, row.intent), share) for row, share in shares)
    factors = {(agent, ""): total.drawn_to(1.0) for agent, total in whole.items()}
    for (agent, intent), total in single.items():
        factors[agent, intent] = total.drawn_to((whole[agent] - total).drawn_to(1.0))
    return factors


def _means(rows: Iterable[Handled], key: Callable[[Handled], Key], broader: Callable[[Key], float]) -> dict[Key, float]:
    return {
        found: total.drawn_to(broader(found)) for found, total in _totals((key(r), r.minutes) for r in rows).items()
    }


@dataclass(frozen=True, slots=True)
class _Total:
    sum: float = 0.0
    count: int = 0

    @property
    def mean(self) -> float:
        return self.sum / self.count

    def drawn_to(self, broader: float) -> float:
        """The mean, drawn towards the broader one by PRIOR_WEIGHT pretended conversations."""
        return (self.sum + PRIOR_WEIGHT * broader) / (self.count + PRIOR_WEIGHT)

    def __sub__(self, other: "_Total") -> "_Total":
        return _Total(self.sum - other.sum, self.count - other.count)


def _totals(pairs: Iterable[tuple[Key, float]]) -> dict[Key, _Total]:
    sums: dict[Key, float] = defaultdict(float)
    counts: dict[Key, int] = defaultdict(int)
    for key, value in pairs:
        sums[key] += value
        counts[key] += 1
    return {key: _Total(sums[key], counts[key]) for key in sums}
