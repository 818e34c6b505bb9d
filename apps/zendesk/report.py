"""The report for those who lead, in the navigation: the same figures, pictures and marks as `handrail report`, each
with the conversations behind it that whoever asks may read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.extras import require_extra
from apps.report.as_text import as_json
from apps.report.command import ON_PAGE, span_of
from apps.zendesk.overview import Names, reasons
from apps.zendesk.panels import readable_by
from apps.zendesk.parts import PRINTABLE, Looked, Route
from apps.zendesk.read_cache import ReadCache
from apps.zendesk.session import Visitor
from apps.zendesk.translator import translator_of
from core.errors import ConfigurationError, HandrailError
from core.measure.report import words
from core.measure.report.measures import BY_NAME, COLUMNS, MEASURES, Better, Measure
from core.measure.report.report import Report, Scored, report_of
from core.measure.report.standing_out import COMPARED
from core.model.matter import By, Listed, Span, Tally
from core.policy import Policy
from core.ports import Now, Store, TicketAccess

Json = dict[str, Any]
# Agents are left out: whose conversations went how is for coaching, and that is for the agent alone.
CUTS = tuple(by for by in By if by not in (By.ALL, By.DAY, By.AGENT))
MOST_GROUPS = 60  # the largest
SHOWN = 20  # conversations of a figure
LOOKED_AT = 60  # the newest, of which those are shown that whoever asks may read
LONGEST = timedelta(days=1_100)
KEPT = timedelta(minutes=1)  # the worker counts in between; who looks at the same meanwhile shares one look
LONGEST_KEY = 300  # characters of a group's name
# Of `time_format_locale` in Vega, by the languages that our sentences are written in.
LOCALES = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "ja": "ja-JP", "pt": "pt-BR"}
SOME_TIME = validate.Range(min=date(2000, 1, 1), max=date(2100, 1, 1))


class PeriodSchema(Schema):
    """The first and the last day, whole, of UTC; without them the last 30 days."""

    class Meta:
        unknown = EXCLUDE

    since = fields.Date(load_default=None, validate=SOME_TIME)
    until = fields.Date(load_default=None, validate=SOME_TIME)
    by = fields.Enum(By, by_value=True, load_default=By.INTENT, validate=validate.OneOf(CUTS))


class FigureSchema(PeriodSchema):
    """One figure of a group, or of all matters; `counted`: those that count towards it, else those that do not."""

    by = fields.Enum(By, by_value=True, load_default=By.ALL, validate=validate.OneOf((By.ALL, *CUTS)))
    key = fields.String(load_default="", validate=[validate.Length(max=LONGEST_KEY), PRINTABLE])
    measure = fields.String(required=True, validate=validate.OneOf(list(BY_NAME)))
    counted = fields.Boolean(load_default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportViews:
    """`looked` writes down whose conversations were listed for whom."""

    store: Store
    access: TicketAccess
    labels: Callable[[], Names]
    policy: Callable[[], Policy]
    now: Now
    known: ReadCache[tuple[date | None, date | None, By | None], tuple[Report, int]]
    drawn: ReadCache[tuple[date | None, date | None, By, str], Sequence[Json]]
    looked: Looked | None = None

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/report", "GET", self.show, "lead"),
            Route("overview/report/pictures", "GET", self.pictures, "lead"),
            Route("overview/report/conversations", "GET", self.conversations, "lead"),
        )

    def show(self, _: Visitor) -> Response:
        """The scorecard beside the period before, what stands out in all cuts, and the groups of one."""
        asked = PeriodSchema().load(request.args)
        report, waiting = self._report(asked)
        by: By = asked["by"]
        groups, named = report.tables[by], self._named()
        shown = replace(report, tables={by: groups[:MOST_GROUPS]})
        told = as_json(shown, waiting)
        rows = [
            _group(report, by, tally, row, named) for tally, row in zip(shown.tables[by], told["by"][by], strict=True)
        ]
        return jsonify(
            **{name: told[name] for name in ("since", "until", "waiting", "all", "before", "fewest")},
            measures=[_measure(measure) for measure in MEASURES],
            columns=COLUMNS,
            scorecard=[_scored(each) for each in report.scorecard],
            cost=_cost(report),
            marks=[{**mark, "label": named(By(mark["by"]), mark["key"])} for mark in told["marks"]],
            waves=[{**wave, "label": named(By(wave["by"]), wave["key"])} for wave in told["waves"]],
            by=by.value,
            compared=by in COMPARED,
            groups=rows,
            more=len(groups) - len(rows),
        )

    def pictures(self, _: Visitor) -> Response:
        """As the page of `handrail report --html` has them, in the colours of the app. Without the library that draws
        them: what is missing."""
        asked = PeriodSchema().load(request.args)
        try:
            require_extra("report")
        except ConfigurationError as error:
            return jsonify(pictures=[], unavailable=str(error))
        language = request.accept_languages.best_match(["en", *LOCALES]) or "en"
        key = (asked["since"], asked["until"], asked["by"], language)
        pictures = self.drawn(key, self.now(), lambda: self._drawn(asked, language))
        return jsonify(pictures=pictures, unavailable="")

    def conversations(self, who: Visitor) -> Response:
        """The newest behind one figure; by themselves those on its worse side, where it has one. Those of tickets
        that the helpdesk does not show whoever asks are only counted."""
        asked = FigureSchema().load(request.args)
        measure, by = BY_NAME[asked["measure"]], asked["by"]
        counted = measure.better is not Better.UP if asked["counted"] is None else asked["counted"]
        group = None if by is By.ALL else (by, asked["key"])
        with self.store.read() as unit:
            found = unit.matters.listed(self._span(asked), measure.name, hit=counted, limit=LOOKED_AT + 1, group=group)
        may_read = readable_by(who, self.access)
        shown: list[Listed] = []
        withheld = 0
        for each in found[:LOOKED_AT]:
            if each.ticket_id is not None and not may_read(each.ticket_id):
                withheld += 1
            elif len(shown) < SHOWN:
                shown.append(each)
        self._note(who, measure, shown)
        named = self._named()
        return jsonify(
            counted=counted,
            conversations=[_listed(each, named) for each in shown],
            withheld=withheld,
            more=len(found) > len(shown) + withheld,
        )

    # ------------------------------------------------------------------

    def _span(self, asked: Mapping[str, Any]) -> Span:
        since, until = asked["since"], asked["until"]
        now = self.now()
        try:
            span = span_of(
                since and datetime.combine(since, time()), until and datetime.combine(until, time()), (), now
            )
        except ConfigurationError as error:
            raise ValidationError(str(error), "since") from error
        if span.until - span.since > LONGEST:
            raise ValidationError(f"{LONGEST.days} days at most", "since")
        return span

    def _report(self, asked: Mapping[str, Any]) -> tuple[Report, int]:
        """Over the cuts of the page, whichever is shown, so that the same stands out in all of them."""
        span, by = self._span(asked), asked["by"]

        def look() -> tuple[Report, int]:
            with self.store.read() as unit:
                return report_of(unit, span, tuple(dict.fromkeys((*ON_PAGE, by)))), unit.matters.waiting()

        return self.known((asked["since"], asked["until"], None if by in ON_PAGE else by), self.now(), look)

    def _drawn(self, asked: Mapping[str, Any], language: str) -> Sequence[Json]:
        from apps.report import charts

        translator = translator_of(language)
        say = (lambda text: text) if translator is None else (lambda text: translator.translate(text).text)
        speech = charts.Speech(
            locale=LOCALES.get(language, ""), say=say, named=partial(_in_language, self._named(), language)
        )
        report, _ = self._report(asked)
        by: By = asked["by"]
        return [
            {"name": name, "wide": name == "volume", "title": say(title), "svg": _in_our_colours(str(svg))}
            for name, title, svg in charts.pictures(report, by, speech)
        ]

    def _note(self, who: Visitor, measure: Measure, shown: Sequence[Listed]) -> None:
        if self.looked is None:
            return
        person = " ".join(("agent", who.agent_id, who.name))
        for each in shown:
            ref = each.ticket_id or each.conversation_id
            self.looked(person, "overview", f"the conversations behind a figure ({measure.name})", ref=ref)

    def _named(self) -> Callable[[By, str], str]:
        """A group in the company's words: its intents' labels, why its rules hand over."""
        try:
            labels = self.labels()
        except HandrailError:
            labels = {}
        return partial(_name, {By.INTENT: labels, By.RULE: reasons(self.policy())})


def _begins(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())


def _name(known: Mapping[By, Names], by: By, key: str) -> str:
    return (known.get(by, {}).get(key) or words.group(by, key)) if key else ""


def _in_language(named: Callable[[By, str], str], language: str, by: By, key: str) -> str:
    """Languages and months as the language calls them; the app does the same for its tables."""
    if key and by is By.LANGUAGE:
        return str(Locale.parse(language).languages.get(key, key))
    if key and by is By.MONTH:
        return format_date(date.fromisoformat(f"{key}-01"), "MMMM y", locale=language)
    return named(by, key)


def _measure(measure: Measure) -> Json:
    return {
        "name": measure.name,
        "title": measure.title,
        "short": measure.short,
        "of": measure.of,
        "side": measure.side.value,
        "better": measure.better.value,
    }


def _scored(scored: Scored) -> Json:
    change = scored.change
    told = {"value": change.value, "low": change.low, "high": change.high}
    return {
        "measure": scored.measure.name,
        "now": scored.now.row(),
        "before": scored.before.row(),
        "change": told if change.told else None,
        "sure": scored.sure,
        "better": scored.better,
    }


def _cost(report: Report) -> Json | None:
    cost = report.cost(report.whole)
    return None if cost is None else {"currency": cost.currency, "models": cost.models, "minutes": cost.minutes}


def _group(report: Report, by: By, tally: Tally, row: Json, named: Callable[[By, str], str]) -> Json:
    marked = {name: mark.worse for name in COLUMNS if (mark := report.marked(by, tally.key, name)) is not None}
    return {
        "key": tally.key,
        "label": named(by, tally.key),
        "matters": tally.matters,
        "seconds": row["seconds"],
        "shares": {name: row["shares"][name] for name in COLUMNS},
        "marked": marked,
    }


def _listed(each: Listed, named: Callable[[By, str], str]) -> Json:
    return {
        "conversation": each.conversation_id,
        "ticket": each.ticket_id,
        "began_at": each.began_at.isoformat(),
        "channel": each.channel,
        "intent": named(By.INTENT, each.intent),
        "team": each.group,
    }


def _in_our_colours(svg: str) -> str:
    """With the app's variables in place of the page's colours, so that a picture is as light or as dark as the rest."""
    from apps.report import charts

    variables = {
        charts.INK: "var(--text)",
        charts.QUIET: "var(--quiet)",
        charts.LINE: "var(--line)",
        charts.BLUE: "var(--series-1)",
        charts.TEAL: "var(--series-2)",
        charts.AMBER: "var(--series-3)",
        charts.ROSE: "var(--bad)",
    }
    for colour, variable in variables.items():
        svg = svg.replace(f'"{colour}"', f'"{variable}"')
    return svg
