"""`handrail eval reading`: what the embedded readers, a language model and both together find in conversations.

A line of the set is a conversation as `handrail run` reads it, with `gold` beside it: `intent`, `triggers`, `questions`
(each with its `article`, and `facts`: groups of words of which each must occur in a right answer), `forbidden` words,
`none` where no article answers, `person` and `quiet` where nobody should be answered from articles.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from apps.bootstrap import OfflineContainer
from apps.bootstrap.offline import model_at
from apps.cache import cache_option
from apps.evaluate.played import HostileModel, PerfectModel
from apps.evaluate.recorded import RecordedModel
from apps.evaluate.report import Score, as_json
from apps.evaluate.statistics import fold_of, share
from apps.metered import Metered
from apps.policy_file import read_policy
from apps.run.command import take_in
from apps.run.conversations import BadLine, cases_from
from core.decide.evaluation import TurnEvaluator
from core.errors import ConfigurationError
from core.measure.statistics import Interval
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision
from core.model.draft import SentenceKind
from core.model.ids import EventId, derive_id
from core.model.reading import ModelReading, ReaderMode, ReaderRole
from core.ports import LanguageModel
from core.prompting.time_budget import TimeBudget
from core.read.turn_input import customer_words

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITTEN = click.Path(dir_okay=False, path_type=Path)
Gold = Mapping[str, Any]
# Names that labels use for our triggers.
CALLED: Mapping[str, tuple[str, ...]] = {
    "churn_risk": ("churn",),
    "safety": ("health_urgency",),
    "vulnerable": ("vulnerable_customer",),
    "complaint": ("formal_complaint",),
    "press": ("press", "legal_threat"),
}
ALARMS = frozenset(
    {"human_request", "legal_threat", "fraud", "health_urgency", "abuse", "churn", "press", "vulnerable_customer",
     "formal_complaint"}
)  # fmt: skip
HALVES = ("tune", "report")
WIDE = 180  # columns, where the table goes into a file
BEST = 3  # articles of a sub-question among which the labelled one counts as found


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A conversation with its labels."""

    name: str
    case: CaseContext
    gold: Gold


@dataclass(slots=True, kw_only=True)
class Tally:
    """Right or not, case by case, of one system."""

    intents: list[bool] = field(default_factory=list)
    alarms: list[bool] = field(default_factory=list)
    false_alarms: list[bool] = field(default_factory=list)
    questions: list[bool] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    wrong: list[bool] = field(default_factory=list)
    nothing: list[bool] = field(default_factory=list)
    wrong_by_itself: list[bool] = field(default_factory=list)  # of automatic answers
    kept_back: list[bool] = field(default_factory=list)  # of what no article answers
    seconds: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)  # of a model, read and written, message by message
    read: list[bool] = field(default_factory=list)
    dropped: list[bool] = field(default_factory=list)

    def note_heard(self, gold: Gold, intent: str, triggers: Sequence[str]) -> None:
        if gold.get("intent"):
            self.intents.append(intent == gold["intent"])
        heard = set(triggers) & ALARMS
        for wanted in gold.get("triggers", ()):
            self.alarms.append(bool(heard & set(CALLED.get(wanted, (wanted,)))))
        if not gold.get("triggers"):
            self.false_alarms.append(bool(heard))

    def note_answer(self, gold: Gold, decision: Decision) -> None:
        said, cited = _said(decision)
        if gold.get("person") or gold.get("quiet") or gold.get("record"):
            found = "unwanted" if cited and said else "nothing"
        elif gold.get("none"):
            found = "unwanted" if cited and said else "nothing"
            self.kept_back.append(found == "nothing")
        else:
            found = _judged(gold, said)
            self.right.append(found == "right")
            self.wrong.append(found == "wrong")
            self.nothing.append(found == "nothing")
        if decision.disposition.action is Action.AUTO_REPLY and cited:
            self.wrong_by_itself.append(found in ("wrong", "unwanted"))


def _said(decision: Decision) -> tuple[str, bool]:
    sentences = decision.draft.sentences if decision.draft else ()
    told = [sentence for sentence in sentences if sentence.kind is not SentenceKind.COURTESY]
    return _flat(" ".join(sentence.text for sentence in told)), any(sentence.citation for sentence in told)


def _judged(gold: Gold, said: str) -> str:
    if not said:
        return "nothing"
    if any(_flat(words) in said for words in gold.get("forbidden", ())):
        return "wrong"
    groups = [group for question in gold.get("questions", ()) for group in question["facts"]]
    told = sum(any(_flat(words) in said for words in group) for group in groups)
    return "right" if told == len(groups) else "part" if told else "wrong"


def _flat(text: str) -> str:
    plain = text.replace("\u00a0", " ").replace("’", "'").replace("–", "-")
    return " ".join(plain.split()).casefold()


# ---------------------------------------------------------------- one system over one set


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """`model` None: the embedded readers alone."""

    name: str
    evaluator: TurnEvaluator
    model: Metered | None = None
    tally: Tally = field(default_factory=Tally)

    def take(self, one: Labelled) -> None:
        began, before = time.perf_counter(), self.model.tokens if self.model else 0
        decision = self.evaluator.decide(EventId(derive_id("ev", self.name, one.name)), one.case)
        self.tally.seconds.append(time.perf_counter() - began)
        if self.model is not None:
            self.tally.tokens.append(self.model.tokens - before)
        signals = decision.signals
        self.tally.note_heard(one.gold, signals.intent.value, [risk.value for risk in signals.risks])
        self.tally.note_answer(one.gold, decision)
        wanted = [question["article"] for question in one.gold.get("questions", ())]
        if wanted:
            answer = self.evaluator.answer
            found = [[match.passage.article_id for match in part.matches] for part in answer.parts(one.case, signals)]
            self.tally.questions.extend(_each_found(wanted, found))


def _each_found(wanted: Sequence[str], parts: Sequence[Sequence[str]]) -> Iterator[bool]:
    """Whether each labelled article is among the best few of a part that stands for no other."""
    left = [list(dict.fromkeys(str(article) for article in part))[:BEST] for part in parts]
    for article in wanted:
        place = next((n for n, part in enumerate(left) if any(_same(article, each) for each in part)), None)
        if place is not None:
            left.pop(place)
        yield place is not None


def _same(labelled: str, ours: str) -> bool:
    """Our names of articles begin with where they come from."""
    return ours == labelled or ours.endswith((f":{labelled}", f"/{labelled}"))


def note_reading(tally: Tally, gold: Gold, reading: ModelReading | None, began: float) -> None:
    """What the model alone read."""
    tally.seconds.append(time.perf_counter() - began)
    tally.read.append(reading is not None and not reading.unread)
    named = [question.intent for question in reading.questions if question.intent] if reading else []
    tally.note_heard(gold, named[0] if named else "", [each.value for each in reading.triggers] if reading else ())
    tally.dropped.append(bool(reading and reading.dropped))


def side_by_side(found: Sequence[Score]) -> Table:
    """A line for each figure, a column for each system."""
    systems = list(dict.fromkeys(score.system for score in found))
    drawn = Table("", *systems, title=found[0].set if found else None)
    for figure in dict.fromkeys(score.figure for score in found):
        cells = {score.system: _cell(score) for score in found if score.figure == figure}
        drawn.add_row(figure, *(cells.get(system, "") for system in systems))
    return drawn


def _cell(score: Score) -> str:
    if score.interval is None:
        return f"{score.value:.2f}"
    return f"{score.value:.2f} ({score.interval.low:.2f}–{score.interval.high:.2f}) of {score.cases}"


# ---------------------------------------------------------------- the command


def read_set(path: Path, half: str = "") -> list[Labelled]:
    """The labelled conversations of a file; of a `half` ("tune" or "report") those that fall into it by their name.

    Raises ConfigurationError for a line that cannot be read or has no labels."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    found = []
    for row, item in zip(rows, cases_from(path), strict=True):
        if isinstance(item, BadLine):
            raise ConfigurationError(f"{path.name}: line {item.number}: {item.reason}")
        if not isinstance(row.get("gold"), dict):
            raise ConfigurationError(f"{path.name}: {row['id']} has no gold")
        if not half or half == HALVES[fold_of(f"half {row['id']}", 2)]:
            found.append(Labelled(name=str(row["id"]), case=item[1], gold=row["gold"]))
    return found


def scores(set_name: str, systems: Mapping[str, Tally]) -> list[Score]:
    """Shares with Wilson intervals, and the median seconds of a message."""
    found = []
    for name, tally in systems.items():
        rows: list[tuple[str, list[bool], bool]] = [
            ("first intent right", tally.intents, False),
            ("alarms found", tally.alarms, False),
            ("false alarms", tally.false_alarms, True),
            ("sub-questions found", tally.questions, False),
            ("answerable: right", tally.right, False),
            ("answerable: wrong", tally.wrong, True),
            ("answerable: nothing", tally.nothing, True),
            ("no article: kept back", tally.kept_back, False),
            ("automatic: wrong or unwanted", tally.wrong_by_itself, True),
            ("read", tally.read, False),
            ("something dropped", tally.dropped, True),
        ]
        for figure, values, most in rows:
            if values:
                one = share(values)
                value = one.value or 0.0
                bounds = Interval(value=value, low=one.low, high=one.high)
                found.append(
                    Score(
                        set=set_name,
                        figure=figure,
                        system=name,
                        value=value,
                        cases=len(values),
                        interval=bounds,
                        at_most=most,
                    )
                )
        middle = sorted(tally.seconds)[len(tally.seconds) // 2]
        found.append(Score(set=set_name, figure="seconds, median", system=name, value=middle, cases=len(tally.seconds)))
        if tally.tokens:
            asked = sum(tally.tokens) / len(tally.tokens)
            found.append(Score(set=set_name, figure="tokens, mean", system=name, value=asked, cases=len(tally.tokens)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model and what it is trusted with; `words`: whether it also words the answers."""

    model: LanguageModel
    role: ReaderRole
    words: bool


def compare(
    container: OfflineContainer,
    labelled: Sequence[Labelled],
    endpoints: Mapping[str, Endpoint],
    mode: ReaderMode,
    patience: TimeBudget,
    advance: Callable[[], None],
) -> dict[str, Tally]:
    """The tally of each system: the embedded readers, each model alone, and both together."""
    policy = replace(container.policy, models=replace(container.policy.models, reader=mode, reader_channels={}))
    embedded = replace(container.evaluator, policy=policy)
    systems, alone = [System(name="embedded", evaluator=embedded)], {name: Tally() for name in endpoints}
    models = {name: Metered(each.model) for name, each in endpoints.items()}
    readers = {name: container.reader_of(models[name], each.role, patience) for name, each in endpoints.items()}
    for name, each in endpoints.items():
        answer = container.answer_with(models[name] if each.words else None)
        both = replace(embedded, reader=readers[name], answer=answer)
        systems.append(System(name=f"{name} and embedded", evaluator=both, model=models[name]))
    for one in labelled:
        for name, reader in readers.items():
            began, before = time.perf_counter(), models[name].tokens
            note_reading(alone[name], one.gold, reader.read(one.case, policy), began)
            alone[name].tokens.append(models[name].tokens - before)
        for system in systems:
            system.take(one)
        advance()
    return {**{system.name: system.tally for system in systems}, **alone}


@click.command("reading", short_help="What is understood in labelled conversations, without and with a language model.")
@click.option("--set", "file", type=FILE, required=True, help="The labelled conversations, as told above.")
@click.option(
    "--knowledge",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="Your articles: a folder, or JSON Lines with id, title and text.",
)
@click.option("--policy", type=FILE, required=True, help="The policy that decides.")
@click.option("--intents", type=FILE, required=True, help="Your intents with examples.")
@click.option(
    "--endpoint",
    metavar="URL",
    help="Of an OpenAI-compatible language model; its key is read from HANDRAIL_OPENAI_API_KEY. Default: no model.",
)
@click.option("--model", metavar="NAME", default="local", show_default=True, help="The model's name there.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in ReaderRole]),
    default="rewriter",
    show_default=True,
    help="What the model is taken to be able to do (docs/language-model.md).",
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ReaderMode]),
    default="assist",
    show_default=True,
    help="What its word counts beside the embedded readers: `models.reader` in a policy.",
)
@click.option("--words", is_flag=True, help="Let the model word the answers too.")
@click.option(
    "--recording",
    type=WRITTEN,
    help="Keep the model's answers in this file; where it has them, the model is not asked again.",
)
@click.option(
    "--played", is_flag=True, help="Measure two played models too: one that knows the labels, and a hostile one."
)
@click.option(
    "--half", type=click.Choice(HALVES), help="Only that half of the conversations, parted by their ids. Default: all."
)
@click.option(
    "--seconds",
    metavar="SECONDS",
    type=float,
    default=30.0,
    show_default=True,
    help="How long the model is waited for.",
)
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object instead.")
@cache_option
def command(
    file: Path, knowledge: Path, policy: Path, intents: Path, cache: Path, as_object: bool, **wish: Any
) -> None:
    """Intents, triggers, sub-questions and answers over labelled conversations: the embedded readers, a language model
    by itself, and both together.

    --set is JSON Lines: a conversation a line as `handrail run` reads it, with `gold` beside it: `intent`, `triggers`,
    `questions` (each with its `article`, and `facts`: groups of words of which one each must be in a right answer),
    `forbidden` words, `none` where no article answers, `person` and `quiet` where nobody should be answered from
    articles."""
    labelled = read_set(file, wish["half"] or "")
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="handrail-reading-") as folder, Progress(console=console) as progress:
        container = OfflineContainer(
            folder=Path(folder), cache=cache, policy=read_policy(policy), intents_file=str(intents)
        )
        take_in(container, knowledge, progress, lambda text: console.print(text, style="yellow", markup=False))
        endpoints = _endpoints(labelled, Path(folder), **wish)
        task = progress.add_task("Conversations", total=len(labelled))
        patience = TimeBudget(total=timedelta(seconds=wish["seconds"]), tries=1)
        mode = ReaderMode(wish["mode"])
        tallies = compare(container, labelled, endpoints, mode, patience, lambda: progress.advance(task))
    found = scores(file.stem, tallies)
    click.echo(as_json(found)) if as_object else Console(width=None if sys.stdout.isatty() else WIDE).print(
        side_by_side(found)
    )


def _endpoints(labelled: Sequence[Labelled], folder: Path, **wish: Any) -> dict[str, Endpoint]:
    found = {}
    if wish["endpoint"] or wish["recording"]:
        live = model_at(wish["endpoint"], wish["model"]) if wish["endpoint"] else None
        model = RecordedModel(wish["recording"] or folder / "recording.jsonl", live)
        found[model.name] = Endpoint(model=model, role=ReaderRole(wish["role"]), words=wish["words"])
    if wish["played"]:
        perfect = PerfectModel([(customer_words(one.case), one.gold) for one in labelled])
        found["perfect"] = Endpoint(model=perfect, role=ReaderRole.JUDGE, words=True)
        found["hostile"] = Endpoint(model=HostileModel(), role=ReaderRole.JUDGE, words=True)
    return found
