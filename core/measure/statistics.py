"""Shares, how two of them differ, and a test for harm: each with how far it can be trusted."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its interval at 95 %."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        """By a factor that is not negative."""
        return Interval(value=self.value * factor, low=self.low * factor, high=self.high * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `cases`, with Wilson's interval at 95 %. A share of no cases has no value, and may be anything."""

    hits: int
    cases: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.cases:
            raise ValueError(f"{self.hits} of {self.cases} is no share")

    @property
    def value(self) -> float | None:
        return self.hits / self.cases if self.cases else None

    @property
    def low(self) -> float:
        return max(0.0, self._middle - self._half) if self.cases else 0.0

    @property
    def high(self) -> float:
        return min(1.0, self._middle + self._half) if self.cases else 1.0

    @property
    def _middle(self) -> float:
        return (self.hits / self.cases + Z * Z / (2 * self.cases)) / self._wider

    @property
    def _half(self) -> float:
        n, p = self.cases, self.hits / self.cases
        return Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / self._wider

    @property
    def _wider(self) -> float:
        return 1 + Z * Z / self.cases

    def row(self) -> Mapping[str, float | int | None]:
        """As JSON."""
        return {"value": self.value, "hits": self.hits, "cases": self.cases, "low": self.low, "high": self.high}

    def __str__(self) -> str:
        if self.value is None:
            return "no case yet"
        return f"{self.value:.0%} ({self.hits} of {self.cases}; {self.low:.0%} to {self.high:.0%})"


# ------------------------------------------------------------------
# Whether a campaign makes more people contact us than silence would have: a test that may be looked at after every
# contact, as often as one likes. Each first contact about the matter comes from one of those still at risk. If the
# message does no harm, the next one comes from the treated with at most the probability of their share among them.
# Against that stands the hypothesis that each of the treated is ψ times as likely, for several ψ. The likelihood
# ratios, averaged, are a non-negative supermartingale that begins at 1, so by Ville's inequality (1939) it ever
# reaches 1/α with a probability of α at most, however often somebody looks (Ramdas, Grünwald, Vovk, Shafer: Game-
# theoretic statistics and safe anytime-valid inference, Statistical Science 2023). That the risk set decides about
# the next one is Cox's partial likelihood (1975).


ALPHA = 0.05
TIMES = (1.25, 1.5, 2.0, 3.0, 5.0, 10.0)  # how much likelier a contact may be made


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`against` is how many times likelier the contacts are under harm than without, at its highest so far; `after` is
    the number of the contact at which it was first enough, None where it never was."""

    contacts: int
    against: float
    after: int | None

    @property
    def harmful(self) -> bool:
        return self.after is not None


def evidence(treated: int, held_out: int, contacts: Iterable[bool], alpha: float = ALPHA) -> Evidence:
    """What the first contacts say, in their order; each is True where it came from the treated.

    Raises:
        ValueError: an arm has nobody, or more contacts than people.
    """
    if treated < 1 or held_out < 1:
        raise ValueError("without people in both arms nothing can be told")
    left = {True: treated, False: held_out}
    ratios = [0.0] * len(TIMES)  # logarithms
    highest, after, count = 0.0, None, 0
    for count, from_treated in enumerate(contacts, 1):
        if not left[from_treated]:
            raise ValueError("an arm has more contacts than people")
        for place, times in enumerate(TIMES):
            ratios[place] += _step(left[True], left[False], times, from_treated=from_treated)
        left[from_treated] -= 1
        highest = max(highest, _average(ratios))
        if after is None and highest >= -math.log(alpha):
            after = count
    return Evidence(contacts=count, against=math.exp(highest), after=after)


def _step(treated: int, held_out: int, times: float, *, from_treated: bool) -> float:
    """The logarithm of how much likelier this contact is where the treated are that many times as likely."""
    gain = math.log(times) if from_treated else 0.0
    return gain + math.log(treated + held_out) - math.log(times * treated + held_out)


def _average(logarithms: list[float]) -> float:
    top = max(logarithms)
    return top + math.log(sum(math.exp(each - top) for each in logarithms) / len(logarithms))


# ------------------------------------------------------------------
# How far two shares lie apart, and how well that is known.


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The share of the `treated` less that of the `held_out`, with Newcombe's hybrid score interval at 95 % (method 10
    in Newcombe, Statistics in Medicine 17, 1998), which holds for small shares and unequal arms too."""

    treated: Share
    held_out: Share

    @property
    def told(self) -> bool:
        """Whether there is anybody in both arms."""
        return bool(self.treated.cases and self.held_out.cases)

    @property
    def value(self) -> float | None:
        if self.treated.value is None or self.held_out.value is None:
            return None
        return self.treated.value - self.held_out.value

    @property
    def low(self) -> float:
        return self._edge(lower=True)

    @property
    def high(self) -> float:
        return self._edge(lower=False)

    @property
    def sure(self) -> bool:
        """Whether the interval leaves no difference out."""
        return self.told and (self.high < 0 or self.low > 0)

    def _edge(self, *, lower: bool) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or q is None:
            return -1.0 if lower else 1.0
        if lower:
            return p - q - math.hypot(p - self.treated.low, self.held_out.high - q)
        return p - q + math.hypot(self.treated.high - p, q - self.held_out.low)


FEW_EXPECTED = 200.0  # hits, or misses, below which the far tail of the normal curve is too thin


def chance_of(one: Share, other: Share) -> float:
    """How likely two shares lie at least as far apart where nothing but chance tells them apart, two-sided: the score
    test of two proportions with a pooled variance; where few hits or misses are to be expected, twice the tail of
    Fisher's exact test, which the score test would make too small. 1 where one of them has no case, or both are all or
    nothing alike."""
    if not one.cases or not other.cases:
        return 1.0
    cases, hits = one.cases + other.cases, one.hits + other.hits
    few, pooled = min((one, other), key=lambda share: share.cases), hits / cases
    if few.cases * min(pooled, 1 - pooled) < FEW_EXPECTED:
        return min(1.0, 2 * _exact_tail(few, hits, cases))
    spread = math.sqrt(pooled * (1 - pooled) * (1 / one.cases + 1 / other.cases))
    apart = abs(one.hits / one.cases - other.hits / other.cases) / spread
    return math.erfc(apart / math.sqrt(2))


def _exact_tail(few: Share, hits: int, cases: int) -> float:
    """How likely the few have as many hits or more, or where they have fewer than expected as few or fewer: of so many
    `hits` among all `cases`, drawn without putting back (the hypergeometric distribution)."""
    rare, found = (hits, few.hits) if hits <= cases / 2 else (cases - hits, few.cases - few.hits)
    least, most = max(0, few.cases - (cases - rare)), min(few.cases, rare)
    above = found >= few.cases * rare / cases
    whole = _log_choose(cases, few.cases)
    total = 0.0
    for count in range(found, most + 1) if above else range(found, least - 1, -1):
        term = math.exp(_log_choose(rare, count) + _log_choose(cases - rare, few.cases - count) - whole)
        total += term
        if term < total * 1e-12:
            break
    return total


def _log_choose(of: int, some: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)


def mean(count: int, total: float, squares: float) -> Interval | None:
    """The mean of `count` values from their sum and sum of squares, with a normal interval at 95 %; None for fewer than
    two."""
    if count < 2:
        return None
    middle = total / count
    variance = max(0.0, (squares - count * middle * middle) / (count - 1))
    half = Z * math.sqrt(variance / count)
    return Interval(value=middle, low=middle - half, high=middle + half)


# ------------------------------------------------------------------
# The same where one looks as often as one likes, as in an experiment that runs on.

FEWEST_EACH = 100  # people of an arm below which the limit theorem that the interval rests on is not trusted
TUNED_TO = 2000  # people at which it is narrowest; it holds at every number


@dataclass(frozen=True, slots=True, kw_only=True)
class AlwaysValid:
    """The share of the `treated` less that of the `held_out`, with an interval that holds at all looks together with a
    probability of 1 - `alpha`: the asymptotic confidence sequence with a normal mixture of Waudby-Smith, Arbour, Sinha,
    Kennedy and Ramdas (Time-uniform central limit theory and asymptotic confidence sequences, Annals of Statistics 52,
    2024, theorem 2.2). Each arm's variance is that of one hit and one miss more, so that no hit yet is no certainty."""

    treated: Share
    held_out: Share
    alpha: float = ALPHA

    @property
    def told(self) -> bool:
        return min(self.treated.cases, self.held_out.cases) >= FEWEST_EACH

    @property
    def value(self) -> float | None:
        return Difference(treated=self.treated, held_out=self.held_out).value

    @property
    def low(self) -> float:
        return max(-1.0, (self.value or 0.0) - self._half) if self.told else -1.0

    @property
    def high(self) -> float:
        return min(1.0, (self.value or 0.0) + self._half) if self.told else 1.0

    @property
    def sure(self) -> bool:
        """Whether the interval leaves no difference out."""
        return self.high < 0 or self.low > 0

    @property
    def _half(self) -> float:
        spread = 1 + (self.treated.cases + self.held_out.cases) * self._rho
        times = 2 * spread / (spread - 1) * math.log(math.sqrt(spread) / self.alpha)
        return math.sqrt((_variance(self.treated) + _variance(self.held_out)) * times)

    @property
    def _rho(self) -> float:
        """ρ² of the paper, for which the interval is about narrowest at TUNED_TO."""
        log = -2 * math.log(self.alpha)
        return (log + math.log(log) + 1) / TUNED_TO


def _variance(share: Share) -> float:
    """Of the share, as if there were one hit and one miss more."""
    p = (share.hits + 1) / (share.cases + 2)
    return p * (1 - p) / share.cases


# ------------------------------------------------------------------
# Two people, or a person and a score, about the same things.


def kappa(pairs: Iterable[tuple[str, str]]) -> Interval | None:
    """Cohen's kappa (Educational and Psychological Measurement 20, 1960) with the large-sample interval of Fleiss,
    Cohen and Everitt (Psychological Bulletin 72, 1969); None where it is not defined: nobody said anything, or all
    always the same."""
    said = list(pairs)
    n = len(said)
    words = {word for pair in said for word in pair}
    share = {(a, b): said.count((a, b)) / n for a in words for b in words} if n else {}
    row = {a: sum(share[a, b] for b in words) for a in words}
    column = {b: sum(share[a, b] for a in words) for b in words}
    agreed, chance = sum(share[a, a] for a in words), sum(row[a] * column[a] for a in words)
    if not n or chance >= 1:
        return None
    value = (agreed - chance) / (1 - chance)
    same = sum(share[a, a] * (1 - (row[a] + column[a]) * (1 - value)) ** 2 for a in words)
    other = sum(share[a, b] * (column[a] + row[b]) ** 2 for a in words for b in words if a != b)
    variance = same + (1 - value) ** 2 * other - (value - chance * (1 - value)) ** 2
    half = Z * math.sqrt(max(0.0, variance) / n) / (1 - chance)
    return Interval(value=value, low=max(-1.0, value - half), high=min(1.0, value + half))
