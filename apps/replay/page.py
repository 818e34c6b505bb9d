"""A replay's report as one page that stands alone: it loads nothing, and says the same as the text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from apps.replay.told import (
    HOW_JUDGED,
    HOW_SURE,
    brief,
    headline,
    hours,
    how_long,
    money,
    name_of,
    proposals,
    safely,
    second_opinion,
    unknowns,
    wrong,
)
from core.measure.history.report import Fault, IntentLine, Report
from core.measure.statistics import Share

STYLE = """
:root { color-scheme: light; --ink: #1c2430; --quiet: #5b6675; --line: #dfe3e8; --paper: #fff; --soft: #f5f7f9;
  --right: #1f7a4d; --wrong: #c0392b; --open: #d9a441; --begun: #7a8fb3; --rest: #d5dae1; --mark: #0b5cad; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--soft); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 74rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; max-width: 52rem; }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.2rem 1.3rem;
  margin: 1.2rem 0; }
.quiet { color: var(--quiet); font-size: .88rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.2rem 0; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; }
.card b { display: block; font-size: 1.6rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: .8rem; color: var(--quiet); font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { display: flex; height: .8rem; width: 11rem; border-radius: .25rem; overflow: hidden; background: var(--rest);
  margin-top: .3rem; }
.bar i { display: block; height: 100%; }
.right { background: var(--right); } .wrong { background: var(--wrong); } .open { background: var(--open); }
.begun { background: var(--begun); } .rest { background: var(--rest); }
.key { display: flex; flex-wrap: wrap; gap: 1.1rem; margin: 0 0 .6rem; font-size: .85rem; color: var(--quiet); }
.key i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .35rem;
  vertical-align: -.05rem; }
.grey { color: var(--quiet); }
.pill { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .85rem; white-space: nowrap;
  border: 1px solid var(--line); background: var(--soft); }
details { margin-top: .2rem; } summary { cursor: pointer; color: var(--mark); }
blockquote { margin: .15rem 0 .4rem; padding-left: .7rem; border-left: 3px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere; }
.fault { padding: .7rem 0; border-bottom: 1px solid var(--line); }
a { color: var(--mark); } pre { background: var(--soft); padding: .8rem; border-radius: .4rem; overflow-x: auto; }
.scroll { overflow-x: auto; }
""".strip()
LINKS = 60  # tickets that a line links to; JSON has all of them
FAULTS = 100


def page(found: Report) -> str:
    parts = (
        _top(found),
        _cards(found),
        _intents(found),
        _owners(found),
        _escalations(found),
        _friction(found),
        _matrix(found),
        _faults(found),
        _proposals(found),
        _grounds(found),
    )
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Replay of {count} tickets</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
            "<body><main>{body}</main></body></html>"
        ).format(count=found.tickets, style=Markup(STYLE), body=Markup().join(parts))  # noqa: S704 - our own constant
    )


def _top(found: Report) -> Markup:
    return Markup(
        "<h1>{}</h1><p class=quiet>{} tickets, {} turns that asked something, {} to {}. Policy {}. "
        "Nothing was sent, and personal data are masked.</p>"
    ).format(
        headline(found),
        found.tickets,
        found.turns,
        f"{found.first_at:%d %B %Y}",
        f"{found.last_at:%d %B %Y}",
        found.policy,
    )


def _cards(found: Report) -> Markup:
    whole = found.whole
    rows = (
        (brief(whole.automatic), "would have been answered by itself under your policy, with its channels opened"),
        _share(wrong(whole), "of those that could be judged were wrong"),
        _share(str(found.contained), "of the tickets would have needed no agent"),
        (
            hours(whole.saved),
            f"of the agents' {hours(whole.minutes)} went into what was rightly automatic{money(found, whole.saved)}, "
            + how_long(found),
        ),
    )
    card = Markup("<div class=card><b>{}</b><span class=quiet>{}</span></div>")
    return Markup("<div class=cards>{}</div>").format(Markup().join(card.format(*row) for row in rows))


# ------------------------------------------------------------------


def _intents(found: Report) -> Markup:
    head = ("Intent", "Turns", "What would have come of them", "Automatic", "Wrong of judged", "Agents agree")
    safe = f"Safe at ≤ {found.question.limit:.0%} wrong, 95 % interval"
    key = Markup().join(
        Markup("<span><i class={}></i>{}</span>").format(name, says)
        for name, says in (
            ("right", "automatic and right"),
            ("wrong", "automatic and wrong"),
            ("open", "automatic, not judged"),
            ("begun", "asks something first"),
            ("rest", "a person, with or without a draft"),
        )
    )
    rows = [_intent(found, line, name_of(line)) for line in found.intents]
    body = _table((*head, safe, "Tickets"), [*rows, _intent(found, found.whole, "All")], numbers={1, 3})
    return _section("By what customers want", Markup("<div class=key>{}</div>{}").format(key, body))


def _intent(found: Report, line: IntentLine, name: str) -> Sequence[object]:
    return (
        name,
        line.turns,
        _bar(line),
        brief(line.automatic),
        Markup("<span style='white-space: nowrap'>{}</span>").format(wrong(line)),
        brief(line.agreement),
        safely(line.safe)
        if line.safe.threshold is not None
        else Markup("<span class=grey>{}</span>").format(safely(line.safe)),
        _tickets(found.urls, line.tickets),
    )


def _bar(line: IntentLine) -> Markup:
    right = line.error.cases - line.error.hits
    parts = (("right", right), ("wrong", line.error.hits), ("open", line.open), ("begun", line.begun))
    told = ", ".join(f"{count} {name}" for name, count in parts)
    bars = Markup().join(
        Markup('<i class={} style="width:{}%"></i>').format(name, f"{100 * count / max(1, line.turns):.1f}")
        for name, count in parts
        if count
    )
    return Markup('<div class=bar role=img aria-label="{}" title="{}">{}</div>').format(told, told, bars)


def _owners(found: Report) -> Markup:
    head = ("Intent", "Owner to begin with", "Team", "Why", "Complexity", "On the heart", "Risk", "How it is resolved")
    rows = [
        (
            name_of(line),
            Markup("<span class=pill>{}</span>").format(line.owner.way.value.replace("_", " ")),
            f"{line.owner.group}, tier {line.owner.tier}",
            line.owner.why,
            f"{line.axes.complexity:.2f}",
            f"{line.axes.emotional_weight:.2f}",
            f"{line.axes.business_risk:.2f}",
            f"{line.axes.pattern or 'unknown'} ({brief(line.axes.of_pattern)})",
        )
        for line in found.intents
        if line.intent
    ]
    return _section("Who should own what", _table(head, rows, numbers={4, 5, 6}))


def _escalations(found: Report) -> Markup:
    of = found.escalations
    rows: list[Sequence[object]] = [
        ("Passed up by people, and a person called by the assistant", str(of.recall), _tickets(found.urls, of.found)),
        ("Passed up by people, missed by the assistant", len(of.missed), _tickets(found.urls, of.missed)),
        (
            "… which it would have answered itself",
            len(of.missed_automatic),
            _tickets(found.urls, of.missed_automatic),
        ),
        ("A person called by the assistant alone", len(of.only_ours), _tickets(found.urls, of.only_ours)),
    ]
    if found.owners is not None:
        rows.append(("The team called is the team in which it ended", str(found.owners), ""))
    return _section("Escalations", _table(("", "Tickets", "Which"), rows))


def _friction(found: Report) -> Markup:
    rows = [
        (point.stage, point.says, str(point.share), _share_bar(point.share), _tickets(found.urls, point.tickets))
        for point in found.friction
    ]
    return _section("Where customers got stuck", _table(("Stage", "", "Tickets", "", "Which"), rows))


def _share_bar(share: Share) -> Markup:
    return Markup('<div class=bar><i class=open style="width:{}%"></i></div>').format(f"{100 * (share.value or 0):.1f}")


def _matrix(found: Report) -> Markup:
    columns = list(dict.fromkeys(theirs for _, theirs in found.actions))
    rows: list[Sequence[object]] = [
        (ours, *(len(found.actions.get((ours, theirs), ())) for theirs in columns))
        for ours in dict.fromkeys(ours for ours, _ in found.actions)
    ]
    head = ("The assistant", *(f"the agent: {name}" for name in columns))
    return _section(
        "What the assistant would have done, by what the agent did (turns)",
        _table(head, rows, numbers=set(range(1, len(head)))),
    )


def _share(told: str, what: str) -> tuple[str, str]:
    """“13% (9% to 18%)” with what it is of: the figure by itself, its interval behind the words."""
    value, space, interval = told.partition(" (")
    return value, f"{what}{space}{interval}"


def _faults(found: Report) -> Markup:
    faults = found.whole.wrong
    if not faults:
        return _section("Automatic answers that were wrong", Markup("<p>None of those that could be judged.</p>"))
    rest = f"{len(faults)} in all; the surest first." + (" JSON has the rest." if len(faults) > FAULTS else "")
    told = Markup().join(_fault(each) for each in faults[:FAULTS])
    return _section("Automatic answers that were wrong", Markup("<p class=quiet>{}</p>{}").format(rest, told))


def _fault(each: Fault) -> Markup:
    row = Markup("<div class=quiet>{}</div><blockquote>{}</blockquote>")
    said = Markup().join(
        row.format(name, text)
        for name, text in (("asked", each.asked), ("the assistant", each.draft), ("the agent", each.reply))
    )
    return Markup("<div class=fault>{} <span class=quiet>{}, confidence {}: {}</span>{}</div>").format(
        _link(each.ticket, each.url), f"{each.at:%d %B %Y}", f"{each.confidence:.2f}", each.why, said
    )


def _proposals(found: Report) -> Markup:
    told = Markup().join(
        Markup("<h3 class=quiet>{}</h3><pre>{}</pre>").format(name, text) for name, text in proposals(found).items()
    )
    return _section("To start from", Markup("<details><summary>Show the files</summary>{}</details>").format(told))


def _grounds(found: Report) -> Markup:
    judged, told = Markup("<p>{}</p>"), Markup("<li>{}</li>")
    return _section(
        "How it was judged, and what nobody knows",
        judged.format(HOW_JUDGED)
        + judged.format(HOW_SURE)
        + Markup().join(judged.format(each) for each in second_opinion(found))
        + judged.format(
            f"At {found.question.limit:.0%} it takes at least {found.needed} judged drafts, all of them right, to say "
            "anything. Each intent is a statement of its own."
        )
        + Markup("<ul>{}</ul>").format(Markup().join(told.format(each) for each in unknowns(found))),
    )


# ------------------------------------------------------------------


def _section(title: str, body: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, body)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: set[int] | None = None) -> Markup:
    right = numbers or set()

    def cells(tag: str, row: Sequence[object]) -> Iterator[Markup]:
        for place, cell in enumerate(row):
            yield Markup("<{} class={}>{}</{}>").format(tag, "n" if place in right else "t", cell, tag)

    line = Markup("<tr>{}</tr>")
    told = Markup().join(line.format(Markup().join(cells("td", row))) for row in rows)
    return Markup("<div class=scroll><table>{}{}</table></div>").format(
        line.format(Markup().join(cells("th", head))), told
    )


def _tickets(urls: Mapping[str, str], tickets: Sequence[str]) -> Markup:
    if not tickets:
        return Markup("–")
    links = Markup(", ").join(_link(each, urls.get(each, "")) for each in tickets[:LINKS])
    rest = f" and {len(tickets) - LINKS} more" if len(tickets) > LINKS else ""
    return Markup("<details><summary>{}</summary>{}{}</details>").format(len(tickets), links, rest)


def _link(ticket: str, url: str) -> Markup:
    if not url.startswith("https://"):
        return Markup("ticket {}").format(ticket)
    return Markup('<a href="{}">{}</a>').format(url, ticket)
