"""The report in a terminal, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from core.measure.report import words
from core.measure.report.measures import BY_NAME, COLUMNS, MEASURES, Side
from core.measure.report.report import Report, net_promoters
from core.measure.report.standing_out import FEWEST, Mark
from core.model.cost import MICRO
from core.model.matter import By, Tally

WIDE = 44
SMALL = "·"  # before a share of too few cases to say anything
MARKS = {True: "▼", False: "▲", None: "◆"}  # worse, better, different


def lines(report: Report, waiting: int) -> Iterator[str]:
    whole, before = report.whole, report.before
    yield f"{words.period(report.span)}: {whole.matters:,} matters, {before.matters:,} in the period before."
    if waiting:
        yield f"Not counted yet: {waiting:,} of the newest changes; the worker counts them."
    if not whole.matters:
        return
    yield ""
    yield from _standing_out(report)
    for side in Side:
        yield f"{side.value:<{WIDE}}{'now':>6}  {'interval':<14}{'of':>8}  {'before':>6}  change"
        for scored in report.scorecard:
            if scored.measure.side is side:
                now, small = scored.now, scored.now.cases < FEWEST
                star = " *" if scored.sure else ""
                yield (
                    f"  {SMALL if small else ' '}{scored.measure.title:<{WIDE - 3}}{words.percent(now):>6}  "
                    f"{words.interval(now):<14}{now.cases:>8,}  {words.percent(scored.before):>6}  "
                    f"{words.points(scored)}{star}"
                )
        yield ""
    yield from _times(report)
    for by, groups in report.tables.items():
        yield ""
        yield from _table(report, by, list(groups))
    yield ""
    yield f"* more than chance over all measures; {SMALL} of fewer than {FEWEST} cases, which says little;"
    yield "▲ better, ▼ worse, ◆ different than the other groups together, by more than chance over all cells."
    yield "What each is a share of: docs/measures.md. The conversations of a cell: --list MEASURE --only CUT=VALUE."


def _standing_out(report: Report) -> Iterator[str]:
    found = [*(words.wave(each) for each in report.waves), *(words.mark(each) for each in report.marks)]
    yield "What stands out"
    yield from (f"  {each}" for each in found)
    if not found:
        yield "  Nothing that is more than chance."
    yield ""


def _times(report: Report) -> Iterator[str]:
    for name, title in (("answered_after", "First answer after"), ("handled", "Handled by people for")):
        now, then = report.middle(name)
        if now is not None:
            yield (
                f"{title:<{WIDE}}{words.waited(now)} (median), {words.span(now.most)} (90 %), of {now.cases:,}; "
                f"before {words.waited(then)}"
            )
    if report.rating is not None:
        before = "–" if report.rating_before is None else f"{report.rating_before.value:.2f}"
        rating = report.rating
        yield (
            f"{'Rating, 1 to 5':<{WIDE}}{rating.value:.2f} ({rating.low:.2f} to {rating.high:.2f}) "
            f"of {report.whole.ratings[0]:,}; before {before}"
        )
    if report.promoters is not None:
        before = "–" if report.promoters_before is None else f"{report.promoters_before.value:+.0f}"
        score = report.promoters
        yield (
            f"{'Net promoter score, −100 to 100':<{WIDE}}{score.value:+.0f} ({score.low:+.0f} to {score.high:+.0f}) "
            f"of {report.whole.recommends[0]:,}; before {before}"
        )
    cost = report.cost(report.whole)
    if cost is not None:
        parts = ", ".join(words.cost_parts(cost))
        yield f"{'Cost of a closed matter':<{WIDE}}{words.money(cost.total, cost.currency)}: {parts}"


def _table(report: Report, by: By, groups: list[Tally]) -> Iterator[str]:
    shown = [BY_NAME[name] for name in COLUMNS]
    widths = [max(len(measure.short), 7) for measure in shown]
    names = [words.group(by, each.key) for each in groups]
    wide = max(len(words.TITLES[by]), *map(len, names), 8)
    heads = "  ".join(f"{measure.short:>{width}}" for measure, width in zip(shown, widths, strict=True))
    yield f"{words.TITLES[by]:<{wide}}  {'matters':>8}  {'1st answer':>10}  {heads}"
    for name, each in zip(names, groups, strict=True):
        cells = []
        for measure, width in zip(shown, widths, strict=True):
            share, marked = measure.share(each), report.marked(by, each.key, measure.name)
            sign = MARKS[marked.worse] if marked else SMALL if 0 < share.cases < FEWEST else ""
            cells.append(f"{sign + words.percent(share):>{width}}")
        first = words.waited(each.middles.get("answered_after"))
        yield f"{name:<{wide}}  {each.matters:>8,}  {first:>10}  {'  '.join(cells)}"


def as_json(report: Report, waiting: int) -> dict[str, Any]:
    return {
        "since": report.span.since.isoformat(),
        "until": report.span.until.isoformat(),
        "only": {by.value: value for by, value in report.span.only.items()},
        "waiting": waiting,
        "all": _group(report, report.whole),
        "before": _group(report, report.before),
        "changed": {
            each.measure.name: {"change": each.change.value, "low": each.change.low, "high": each.change.high}
            for each in report.scorecard
            if each.sure
        },
        "marks": [_mark(each) for each in report.marks],
        "waves": [
            {
                "by": each.by.value,
                "key": each.key,
                "since": each.since.isoformat(),
                "until": each.until.isoformat(),
                "count": each.count,
                "usual": each.usual,
            }
            for each in report.waves
        ],
        "by": {by.value: [_group(report, each) for each in groups] for by, groups in report.tables.items()},
        "fewest": FEWEST,
    }


def _mark(found: Mark) -> dict[str, Any]:
    return {
        "by": found.by.value,
        "key": found.key,
        "measure": found.measure.name,
        "share": found.share.row(),
        "rest": found.rest.row(),
        "chance": found.chance,
        "worse": found.worse,
    }


def _group(report: Report, tally: Tally) -> dict[str, Any]:
    count, total, _ = tally.ratings
    return {
        "key": tally.key,
        "matters": tally.matters,
        "closed": tally.closed,
        "shares": {measure.name: measure.share(tally).row() for measure in MEASURES},
        "seconds": {
            name: {"median": middle.median, "p90": middle.most, "cases": middle.cases}
            for name, middle in tally.middles.items()
        },
        "rating": {"mean": total / count if count else None, "cases": count},
        "net_promoters": _promoters(tally),
        "model_cost": {currency: micro / MICRO for currency, micro in tally.costs.items()},
        "agent_minutes": tally.handled / 60,
        "texts": tally.texts,
    }


def _promoters(tally: Tally) -> dict[str, Any]:
    score, (cases, high, low) = net_promoters(tally), tally.recommends
    ends = {"low": score.low, "high": score.high} if score else {"low": None, "high": None}
    return {"score": score.value if score else None, **ends, "cases": cases, "promoters": high, "detractors": low}


def as_csv(report: Report) -> str:
    """A line for each group and measure."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["by", "group", "measure", "value", "low", "high", "hits", "cases"])
    tables = [(By.ALL, [report.whole]), *report.tables.items()]
    for by, groups in tables:
        for each in groups:
            for measure in MEASURES:
                share = measure.share(each)
                shown = [share.value, share.low, share.high] if share.cases else ["", "", ""]
                writer.writerow([by.value, _plain(each.key), measure.name, *shown, share.hits, share.cases])
            for name, middle in each.middles.items():
                writer.writerow([by.value, _plain(each.key), f"{name}_median", middle.median, "", "", "", middle.cases])
    return out.getvalue()


def _plain(text: str) -> str:
    """A name that a spreadsheet takes for a formula is no formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
