"""What feedback of people changes, by the product's own parts: intents that agents correct, sources that they open."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from apps.evaluate.report import Score
from apps.evaluate.statistics import difference, fold_of, hit_at, interval
from benchmarks.quality.intents import BANKING77, DRAWS, FEW, Pair, make_model, open_encoder, read_pairs
from benchmarks.quality.retrieval import OURS, Case, Cut, Shelf, fill_shelf
from benchmarks.quality.retrieval_sets import REVIEWS, read_conversation, text_of
from benchmarks.quality.sources import Row, Sources
from connectors.local.encoder import SIZE
from connectors.local.intents import IntentModel
from connectors.local.intents_trained import encode_all
from core.answer.learned import shares
from core.answer.question import voices
from core.improve.message_groups import group_texts
from core.knowledge.feedback import Fading, lifts
from core.measure.outcomes.judged import OPENED, WORTH
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId
from core.model.knowledge import Article, Hit, Passage
from core.model.learning import Vote
from core.model.signals import Correction
from core.policy.learning import Learning
from core.ports import Encoder

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FEWEST = FEW // 2  # examples of each intent at first; agents correct as many more
CORRECTED_AIMS = {"accuracy": 0.87}
UNTOUCHED_AIM = -0.02
AGENTS = 20
Right = list[float]

# ------------------------------------------------------------------
# Intents that agents correct.


@dataclass(frozen=True, slots=True)
class Corrections:
    """`core.ports.IntentCorrections`, of a simulated team."""

    every: list[Correction]

    def newest(self) -> int:
        return len(self.every)

    def all(self) -> list[Correction]:
        return self.every


def measure_corrections(sources: Sources) -> list[Score]:
    """`banking77`: five examples an intent, and agents who correct five more of each.

    Reported on the rows with md5(text) % 5 = 0 or on HELDOUT, as means of three draws; how agents come to their
    messages was chosen on the fold 1. In each of five rounds they are shown, of each intent, the message that the
    model is least sure of. `chance` corrects as many that came by chance. `at once` lays the same corrections over the
    model without training, as the product does within seconds."""
    rows = read_pairs(sources.tuning(BANKING77, "train*"))
    held = read_pairs(sources.reported(BANKING77, "intent"))
    asked = held or [row for row in rows if fold_of(row[0]) == 0]
    part = f"{'held out' if held else 'md5(text) % 5 = 0'}, {len(DRAWS)} draws"
    encoder = open_encoder(sources.cache)
    encode_all(encoder, [text for text, _ in rows])
    pool = [row for row in rows if fold_of(row[0]) != 0]
    found: defaultdict[str, Right] = defaultdict(list)
    before, after, worst = list[float](), list[float](), list[float]()
    for seed in DRAWS:
        first, rest = _drawn(pool, seed, FEWEST)
        chosen = _ask_agents(encoder, first, rest)
        found["five an intent"] += _right(make_model(encoder, first), asked)
        found["five more by chance"] += _right(make_model(encoder, _drawn(pool, seed, FEW)[0]), asked)
        found[OURS] += _right(make_model(encoder, [*first, *chosen]), asked)
        found["at once, without training"] += _right(_corrected(encoder, first, chosen), asked)
        touched = set(random.Random(seed).sample(sorted({name for _, name in first}), 38))
        some = [row for row in chosen if row[1] in touched]
        others = [row for row in asked if row[1] not in touched]
        old, new = _right(make_model(encoder, first), others), _right(make_model(encoder, [*first, *some]), others)
        before, after = before + old, after + new
        worst.append(min(_by_intent(others, old, new)))
    scores = [
        _score(BANKING77 + ", corrected", "accuracy", system, row, part, aim=CORRECTED_AIMS["accuracy"])
        if system == OURS
        else _score(BANKING77 + ", corrected", "accuracy", system, row, part)
        for system, row in found.items()
    ]
    scores[2] = replace(
        scores[2], against="five more by chance", gain=difference(found[OURS], found["five more by chance"])
    )
    kept = difference(after, before)
    return [
        *scores,
        Score(
            set=BANKING77 + ", corrected",
            figure="change of untouched intents",
            system=OURS,
            value=kept.value,
            cases=len(before),
            interval=kept,
            aim=UNTOUCHED_AIM,
            part=part,
        ),
        Score(
            set=BANKING77 + ", corrected",
            figure="change of the worst untouched intent",
            system=OURS,
            value=sum(worst) / len(worst),
            cases=len(before),
            part=part,
        ),
    ]


def _drawn(rows: Sequence[Pair], seed: int, count: int) -> tuple[list[Pair], list[Pair]]:
    """So many of each intent, and all others; more of them hold the fewer ones."""
    shuffled = sorted(rows)
    random.Random(seed).shuffle(shuffled)
    taken: defaultdict[str, int] = defaultdict(int)
    kept, rest = list[Pair](), list[Pair]()
    for row in shuffled:
        taken[row[1]] += 1
        (kept if taken[row[1]] <= count else rest).append(row)
    return kept, rest


def _ask_agents(encoder: Encoder, first: Sequence[Pair], rest: Sequence[Pair]) -> list[Pair]:
    """What agents corrected, round by round: of each intent the message that the round's model is least sure of."""
    chosen: list[Pair] = []
    left = list(rest)
    for _ in range(FEW - FEWEST):
        guesses = make_model(encoder, [*first, *chosen]).guesses([text for text, _ in left])
        least: dict[str, tuple[float, Pair]] = {}
        for guess, row in zip(guesses, left, strict=True):
            if row[1] not in least or guess.confidence < least[row[1]][0]:
                least[row[1]] = (guess.confidence, row)
        now = [row for _, row in least.values()]
        chosen += now
        left = [row for row in left if row not in set(now)]
    return chosen


def _corrected(encoder: Encoder, first: Sequence[Pair], chosen: Sequence[Pair]) -> IntentModel:
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for text, name in first:
        examples[name].append(text)
    said = [
        Correction(
            message_id=MessageId(f"ms_{number}"),
            conversation_id=ConversationId(f"co_{number}"),
            text=text,
            intent=name,
            by="an agent",
            at=NOW,
            serial=number,
        )
        for number, (text, name) in enumerate(chosen, 1)
    ]
    return IntentModel(encoder, examples, corrections=Corrections(said))


def _right(model: IntentModel, asked: Sequence[Pair]) -> Right:
    guesses = model.guesses([text for text, _ in asked])
    return [float(guess.intent == name) for guess, (_, name) in zip(guesses, asked, strict=True)]


def _by_intent(asked: Sequence[Pair], before: Right, after: Right) -> list[float]:
    """The change of each intent's accuracy."""
    of: defaultdict[str, list[float]] = defaultdict(list)
    for (_, name), was, now in zip(asked, before, after, strict=True):
        of[name].append(now - was)
    return [sum(row) / len(row) for row in of.values()]


def _score(name: str, figure: str, system: str, row: Right, part: str, aim: float | None = None) -> Score:
    value = sum(row) / len(row)
    return Score(
        set=name, figure=figure, system=system, value=value, cases=len(row), interval=interval(row), aim=aim, part=part
    )


# ------------------------------------------------------------------
# Sources that agents open.


def measure_clicks(sources: Sources) -> list[Score]:
    """`dstc11_track5`: agents open the right sources in half of the conversations; what that does to the other half.

    Each review and each question with its answer is an article, as on a help page. Intents are those that `handrail
    intents propose` finds in the first half, read in the other half by the model that learns from them. A click is
    worth what the product says, under the policy's own bound; nothing was tuned here."""
    snippets = [row for row in (*sources.tuning(REVIEWS), *sources.kept(REVIEWS, "entity")) if "entity" in row]
    known = {str(row["id"]): row for row in snippets}
    rows = [row for row in sources.tuning(REVIEWS) if row.get("knowledge_seeking")]
    rows = [row for row in rows if known.keys() & set(map(str, row["knowledge"]))]
    shelf = fill_shelf(_as_articles(known), sources.cache)
    cases = [read_conversation(row, known) for row in rows]
    first = [case for case, row in zip(cases, rows, strict=True) if not _half(row)]
    second = [case for case, row in zip(cases, rows, strict=True) if _half(row)]
    intents = _intents(sources, [case.asked.text for case in first])
    votes = _clicks(first, intents)
    rules = Learning()
    fading = Fading(most=rules.most, half_life=rules.half_life)
    plain, moved = list[float](), list[float]()
    for case, intent in zip(second, [intents.of(case.asked.text) for case in second], strict=True):
        mine = shares(lifts(votes.get(intent, ()), (), fading, NOW)) if intent else {}
        before = _ranked(shelf, case, {})
        plain.append(hit_at(before, case.gold, 1))
        moved.append(hit_at(_ranked(shelf, case, mine) if mine else before, case.gold, 1))
    part = f"{len(second)} conversations, clicks from {len(first)} others"
    gain = difference(moved, plain)
    return [
        replace(_score(REVIEWS + ", clicks", "hit@1", OURS, moved, part), against="without feedback", gain=gain),
        _score(REVIEWS + ", clicks", "hit@1", "without feedback", plain, part),
    ]


def _half(row: Row) -> bool:
    return bool(crc32(str(row["turns"][0][1]).encode()) % 2)


def _as_articles(known: Mapping[str, Row]) -> list[Cut]:
    """A review with its sentences, a question with its answer."""
    of: defaultdict[str, list[Row]] = defaultdict(list)
    for name, row in known.items():
        of[article_of(name)].append(row)
    return [_article(name, rows) for name, rows in of.items()]


def article_of(snippet: str) -> str:
    """`restaurant:19250:review:0:3` is a sentence of the review 0; a question with its answer stands alone."""
    return snippet.rpartition(":")[0] if ":review:" in snippet else snippet


def _article(name: str, rows: Sequence[Row]) -> Cut:
    place, texts = str(rows[0]["entity"] or ""), [text_of(row) for row in rows]
    about = (place,) if place else ()
    article = Article(id=ArticleId(name), title=place or "General questions", text="\n\n".join(texts), about=about)
    passages, start = [], 0
    for row, text in zip(rows, texts, strict=True):
        passages.append(
            Passage(
                id=PassageId(str(row["id"])),
                article_id=article.id,
                title=article.title,
                path=(),
                text=text,
                start=start,
                end=start + len(text),
                about=about,
            )
        )
        start += len(text) + 2
    return article, passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    """Groups of questions, and the model that learned to tell them."""

    grouped: Mapping[str, str]
    model: IntentModel
    sure_from: float

    def of(self, text: str) -> str:
        if text in self.grouped:
            return self.grouped[text]
        (guess,) = self.model.guesses([text])
        return guess.intent if guess.confidence >= self.sure_from else ""


def _intents(sources: Sources, texts: Sequence[str]) -> Intents:
    encoder = open_encoder(sources.cache)
    groups, _ = group_texts(texts, encode_all(encoder, texts)[:, :SIZE])
    examples = {group.name: group.texts for group in groups}
    return Intents(
        grouped={text: name for name, some in examples.items() for text in some},
        model=IntentModel(encoder, examples),
        sure_from=0.35,  # the policy's own default of `confidence.intent`
    )


def _clicks(cases: Sequence[Case], intents: Intents) -> Mapping[str, Sequence[Vote]]:
    """By intent. The agents take the conversations in turns, so many a day."""
    found: defaultdict[str, list[Vote]] = defaultdict(list)
    for number, case in enumerate(cases):
        intent = intents.of(case.asked.text)
        if not intent:
            continue
        at = NOW - timedelta(days=1 + number // (3 * AGENTS))
        for article in sorted({article_of(name) for name in case.gold}):
            vote = Vote(
                conversation_id=ConversationId(f"co_{number}"),
                intent=intent,
                article_id=ArticleId(article),
                voter=f"agent {number % AGENTS}",
                day=f"{at:%Y-%m-%d}",
                worth=WORTH[OPENED],
                at=at,
            )
            found[intent].append(vote)
    return found


def _ranked(shelf: Shelf, case: Case, moved: Mapping[ArticleId, float]) -> list[str]:
    with shelf.store.read() as unit:
        found = shelf.retriever.search(
            unit.articles,
            voices(case.asked.text),
            history=case.asked.history,
            language=None,
            turns=case.asked.turns,
            messages=case.asked.messages,
            lifts=moved,
        )
    hits: list[Hit] = sorted((*found.public, *found.inner), key=lambda hit: -hit.score)
    return [str(hit.passage.id) for hit in hits]
