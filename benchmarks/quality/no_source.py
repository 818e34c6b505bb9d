"""Questions that no article answers, and as many that one does: does the assistant know the difference?

Two hundred of each, in a fixed order. Without an answer are `mtrag_un`'s own unanswerable questions and, to fill up,
questions of its and of `dstc11_track5` whose gold passages were taken away; with an answer other questions of the same
sets. Nothing else is changed: the rest of the shelf stays, passages about nearly the same included. A few hundred
cases are too few to set apart, so that everything fitted is fitted on the other four folds of conversations (pooled
out-of-fold); with held-out files it is fitted on DATA and the held-out questions are reported on. Everything may be
fitted to all questions of those folds, each with its answer and without; thresholds to those like the counted ones."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import md5
from itertools import zip_longest
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from apps.evaluate.judge import Without, cut_at, fit_confidence, surest
from apps.evaluate.report import Score
from apps.evaluate.statistics import bootstrap, fold_of, interval
from benchmarks.quality.retrieval import Cut, Unit, Words, cut_all, fill_shelf, read_turns
from benchmarks.quality.retrieval_sets import group_by_place
from benchmarks.quality.sources import Row, Sources
from connectors.local.answering import Labelled, fit
from connectors.local.encoder import MiniLmAligner, MiniLmEncoder
from connectors.local.index import PassageIndex
from core.answer.confidence import Confidence
from core.answer.evidence import Evidence
from core.answer.question import Parts, Question, Setting
from core.knowledge.retrieve import Retriever
from core.measure.statistics import Interval
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article
from core.ports import ArticleTable
from core.text.stems import STOP

SET = "no source"
OURS = "Handrail"
WRONGLY = 0.10  # share of the answerable that may be abstained from: every system's threshold is set to keep within it
LOSSES = (0.05, 0.10, 0.20)  # where the curve is shown
FOLDS = 5
GROUPS = 2**16
Numbers = NDArray[Any]
Outcome = tuple[Sequence[float], Sequence[bool]]  # score and abstention of each case
KEPT, LOST = "abstains, no answer there", "abstains, answer there"
# `tau2_banking_kb` is not among them: its labels say what an agent needs during the whole call, not what answers the
# lines that the customer is quoted with, so that taking them away proves nothing about those lines.
DOCUMENTS, REVIEWS = SETS = "mtrag_un", "dstc11_track5"
EACH = 200
GENERAL = Setting(language=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of a set. `gold` are ids of articles or passages; where it is not answerable they are taken away."""

    set: str
    conversation: str
    asked: Question
    gold: frozenset[str]
    answerable: bool
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was made of a case: what was seen of each part of the question, and the scores of the simple searches.
    Those not `counted` are there to learn from."""

    set: str
    conversation: str
    answerable: bool
    evidence: tuple[Evidence, ...]
    cosine: float
    keyword: float
    counted: bool

    @property
    def traits(self) -> tuple[Mapping[str, float], ...]:
        return tuple(seen.traits for seen in self.evidence)


class BestWord(Words):
    """The same full text, asked for its highest score."""

    def best(self, query: str, gone: Collection[str]) -> float:
        """BM25, higher is nearer; nought where no word is found."""
        words = [word for word in dict.fromkeys(re.findall(r"\w+", query.lower())) if word not in STOP]
        if not words:
            return 0.0
        wanted = " OR ".join(f'"{word}"' for word in words[:64])
        search = "SELECT rowid, -bm25(units, 2, 1) FROM units WHERE units MATCH ? ORDER BY 2 DESC LIMIT ?"
        found = self._table.execute(search, [wanted, len(gone) + 1])
        return next((float(score) for place, score in found if self._ids[place] not in gone), 0.0)


Scorer = Callable[[Judged], float]
Fit = Callable[[Sequence[Judged]], Scorer]


def measure(sources: Sources) -> list[Score]:
    """Abstention on both halves at a threshold fitted for a tenth of the answerable; how well scores tell them apart
    whatever the threshold (AUROC), and the share abstained from at some losses."""
    counted = choose_cases(sources, held=False)
    tuned = judge_all([*counted, *choose_lessons(sources, counted)], sources)
    held = judge_all(choose_cases(sources, held=True), sources) if sources.heldout else []
    part = "held-out questions" if held else "out of fold"
    rows = held or [row for row in tuned if row.counted]
    found = {system: _try_way(way, tuned, held) for system, way in SYSTEMS.items()}
    best = max(SIMPLE, key=lambda s: _auroc(found[s][0], rows))
    scores: list[Score] = []
    for system, outcome in found.items():
        scores += _figures(system, rows, outcome, found[best] if system == OURS else None, best, part)
    return scores


def _ours(rows: Sequence[Judged]) -> Scorer:
    """The head that `handrail eval answers --write` fits."""
    head = fit([labelled for row in rows for labelled in _label(row)])
    return lambda row: max((head.sure(seen) for seen in row.evidence), default=0.0)


def _label(row: Judged) -> list[Labelled]:
    seen = surest(row.evidence)
    if seen is None:
        return []
    return [Labelled(evidence=seen, answered=row.answerable, group=fold_of(row.conversation, GROUPS))]


def _by_traits(rows: Sequence[Judged]) -> Scorer:
    confidence = fit_confidence([row.traits for row in rows], [row.answerable for row in rows])
    return lambda row: _sureness(confidence, row)


def _as_shipped(rows: Sequence[Judged]) -> Scorer:
    return lambda row: _sureness(Confidence(), row)


def _sureness(confidence: Confidence, row: Judged) -> float:
    return max((confidence.of(seen) for seen in row.traits), default=0.0)


SYSTEMS: Mapping[str, Fit] = {
    OURS: _ours,
    "Handrail, traits alone": _by_traits,
    "Handrail, weights as shipped": _as_shipped,
    "highest cosine": lambda rows: lambda row: row.cosine,
    "highest BM25": lambda rows: lambda row: row.keyword,
}


SIMPLE = ("highest cosine", "highest BM25")


def _try_way(way: Fit, tuned: Sequence[Judged], held: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    """Score and abstention of each reported case; score less threshold, so that folds can be pooled."""
    if held:
        return _try_on(way, tuned, held)
    counted = [row for row in tuned if row.counted]
    values, abstained = [0.0] * len(counted), [False] * len(counted)
    for fold in range(FOLDS):
        places = [place for place, row in enumerate(counted) if fold_of(row.conversation, FOLDS) == fold]
        rest = [row for row in tuned if fold_of(row.conversation, FOLDS) != fold]
        for place, value, none in zip(places, *_try_on(way, rest, [counted[place] for place in places]), strict=True):
            values[place], abstained[place] = value, none
    return values, abstained


def _try_on(way: Fit, known: Sequence[Judged], unknown: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    scorer = way(known)
    cut = cut_at(_score_unseen(way, known), _count_spared(sum(row.answerable and row.counted for row in known)))
    values = [scorer(row) - cut for row in unknown]
    return values, [value < 0 for value in values]


def _count_spared(cases: int) -> float:
    """One standard error less than the share allowed: a threshold found on so few questions loses on others now less,
    now more, and a tenth is a limit, not a mean."""
    return max(0.0, WRONGLY - float(np.sqrt(WRONGLY * (1 - WRONGLY) / max(1, cases))))


def _score_unseen(way: Fit, known: Sequence[Judged]) -> list[float]:
    """Scores of the answerable, each by a scorer that did not see it: of what it was fitted to it is too sure."""
    scores: list[float] = []
    for fold in range(FOLDS):
        some = [row for row in known if fold_of(row.conversation, FOLDS) == fold]
        some = [row for row in some if row.answerable and row.counted]
        rest = [row for row in known if fold_of(row.conversation, FOLDS) != fold]
        if some:
            scorer = way(rest)
            scores += [scorer(row) for row in some]
    return scores


def _figures(
    system: str, rows: Sequence[Judged], mine: Outcome, against: Outcome | None, best: str, part: str
) -> list[Score]:
    """The abstentions on either half, and the AUROC."""
    ours = against is not None

    def score(figure: str, cases: int, spread: Interval, gain: Interval | None, aim: float | None = None) -> Score:
        return Score(
            set=SET,
            figure=figure,
            system=system,
            value=spread.value,
            cases=cases,
            interval=spread,
            aim=aim if ours else None,
            at_most=figure == LOST,
            against=best if ours else "",
            gain=gain,
            part=part,
        )

    scores = []
    for figure, there, aim in ((KEPT, False, 0.90), (LOST, True, 0.10)):
        places = [place for place, row in enumerate(rows) if row.answerable is there]
        said = [float(mine[1][place]) for place in places]
        # Thresholds lose a little more or less: the baseline is compared at the same loss, and over all of them, below.
        scores.append(replace(score(figure, len(said), interval(said), None, aim), against=""))
    spread = bootstrap(len(rows), lambda chosen: _auroc(mine[0], rows, chosen))
    gain = _auroc_gain(mine[0], against[0], rows) if against else None
    scores.append(score("AUROC", len(rows), spread, gain))
    for lost in LOSSES if against else ():
        curve = bootstrap(len(rows), partial(_at_loss, mine[0], rows, lost))
        gain = bootstrap(len(rows), partial(_at_loss_gain, mine[0], against[0], rows, lost)) if against else None
        scores.append(score(f"abstains where {lost:.0%} are lost", len(rows), curve, gain))
    return scores


def _at_loss(values: Sequence[float], rows: Sequence[Judged], lost: float, chosen: Numbers) -> float:
    """The share of the unanswerable below the score that this share of the answerable is below."""
    scores, there = np.asarray(values)[chosen], np.array([row.answerable for row in rows])[chosen]
    return float((scores[~there] < np.quantile(scores[there], lost)).mean()) if 0 < there.sum() < len(there) else 0.0


def _at_loss_gain(
    mine: Sequence[float], theirs: Sequence[float], rows: Sequence[Judged], lost: float, chosen: Numbers
) -> float:
    return _at_loss(mine, rows, lost, chosen) - _at_loss(theirs, rows, lost, chosen)


def _auroc_gain(mine: Sequence[float], theirs: Sequence[float], rows: Sequence[Judged]) -> Interval:
    return bootstrap(len(rows), lambda chosen: _auroc(mine, rows, chosen) - _auroc(theirs, rows, chosen))


def _auroc(values: Sequence[float], rows: Sequence[Judged], chosen: np.ndarray | None = None) -> float:
    """How often an answerable question scores above one that is not (ties half)."""
    from scipy.stats import rankdata

    places = np.arange(len(rows)) if chosen is None else chosen
    scores = np.asarray(values)[places]
    true = np.array([row.answerable for row in rows])[places]
    there = int(true.sum())
    if there in (0, len(true)):
        return 0.5
    return float((rankdata(scores)[true].sum() - there * (there + 1) / 2) / (there * (len(true) - there)))


# ---------------------------------------------------------------- the questions that are asked


def choose_cases(sources: Sources, *, held: bool) -> list[Case]:
    """Two hundred of each, or as many as there are; the sets in turn, each in an order that does not depend on it."""
    asked = {name: _order(_read_cases(sources, name, held=held)) for name in SETS}
    own = _order(_read_cases(sources, DOCUMENTS, held=held, answerable=False))[:EACH]
    # Of every second question the answer is taken away, so that no question is asked twice.
    there = _take_in_turn([rows[0::2] for rows in asked.values()])[:EACH]
    away = [_take_away(case) for case in _take_in_turn([rows[1::2] for rows in asked.values()])]
    return [*there, *[*own, *away][:EACH]]


def choose_lessons(sources: Sources, counted: Sequence[Case]) -> list[Case]:
    """All other questions of DATA, each with its answer and without: every label tells both."""
    known = {(case.asked.text, case.conversation, case.answerable) for case in counted}
    there = [case for name in SETS for case in _order(_read_cases(sources, name, held=False))]
    own = _order(_read_cases(sources, DOCUMENTS, held=False, answerable=False))
    both = [*(twin for case in there for twin in (case, _take_away(case))), *own]
    new = [case for case in both if (case.asked.text, case.conversation, case.answerable) not in known]
    return [replace(case, counted=False) for case in new]


def judge_all(asked: Sequence[Case], sources: Sources) -> list[Judged]:
    """Set by set, on the shelf of each."""
    return [row for name in SETS for row in _judge_on_shelf(name, asked, sources)]


def _judge_on_shelf(name: str, asked: Sequence[Case], sources: Sources) -> Iterator[Judged]:
    mine = [case for case in asked if case.set == name]
    if not mine:
        return
    shelf = fill_shelf(list(_read_articles(name, sources)), sources.cache)
    view = Without(PassageIndex(shelf.store, shelf.encoder.name))
    aligner = MiniLmAligner(MiniLmEncoder(), sources.cache / "vectors.db")
    parts = Parts(Retriever(shelf.encoder, view, aligner=aligner), aligner=aligner)
    words = BestWord([Unit(id=p.id, title=p.title, text=p.text) for p in shelf.passages])
    of: dict[str, set[PassageId]] = defaultdict(set)
    for passage in shelf.passages:
        of[passage.article_id].add(passage.id)
        of[passage.id].add(passage.id)
    for case in mine:
        gone = set() if case.answerable else {passage for gold in case.gold for passage in of[gold]}
        with shelf.store.read() as unit:
            # Reading is all that a search does: the view has what it takes of the table.
            found = parts.of(cast(ArticleTable, view.of(unit.articles, gone)), case.asked, GENERAL)
        vector = shelf.encoder.encode([case.asked.text])[0]
        yield Judged(
            set=name,
            conversation=case.conversation,
            answerable=case.answerable,
            evidence=tuple(parts.evidence(part) for part in found),
            cosine=max((cosine for _, cosine in view.nearest(vector, 1)), default=0.0),
            keyword=words.best(case.asked.text, gone),
            counted=case.counted,
        )


def _read_cases(sources: Sources, name: str, *, held: bool, answerable: bool = True) -> Iterator[Case]:
    rows = sources.reported(name, "turns") if held else [row for row in sources.tuning(name) if "turns" in row]
    for row in rows:
        case = _read_case(name, row, "ANSWERABLE" if answerable else "UNANSWERABLE")
        if case is not None and (case.gold or not answerable):
            yield case if answerable else _take_away(case)


def _read_case(name: str, row: Row, kind: str) -> Case | None:
    asked = read_turns(row["turns"])
    if name == REVIEWS:
        gold, talk = row["knowledge"], str(row["turns"][0][1])
        wanted = bool(row["knowledge_seeking"])
    else:
        gold, talk = row["passages"], str(row["id"]).split("<::>")[0]
        wanted = row["answerability"] in (kind, [kind])
    if not wanted or asked.empty:
        return None
    return Case(set=name, conversation=talk, asked=asked, gold=frozenset(map(str, gold)), answerable=True)


def _take_away(case: Case) -> Case:
    return Case(set=case.set, conversation=case.conversation, asked=case.asked, gold=case.gold, answerable=False)


def _order(found: Iterable[Case]) -> list[Case]:
    return sorted(found, key=lambda case: md5(case.asked.text.encode(), usedforsecurity=False).hexdigest())


def _take_in_turn(lists: Sequence[Sequence[Case]]) -> list[Case]:
    return [case for row in zip_longest(*lists) for case in row if case is not None]


def _read_articles(name: str, sources: Sources) -> Iterator[Cut]:
    column = "entity" if name == REVIEWS else "text"
    rows = {str(row["id"]): row for row in (*sources.tuning(name), *sources.kept(name, column)) if column in row}
    if name == REVIEWS:
        yield from group_by_place(rows.values())
        return
    yield from cut_all(
        Article(id=ArticleId(key), title=str(row.get("title", "")), text=str(row[column]).strip())
        for key, row in rows.items()
    )
