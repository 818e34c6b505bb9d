from pathlib import Path

import pytest

from connectors.local.article_version import LOOKED_AGAIN, SOON
from connectors.local.classifiers import LayeredEncoder
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.index import PassageIndex
from connectors.local.intents import IntentModel
from connectors.local.intents_articles import ArticleIntents
from connectors.local.multilingual import BesideIndex
from connectors.sql.store import SqlStore
from core.knowledge.library import Library
from tests.core.answer.shop import article

ARTICLES = [
    article("vouchers", "Gift cards and vouchers", "Gift cards are valid for three years. They cannot be paid out."),
    article("parcels", "When your parcel arrives", "Parcels take two to four working days. Track them on our page."),
    article(
        "codes", "Signing in with a code", "Enter the six digits that we text you. They are valid for ten minutes."
    ),
]
EXAMPLES = {
    "payment": ["Can I pay with a voucher?", "Do you take gift vouchers?", "Use my gift card for an order"],
    "delivery": ["Where is my parcel?", "When does the parcel arrive?", "Track my parcel, please"],
    "login": ["The code to sign in does not come", "I get no code by text", "My sign-in code is not accepted"],
}
EVEN = [("delivery", 0.34), ("login", 0.33), ("payment", 0.33)]


@pytest.fixture(scope="module")
def encoder() -> CachedEncoder:
    return CachedEncoder(MiniLmEncoder())


def told(store: SqlStore, encoder: CachedEncoder, text: str) -> list[tuple[str, float]]:
    articles = ArticleIntents(store, PassageIndex(store, encoder.name), encoder, EXAMPLES)
    return articles.weigh(EVEN, encoder.encode([text])[0])


def test_a_message_has_the_intent_whose_examples_find_its_article(store: SqlStore, encoder: CachedEncoder) -> None:
    Library(store=store, encoder=encoder).add(ARTICLES)
    found = told(store, encoder, "For how many years are gift cards valid?")
    assert found[0][0] == "payment"
    assert found[0][1] > 0.6
    assert sum(chance for _, chance in found) == pytest.approx(1)


def test_without_articles_nothing_changes(store: SqlStore, encoder: CachedEncoder) -> None:
    assert told(store, encoder, "For how many years are gift cards valid?") == EVEN


def test_articles_that_have_nothing_to_do_with_the_intents_are_not_trusted(
    store: SqlStore, encoder: CachedEncoder
) -> None:
    Library(store=store, encoder=encoder).add([article("one", "Our history", "We began with one shop in 1994.")])
    # All examples find the same article: it tells nothing of any.
    weighed = dict(told(store, encoder, "Where is my parcel?"))
    assert all(abs(weighed[name] - chance) < 0.05 for name, chance in EVEN)


def test_what_changes_in_the_articles_is_noticed(store: SqlStore, encoder: CachedEncoder) -> None:
    now = [0.0]
    articles = ArticleIntents(store, PassageIndex(store, encoder.name), encoder, EXAMPLES, clock=lambda: now[0])
    vector = encoder.encode(["For how many years are gift cards valid?"])[0]
    assert articles.weigh(EVEN, vector) == EVEN
    Library(store=store, encoder=encoder).add(ARTICLES)
    now[0] = LOOKED_AGAIN
    assert articles.weigh(EVEN, vector)[0][0] == "payment"


def test_while_articles_come_in_they_are_noticed_within_seconds(store: SqlStore, encoder: CachedEncoder) -> None:
    now, library = [0.0], Library(store=store, encoder=encoder)
    articles = ArticleIntents(store, PassageIndex(store, encoder.name), encoder, EXAMPLES, clock=lambda: now[0])
    vector = encoder.encode(["For how many years are gift cards valid?"])[0]
    library.add([article("one", "Our history", "We began with one shop in 1994.")])
    before = articles.weigh(EVEN, vector)
    library.add(ARTICLES)
    now[0] = SOON
    assert articles.weigh(EVEN, vector) != before
    assert articles.weigh(EVEN, vector)[0][0] == "payment"


def test_a_table_of_an_index_that_was_half_full_is_made_again(
    store: SqlStore, encoder: CachedEncoder, tmp_path: Path
) -> None:
    now = [0.0]
    beside = CachedEncoder(MiniLmEncoder(), tmp_path / "v.db")
    index = BesideIndex(store=store, encoder=beside, clock=lambda: now[0])
    articles = ArticleIntents(store, index, encoder, EXAMPLES, clock=lambda: now[0])
    vector = encoder.encode(["For how many years are gift cards valid?"])[0]
    library = Library(store=store, encoder=encoder)
    library.add([each for each in ARTICLES if "gift" not in each.text.casefold()])
    index.tend()
    library.add(ARTICLES)
    half = articles.weigh(EVEN, vector)
    assert half != EVEN
    assert half[0][0] != "payment" or half[0][1] < 0.6
    index.tend()
    now[0] = 60.0
    assert articles.weigh(EVEN, vector)[0][0] == "payment"
    assert articles.weigh(EVEN, vector)[0][1] > 0.6


def test_an_index_that_fills_later_is_asked_again(store: SqlStore, encoder: CachedEncoder, tmp_path: Path) -> None:
    now = [0.0]
    index = BesideIndex(store=store, encoder=CachedEncoder(MiniLmEncoder(), tmp_path / "v.db"), clock=lambda: now[0])
    articles = ArticleIntents(store, index, encoder, EXAMPLES, clock=lambda: now[0])
    vector = encoder.encode(["For how many years are gift cards valid?"])[0]
    Library(store=store, encoder=encoder).add(ARTICLES)
    assert articles.weigh(EVEN, vector) == EVEN
    index.tend()
    now[0] = 59.0
    assert articles.weigh(EVEN, vector) == EVEN
    now[0] = 60.0
    assert articles.weigh(EVEN, vector)[0][0] == "payment"


def test_the_intent_of_a_short_answer_is_that_of_what_it_follows(tmp_path: Path) -> None:
    model = IntentModel(LayeredEncoder(MiniLmEncoder()), EXAMPLES, folder=tmp_path)
    alone = {one.value: one.confidence for one in model.intents("and the other one?")}
    after = model.intents("and the other one?", "When does my parcel arrive?")
    assert after[0].value == "delivery"
    assert after[0].confidence > alone.get("delivery", 0.0)
