"""The pictures of the report, drawn by Vega-Lite as SVG: they stand in the page and need no script or network."""

import re
from collections.abc import Mapping, Sequence
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
FEW_DAYS = 100  # up to here by the day, beyond by the week
MOST_GROUPS = 10
Spec = dict[str, Any]

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


def volume(report: Report) -> Markup:
    """Matters by day or week, what is a wave in another colour."""
    days = {day: tally.matters for day, tally in report.days.items()}
    fine = len(days) <= FEW_DAYS
    by = days if fine else {monday: tally.matters for monday, tally in weekly(report.days).items()}
    length = timedelta(days=1 if fine else 7)
    high = {start for start in by for wave in report.waves if start <= wave.until and start + length > wave.since}
    values = [
        {"day": day.isoformat(), "matters": n, "wave": "a wave" if day in high else "matters"} for day, n in by.items()
    ]
    bar = {"type": "bar", "cornerRadiusEnd": 1.5, "width": max(2, min(14, round(700 / max(1, len(by)))))}
    encoding = {
        "x": {**_time(by), "scale": {"padding": 8}},
        "y": {"field": "matters", "type": "quantitative", "title": f"matters a {'day' if fine else 'week'}"},
        "color": {
            "field": "wave",
            "type": "nominal",
            "scale": {"domain": ["matters", "a wave"], "range": [BLUE, ROSE]},
            "legend": {} if high else None,
        },
    }
    alt = f"Matters a {'day' if fine else 'week'}: {min(by.values(), default=0):,} to {max(by.values(), default=0):,}."
    return _svg({"data": {"values": values}, "mark": bar, "encoding": encoding, "height": 170}, alt)


def course(report: Report, name: str) -> Markup:
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
    return _svg(
        spec, f"{measure.title} over the period: {words.percent(measure.share(report.whole))} in all.", width=520
    )


def groups(report: Report, by: By, name: str) -> Markup:
    """One share by group with its interval; the line is the whole."""
    measure, whole = BY_NAME[name], BY_NAME[name].share(report.whole)
    found = [each for each in report.tables[by] if measure.share(each).cases >= FEWEST][:MOST_GROUPS]
    values = []
    for each in found:
        marked = report.marked(by, each.key, name)
        kind = "as the others" if marked is None else {True: "worse", False: "better", None: "different"}[marked.worse]
        share = measure.share(each)
        row = {"value": share.value, "low": share.low, "high": share.high, "kind": kind}
        values.append({"group": words.group(by, each.key), **row})
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
    return _svg(spec, f"{measure.title} by {words.TITLES[by].lower()}.", width=520)


def _point(day: date, measure: Measure, tally: Tally) -> Spec:
    share = measure.share(tally)
    return {"day": day.isoformat(), "value": share.value, "low": share.low, "high": share.high}


def _time(days: Mapping[date, object]) -> Spec:
    long = len(days) > 0 and (max(days) - min(days)).days > 120
    axis = {"format": "%b" if long else "%-d %b", "tickCount": 10, "grid": False}
    return {"field": "day", "type": "temporal", "title": None, "axis": axis}


def _svg(spec: Spec, alt: str, width: int = 1080) -> Markup:
    """As wide as its place, whatever that is; read out as one sentence."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": width, "config": CONFIG, **spec}
    drawn = vl_convert.vegalite_to_svg(whole, vl_version=LANGUAGE)
    head = Markup('<svg role="img" aria-label="{}" class="chart"').format(alt)
    # Without a fixed size it takes the width of its place, and the height that goes with it.
    drawn = re.sub(r' (?:role|aria-\w+)="[^"]*"', "", drawn)  # of every stroke: the whole is one picture
    sized = re.compile(r'<svg([^>]*?) width="[^"]*" height="[^"]*"')
    return Markup(sized.sub(lambda found: str(head) + found[1], drawn, count=1))  # noqa: S704  # Vega escapes its words


def all_courses(report: Report) -> Sequence[tuple[Measure, Markup]]:
    return [(BY_NAME[name], drawn) for name in LINES if (drawn := course(report, name))]
