"""How reading bears misspelling: 0, 30, 50 and 80 % of the words, of kinds that nothing was trained on.

The message reader has learned from letters dropped, swapped, doubled, taken from the key beside, and from words without
vowels. Here words are written by their sound, get a letter that has no business there, lose their space or gain one."""

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml

from apps.bootstrap import OfflineContainer
from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of, interval
from apps.evaluate.triggers import DEMO, LARKFIELD, cases_of
from apps.intents_file import Labelled, by_label
from apps.policy_file import read_policy
from benchmarks.quality.intents import BANKING77, FEW, read_pairs
from benchmarks.quality.sources import Sources
from connectors.local.classifiers import LayeredEncoder
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.intents import IntentModel
from connectors.local.language import FastLanguage
from connectors.local.message_reader import MessageReader
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.spelling import Spelling
from connectors.local.triggers import TriggerModel
from core.read.triggers import TriggerEnsemble

SET = "noise"
LEVELS = (0.0, 0.3, 0.5, 0.8)
MESSAGES = 400  # of banking77
ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/scenarios/triggers"
QUESTIONS = ROOT / "benchmarks/tuning/questions.yaml"
ARTICLES = ROOT / "apps/sandbox/company/articles"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SOUNDS = (
    ("tion", "shun"), ("ght", "te"), ("ough", "uff"), ("ph", "f"), ("wh", "w"), ("ck", "k"), ("qu", "kw"), ("ce", "se"),
    ("ee", "ea"), ("ea", "ee"), ("ie", "ei"), ("ei", "ie"), ("ou", "ow"), ("er", "a"), ("ay", "ey"), ("igh", "y"),
    ("c", "k"), ("x", "ks"), ("s", "z"), ("y", "i"),
)  # fmt: skip


def measure(sources: Sources) -> list[Score]:
    """Triggers (the unread halves of tests/scenarios/triggers), intents (banking77, ten an intent) and search (the demo
    company's own questions), each at every level."""
    return [*_triggers(), *_intents(sources), *_search(sources)]


def spoil(text: str, share: float, chance: random.Random) -> str:
    """A share of the words misspelt."""
    words = [_spoilt(word, chance) if chance.random() < share else word for word in text.split(" ")]
    return " ".join(words)


def _spoilt(word: str, chance: random.Random) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    kind = chance.randrange(4)
    sounds = [(said, written) for said, written in _SOUNDS if said in word.lower()]
    if kind < 2 and sounds:
        said, written = chance.choice(sounds)
        return word.lower().replace(said, written, 1)
    place = chance.randrange(1, len(word))
    if kind == 2:
        return f"{word[:place]} {word[place:]}"
    return word[:place] + chance.choice(_LETTERS) + word[place:]


def _triggers() -> Iterator[Score]:
    reader = TriggerEnsemble(MessageReader(MultilingualEncoder()), TriggerModel(MiniLmEncoder(), FastLanguage()))
    known = {one.value for one in MessageReader(MultilingualEncoder()).weigh("anything")}
    cases = [
        case
        for case in cases_of(CASES)
        if isinstance(case.written, str) and case.language == "en" and case.trigger in known and case.place % 2
    ]
    for level in LEVELS:
        chance = random.Random(1)
        heard = [
            (case.positive, case.trigger in {one.value for one in reader.triggers(spoil(case.told, level, chance))})
            for case in cases
        ]
        yield _score("triggers: recall", level, [fires for positive, fires in heard if positive])
        yield _score("triggers: near misses that alarm", level, [fires for positive, fires in heard if not positive])


def _intents(sources: Sources) -> Iterator[Score]:
    rows = read_pairs(sources.tuning(BANKING77, "train*"))
    taken: dict[str, list[str]] = {}
    for text, name in rows:
        if fold_of(text) != 0 and len(taken.setdefault(name, [])) < FEW:
            taken[name].append(text)
    asked = [row for row in rows if fold_of(row[0]) == 0][:MESSAGES]
    encoder = CachedEncoder(LayeredEncoder(MiniLmEncoder()), sources.cache / "vectors.db")
    examples = by_label(Labelled(text=text, label=name) for name, texts in taken.items() for text in texts)
    spelling = Spelling(text for texts in taken.values() for text in texts)
    plain, spelled = IntentModel(encoder, examples), IntentModel(encoder, examples, spelling=spelling)

    def right(model: IntentModel, level: float) -> list[bool]:
        chance = random.Random(2)
        read = [(model.intents(spoil(text, level, chance)), name) for text, name in asked]
        return [bool(found) and found[0].value == name for found, name in read]

    yield from _both("intents: the first is right", lambda level: (right(spelled, level), right(plain, level)))


def _search(sources: Sources) -> Iterator[Score]:
    rows = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["covered"]
    with tempfile.TemporaryDirectory() as folder:
        container = OfflineContainer(
            folder=Path(folder), cache=sources.cache, policy=read_policy(DEMO), intents_file=str(LARKFIELD)
        )
        container.library.add(container.articles(ARTICLES).articles)
        retriever, spelling = container.evaluator.answer.retriever, Spelling(store=container.store)

        def right(spelled: Callable[[str], str], level: float) -> list[bool]:
            chance = random.Random(3)
            found = []
            with container.store.read() as unit:
                for row in rows:
                    asked = spelled(spoil(str(row["text"]), level, chance))
                    hits = retriever.search(unit.articles, [asked], language="en").public
                    wanted = {str(number) for number in row["article_ids"]}
                    found.append(bool(hits) and str(hits[0].passage.article_id) in wanted)
            return found

        yield from _both("search: the first is right", lambda level: (right(spelling, level), right(str, level)))


def _both(figure: str, judged: Callable[[float], tuple[list[bool], list[bool]]]) -> Iterator[Score]:
    for level in LEVELS:
        ours, plain = judged(level)
        yield _score(figure, level, ours)
        yield _score(figure, level, plain, system="as it is written")


def _score(figure: str, level: float, hits: Sequence[bool], system: str = "handrail") -> Score:
    return Score(
        set=SET,
        figure=f"{figure}, {level:.0%} misspelt",
        system=system,
        value=sum(hits) / len(hits),
        cases=len(hits),
        interval=interval([float(hit) for hit in hits]),
    )
