import numpy as np
import pytest

from core.answer.confidence import Confidence, traits
from core.knowledge.article_index import Lexicon
from core.knowledge.match import Match, Voice
from core.knowledge.retrieve import Found, VectorSource
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Hit
from tests.core import samples
from tests.core.encoder import WordEncoder

SOURCE = VectorSource(questions=WordEncoder(), passages=WordEncoder(), index=None)  # type: ignore[arg-type]
LEXICON = Lexicon(["reset the hub", "a hub and its light", "refund of a parcel"])


def voice(text: str = "how do I reset the hub") -> Voice:
    return Voice(text=text, vector=np.zeros(2, dtype=np.float32), cosines={})


def match(near: float, *, article: str = "a", aligned: float | None = None) -> Match:
    score = 2.5 * near
    passage = samples.passage(id=PassageId(f"{article}-{score}"), article_id=ArticleId(article))
    heard = ({"similarity": near, "nearest": near, "coverage": near},)
    return Match(hit=Hit(passage=passage, score=1, similarity=near), score=score, heard=heard, told=(), aligned=aligned)


def confidence(voices: list[Voice], matches: list[Match], lexicon: Lexicon, known: float | None = None) -> float:
    found = Found(public=(), inner=(), voices=tuple(voices), source=SOURCE)
    return Confidence().of(traits(found, matches, lexicon, known))


def test_a_near_passage_is_surer_than_a_far_one() -> None:
    assert confidence([voice()], [match(0.8)], LEXICON) > 0.8
    assert confidence([voice()], [match(0.1)], LEXICON) < 0.2


def test_nothing_found_is_not_sure_at_all() -> None:
    assert confidence([voice()], [], LEXICON) == 0


def test_a_close_rival_makes_unsure() -> None:
    alone = confidence([voice()], [match(0.5)], LEXICON)
    rivalled = confidence([voice()], [match(0.5), match(0.5, article="b")], LEXICON)
    assert rivalled < alone


def test_words_that_no_article_has_make_unsure() -> None:
    assert confidence([voice("reset the bitcoin")], [match(0.5)], LEXICON) < confidence(
        [voice("reset the hub")], [match(0.5)], LEXICON
    )


def test_an_unknown_intent_makes_unsure_only_where_intents_can_be_told() -> None:
    none, untold, sure = (confidence([voice()], [match(0.5)], LEXICON, known) for known in (0.0, None, 0.9))
    assert none < untold < sure


def test_words_that_find_their_counterparts_make_sure() -> None:
    low, high = (confidence([voice()], [match(0.5, aligned=value)], LEXICON) for value in (0.3, 0.8))
    assert low < high


@pytest.mark.parametrize("near", [-1.0, 0.0, 1.0])
def test_it_is_a_probability(near: float) -> None:
    assert 0 <= confidence([voice()], [match(near)], LEXICON, 1.0) <= 1
