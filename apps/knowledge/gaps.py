"""`handrail knowledge gaps`: what customers asked that no article answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.knowledge.here import knowledge_here, output
from apps.knowledge.listing import as_json
from core.improve.gap_answers import ALIKE, HumanAnswer, answer_to
from core.improve.spread import Spread
from core.knowledge.gaps import Group, group_gaps
from core.ports import Unit

LONGEST = 200  # characters of an answer
SHOWN = 3  # wordings of a question beside the newest


@click.command()
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Only what was asked from this day on (UTC). Default: all.",
)
def gaps(in_json: bool, since: datetime | None) -> None:
    """Questions that no article answers, alike ones together, the most frequent first."""
    container = knowledge_here()
    with container.store.read() as unit:
        found = unit.gaps.since(since.replace(tzinfo=UTC) if since else None)
        # Over languages where the second encoder is there: the same question in two of them is one.
        spread = Spread(container.multilingual) if container.multilingual is not None else None
        groups = (group_gaps(found, spread, ALIKE) if spread else group_gaps(found, container.encoder)) if found else []
        answers = [_answer(unit, group) for group in groups]
    if in_json:
        rows = zip(groups, answers, strict=True)
        click.echo(as_json([group_row(group) | {"answer": _answer_row(answer)} for group, answer in rows]))
    elif groups:
        print_groups(groups, output(), answers)
    else:
        click.echo("No question has gone without an article.", err=True)


def _answer(unit: Unit, group: Group) -> HumanAnswer | None:
    """What a person answered last to one of the questions."""
    return next((found for gap in group.gaps if (found := answer_to(unit, gap)) is not None), None)


def _answer_row(answer: HumanAnswer | None) -> dict[str, str] | None:
    if answer is None:
        return None
    return {"ticket": answer.ticket_id, "agent": answer.agent, "text": answer.text}


def group_row(group: Group) -> dict[str, Any]:
    newest = group.gaps[0]
    return {
        "question": group.question,
        "count": len(group.gaps),
        "conversations": group.conversations,
        "first_at": group.gaps[-1].at.isoformat(),
        "last_at": newest.at.isoformat(),
        "languages": sorted({gap.language for gap in group.gaps}),
        "intents": sorted({gap.intent for gap in group.gaps if gap.intent}),
        "wordings": [gap.question for gap in group.gaps],
        "nearest": [
            {"article": near.article_id, "passage": near.passage_id, "title": near.title, "score": near.score}
            for near in newest.nearest
        ],
    }


def print_groups(groups: Sequence[Group], out: Console, answers: Sequence[HumanAnswer | None]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("times", justify="right")
    table.add_column("last", no_wrap=True)
    table.add_column("question")
    table.add_column("nearest article")
    for group, answer in zip(groups, answers, strict=True):
        newest = group.gaps[0]
        nearest = f"{newest.nearest[0].title} ({newest.nearest[0].score:.2f})" if newest.nearest else "–"
        question = Text(_in_a_line(group.question))
        others = dict.fromkeys(_in_a_line(gap.question) for gap in group.gaps[1:])
        for wording in list(others)[:SHOWN]:
            question.append(f"\n  {wording}", style="dim")
        if answer is not None:
            question.append(f"\n  answered in ticket {answer.ticket_id}: {_in_a_line(answer.text)[:LONGEST]}")
        table.add_row(str(len(group.gaps)), f"{newest.at:%Y-%m-%d}", question, Text(nearest))
    out.print(table)


def _in_a_line(words: str) -> str:
    return " ".join(words.split())
