"""The stand-in's whole wit: which sentences of the passages speak of what was asked."""

import math
from collections import Counter
from dataclasses import dataclass

from apps.sandbox.openai.prompt import Passage, Prompt
from apps.sandbox.openai.words import sentences, telling_words

MOST_SENTENCES = 3
# A sentence counts when it covers this share of what the question is about, rare words weighing more.
LEAST_COVER = 0.3
LEAST_OF_BEST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One sentence taken from a passage; `start` and `end` are its place in the passage's text."""

    text: str
    passage: Passage
    place: int
    start: int
    end: int
    cover: float


def pick_sentences(prompt: Prompt) -> list[Pick]:
    """The sentences to answer with, best first; none when no passage speaks of the question."""
    asked = set(telling_words(prompt.question))
    if not asked:
        return []
    weights = _weights(asked, [passage.text for passage in prompt.passages])
    total = sum(weights.values())
    picks = [
        _pick(passage, place, sentence, asked, weights, total)
        for place, passage in enumerate(prompt.passages)
        for sentence in sentences(passage.text)
    ]
    picks.sort(key=lambda pick: (-pick.cover, pick.place, pick.start))
    best = picks[0].cover if picks else 0.0
    enough = max(LEAST_COVER, best * LEAST_OF_BEST)
    return [pick for pick in picks if pick.cover >= enough][:MOST_SENTENCES]


def missing_words(prompt: Prompt) -> list[str]:
    """What the question is about that no passage mentions."""
    known = {word for passage in prompt.passages for word in telling_words(passage.text)}
    return list(dict.fromkeys(word for word in telling_words(prompt.question) if word not in known))


def _pick(
    passage: Passage, place: int, sentence: str, asked: set[str], weights: dict[str, float], total: float
) -> Pick:
    shared = asked & set(telling_words(f"{passage.title} {sentence}"))
    start = passage.text.find(sentence)
    return Pick(
        text=sentence,
        passage=passage,
        place=place,
        start=start,
        end=start + len(sentence),
        cover=sum(weights[word] for word in shared) / total,
    )


def _weights(asked: set[str], texts: list[str]) -> dict[str, float]:
    """Rare words weigh more; a word that no passage has weighs like the rarest."""
    seen = Counter(word for text in texts for word in set(telling_words(text)) if word in asked)
    return {word: math.log(1 + (len(texts) + 1) / (seen[word] + 0.5)) for word in asked}
