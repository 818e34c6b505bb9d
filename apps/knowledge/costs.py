"""`handrail knowledge costs`: articles that are stale or contradict each other, beside the tickets that they cost."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from apps.knowledge.checking import place_row
from apps.knowledge.here import knowledge_here
from apps.knowledge.listing import as_json
from core.improve.article_costs import LOOKED_BACK, Clash, Cost, Costly, CostlyArticle, How, Sign

SIGNS = {
    Sign.CONTRADICTED: "agents send other figures",
    Sign.OLD: "not changed for long, and agents change or take out what it says",
    Sign.RATED_DOWN: "thumbs down",
}
HOWS = {
    How.CONTRADICTED: "sent other figures",
    How.CHANGED: "changed",
    How.TAKEN_OUT: "taken out",
    How.RATED_DOWN: "thumb down",
    How.ESCALATED: "escalated",
    How.IGNORED: "draft ignored",
}
SHOWN = 5  # tickets of each


@click.command()
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help=f"Only what agents did from this day on (UTC). Default: the last {LOOKED_BACK.days} days.",
)
def costs(in_json: bool, since: datetime | None) -> None:
    """Articles that are stale, and pairs that contradict each other, each with the tickets that it cost.

    A ticket is one in which an agent changed or took out what a draft said from the article, ignored the draft, gave it
    a thumb down or escalated the matter. Whose tickets are shown stands in the access log."""
    from apps.bootstrap import now
    from apps.privacy.accesses import note_commands

    container = knowledge_here()
    found = container.article_costs.find(now(), since.replace(tzinfo=UTC) if since else None)
    everything: list[CostlyArticle | Clash] = [*found.articles, *found.clashes]
    listed = [cost for each in everything for cost in (each.costs if in_json else _some(each))]
    refs = list(dict.fromkeys(cost.ticket_id or cost.conversation_id for cost in listed))
    note_commands(container.store, now, "the tickets that articles cost", refs)
    click.echo(as_json(found_row(found)) if in_json else "\n".join(lines(found)))


def found_row(found: Costly) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "drafts": found.drafts,
        "articles": [
            {
                "article": each.article.id,
                "title": each.article.title,
                "updated_at": each.article.updated_at.isoformat() if each.article.updated_at else None,
                "signs": list(each.signs),
                "matters": each.matters,
                "tickets": list(map(_cost_row, each.costs)),
            }
            for each in found.articles
        ],
        "pairs": [
            {
                "passages": [list(map(place_row, pair)) for pair in each.places],
                "tickets": list(map(_cost_row, each.costs)),
            }
            for each in found.clashes
        ],
    }


def _cost_row(cost: Cost) -> dict[str, Any]:
    return {
        "ticket": cost.ticket_id,
        "agent": cost.agent,
        "at": cost.at.isoformat(),
        "how": cost.how,
        "before": cost.before,
        "after": cost.after,
    }


def lines(found: Costly) -> Iterator[str]:
    for each in found.articles:
        yield f"{each.article.title} ({each.article.id})"
        signs = "; ".join(SIGNS[sign] for sign in each.signs)
        changed = f"{each.article.updated_at:%Y-%m-%d}" if each.article.updated_at else "on no known day"
        yield f"  {signs}; last changed {changed}"
        yield f"  cost {len(each.costs)} of the {each.matters} tickets in which drafts rested on it"
        yield from map(_line, _some(each))
    for pair in found.clashes:
        one, other = pair.articles
        yield f"{one.title} ({one.id}) and {other.title} ({other.id}) contradict each other"
        for mine, theirs in pair.places:
            yield f"  “{_in_a_line(mine.text)}”"
            yield f"  “{_in_a_line(theirs.text)}”"
        yield f"  cost {len(pair.costs)} ticket{'s' if len(pair.costs) != 1 else ''}"
        yield from map(_line, _some(pair))
    if not (found.articles or found.clashes):
        yield f"No article stands out, of those that {found.drafts} drafts rested on."


def _some(each: CostlyArticle | Clash) -> Sequence[Cost]:
    return each.costs[:SHOWN]


def _line(cost: Cost) -> str:
    said = f": “{_in_a_line(cost.before)}” → “{_in_a_line(cost.after)}”" if cost.before else ""
    return f"    ticket {cost.ticket_id or '–'}  {cost.at:%Y-%m-%d}  {HOWS[cost.how]}{said}"


def _in_a_line(words: str) -> str:
    return " ".join(words.split())
