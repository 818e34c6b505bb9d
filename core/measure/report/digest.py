"""The report in a few lines: once a week to a Slack channel, and of the last seven days in the app's home."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from core.measure.report import words
from core.measure.report.report import Report, report_of
from core.measure.report.standing_out import FEWEST
from core.measure.weekly import post_weekly
from core.model.effect_payloads import SlackPayload
from core.model.matter import By, Span
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Store, Unit

RULE = "weekly_digest"
SENT = "digest"  # the cursor that names the Monday of the last one
WEEK = timedelta(days=7)
CUTS = (By.INTENT, By.CHANNEL, By.TIER)
TOLD = ("resolved_first", "contained", "satisfied", "recontacted", "handed_over")
MOST = 5  # of what stands out


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Posts the week that has ended, once, where the policy names a channel (`alerts.digest`)."""

    store: Store
    policy: Policy

    def run(self, now: datetime) -> list[Effect]:
        """The effect that is new, if any."""
        return post_weekly(self.store, self.policy, RULE, SENT, partial(_week, now=now), now)


def _week(unit: Unit, monday: datetime, now: datetime) -> SlackPayload | None:
    report = report_of(unit, Span(since=monday - WEEK, until=monday, now=now), CUTS)
    return SlackPayload(text="\n".join(digest_lines(report)), blocks=()) if report.whole.matters else None


def digest_lines(report: Report) -> Iterator[str]:
    """Plain text, the most important first."""
    yield f"*Last week, {words.period(report.span)}*"
    yield f"{report.whole.matters:,} matters, {report.before.matters:,} in the week before"
    for scored in report.scorecard:
        if scored.measure.name in TOLD and scored.now.cases >= FEWEST:
            change = words.points(scored) if scored.sure else "as in the week before, within chance"
            compared = f"; {change}" if scored.before.cases >= FEWEST else ""
            share = f"{words.percent(scored.now)} of {scored.now.cases:,} ({words.interval(scored.now)})"
            yield f"• {scored.measure.title}: {share}{compared}"
    first, _ = report.middle("answered_after")
    if first is not None:
        yield f"• First answer after {words.waited(first)} (median)"
    found = [*(words.wave(each) for each in report.waves), *(words.mark(each) for each in report.marks)]
    yield "*What stands out*" if found else "Nothing stands out that is more than chance."
    yield from (f"• {each}" for each in found[:MOST])
    if len(found) > MOST:
        yield f"… and {len(found) - MOST} more: `handrail report`"


def week_lines(unit: Unit, now: datetime) -> list[str]:
    """Of the last seven days, in one line; none without a matter."""
    span = Span(since=now - WEEK, until=now, now=now)
    whole = next(iter(unit.matters.tallies(span, By.ALL)), None)
    if whole is None:
        return []
    shares = [
        f"{name} {words.percent(share)} of {share.cases:,}"
        for name, measure in (("contained", "contained"), ("satisfied", "satisfied"), ("handed over", "handed_over"))
        for share in [words.share_of(whole, measure)]
        if share.cases >= FEWEST
    ]
    waited = whole.middles.get("answered_after")
    first = [f"first answer after {words.waited(waited)}"] if waited else []
    return [", ".join([f"{whole.matters:,} matters in seven days", *first, *shares])]
