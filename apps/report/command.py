"""`handrail report`: which period and cuts, and in which form."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.installed import container_here
from apps.privacy.accesses import note_command
from apps.report.as_text import as_csv, as_json, lines
from core.errors import ConfigurationError
from core.measure.fairness import fairness_of
from core.measure.report import words
from core.measure.report.measures import BY_NAME, Better
from core.measure.report.report import Prices, report_of
from core.model.matter import By, Listed, Span
from core.ports import Store

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

USUAL = timedelta(days=30)
IN_TEXT = (By.INTENT,)
ON_PAGE = (By.INTENT, By.CHANNEL, By.TIER, By.LANGUAGE, By.AUTOMATION, By.GROUP)
CUTS = tuple(by.value for by in By if by not in (By.ALL, By.DAY))
LONG = timedelta(days=100)  # beyond, months are told apart too
NEWEST = 5_000  # matters that the cells of a page are filled with


def print_report(
    *,
    since: datetime | None,
    until: datetime | None,
    cuts: Sequence[str],
    only: Sequence[str],
    html: Path | None,
    form: str,
    listed: str,
    hits: bool,
    limit: int,
    prices: Prices,
    fairness: bool = False,
) -> None:
    """In one of the forms: text, json or csv; or as a page in the file `html`; or the conversations of `listed`."""
    from apps.bootstrap import now

    container, moment = container_here(), now()
    span = span_of(since, until, only, moment)
    if fairness:
        _print_fairness(container, span, html, as_json_too=form == "json")
        return
    usual = ON_PAGE if html or form == "json" else IN_TEXT
    by = tuple(dict.fromkeys(By(cut) for cut in cuts)) or (
        *usual,
        *([By.MONTH] if span.until - span.since > LONG else []),
    )
    if listed:
        _print_list(container.store, span, listed, hits=hits, limit=limit)
        note_command(container.store, now, f"the conversations behind a figure ({listed})")
        return
    with container.store.read() as unit:
        report, waiting = report_of(unit, span, by, prices), unit.matters.waiting()
        newest = unit.matters.newest(span, NEWEST) if html else []
    if html is not None:
        from apps.report.page import page

        html.write_text(page(report, newest, waiting, container.settings.zendesk.subdomain), encoding="utf-8")
        click.echo(f"{html}: {words.period(report.span)}, {report.whole.matters:,} matters.")
    elif form == "json":
        click.echo(json.dumps(as_json(report, waiting), indent=2))
    elif form == "csv":
        click.echo(as_csv(report), nl=False)
    else:
        click.echo("\n".join(lines(report, waiting)))


def _print_fairness(container: "Knowledge", span: Span, html: Path | None, *, as_json_too: bool) -> None:
    from apps.experiments import policy_here
    from apps.report import fairness

    fields = policy_here(container).fairness_fields
    with container.store.read() as unit:
        found = fairness_of(unit, span, fields)
    if html is not None:
        html.write_text(fairness.fairness_page(found), encoding="utf-8")
        click.echo(f"{html}: {found.matters:,} matters.")
    elif as_json_too:
        click.echo(json.dumps(fairness.fairness_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(fairness.fairness_lines(found)))


def span_of(since: datetime | None, until: datetime | None, only: Sequence[str], now: datetime) -> Span:
    """From the first day to the last one, whole, of the last 30 days where neither is named."""
    end = until.replace(tzinfo=UTC) + timedelta(days=1) if until else now
    begin = since.replace(tzinfo=UTC) if since else end - USUAL
    if begin >= end:
        raise ConfigurationError("the period ends before it begins: --since is to be before --until")
    return Span(since=begin, until=end, now=now, only=dict(_only(each) for each in only))


def _only(given: str) -> tuple[By, str]:
    cut, equals, value = given.partition("=")
    if not equals or cut not in CUTS:
        raise ConfigurationError(f"--only {given}: name a cut and its value, as intent=refund ({', '.join(CUTS)})")
    return By(cut), value


def _print_list(store: Store, span: Span, measure: str, *, hits: bool, limit: int) -> None:
    """Newest first; without `hits` those that are on the worse side of the measure."""
    if measure not in BY_NAME:
        raise ConfigurationError(f"there is no measure {measure}; there are {', '.join(BY_NAME)}")
    wanted = hits or BY_NAME[measure].better is not Better.UP
    with store.read() as unit:
        found = unit.matters.listed(span, measure, hit=wanted, limit=limit)
    side = "that count" if wanted else "that do not count"
    click.echo(f"{BY_NAME[measure].title}, of {BY_NAME[measure].of}: the newest {len(found)} {side}.")
    for each in found:
        click.echo(row(each))


def row(each: Listed) -> str:
    """One conversation in a line."""
    where = f"ticket {each.ticket_id}" if each.ticket_id else f"conversation {each.conversation_id}"
    told = (each.channel, each.intent or words.NOBODY_KNOWS, each.group, each.rule)
    return f"{each.began_at:%Y-%m-%d %H:%M}  {where:<24}  {', '.join(part for part in told if part)}"
