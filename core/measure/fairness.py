"""Whether the house treats groups of customers alike: who is handed over, waits, is answered by the assistant, meets
silence, is misread or written to, by language, tier and the fields of the profile that the policy names.

A difference is no proof of a wrong, for groups ask for different things: it says where to look. Each group is compared
with all others together, with Newcombe's interval, and marked as the report marks what stands out: the chance of 5 % is
shared among all cells, and less than three points are nothing to act on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.measure.report.standing_out import ALPHA, FEWEST, RELEVANT, outliers
from core.measure.statistics import Difference, Share
from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.matter import Span, Treated
from core.ports import Unit

ALWAYS = ("language", "tier")
REGION = "region"  # of the profile, where there is one
MOST = 50_000  # the newest matters
MOST_GROUPS = 20  # of a field, the largest; the rest is too small to say anything
TOGETHER = 500  # customers read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """Something in which groups should not differ. `of` says what it is a share of."""

    name: str
    title: str
    of: str


ASPECTS: Sequence[Aspect] = (
    Aspect(name="handed_over", title="Handed to a person", of="matters that were decided about"),
    Aspect(name="transferred", title="Passed from person to person", of="matters that people had"),
    Aspect(name="waited", title="Waited longer than half of all do", of="matters that were answered"),
    Aspect(name="unanswered", title="Never answered", of="all matters"),
    Aspect(name="automatic", title="Answered by the assistant alone", of="matters that were answered"),
    Aspect(name="abstained", title="No answer found in the articles", of="matters in which something was asked"),
    Aspect(name="intent_wrong", title="Intent corrected by an agent", of="matters with an intent"),
    Aspect(name="mood_wrong", title="Mood misread, held against the rating", of="rated matters in which it was read"),
    Aspect(name="written_to", title="Got a message of ours unasked", of="all matters"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One group's share against the `rest`. `marked`: they differ by more than chance over all cells, and by enough to
    matter; then the rest is without the groups that were marked before or with it. `few`: of too few cases to say
    anything."""

    aspect: Aspect
    share: Share
    rest: Share
    marked: bool

    @property
    def difference(self) -> Difference:
        return Difference(treated=self.share, held_out=self.rest)

    @property
    def few(self) -> bool:
        return min(self.share.cases, self.rest.cases) < FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTreated:
    key: str
    matters: int
    compared: Sequence[Compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """`fields` hold the groups of each field, the largest first; `cells` is how many were looked at together; `cut`:
    there are more matters than the newest that were read."""

    span: Span
    matters: int
    cut: bool
    fields: Mapping[str, Sequence[GroupTreated]]
    cells: int

    @property
    def found(self) -> list[tuple[str, GroupTreated, Compared]]:
        """What is marked, the widest difference first."""
        marked = [
            (field, group, each)
            for field, groups in self.fields.items()
            for group in groups
            for each in group.compared
            if each.marked
        ]
        return sorted(marked, key=lambda one: -abs(one[2].difference.value or 0.0))


def fairness_of(unit: Unit, span: Span, fields: Sequence[str]) -> Fairness:
    """`fields` are those of the profile that the policy names; language, tier and region are always looked at."""
    found = unit.matters.treated(span, MOST + 1)
    read = found[:MOST]
    own = tuple(dict.fromkeys((REGION, *fields)))
    people = {} if not read else _people(unit, {each.customer_id for each in read})
    groups: dict[str, dict[str, list[Treated]]] = {name: defaultdict(list) for name in (*ALWAYS, *own)}
    for each in read:
        told = {"language": each.language, "tier": each.tier}
        customer = people.get(each.customer_id)
        told |= {name: (customer.attributes.get(name, "") if customer else "") for name in own}
        for name, value in told.items():
            if value:  # who is in no group of the field is compared with nobody
                groups[name][value].append(each)
    shares = {name: _shares(mine) for name, mine in groups.items() if len(mine) > 1}
    cells = sum(share.cases >= FEWEST for mine in shares.values() for row in mine.values() for share in row.values())
    return Fairness(
        span=span,
        matters=len(read),
        cut=len(found) > MOST,
        fields={name: _compared(groups[name], mine, ALPHA / max(cells, 1)) for name, mine in shares.items()},
        cells=cells,
    )


def _people(unit: Unit, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
    wanted, found = sorted(ids), dict[CustomerId, Customer]()
    for start in range(0, len(wanted), TOGETHER):
        found |= {each.id: each for each in unit.customers.many(wanted[start : start + TOGETHER])}
    return found


def _shares(groups: Mapping[str, Sequence[Treated]]) -> Mapping[str, Mapping[str, Share]]:
    """By group and aspect."""
    return {
        key: {
            aspect.name: Share(
                hits=sum(each.hits.get(aspect.name, False) for each in mine),
                cases=sum(aspect.name in each.hits for each in mine),
            )
            for aspect in ASPECTS
        }
        for key, mine in groups.items()
    }


def _compared(
    groups: Mapping[str, Sequence[Treated]], shares: Mapping[str, Mapping[str, Share]], allowed: float
) -> Sequence[GroupTreated]:
    marked = {
        (each.key, aspect.name): each.rest
        for aspect in ASPECTS
        for each in outliers({key: row[aspect.name] for key, row in shares.items()}, allowed)
        if abs(each.difference.value or 0.0) >= RELEVANT
    }
    sizes = sorted(groups, key=lambda key: (-len(groups[key]), key))[:MOST_GROUPS]
    return [
        GroupTreated(
            key=key,
            matters=len(groups[key]),
            compared=[
                Compared(
                    aspect=aspect,
                    share=shares[key][aspect.name],
                    rest=marked.get((key, aspect.name)) or _rest(shares, key, aspect.name),
                    marked=(key, aspect.name) in marked,
                )
                for aspect in ASPECTS
            ],
        )
        for key in sizes
    ]


def _rest(shares: Mapping[str, Mapping[str, Share]], key: str, aspect: str) -> Share:
    others = [row[aspect] for name, row in shares.items() if name != key]
    return Share(hits=sum(each.hits for each in others), cases=sum(each.cases for each in others))
