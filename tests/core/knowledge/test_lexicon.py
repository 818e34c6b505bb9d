from core.knowledge.article_index import Lexicon
from core.knowledge.synonyms import concepts

LEXICON = Lexicon(["the hub is green", "the hub is red", "the hub pays no customs duty", "the hub and the sensor"])


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    [hub], [sensor] = concepts("hub"), concepts("sensor")
    assert LEXICON.weight(hub) < LEXICON.weight(sensor) < LEXICON.weight("bitcoin") == 1


def test_coverage_is_the_share_of_what_is_asked() -> None:
    asked = concepts("sensor of the hub")
    assert LEXICON.share_covered(asked, concepts("the hub and the sensor")) == 1
    assert 0 < LEXICON.share_covered(asked, concepts("the hub is red")) < 0.5


def test_a_word_that_no_article_has_is_unheard() -> None:
    assert LEXICON.unheard(concepts("hub sensor")) == 0
    assert LEXICON.unheard(concepts("bitcoin hub")) > 0.5


def test_nothing_asked_is_covered() -> None:
    assert (LEXICON.share_covered(frozenset(), frozenset()), LEXICON.unheard(frozenset())) == (1, 0)
