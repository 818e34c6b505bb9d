"""Today's numbers for the app's home: what was decided, what left, who waits. Days are those of UTC."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from core.measure.overview import days_until
from core.model.decision import Action
from core.model.figures import Decided
from core.outreach.office.home import Bar, Chart, Course
from core.ports import Unit

DAYS = 7
NAMES = {
    Action.AUTO_REPLY: "Answered by the assistant",
    Action.SUGGEST: "Drafted for an agent",
    Action.HANDOFF: "Handed to a person",
    Action.SILENT: "Nothing to be said",
}


def charts(unit: Unit, now: datetime) -> list[Chart]:
    """What was decided today, and to whom it was handed."""
    decided = unit.figures.decided(_midnight(now))
    actions: Counter[Action] = Counter()
    teams: Counter[str] = Counter()
    for each in decided:
        actions[each.action] += each.count
        if each.team:
            teams[each.team] += each.count
    return [
        Chart(title="Customers' messages", bars=[Bar(name=name, count=actions[each]) for each, name in NAMES.items()]),
        Chart(title="Handed to", bars=[Bar(name=name, count=count) for name, count in teams.most_common(5)]),
    ]


def courses(unit: Unit, now: datetime) -> list[Course]:
    days = days_until(now, DAYS)
    decided = unit.figures.decided(datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC))
    asked, automatic = _by_day(decided), _by_day([each for each in decided if each.action is Action.AUTO_REPLY])
    return [
        Course(title=f"messages decided ({asked[days[-1]]:,} today)", days=[asked[day] for day in days]),
        Course(title=f"answered by itself ({automatic[days[-1]]:,} today)", days=[automatic[day] for day in days]),
    ]


def waiting_lines(unit: Unit, now: datetime) -> list[str]:
    """Who waits for a person, and what did not arrive. Plain text."""
    waiting = unit.figures.waiting()
    count = sum(each.count for each in waiting)
    lines = []
    if waiting:
        oldest = now - min(each.since for each in waiting)
        lines.append(f"{count:,} {'customer waits' if count == 1 else 'customers wait'} for a person, {_long(oldest)}")
    undelivered = unit.figures.queues(now).undelivered
    if undelivered:
        lines.append(f"{undelivered:,} messages of the last seven days did not arrive")
    return lines


def _long(waited: timedelta) -> str:
    minutes = max(0, int(waited.total_seconds() // 60))
    return f"the oldest for {minutes} min" if minutes < 120 else f"the oldest for {minutes // 60} hours"


def _by_day(decided: list[Decided]) -> Counter[object]:
    counts: Counter[object] = Counter()
    for each in decided:
        counts[each.day] += each.count
    return counts


def _midnight(now: datetime) -> datetime:
    today = now.astimezone(UTC)
    return today.replace(hour=0, minute=0, second=0, microsecond=0)
