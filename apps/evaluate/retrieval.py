"""`handrail eval retrieval`: how well the company's own articles are found for its own labelled questions."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from apps.cache import cache_folder
from apps.evaluate.labelled import find_named, read_labelled, tell_left_out
from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import hit_at, interval, ndcg_at, recall_at
from core.answer.question import Question, question_of, voices
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from core.knowledge.retrieve import Retriever
    from core.ports import Store

SYSTEM = "handrail"
STARTER = Path(__file__).parents[1] / "starter" / "policy.yaml"
FIGURES = (("hit@1", hit_at, 1), ("hit@5", hit_at, 5), ("R@10", recall_at, 10), ("nDCG@10", ndcg_at, 10))
_CUSTOMER = ("u", "user", "customer", "requester")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with the articles that answer it. `language` narrows to it and the company's own, if it is given."""

    asked: Question
    gold: frozenset[str]
    language: str | None = None


def cases_of(path: Path, known: frozenset[str]) -> list[Case]:
    """The labelled questions; ConfigurationError names the row that cannot be used."""
    return [_case(row, number, known) for number, row in enumerate(read_labelled(path, {"articles": list}), 1)]


def _case(row: dict[str, Any], number: int, known: frozenset[str]) -> Case:
    gold = find_named((str(name) for name in row["articles"]), known)
    if not gold & known:
        raise ConfigurationError(f"row {number}: none of the articles {', '.join(sorted(gold)) or '(none)'} is there")
    language = row.get("language")
    return Case(asked=_read_question(row, number), gold=gold & known, language=str(language) if language else None)


def _read_question(row: dict[str, Any], number: int) -> Question:
    if isinstance(row.get("question"), str):
        asked = question_of([(True, row["question"])])
    else:
        turns = row.get("turns")
        if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
            raise ConfigurationError(f"row {number} has neither a question nor turns of [speaker, words]")
        asked = question_of([(turn[0].casefold() in _CUSTOMER, turn[1]) for turn in turns])
    if asked.empty:
        raise ConfigurationError(f"row {number} asks nothing")
    return asked


def _is_turn(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn)


def rank(store: "Store", retriever: "Retriever", case: Case) -> list[str]:
    """The articles found for a case, each where its best passage is."""
    with store.read() as unit:
        found = retriever.search(
            unit.articles,
            voices(case.asked.text),
            history=case.asked.history,
            language=case.language,
            turns=case.asked.turns,
            messages=case.asked.messages,
        )
    hits = sorted((*found.public, *found.inner), key=lambda hit: -hit.score)
    return list(dict.fromkeys(str(hit.passage.article_id) for hit in hits))


def scores(name: str, cases: Sequence[Case], lists: Sequence[Sequence[str]]) -> list[Score]:
    """One score a figure."""
    found: list[Score] = []
    for figure, of, k in FIGURES:
        values = [of(names, case.gold, k) for names, case in zip(lists, cases, strict=True)]
        mean = sum(values) / len(values)
        spread = interval(values)
        found.append(Score(set=name, figure=figure, system=SYSTEM, value=mean, cases=len(cases), interval=spread))
    return found


@click.command()
@click.option(
    "--articles",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="A folder, or JSON Lines with id, title and text.",
)
@click.option(
    "--questions",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The questions and which articles answer them.",
)
@click.option("--json", "as_text", is_flag=True, help="Print JSON instead of a table.")
def command(articles: Path, questions: Path, as_text: bool) -> None:
    """How well articles are found.

    --questions is JSON Lines (also .gz): `articles`, the ids of those that answer (for files of a folder: their paths
    in it, `setup/hub` or `setup/hub.md`), and either `question` or `turns`, a list of [speaker, words] with the
    speaker `customer` or anybody else; `language` (such as de) where it should narrow the search.

    \b
    {"question": "How long does a refund take?", "articles": ["returns/refunds"]}"""
    from apps.bootstrap import OfflineContainer
    from apps.policy_file import read_policy

    try:
        with tempfile.TemporaryDirectory() as folder:
            container = OfflineContainer(folder=Path(folder), cache=cache_folder(), policy=read_policy(STARTER))
            read = container.articles(articles)
            container.library.add(read.articles)
            cases = cases_of(questions, frozenset(str(article.id) for article in read.articles))
            lists = [rank(container.store, container.evaluator.answer.retriever, case) for case in cases]
            found = scores(questions.name, cases, lists)
            container.store.close()
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    tell_left_out(read.bad)
    if as_text:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))
