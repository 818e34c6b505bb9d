"""What Handrail did in a period, what agents made of it, how long it took and what it cost: each figure with what it is
a share of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from core.answer.answer import NO_QUESTION
from core.measure.statistics import Share
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.figures import Decided, Edit, Kept, Rated, Spent, Waits
from core.ports import Unit

FEWEST = 20  # cases below which a share or a percentile says little
MOST_EDITS = 5_000  # the newest, of which the median is taken
OPEN = (DraftState.OFFERED, DraftState.INSERTED)
EVERY = ""  # stands for all intents together


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What agents who answered did with drafts about one intent. `words` is the median of words changed in those that
    were edited, of `edits` cases; None without any."""

    intent: str
    used: int
    edited: int
    ignored: int
    words: float | None
    edits: int

    @property
    def answered(self) -> int:
        return self.used + self.edited + self.ignored

    @property
    def taken(self) -> Share:
        """Drafts whose words went to the customer, as they were or edited."""
        return Share(hits=self.used + self.edited, cases=self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    rule: str
    team: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One period. `abstained` is the share of questions that no article answered, `open` and `withdrawn` are drafts
    that no agent has answered beside, and that is why no share counts them."""

    days: Sequence[date]
    actions: Mapping[date, Mapping[Action, int]]
    handed_over: Sequence[HandedOver]
    abstained: Share
    adopted: Adopted
    by_intent: Sequence[Adopted]
    open: int
    withdrawn: int
    sent: int
    rated: Sequence[Rated]
    waits: Waits | None
    waits_by_day: Mapping[date, Waits]
    spent: Sequence[Spent]

    @property
    def decisions(self) -> int:
        return sum(count for actions in self.actions.values() for count in actions.values())


def days_until(now: datetime, days: int) -> list[date]:
    """The last days of UTC, oldest first, today among them."""
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in reversed(range(days))]


def work(unit: Unit, now: datetime, days: int) -> Work:
    """Of so many days, today among them."""
    period = days_until(now, days)
    since = datetime(period[0].year, period[0].month, period[0].day, tzinfo=UTC)
    figures = unit.figures
    decided, drafts, edits = figures.count_decided(since), figures.drafts(since), figures.edits(since, MOST_EDITS)
    waits = figures.waits(since)
    states = _states(drafts)
    return Work(
        days=period,
        actions=_actions(decided, period),
        handed_over=_handed_over(decided),
        abstained=_abstained(decided, sum(kept.count for kept in drafts)),
        adopted=_adopted(EVERY, states, edits),
        by_intent=_by_intent(drafts, edits),
        open=sum(states[state] for state in OPEN),
        withdrawn=states[DraftState.WITHDRAWN],
        sent=states[DraftState.SENT],
        rated=figures.ratings(since),
        waits=next((one for one in waits if one.day is None), None),
        waits_by_day={one.day: one for one in waits if one.day is not None},
        spent=figures.spent(since),
    )


def _actions(decided: Iterable[Decided], period: Sequence[date]) -> dict[date, dict[Action, int]]:
    """Every day and every action, also where nothing was."""
    found: dict[date, dict[Action, int]] = {day: dict.fromkeys(Action, 0) for day in period}
    for one in decided:
        if one.day in found:  # a clock that was set back may have put one behind today
            found[one.day][one.action] += one.count
    return found


def _handed_over(decided: Iterable[Decided]) -> list[HandedOver]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in decided:
        if one.action is Action.HANDOFF:
            counts[one.rule, one.team] += one.count
    return [HandedOver(rule=rule, team=team, count=count) for (rule, team), count in counts.most_common()]


def _abstained(decided: Iterable[Decided], drafted: int) -> Share:
    """A message that asks nothing needs no article, and is in neither number."""
    without = sum(one.count for one in decided if one.abstained and one.abstained != NO_QUESTION)
    return Share(hits=without, cases=without + drafted)


def _by_intent(drafts: Iterable[Kept], edits: Iterable[Edit]) -> list[Adopted]:
    """The most frequent first; an intent whose drafts nobody has answered beside is left out."""
    kept: dict[str, list[Kept]] = defaultdict(list)
    changed: dict[str, list[Edit]] = defaultdict(list)
    for one in drafts:
        kept[one.intent].append(one)
    for edit in edits:
        changed[edit.intent].append(edit)
    found = [_adopted(intent, _states(mine), changed[intent]) for intent, mine in kept.items()]
    return sorted((one for one in found if one.answered), key=lambda one: (-one.answered, one.intent))


def _adopted(intent: str, states: Counter[DraftState], edits: Sequence[Edit]) -> Adopted:
    return Adopted(
        intent=intent,
        used=states[DraftState.USED],
        edited=states[DraftState.EDITED],
        ignored=states[DraftState.IGNORED],
        words=median(edit.words for edit in edits) if edits else None,
        edits=len(edits),
    )


def _states(drafts: Iterable[Kept]) -> Counter[DraftState]:
    counts: Counter[DraftState] = Counter()
    for one in drafts:
        counts[one.state] += one.count
    return counts
