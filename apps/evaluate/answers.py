"""`handrail eval answers`: how often it answers, how often rightly, and how sure it should have to be."""

import json
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from apps.bootstrap.offline import fit
from apps.cache import cache_option
from apps.evaluate.judge import Judge, Seen, cut_at, fit_confidence, least_for
from apps.evaluate.labelled import find_named, read_labelled, tell_left_out
from core.answer.confidence import Thresholds
from core.answer.head import AnswerHead, Labelled
from core.errors import ConfigurationError

# What `handrail eval answers` learns from labelled questions, and how surely it would judge those it has not seen.

ENOUGH = 100  # labelled questions with an answer: from fewer nothing is learned
FOLDS = 5
_GROUPS = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The reader, fitted to all questions; `unseen` is each question as judged by one that did not see it."""

    reader: AnswerHead
    unseen: tuple[Seen, ...]


def learn(questions: Sequence[str], seen: Sequence[Seen], answerable: Sequence[bool]) -> Learned | None:
    """None where there are fewer than ENOUGH questions with an answer. A question asked twice is one and the same."""
    if sum(answerable) < ENOUGH:
        return None
    groups = [zlib.crc32(" ".join(asked.casefold().split()).encode()) % _GROUPS for asked in questions]
    rows = [_label(*row) for row in zip(seen, answerable, groups, strict=True)]
    unseen = list(seen)
    for fold in range(FOLDS):
        reader = fit([one for row, group in zip(rows, groups, strict=True) if group % FOLDS != fold for one in row])
        for place, (one, group) in enumerate(zip(seen, groups, strict=True)):
            if group % FOLDS == fold:
                unseen[place] = replace(one, sure=reader.sure(one.evidence) if one.evidence else 0.0)
    return Learned(reader=fit([one for row in rows for one in row]), unseen=tuple(unseen))


def _label(seen: Seen, answered: bool, group: int) -> list[Labelled]:
    """As it is, and as it would be without its articles: every label tells both."""
    found = [(seen.evidence, answered), (seen.without, False)]
    # Folds go by the rest of division by five here, by three there: so that they do not coincide.
    return [Labelled(evidence=e, answered=a, group=group // FOLDS) for e, a in found if e is not None]


# The command, and what it prints.

__all__ = ["command", "cut_at", "fit_confidence", "least_for"]

COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
ALL = "all"
FEWEST = 20  # questions of an intent from which it gets a threshold of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One labelled question. `turns` holds (whether the customer speaks, the words), oldest first; `articles` are
    those that answer it, none where nothing does."""

    turns: tuple[tuple[bool, str], ...]
    articles: frozenset[str]
    intent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was made of a question: how sure, and whether the best passage is of an article that answers."""

    intent: str
    answerable: bool
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The most confident share (`coverage`) of the questions is answered: with this threshold, this share wrongly."""

    coverage: float
    threshold: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One intent, at the threshold now in force and at the one suggested (None: no threshold is good enough).

    `by_itself` is the confidence from which answers may be sent by themselves: the upper end of the 95 % interval of
    what is wrong there is no more than wanted."""

    intent: str
    cases: int
    threshold: float
    abstains_without: float | None
    abstains_with: float | None
    error: float | None
    suggested: float | None
    by_itself: float | None
    coverage: float
    risks: tuple[Risk, ...]


def read_question(row: Mapping[str, Any], where: str) -> Asked:
    """ConfigurationError, with the place, for a row without question, or that does not say what answers it."""
    turns = _turns(row, where)
    answerable = row.get("answerable", True)
    articles = row.get("articles", row.get("article_ids", []))
    if not isinstance(articles, list) or not isinstance(answerable, bool):
        raise ConfigurationError(f"{where}: `articles` is a list of ids, `answerable` is true or false")
    if answerable and not articles:
        raise ConfigurationError(f'{where}: name the `articles` that answer it, or say `"answerable": false`')
    ids = frozenset(str(name) for name in articles) if answerable else frozenset()
    return Asked(turns=turns, articles=ids, intent=str(row.get("intent") or ""))


def _turns(row: Mapping[str, Any], where: str) -> tuple[tuple[bool, str], ...]:
    if isinstance(row.get("question"), str) and row["question"].strip():
        return ((True, row["question"]),)
    turns = row.get("turns")
    if not isinstance(turns, list) or not turns:
        raise ConfigurationError(f"{where} has neither `question` nor `turns`")
    for turn in turns:
        if not (isinstance(turn, list) and len(turn) == 2 and all(isinstance(word, str) for word in turn)):
            raise ConfigurationError(f"{where}: a turn is [speaker, words], not {turn!r}")
    return tuple((speaker.casefold() in ("u", "user", "customer"), words) for speaker, words in turns)


def line(intent: str, results: Sequence[Result], threshold: float, error: float) -> Line:
    """The figures of one intent's results."""
    scores = [result.confidence for result in results]
    right = [result.right for result in results]
    suggested = least_for(scores, right, error)
    answered = [result for result in results if result.confidence >= threshold]
    return Line(
        intent=intent,
        cases=len(results),
        threshold=threshold,
        abstains_without=_share([r.confidence < threshold for r in results if not r.answerable]),
        abstains_with=_share([r.confidence < threshold for r in results if r.answerable]),
        error=_share([not r.right for r in answered]),
        suggested=suggested,
        by_itself=least_for(scores, right, error, surely=True),
        coverage=_share([score >= suggested for score in scores]) or 0.0 if suggested is not None else 0.0,
        risks=tuple(_risk(results, coverage) for coverage in COVERAGES),
    )


def _risk(results: Sequence[Result], coverage: float) -> Risk:
    surest = sorted(results, key=lambda result: -result.confidence)[: max(1, round(coverage * len(results)))]
    error = sum(not result.right for result in surest) / len(surest)
    return Risk(coverage=coverage, threshold=surest[-1].confidence, error=error)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def lines(results: Sequence[Result], thresholds: Thresholds, error: float) -> list[Line]:
    """All questions together, then each intent."""
    of: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.intent:
            of[result.intent].append(result)
    found = [line(ALL, results, thresholds.otherwise, error)]
    return [*found, *(line(name, some, thresholds.for_intent(name), error) for name, some in sorted(of.items()))]


def suggest(found: Sequence[Line]) -> Thresholds:
    """What the lines suggest. An intent without enough questions keeps the threshold of all; where no threshold is
    good enough nothing is answered."""
    everything = next(each for each in found if each.intent == ALL)
    otherwise = 1.0 if everything.suggested is None else everything.suggested
    own = {
        each.intent: 1.0 if each.suggested is None else each.suggested
        for each in found
        if each.intent != ALL and each.cases >= FEWEST
    }
    return Thresholds(otherwise=otherwise, of=own)


@click.command()
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="A folder, or JSON Lines with id, title and text.",
)
@click.option(
    "--questions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="JSON Lines, as told above.",
)
@click.option(
    "--thresholds",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file now in force, to judge by it. Default: Handrail's own weights.",
)
@click.option(
    "--error",
    default=0.1,
    show_default=True,
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="The share of answers that may be wrong.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Learn from the questions and write what was learned, with the thresholds suggested, to this file.",
)
@cache_option
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead of a table.")
def command(
    articles: Path,
    questions: Path,
    thresholds: Path | None,
    error: float,
    write: Path | None,
    cache: Path,
    in_json: bool,
) -> None:
    """How risk falls as fewer questions are answered, for each intent, and the threshold for a wanted error.

    --questions has a row for each question: `question`, or `turns` as [["customer", "…"], ["agent", "…"]]; `articles`,
    the ids of those that answer it (for a folder: their paths in it, `setup/hub` or `setup/hub.md`), or `"answerable":
    false`; and `intent` where thresholds shall differ.

    "By itself from" is the confidence for `confidence.automatic` in the policy: from there on no more than the error is
    wrong with 95 % certainty.

    With --write and a hundred questions that have an answer, Handrail also learns from them what an answered question
    looks like here (each is looked at a second time without its articles); the table then shows how questions are
    judged that were not learned from. Write to `thresholds.json` in the data folder and start Handrail again: replies
    are then judged by it, and an intent with twenty questions has its own threshold. Without the file, or after
    deleting it, Handrail's own weights judge."""
    from apps.thresholds_file import read_reader, read_thresholds, write_thresholds

    rows = read_labelled(questions, {})
    asked = [read_question(row, f"{questions.name}, row {number}") for number, row in enumerate(rows, 1)]
    in_force, reader = read_thresholds(thresholds), read_reader(thresholds)
    judge = Judge.over(articles, cache, reader)
    tell_left_out(judge.bad)
    asked = [replace(each, articles=find_named(each.articles, judge.known)) for each in asked]
    seen = [judge.judged(each.turns, each.articles, twin=write is not None) for each in asked]
    lesson = learn([_words(each) for each in asked], seen, [bool(each.articles) for each in asked]) if write else None
    results = [_result(each, one) for each, one in zip(asked, lesson.unseen if lesson else seen, strict=True)]
    found = lines(results, in_force, error)
    if write is not None:
        write_thresholds(write, suggest(found), lesson.reader if lesson else reader)
    if in_json:
        told = {"wanted_error": error, "learned": lesson is not None, "intents": [asdict(each) for each in found]}
        click.echo(json.dumps(told, indent=2))
        return
    _print(found, error, Console())


def _result(asked: Asked, seen: Seen) -> Result:
    return Result(intent=asked.intent, answerable=bool(asked.articles), confidence=seen.sure, right=seen.right)


def _words(asked: Asked) -> str:
    return "\n".join(words for _, words in asked.turns)


def _print(found: Sequence[Line], error: float, out: Console) -> None:
    table = Table("intent", "questions", "threshold", "abstains: none there", "abstains: one there", "wrong")
    for name in (
        f"for {error:.0%} wrong",
        "by itself from",
        "answers then",
        *(f"wrong at {coverage:.0%}" for coverage in COVERAGES),
    ):
        table.add_column(name, justify="right")
    for each in found:
        own, alone = ("never" if least is None else f"{least:.2f}" for least in (each.suggested, each.by_itself))
        figures = [each.abstains_without, each.abstains_with, each.error]
        table.add_row(
            each.intent,
            str(each.cases),
            f"{each.threshold:.2f}",
            *("–" if figure is None else f"{figure:.1%}" for figure in figures),
            own,
            alone,
            f"{each.coverage:.0%}",
            *(f"{risk.error:.1%}" for risk in each.risks),
        )
    out.print(table)
