"""`handrail replay`: where the tickets, the articles and the policy come from, and where the report goes."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from apps.intents_file import read_intents
from apps.policy_file import read_policy
from apps.replay.page import page
from apps.replay.run import Setup, decided_again, not_known
from apps.replay.told import as_object, lines, proposals
from apps.run.command import STARTER
from apps.settings import Settings, settings_here
from core.errors import ConfigurationError
from core.measure.history.decided import Replayed
from core.measure.history.opinion import SecondOpinion, opinions, second_opinion
from core.measure.history.past import PastTicket, in_time_order
from core.measure.history.report import Question, Report, report
from core.model.knowledge import Article, Problem
from core.ports import LanguageModel
from core.prompting.time_budget import TimeBudget

ZENDESK = ("zendesk.subdomain", "zendesk.email", "zendesk.token")
FEW = 100  # turns that one process decides sooner than a second one has started
PATIENCE = timedelta(minutes=2)  # for a model's opinion on one pair
SHOWN = 5  # problems that are told one by one
T = TypeVar("T")


def replay_history(
    *,
    last: int,
    file: Path | None,
    policy: Path | None,
    knowledge: Sequence[Path],
    today: bool,
    intents: Path | None,
    style: str,
    learned: Path | None,
    question: Question,
    as_json: bool,
    html: Path | None,
    write: Path | None,
    fail_above: float | None,
    model: str,
    processes: int | None,
    cache: Path,
) -> int:
    """The exit code: 0; 1 where more of the automatic answers were wrong than `fail_above`, or too few could be judged
    to tell."""
    console = Console(stderr=True)
    settings = settings_here(needed=ZENDESK if file is None else ())
    with Progress(console=console, transient=True) as progress:
        tickets, unread = _tickets(settings, file, last, progress)
        articles = _articles(settings, knowledge, console)
        setup = Setup(
            policy=policy or (settings.policy if settings.policy.exists() else STARTER),
            intents=str(intents or settings.intents),
            style=style or settings.style,
            learned=learned,
            cache=cache,
            articles=tuple(articles),
            today=today,
        )
        turns = in_time_order(tickets)
        if not turns:
            raise ConfigurationError("there is no finished ticket with a customer's words in it")
        task = progress.add_task("Deciding again", total=len(turns))
        judge = _model(settings, model) if model else None
        count = processes or (1 if len(turns) <= FEW else len(os.sched_getaffinity(0)))
        decided = []
        with decided_again(setup, turns, count) as coming:
            for each in coming:
                decided.append(each)
                progress.advance(task)
        second = None if judge is None else _judged_besides(judge, decided, progress)
    unknown = not_known(setup, turns, [str(each) for each in unread])
    labels = read_intents(setup.intents).labels
    found = replace(report(decided, read_policy(setup.policy), question, unknown, labels), second=second)
    _hand_out(found, as_json=as_json, html=html, write=write)
    return _code(found, fail_above, console)


def _tickets(
    settings: Settings, file: Path | None, last: int, progress: Progress
) -> tuple[list[PastTicket], list[Problem]]:
    from apps.bootstrap.history import newest_tickets, tickets_in

    task = progress.add_task("Reading tickets", total=None if file else last)
    tickets: list[PastTicket] = []
    problems: list[Problem] = []
    for each in tickets_in(file) if file else newest_tickets(settings, last):
        if isinstance(each, Problem):
            problems.append(each)
        else:
            tickets.append(each)
            progress.advance(task)
    if file:  # --last of a file: its newest
        tickets = sorted(tickets, key=lambda ticket: ticket.opened_at)[-last:] if last else tickets
    return tickets, problems


def _articles(settings: Settings, knowledge: Sequence[Path], console: Console) -> list[Article]:
    """All versions of the files and folders that are named, else the help centre as it is now."""
    from apps.bootstrap.history import articles_in, help_centre

    if knowledge:
        coming: Iterable[Article | Problem] = (each for path in knowledge for each in articles_in(path))
    elif settings.zendesk.subdomain and settings.zendesk.token.value:
        coming = help_centre(settings)
    else:
        coming = ()
        console.print("No --knowledge and no help centre: nothing can be answered.", style="yellow")
    articles: list[Article] = []
    for each in coming:
        if isinstance(each, Problem):
            console.print(str(each), style="yellow", highlight=False, markup=False, soft_wrap=True)
        else:
            articles.append(each)
    return articles


def _model(settings: Settings, name: str) -> LanguageModel:
    from apps.bootstrap.offline import model_at

    if not settings.openai.base_url:
        raise ConfigurationError("--model needs an endpoint: openai.base_url, or HANDRAIL_OPENAI_BASE_URL")
    return model_at(settings.openai.base_url, name)


def _judged_besides(model: LanguageModel, turns: Sequence[Replayed], progress: Progress) -> SecondOpinion:
    task = progress.add_task(f"Asking {model.name}", total=sum(each.held is not None for each in turns))
    said = []
    for each in opinions(model, turns, TimeBudget(total=PATIENCE)):
        said.append(each)
        progress.advance(task)
    return second_opinion(said, model.name)


def _hand_out(found: Report, *, as_json: bool, html: Path | None, write: Path | None) -> None:
    if html is not None:
        _written(html, page(found))
    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for name, text in proposals(found).items():
            _written(write / name, text)
    click.echo(json.dumps(as_object(found), ensure_ascii=False) if as_json else "\n".join(lines(found)))


def _written(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def _code(found: Report, fail_above: float | None, console: Console) -> int:
    if fail_above is None:
        return 0
    error = found.whole.error
    if not error.cases:
        console.print("No automatic answer could be judged, so nobody knows whether they are right enough.")
        return 1
    if (error.value or 0.0) > fail_above:
        console.print(f"{error} of the automatic answers were wrong; {fail_above:.0%} are allowed.", highlight=False)
        return 1
    return 0
