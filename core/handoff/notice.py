"""What the customer is told when a person takes over, in the languages that we serve: what the assistant cannot do
itself, who takes over, and when they reply where that is promised."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.calendar.moments import by_when, from_when
from core.handoff.notice_words import (
    CANNOT,
    CLOCK,
    CLOSED,
    NOTICES,
    NOTICES_LATER,
    ON,
    PERSON,
    PROMISE,
    REPLY_BY,
    TEAM,
    UNITS,
    WHEN,
    WHEN_ON,
    Limit,
)
from core.model.expected import Expected

__all__ = [
    "CANNOT",
    "LIMITS",
    "NOTICES",
    "PERSON",
    "TEAM",
    "WHEN",
    "Limit",
    "clock_words",
    "handoff_notice",
    "limit_of",
    "when_told",
]

MINUTE = timedelta(minutes=1)
SLACK = timedelta(minutes=5)  # a lunch break shorter than this is no going home
SOON = timedelta(hours=1)

LIMITS = {
    "no_source": Limit.ANSWER,
    "low_confidence": Limit.ANSWER,
    "blocked_draft": Limit.ANSWER,
    "unknown_language": Limit.ANSWER,
    "no_words": Limit.ANSWER,
    "answers_us": Limit.ANSWER,
    "max_turns": Limit.ANSWER,
    "trigger:low_confidence": Limit.ANSWER,
    "trigger:not_understood": Limit.ANSWER,
    "trigger:repeated_question": Limit.ANSWER,
    "trigger:failed_cycles": Limit.ANSWER,
    "trigger:complexity": Limit.ANSWER,
    "trigger:assistant_time": Limit.ANSWER,
    "trigger:special_request": Limit.DECIDE,
    "trigger:negotiation": Limit.DECIDE,
    "trigger:exception": Limit.DECIDE,
    "trigger:formal_complaint": Limit.DECIDE,
    "trigger:legal_threat": Limit.DECIDE,
    "trigger:high_risk_transaction": Limit.DO,
    "trigger:account_lockout": Limit.DO,
    "trigger:fraud": Limit.DO,
    "trigger:health_urgency": Limit.DANGER,
}
WANTED = frozenset({"owner:speak_to_person"})  # who asks for a person is not told what the assistant cannot do


def limit_of(rule: str) -> Limit:
    """What a rule's handoff says of the assistant's own reach."""
    if rule in WANTED:
        return Limit.NONE
    return Limit.DECIDE if rule.startswith("owner:") else LIMITS.get(rule, Limit.NONE)


def handoff_notice(
    language: str,
    team: str,
    within: str | None,
    *,
    agent: str | None = None,
    limit: Limit = Limit.NONE,
    when: str = "",
    later: bool = False,
    asks: str = "",
) -> str:
    """Who takes over and roughly when; no name and no time where neither is known. `when` is a whole sentence that is
    said instead of `within`; `later`: nobody is there now; `asks` comes last."""
    known = language if language in NOTICES else "en"
    told = when or (_when(within, known) if within else "")
    who = PERSON[known].format(agent=agent, team=team) if agent else TEAM[known].format(team=team)
    words = NOTICES_LATER if later else NOTICES
    said = words[known].format(cannot=CANNOT[known][limit], who=who, when=told).strip()
    return f"{said} {asks}".strip()


def when_told(reply: Expected | None, now: datetime, language: str, zone: str | None, team_zone: str | None) -> str:
    """When they reply, as one or two sentences; empty where nothing is known of it. `zone` is the customer's clock: a
    time of day is told by it, and by the team's, which is then named, where it is not known."""
    if reply is None:
        return ""
    known = language if language in NOTICES else "en"
    clock = ZoneInfo(zone or team_zone or "UTC")
    whose = "" if zone else f" {clock_words(clock, known)}"
    if reply.opens_at is not None:
        opens = from_when(reply.opens_at, now, clock, known) + whose
        return f"{CLOSED[known].format(opens=opens)}{_reply_by(reply, now, clock, known)}"
    if reply.by is not None and reply.minutes is not None and reply.by - now > SLACK + reply.minutes * MINUTE:
        # They go home before the time is up: a span would mean tonight.
        return REPLY_BY[known].format(by=by_when(reply.by, now, clock, known) + whose)
    if reply.minutes is not None:
        return WHEN[known].format(within=span_words(reply.minutes, known))
    return _when(reply.promise, known) if reply.promise else ""


def clock_words(clock: ZoneInfo, language: str) -> str:
    """Whose clock a time is told by: `(London time)`."""
    return CLOCK[language].format(zone=clock.key.rpartition("/")[2].replace("_", " "))


def _reply_by(reply: Expected, now: datetime, clock: ZoneInfo, language: str) -> str:
    """A little after they open goes without saying."""
    if reply.by is None or reply.opens_at is None or reply.by - reply.opens_at <= SOON:
        return ""
    return f" {REPLY_BY[language].format(by=by_when(reply.by, now, clock, language))}"


def span_words(minutes: int, language: str) -> str:
    """`90` as "90 minutes", `120` as "2 hours"."""
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    if language not in UNITS:
        return f"{count} {unit}{'' if count == 1 else 's'}"
    return _joined(count, UNITS[language][unit][count != 1], language)


def _when(within: str, language: str) -> str:
    day = next((name for name, pattern in ON.items() if pattern.fullmatch(within.strip())), None)
    return WHEN_ON[language][day] if day else WHEN[language].format(within=_said(within, language))


def _said(within: str, language: str) -> str:
    promise = PROMISE.fullmatch(within.strip())
    if promise is None or language not in UNITS:
        return within
    count, unit = int(promise[1]), promise[2].casefold().replace("business", "working")
    return _joined(count, UNITS[language][unit][count != 1], language)


def _joined(count: int, unit: str, language: str) -> str:
    return f"{count}{unit}" if language == "ja" else f"{count} {unit}"
