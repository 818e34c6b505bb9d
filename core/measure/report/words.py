"""How figures are said: shares, times, money, changes; the same in the terminal, on the page and in Slack."""

from collections.abc import Iterator
from datetime import date, timedelta

from core.measure.report.measures import BY_NAME
from core.measure.report.report import Cost, Scored
from core.measure.report.standing_out import FEWEST, Mark, Wave
from core.measure.statistics import Share
from core.model.languages import LANGUAGES
from core.model.matter import By, Middle, Span, Tally

TITLES = {
    By.TIER: "Tier",
    By.CHANNEL: "Channel",
    By.INTENT: "Intent",
    By.AUTOMATION: "Who answered",
    By.LANGUAGE: "Language",
    By.GROUP: "Team",
    By.BRAND: "Brand",
    By.AGENT: "Agent who answered last",
    By.RULE: "Rule",
    By.DAY: "Day",
    By.MONTH: "Month",
    By.ALL: "All",
}
NOBODY_KNOWS = "not known"


def group(by: By, key: str) -> str:
    """A group by its name: `refund_status` is what a policy calls it, “refund status” what people do."""
    if not key:
        return NOBODY_KNOWS
    if by is By.LANGUAGE:
        return LANGUAGES.get(key, key)
    if by is By.MONTH:
        return f"{date.fromisoformat(f'{key}-01'):%B %Y}"
    return key.replace("_", " ") if by in (By.INTENT, By.AUTOMATION, By.RULE) else key


def share_of(tally: Tally, measure: str) -> Share:
    return BY_NAME[measure].share(tally)


def percent(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%}"


def interval(share: Share) -> str:
    if share.value is None:
        return ""
    digits = 0 if share.high - share.low >= 0.01 else 1  # else both ends would read the same
    return f"{share.low:.{digits}%} to {share.high:.{digits}%}"


def points(scored: Scored) -> str:
    """The change in percentage points, with its interval; empty where there is nothing to compare with."""
    change = scored.change
    if change.value is None or min(scored.now.cases, scored.before.cases) < FEWEST:
        return ""
    return f"{change.value * 100:+.1f} pts ({change.low * 100:+.1f} to {change.high * 100:+.1f})"


def span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} d"


def waited(middle: Middle | None) -> str:
    return "–" if middle is None else span(middle.median)


def money(amount: float, currency: str) -> str:
    digits = 2 if amount >= 0.1 else 4
    return f"{amount:,.{digits}f} {currency}".strip()


def cost_parts(cost: Cost) -> Iterator[str]:
    yield f"models {money(cost.models, cost.currency)}"
    if cost.agents is None:
        yield f"{cost.minutes:.1f} agent minutes (no price named)"
    else:
        yield f"{cost.minutes:.1f} agent minutes {money(cost.agents, cost.currency)}"
    if cost.texts is not None:
        yield f"texts {money(cost.texts, cost.currency)}"


def mark(found: Mark) -> str:
    """One sentence."""
    name = group(found.by, found.key)
    way = "" if found.worse is None else ", worse" if found.worse else ", better"
    return (
        f"{TITLES[found.by]} “{name}”: {found.measure.title.lower()} {percent(found.share)} of {found.share.cases:,} "
        f"({interval(found.share)}), the others {percent(found.rest)}{way}."
    )


def wave(found: Wave) -> str:
    last = found.until
    when = f"on {_day(found.since)}" if found.since == last else f"from {_day(found.since)} to {_day(last)}"
    about, usual = f"{found.count:,} matters about “{group(found.by, found.key)}”", found.usual
    times = f"{usual:,.0f} were usual ({found.count / usual:.1f} times)" if usual else "none were usual"
    return f"A wave {when}: {about} where {times}."


def period(span: Span) -> str:
    """Both days included."""
    last = span.until - timedelta(microseconds=1)
    return f"{_day(span.since)} to {_day(last)} (UTC)"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
