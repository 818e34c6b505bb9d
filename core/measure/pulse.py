"""The weekly pulse: whom the question is put to, and what the answers come to."""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.measure.statistics import Share
from core.model.agent import SCALE, Asked

HELPS_FROM = 4
MOST_SHOWN = 3  # times in one week; who passes it over three times does not want to be asked
FEWEST = 5  # answers, below which a figure would tell who gave which


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseWeek:
    """`asked` people saw the question, `answered` of them answered. `counts` and `helps` (who said 4 or 5) are None
    where too few answered to tell them without telling who it was, and while the week runs: who looks before and
    after somebody answers would see their answer in the difference."""

    week: str
    asked: int
    answered: int
    counts: Mapping[int, int] | None
    helps: Share | None

    @property
    def rate(self) -> Share:
        return Share(hits=self.answered, cases=self.asked)


def week_of(moment: datetime) -> str:
    """The ISO week in UTC, such as 2026-W47."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def person_in(week: str, agent_id: str, secret: str) -> str:
    """The agent's name for one week. Without the secret nobody can find out whose it is by trying all agents."""
    return hmac.new(secret.encode(), f"pulse:{week}:{agent_id}".encode(), hashlib.sha256).hexdigest()[:32]


def due(asked: Asked | None) -> bool:
    """Whether the question may be put (again) this week."""
    return asked is None or (not asked.settled and asked.shown < MOST_SHOWN)


def summary(rows: Iterable[Asked], running: str) -> list[PulseWeek]:
    """Newest week first. `running` is the week that has not ended."""
    weeks: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        weeks[row.week].append(row)
    return [_week(week, weeks[week], ended=week < running) for week in sorted(weeks, reverse=True)]


def _week(week: str, rows: list[Asked], *, ended: bool) -> PulseWeek:
    given = Counter(row.helps for row in rows if row.helps is not None)
    answered = given.total()
    told = ended and answered >= FEWEST
    good = sum(count for helps, count in given.items() if helps >= HELPS_FROM)
    return PulseWeek(
        week=week,
        asked=len(rows),
        answered=answered,
        counts={step: given[step] for step in SCALE} if told else None,
        helps=Share(hits=good, cases=answered) if told else None,
    )
