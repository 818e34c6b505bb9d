"""When the customer will hear from a person: what the policy promises, what people really took of late, and when they
are there at all. Of the promise and the experience the longer is told: only that is honest."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from core.coordinate.opening import after, is_open, open_between, opens_next
from core.handoff.moments import WEEK
from core.handoff.notice_words import ON, PROMISE
from core.handoff.ways import ways_of
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision
from core.model.expected import Answered, Expected
from core.policy import Policy
from core.policy.hours import OpeningHours
from core.ports import Unit

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOOKED_BACK = timedelta(days=14)
MOST = 60  # handovers that are looked at, the newest
FEWEST = 5  # below which experience says nothing
SHARE = 0.75  # three of four customers waited no longer than what is told
# What is told is one of these, the next longer one: "37 minutes" would be a figure that nobody has.
TOLD = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1440, 2880)
_SPAN = re.compile(r"(\d+) (minute|hour)s?", re.IGNORECASE)


def with_expectation(unit: Unit, decision: Decision, case: CaseContext, policy: Policy) -> Decision:
    """A decision that hands over, with what its customer may be told of the wait, and the ways to choose from while
    nobody is there; any other as it is."""
    card = decision.handoff
    if decision.disposition.action is not Action.HANDOFF or card is None:
        return decision
    team = decision.disposition.owner.name
    waits = unit.figures.answered(team, decision.at - LOOKED_BACK, MOST)
    reply = expected(policy, team, waits, decision.at)
    ways = ways_of(case.customer, case.latest) if reply.closed and case.latest else ()
    return replace(decision, handoff=replace(card, reply=reply, ways=tuple(ways)))


def expected(policy: Policy, team: str, waits: Sequence[Answered], now: datetime) -> Expected:
    hours, promise = policy.hours(team), policy.reply_within(team)
    promised, experience = promised_minutes(promise), usual_minutes(waits, hours, now)
    minutes = max((each for each in (promised, experience) if each is not None), default=None)
    if promise and promised is None and minutes is not None and not _takes_longer(minutes, promise, hours, now):
        minutes = None  # "next working day" holds, unless people took longer than the day that it names
    told = Expected(
        minutes=minutes,
        promise=promise if minutes is None or minutes == promised else "",
        grounds=_grounds(promise, experience, len(waits)),
    )
    return _by_the_clock(told, hours, now)


def _by_the_clock(told: Expected, hours: OpeningHours | None, now: datetime) -> Expected:
    if hours is None:
        return told
    by = after(hours, now, timedelta(minutes=told.minutes)) if told.minutes is not None else None
    return replace(told, by=by, opens_at=None if is_open(hours, now) else opens_next(hours, now))


def _takes_longer(minutes: int, promise: str, hours: OpeningHours | None, now: datetime) -> bool:
    """Whether so much of the team's own time ends after the day that the promise names. Without hours it is always
    there, and a day is a day long."""
    if hours is None:
        span = PROMISE.fullmatch(promise.strip())
        return minutes * MINUTE > (_plain_days(span) if span else 1) * DAY
    by = after(hours, now, minutes * MINUTE)
    return by is None or by.astimezone(ZoneInfo(hours.zone)).date() > _promised_day(promise, hours, now)


def _promised_day(promise: str, hours: OpeningHours, now: datetime) -> date:
    """The last day that a promise in days leaves; of one in words that say no number, the next working day."""
    zone = ZoneInfo(hours.zone)
    day, span = now.astimezone(zone).date(), PROMISE.fullmatch(promise.strip())
    if ON["same"].fullmatch(promise.strip()):
        return (opens_next(hours, now) or now).astimezone(zone).date()
    if span and "working" not in _unit(span):
        return day + _plain_days(span) * DAY
    for _ in range(int(span[1]) if span else 1):
        opens = opens_next(hours, datetime.combine(day + DAY, time(0), zone).astimezone(UTC))
        day = opens.astimezone(zone).date() if opens else day
    return day


def _unit(span: re.Match[str]) -> str:
    return span[2].casefold().replace("business", "working")


def _plain_days(span: re.Match[str]) -> int:
    return int(span[1]) * (WEEK if _unit(span) == "week" else 1)


def promised_minutes(promise: str) -> int | None:
    """Of `30 minutes` or `2 hours`; None of a promise in days or words."""
    found = _SPAN.fullmatch(promise.strip())
    if found is None:
        return None
    return int(found[1]) * (60 if found[2].casefold() == "hour" else 1)


def usual_minutes(waits: Sequence[Answered], hours: OpeningHours | None, now: datetime) -> int | None:
    """Within how much working time three of four were answered, rounded up. Who still waits has waited that long at
    least: a team that answers nobody would else look quick."""
    answered = [open_between(hours, w.handed_at, w.answered_at) for w in waits if w.answered_at is not None]
    if len(answered) < FEWEST:
        return None
    reached = sorted(answered)[ceil(SHARE * len(answered)) - 1]
    waiting = [open_between(hours, w.handed_at, now) for w in waits if w.answered_at is None]
    all_of_them = sorted([*answered, *(wait for wait in waiting if wait > reached)])
    minutes = all_of_them[ceil(SHARE * len(all_of_them)) - 1] / timedelta(minutes=1)
    return next((told for told in TOLD if told >= minutes), TOLD[-1])


def _grounds(promise: str, experience: int | None, cases: int) -> str:
    said = [f"promised: {promise}"] if promise else []
    if experience is not None:
        said.append(f"three of four in the last two weeks: {experience} working minutes ({cases} handovers)")
    return "; ".join(said)
