from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, cast

from core.answer.answer import NO_ARTICLE, NO_QUESTION
from core.measure.overview import Work, days_until, work
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.figures import Decided, Edit, Kept, Rated, Spent, Waits
from core.ports import Unit

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@dataclass(slots=True, kw_only=True)
class Figures:
    """What the store would sum up; `since` is what it was asked for."""

    decisions: list[Decided] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    changed: list[Edit] = field(default_factory=list)
    took: list[Waits] = field(default_factory=list)
    since: set[datetime] = field(default_factory=set)

    def count_decided(self, since: datetime) -> list[Decided]:
        self.since.add(since)
        return self.decisions

    def drafts(self, since: datetime) -> list[Kept]:
        self.since.add(since)
        return self.kept

    def edits(self, since: datetime, limit: int) -> list[Edit]:
        return self.changed[:limit]

    def ratings(self, since: datetime) -> list[Rated]:
        return []

    def waits(self, since: datetime) -> list[Waits]:
        return self.took

    def spent(self, since: datetime) -> list[Spent]:
        return []


@dataclass(slots=True, kw_only=True)
class Stored:
    figures: Figures


def summed(figures: Figures, days: int = 7) -> Work:
    unit: Any = Stored(figures=figures)
    return work(cast(Unit, unit), NOW, days)


def decided(count: int = 1, *, day: date = TODAY, action: Action = Action.SUGGEST, abstained: str = "") -> Decided:
    return Decided(day=day, action=action, rule="default", team="", abstained=abstained, count=count)


def test_the_period_is_of_whole_days_of_utc_with_today_as_the_last() -> None:
    evening = datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert days_until(evening, 2) == [date(2026, 11, 21), date(2026, 11, 22)]


def test_everything_is_asked_for_from_the_first_midnight_on() -> None:
    figures = Figures()
    summed(figures)
    assert figures.since == {datetime(2026, 11, 15, tzinfo=UTC)}


def test_a_decision_of_tomorrows_clock_is_left_out_and_breaks_nothing() -> None:
    found = summed(Figures(decisions=[decided(3), decided(5, day=TODAY + timedelta(days=1))]))
    assert found.decisions == 3
    assert found.actions[TODAY][Action.SUGGEST] == 3


def test_a_question_without_an_article_is_a_share_of_the_questions() -> None:
    rows = [decided(6), decided(2, abstained=NO_ARTICLE), decided(9, abstained=NO_QUESTION)]
    kept = [Kept(intent="refund", state=DraftState.OFFERED, count=6)]
    found = summed(Figures(decisions=rows, kept=kept)).abstained
    assert (found.hits, found.cases) == (2, 8)


def test_intents_stand_by_how_often_agents_answered_beside_their_drafts() -> None:
    kept = [
        Kept(intent="rare", state=DraftState.USED, count=1),
        Kept(intent="often", state=DraftState.EDITED, count=4),
        Kept(intent="never", state=DraftState.OFFERED, count=9),
    ]
    edits = [Edit(intent="often", words=words) for words in (2, 40, 4)]
    found = summed(Figures(kept=kept, changed=edits))
    assert [(one.intent, one.answered, one.words) for one in found.by_intent] == [("often", 4, 4), ("rare", 1, None)]
    assert (found.adopted.answered, found.open) == (5, 9)


def test_the_period_has_its_own_percentiles_and_not_the_mean_of_its_days() -> None:
    whole = Waits(day=None, count=10, p50=700, p95=900)
    one = Waits(day=TODAY, count=1, p50=5_000, p95=5_000)
    found = summed(Figures(took=[whole, one]))
    assert found.waits == whole
    assert found.waits_by_day == {TODAY: one}
