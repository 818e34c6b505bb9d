"""The report as a page that stands alone: no network, no address but those of tickets, everything in one file."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from apps.report import charts
from core.measure.report import words
from core.measure.report.measures import BY_NAME, COLUMNS, Better, Measure, Side
from core.measure.report.report import Report, Scored
from core.measure.report.standing_out import COMPARED, FEWEST
from core.measure.statistics import Share
from core.model.matter import By, Seen, Tally

HERE = files("apps.report")

SHOWN = 8  # conversations of a cell
TILES = ("resolved_first", "contained", "satisfied", "recontacted")
CLASSES = {True: "bad", False: "good", None: "other"}


class Cells:
    """The conversations behind each cell, of the newest matters."""

    def __init__(self, report: Report, newest: Sequence[Seen], subdomain: str) -> None:
        self._report, self._subdomain = report, subdomain
        self._found: defaultdict[tuple[By, str, str], list[Seen]] = defaultdict(list)
        self.told: dict[str, Any] = {}
        for seen in newest:
            for name, hit in seen.hits.items():
                if hit is not _asked(BY_NAME[name]):
                    continue
                for by in (By.ALL, *report.tables):
                    cell = self._found[by, seen.cuts.get(by, ""), name]
                    if len(cell) < SHOWN:
                        cell.append(seen)

    def button(self, by: By, key: str, measure: Measure, words_: str) -> Markup:
        """Opens what is behind it."""
        name, found = f"{by}:{key}:{measure.name}", self._found[by, key, measure.name]
        asked = "counted" if _asked(measure) else "not counted"
        where = "" if by is By.ALL else f"{words.TITLES[by]} “{words.group(by, key)}”: "
        self.told[name] = {
            "title": f"{where}{measure.title}",
            "of": f"Of {measure.of}. The newest that were {asked}"
            + (":" if found else ": none among the newest matters of the period."),
            "command": self._command(by, key, measure),
            "tickets": [self._ticket(each) for each in found],
        }
        return Markup('<button type="button" data-cell="{}">{}</button>').format(name, words_)

    def _command(self, by: By, key: str, measure: Measure) -> str:
        span = self._report.span
        only = {**{cut.value: value for cut, value in span.only.items()}, **({} if by is By.ALL else {by.value: key})}
        cuts = "".join(f' --only "{cut}={value}"' for cut, value in only.items())
        period = f"--since {span.since:%Y-%m-%d} --until {span.until:%Y-%m-%d}"
        return f"handrail report {period} --list {measure.name}{cuts}"

    def _ticket(self, seen: Seen) -> tuple[str, str]:
        about = words.group(By.INTENT, seen.cuts[By.INTENT])
        name = f"ticket {seen.ticket_id}" if seen.ticket_id else f"conversation {seen.conversation_id}"
        link = (
            f"https://{self._subdomain}.zendesk.com/agent/tickets/{seen.ticket_id}"
            if self._subdomain and seen.ticket_id
            else ""
        )
        return f"{name}, {seen.began_at:%d %B %Y}, {seen.cuts[By.CHANNEL]}, {about}", link


def _asked(measure: Measure) -> bool:
    """Whether those are shown that count: the worse side, where there is one."""
    return measure.better is not Better.UP


def page(report: Report, newest: Sequence[Seen], waiting: int, subdomain: str) -> str:
    cells = Cells(report, newest, subdomain)
    body = Markup().join(
        [
            _head(report, waiting),
            _tiles(report, cells),
            _standing_out(report, cells),
            _pictures(report),
            _scorecard(report, cells),
            *(_table(report, by, groups, cells) for by, groups in report.tables.items() if len(groups) > 1),
            _foot(report),
        ]
    )
    # `<` is the one sign that could end the element.
    told = Markup(json.dumps(cells.told).replace("<", "\\u003c"))  # noqa: S704 - no sign of it ends the element
    box = Markup(
        '<dialog id="box" aria-label="Conversations"><h2 style="margin-top:0"></h2><p class="quiet"></p><ol></ol>'
        '<p class="quiet">All of them:</p><code></code><form method="dialog"><button>Close</button></form></dialog>'
    )
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>Handrail report, {period}</title><style>{style}</style></head><body><main>{body}</main>{box}"
            '<script type="application/json" id="cells">{told}</script><script>{script}</script></body></html>'
        ).format(
            period=words.period(report.span),
            style=_own("page.css"),
            body=body,
            box=box,
            told=told,
            script=_own("page.js"),
        )
    )


def _own(name: str) -> Markup:
    return Markup((HERE / name).read_text("utf-8"))  # noqa: S704 - our own file


def _head(report: Report, waiting: int) -> Markup:
    left = (
        Markup("<p class=quiet>Not counted yet: {} of the newest changes.</p>").format(f"{waiting:,}")
        if waiting
        else Markup()
    )
    only = "".join(f", only {words.TITLES[by].lower()} “{value}”" for by, value in report.span.only.items())
    return Markup(
        "<header><h1>How customers’ matters went</h1><p class=quiet>{period}{only}: {now} matters; "
        "{before} in the period of the same length before, with which all is compared.</p>{left}</header>"
    ).format(
        period=words.period(report.span),
        only=only,
        now=f"{report.whole.matters:,}",
        before=f"{report.before.matters:,}",
        left=left,
    )


def _tiles(report: Report, cells: Cells) -> Markup:
    by_name = {each.measure.name: each for each in report.scorecard}
    shares = [_share_tile(by_name[name]) for name in TILES]
    return Markup('<div class="tiles">{}</div>').format(Markup().join([*shares, *_other_tiles(report)]))


def _share_tile(scored: Scored) -> Markup:
    now = scored.now
    small = now.cases < FEWEST
    return _tile(
        scored.measure.title,
        "–" if small else words.percent(now),
        f"{words.interval(now)} of {now.cases:,}" if not small else f"{now.cases} cases say too little",
        _change(scored),
        scored.better,
    )


def _other_tiles(report: Report) -> Iterator[Markup]:
    first, first_before = report.middle("answered_after")
    if first is not None:
        before = f"before {words.waited(first_before)}" if first_before else ""
        yield _tile("First answer, median", words.waited(first), f"90 % within {words.span(first.most)}", before, None)
    handled, handled_before = report.middle("handled")
    if handled is not None:
        before = f"before {words.waited(handled_before)}" if handled_before else ""
        text = f"90 % within {words.span(handled.most)}; {handled.cases:,} matters"
        yield _tile("Handled by people, median", words.waited(handled), text, before, None)
    rating, rating_before = report.rating, report.rating_before
    if rating is not None:
        before = f"before {rating_before.value:.2f}" if rating_before else ""
        text = f"{rating.low:.2f} to {rating.high:.2f} of {report.whole.ratings[0]:,} ratings"
        yield _tile("Rating, 1 to 5", f"{rating.value:.2f}", text, before, None)
    score, score_before = report.promoters, report.promoters_before
    if score is not None:
        before = f"before {score_before.value:+.0f}" if score_before else ""
        text = f"{score.low:+.0f} to {score.high:+.0f} of {report.whole.recommends[0]:,} answers"
        yield _tile("Net promoter score", f"{score.value:+.0f}", text, before, None)
    cost, cost_before = report.cost(report.whole), report.cost(report.before)
    if cost is not None:
        before = f"before {words.money(cost_before.total, cost_before.currency)}" if cost_before else ""
        text = ", ".join(words.cost_parts(cost))
        yield _tile("Cost of a closed matter", words.money(cost.total, cost.currency), text, before, None)


def _tile(title: str, value: str, told: str, change: str, better: bool | None) -> Markup:
    kind = "" if better is None else " better" if better else " worse"
    return Markup(
        '<div class="tile"><p class="name">{}</p><div class="value">{}</div><p class="quiet">{}</p>'
        '<p class="change{}">{}</p></div>'
    ).format(title, value, told, kind, change)


def _change(scored: Scored) -> str:
    change = scored.change.value
    if change is None or min(scored.now.cases, scored.before.cases) < FEWEST:
        return "nothing to compare with"
    if not scored.sure:
        return f"{change * 100:+.1f} pts, within chance"
    return f"{'▲' if change > 0 else '▼'} {change * 100:+.1f} pts on the period before"


def _standing_out(report: Report, cells: Cells) -> Markup:
    answered = BY_NAME["answered"]
    items = [
        Markup("<li class=worse>{} {}</li>").format(
            words.wave(each), cells.button(each.by, each.key, answered, "Not answered yet")
        )
        for each in report.waves
    ]
    for each in report.marks:
        kind = "" if each.worse is None else "worse" if each.worse else "better"
        button = cells.button(each.by, each.key, each.measure, "Conversations")
        items.append(Markup('<li class="{}">{} {}</li>').format(kind, words.mark(each), button))
    found = Markup('<ul class="found">{}</ul>').format(Markup().join(items))
    if not items:
        found = Markup("<p>Nothing in this period is more than chance.</p>")
    return Markup(
        "<section><h2>What stands out</h2>{}<p class=quiet>Groups that differ from all others together by three points "
        "or more, and days with twice what is usual or more; the chance of one false finding in the whole report is "
        "held below 5 %.</p></section>"
    ).format(found)


def _pictures(report: Report) -> Markup:
    courses = [
        Markup('<div class="card"><h3>{}</h3>{}</div>').format(measure.title, drawn)
        for measure, drawn in charts.all_courses(report)
    ]
    groups = [
        Markup('<div class="card"><h3>{} by {}</h3>{}</div>').format(
            BY_NAME[name].title, words.TITLES[by].lower(), charts.groups(report, by, name)
        )
        for by, name in ((By.INTENT, "resolved_first"), (By.CHANNEL, "satisfied"))
        if len(report.tables.get(by, ())) > 1
    ]
    drawn = Markup('<div class="card"><h3>Matters that began</h3>{}</div>').format(charts.volume(report))
    return Markup(
        '<section><h2>Over the period</h2>{}<div class="two" style="margin-top:12px">{}</div>'
        "<p class=quiet>Bands are 95 % intervals. In the pictures by group the dashed line is all matters together; a "
        "group in colour stands out.</p></section>"
    ).format(drawn, Markup().join([*courses, *groups]))


def _scorecard(report: Report, cells: Cells) -> Markup:
    rows = []
    for side in Side:
        rows.append(Markup('<tr class="side"><th colspan="5" scope="rowgroup">{}</th></tr>').format(side.value))
        rows += [_scored(each, cells) for each in report.scorecard if each.measure.side is side]
    heads = Markup().join(
        Markup('<th scope="col">{}</th>').format(head)
        for head in ("Measure", "Now", "95 % interval", "Before", "Change")
    )
    return Markup(
        '<section><h2>Scorecard</h2><div class="scroll"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div></section>"
    ).format(heads, Markup().join(rows))


def _scored(scored: Scored, cells: Cells) -> Markup:
    now, small = scored.now, scored.now.cases < FEWEST
    change = scored.change.value
    compared = change is not None and min(now.cases, scored.before.cases) >= FEWEST
    kind = "" if scored.better is None else "better" if scored.better else "worse"
    cells_ = (
        ("small" if small else "", cells.button(By.ALL, "", scored.measure, words.percent(now)) if now.cases else "–"),
        ("small" if small else "", words.interval(now)),
        ("", words.percent(scored.before)),
        (kind, f"{change * 100:+.1f} pts{'' if scored.sure else ' ≈'}" if compared and change is not None else ""),
    )
    return Markup('<tr><th scope="row">{}<span class="of">of {} {}</span></th>{}</tr>').format(
        scored.measure.title,
        f"{now.cases:,}",
        scored.measure.of,
        Markup().join(Markup('<td class="{}">{}</td>').format(*each) for each in cells_),
    )


def _table(report: Report, by: By, groups: Sequence[Tally], cells: Cells) -> Markup:
    shown = [BY_NAME[name] for name in COLUMNS]
    heads = Markup().join(
        Markup('<th scope="col" title="of {}">{}</th>').format(measure.of, measure.short) for measure in shown
    )
    rows = Markup().join(_row(report, by, each, shown, cells) for each in groups)
    why = "" if by in COMPARED else "Who had a matter follows from how it went: these groups are not compared."
    return Markup(
        '<section><h2>By {title}</h2><div class="scroll"><table><thead><tr><th scope="col">{head}</th>'
        '<th scope="col">Matters</th><th scope="col">First answer</th><th scope="col">Cost</th>{heads}</tr></thead>'
        "<tbody>{rows}</tbody></table></div><p class=quiet>{why}</p></section>"
    ).format(title=words.TITLES[by].lower(), head=words.TITLES[by], heads=heads, rows=rows, why=why)


def _row(report: Report, by: By, tally: Tally, shown: Sequence[Measure], cells: Cells) -> Markup:
    cost = report.cost(tally)
    found = Markup().join(_cell(report, by, tally, measure, cells) for measure in shown)
    return Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td>{}</tr>').format(
        words.group(by, tally.key),
        f"{tally.matters:,}",
        words.waited(tally.middles.get("answered_after")),
        words.money(cost.total, cost.currency) if cost else "–",
        found,
    )


def _cell(report: Report, by: By, tally: Tally, measure: Measure, cells: Cells) -> Markup:
    share = measure.share(tally)
    if not share.cases:
        return Markup("<td>–</td>")
    marked = report.marked(by, tally.key, measure.name)
    kind = CLASSES[marked.worse] if marked else "small" if share.cases < FEWEST else ""
    button = cells.button(by, tally.key, measure, words.percent(share))
    return Markup('<td class="{}" title="{}">{}</td>').format(kind, _title(share), button)


def _title(share: Share) -> str:
    return f"{share.hits:,} of {share.cases:,}, {words.interval(share)}"


def _foot(report: Report) -> Markup:
    return Markup(
        "<section><h2>How to read it</h2><p class=quiet>A matter is one conversation with one customer over all "
        "channels, counted in the period in which it began. What is not known counts in no denominator: a matter that "
        "nobody rated is neither satisfied nor not, one closed six days ago has not had its seven days. Grey: fewer "
        "than {few} cases. ≈: the change is within chance. A click on a figure shows its conversations: those on the "
        "worse side, where there is one. Every measure is defined in docs/measures.md.</p></section>"
    ).format(few=FEWEST)
