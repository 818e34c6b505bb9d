"""The pictures of the report, drawn by Vega-Lite as SVG: they stand in the page and need no script or network."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import vl_convert
from markupsafe import Markup

from core.measure.report import words
from core.measure.report.measures import BY_NAME, Measure
from core.measure.report.report import Report, weekly
from core.measure.report.standing_out import FEWEST
from core.model.matter import By, Tally

LANGUAGE = "6.4"  # of Vega-Lite
INK, QUIET, LINE = "#1f2937", "#5b6675", "#e3e7ec"
BLUE, TEAL, AMBER, ROSE = "#2563a8", "#0f8a7e", "#b7791f", "#b4324a"
COLOURS: Mapping[str, str] = {
    "resolved_first": BLUE,
    "contained": TEAL,
    "satisfied": AMBER,
    "recontacted": ROSE,
}
LINES = ("resolved_first", "satisfied", "recontacted", "contained")
WIDE, NARROW = 920, 450  # pixels of the plot: what a picture is scaled from, and its letters with it
BY_GROUP = ("resolved_first", "satisfied")
FEW_DAYS = 100  # up to here by the day, beyond by the week
MOST_GROUPS = 10
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How a picture speaks: `say` puts a sentence of ours into a language, `named` names a group, `locale` is that of
    its days, as Vega names it; empty: English."""

    locale: str = ""
    say: Callable[[str], str] = str
    named: Callable[[By, str], str] = words.group

    def measure(self, measure: Measure) -> str:
        return self.say(measure.title)


ENGLISH = Speech()
CONFIG: Spec = {
    "font": "Inter, Segoe UI, Helvetica, Arial, sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
    },
    "legend": {"labelColor": INK, "title": None, "orient": "top", "labelFontSize": 12, "labelLimit": 240},
}


def volume(report: Report, speech: Speech = ENGLISH) -> Markup:
    """Matters by day or week, what is a wave in another colour."""
    usual, wave_ = speech.say("matters"), speech.say("a wave")
    days = {day: tally.matters for day, tally in report.days.items()}
    fine = len(days) <= FEW_DAYS
    by = days if fine else {monday: tally.matters for monday, tally in weekly(report.days).items()}
    rate = speech.say("matters a day" if fine else "matters a week")
    length = timedelta(days=1 if fine else 7)
    high = {start for start in by for wave in report.waves if start <= wave.until and start + length > wave.since}
    values = [{"day": day.isoformat(), "matters": n, "wave": wave_ if day in high else usual} for day, n in by.items()]
    bar = {"type": "bar", "cornerRadiusEnd": 1.5, "width": max(2, min(14, round(700 / max(1, len(by)))))}
    encoding = {
        "x": {**_time(by), "scale": {"padding": 8}},
        "y": {
            "field": "matters",
            "type": "quantitative",
            "title": speech.say("matters a day" if fine else "matters a week"),
        },
        "color": {
            "field": "wave",
            "type": "nominal",
            "scale": {"domain": [usual, wave_], "range": [BLUE, ROSE]},
            "legend": {} if high else None,
        },
    }
    least, most = min(by.values(), default=0), max(by.values(), default=0)
    alt = f"{rate}: {least:,} – {most:,}"
    return _svg({"data": {"values": values}, "mark": bar, "encoding": encoding, "height": 170}, alt, speech)


def course(report: Report, name: str, speech: Speech = ENGLISH) -> Markup:
    """One share over the period by week (by day, of a short one with enough cases a day), each point with its interval;
    empty where not one has enough."""
    measure = BY_NAME[name]
    days, weeks = (
        {start: tally for start, tally in by.items() if measure.share(tally).cases >= FEWEST}
        for by in (report.days, weekly(report.days))
    )
    by = days if len(report.days) <= FEW_DAYS and 2 * len(days) > len(report.days) else weeks
    values = [_point(start, measure, tally) for start, tally in by.items()]
    if not values:
        return Markup()
    colour = COLOURS.get(name, BLUE)
    share = {"type": "quantitative", "axis": {"format": ".0%", "tickCount": 5}, "title": None, "scale": {"zero": False}}
    spec: Spec = {
        "data": {"values": values},
        "height": 130,
        "layer": [
            {
                "mark": {"type": "area", "color": colour, "opacity": 0.16},
                "encoding": {"x": _time(by), "y": {"field": "low", **share}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "color": colour, "strokeWidth": 2, "point": {"size": 14, "color": colour}},
                "encoding": {"x": _time(by), "y": {"field": "value", **share}},
            },
        ],
    }
    alt = f"{speech.measure(measure)}: {words.percent(measure.share(report.whole))}"
    return _svg(spec, alt, speech, width=NARROW)


def groups(report: Report, by: By, name: str, speech: Speech = ENGLISH) -> Markup:
    """One share by group with its interval; the line is the whole."""
    measure, whole = BY_NAME[name], BY_NAME[name].share(report.whole)
    found = [each for each in report.tables[by] if measure.share(each).cases >= FEWEST][:MOST_GROUPS]
    values = []
    for each in found:
        marked = report.marked(by, each.key, name)
        kind = "as the others" if marked is None else {True: "worse", False: "better", None: "different"}[marked.worse]
        share = measure.share(each)
        row = {"value": share.value, "low": share.low, "high": share.high, "kind": kind}
        values.append({"group": speech.named(by, each.key) or speech.say(words.NOBODY_KNOWS), **row})
    kinds, colours = ["as the others", "worse", "better", "different"], [QUIET, ROSE, TEAL, AMBER]
    colour = {"field": "kind", "type": "nominal", "scale": {"domain": kinds, "range": colours}, "legend": None}
    across = {
        "type": "quantitative",
        "axis": {"format": ".0%", "tickCount": 5},
        "title": None,
        "scale": {"zero": False},
    }
    down = {"field": "group", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 150}}
    spec: Spec = {
        "data": {"values": values},
        "height": {"step": 22},
        "layer": [
            {
                "data": {"values": [{"whole": whole.value}]},
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": {"field": "whole", **across}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.3, "strokeCap": "round"},
                "encoding": {
                    "x": {"field": "low", **across},
                    "x2": {"field": "high"},
                    "y": down,
                    "color": colour,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {"x": {"field": "value", **across}, "y": down, "color": colour},
            },
        ],
    }
    return _svg(spec, _titled(measure, by, speech), speech, width=NARROW)


def _point(day: date, measure: Measure, tally: Tally) -> Spec:
    share = measure.share(tally)
    return {"day": day.isoformat(), "value": share.value, "low": share.low, "high": share.high}


def _time(days: Mapping[date, object]) -> Spec:
    long = len(days) > 0 and (max(days) - min(days)).days > 120
    axis = {
        "format": "%b" if long else "%-d %b",
        "tickCount": 10,
        "grid": False,
        "labelOverlap": "greedy",
        "labelSeparation": 8,
    }
    return {"field": "day", "type": "temporal", "title": None, "axis": axis}


def _svg(spec: Spec, alt: str, speech: Speech, width: int = WIDE) -> Markup:
    """As wide as its place, whatever that is; read out as one sentence."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": width, "config": CONFIG, **spec}
    locale: Any = speech.locale or None  # one of a list that Vega has
    drawn = vl_convert.vegalite_to_svg(whole, vl_version=LANGUAGE, time_format_locale=locale)
    head = Markup('<svg role="img" aria-label="{}" class="chart"').format(alt)
    # Without a fixed size it takes the width of its place, and the height that goes with it.
    drawn = re.sub(r' (?:role|aria-\w+)="[^"]*"', "", drawn)  # of every stroke: the whole is one picture
    sized = re.compile(r'<svg([^>]*?) width="[^"]*" height="[^"]*"')
    return Markup(sized.sub(lambda found: str(head) + found[1], drawn, count=1))  # noqa: S704  # Vega escapes its words


def pictures(report: Report, by: By, speech: Speech = ENGLISH) -> Iterator[tuple[str, str, Markup]]:
    """Each by a name and a title: all matters, the courses of the shares, and two of them by the groups of one cut."""
    yield "volume", speech.say("Matters that began"), volume(report, speech)
    for measure, drawn in all_courses(report, speech):
        yield measure.name, speech.measure(measure), drawn
    if len(report.tables.get(by, ())) > 1:
        for name in BY_GROUP:
            title = _titled(BY_NAME[name], by, speech)
            yield f"{name}:{by.value}", title, groups(report, by, name, speech)


def _titled(measure: Measure, by: By, speech: Speech) -> str:
    return f"{speech.measure(measure)} · {speech.say(words.TITLES[by])}"


def all_courses(report: Report, speech: Speech = ENGLISH) -> Sequence[tuple[Measure, Markup]]:
    return [(BY_NAME[name], drawn) for name in LINES if (drawn := course(report, name, speech))]
