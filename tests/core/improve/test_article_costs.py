"""Stale and contradicting articles beside the tickets that they cost, over a real store."""

from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.improve.article_costs import OLD, ArticleCosts, Clash, Costly, CostlyArticle, How, Sign
from core.knowledge.library import Library
from core.model.ids import ArticleId, CustomerId, DraftId
from core.model.knowledge import Article
from tests.core.encoder import WordEncoder
from tests.core.improve.test_find import TEXT, replied
from tests.core.people import MINUTE, NOW

LATER = NOW + timedelta(days=1)
RETURNS = "You can return any item within 28 days of the delivery date."
NEWER = "You can return an item within 30 days of delivery, for any reason."


def shelved(store: SqlStore, *articles: tuple[str, str, str], old: bool = True) -> None:
    """Each an id, a title and a text; changed long ago, or yesterday."""
    changed = LATER - (OLD if old else timedelta(days=1))
    Library(store=store, encoder=WordEncoder()).add(
        Article(id=ArticleId(name), title=title, text=text, updated_at=changed) for name, title, text in articles
    )


def found(store: SqlStore) -> Costly:
    return ArticleCosts(store=store, encoder=lambda: WordEncoder.name, card=StyleCard).find(LATER)


def only(store: SqlStore) -> CostlyArticle:
    articles = found(store).articles
    assert len(articles) == 1, articles
    return articles[0]


def clash(store: SqlStore) -> Clash:
    clashes = found(store).clashes
    assert len(clashes) == 1, clashes
    return clashes[0]


def did(store: SqlStore, number: int, kind: str, agent: str, **detail: object) -> None:
    with store.begin() as unit:
        unit.decisions.add_feedback(DraftId(f"dr_{number}"), kind, agent, NOW + number * MINUTE, detail)


def changed_to(store: SqlStore, *sentences: str, first: int = 1) -> None:
    """In one matter after another agents send this instead of the article's sentence; empty: nothing."""
    for number, said in enumerate(sentences, first):
        replied(store, number, f"Hello Emma,\n\n{said}".strip())


@pytest.fixture
def reset(store: SqlStore) -> SqlStore:
    """An article not changed for long, whose only sentence drafts quote."""
    shelved(store, ("ar_reset", "Resetting", f"{TEXT}\n\nThen let go."))
    return store


def test_an_old_article_whose_sentence_agents_take_out_is_stale_beside_these_tickets(reset: SqlStore) -> None:
    changed_to(reset, "", "", "", TEXT)
    article = only(reset)
    assert (article.signs, article.matters) == ((Sign.OLD,), 4)
    assert [(cost.ticket_id, cost.how, cost.before, cost.after) for cost in article.costs] == [
        (str(number), How.TAKEN_OUT, TEXT, "") for number in (3, 2, 1)
    ]


def test_other_figures_that_agents_send_alike_contradict_a_new_article_too(store: SqlStore) -> None:
    shelved(store, ("ar_reset", "Resetting", TEXT), old=False)
    changed_to(store, *["Hold the dial for five seconds."] * 3, "Hold the dial for seven seconds.")
    article = only(store)
    assert article.signs == (Sign.CONTRADICTED,)
    assert {cost.how for cost in article.costs} == {How.CONTRADICTED}
    assert len(article.costs) == 4


def test_thumbs_down_are_a_sign_and_count_once_a_ticket(reset: SqlStore) -> None:
    changed_to(reset, TEXT, TEXT, TEXT, TEXT)
    for number in (1, 2, 3):
        did(reset, number, "thumb_down", f"agent {number}", reasons=["outdated"])
        did(reset, number, "thumb_down", f"agent {number}", reasons=["wrong"])
    article = only(reset)
    assert (article.signs, len(article.costs)) == ((Sign.RATED_DOWN,), 3)


def test_ignored_and_escalated_drafts_are_counted_beside_the_signs(reset: SqlStore) -> None:
    changed_to(reset, "", "", "", TEXT, "Something else altogether, which nobody drafted for Emma here.")
    did(reset, 4, "escalated", "agent 1", group="Billing")
    assert sorted(cost.how for cost in only(reset).costs) == sorted(
        [How.TAKEN_OUT, How.TAKEN_OUT, How.TAKEN_OUT, How.ESCALATED, How.IGNORED]
    )


@pytest.mark.parametrize(
    "sentences",
    [
        ["", "", TEXT],
        ["Please hold the dial for ten seconds."] * 5,
        [f"Hello Emma, {TEXT}"] * 5,
        [f"I have looked into your order LK-1000{number}. {TEXT}" for number in range(5)],
        ["", "", "", *[TEXT] * 17],
        ["For ten seconds you hold the dial."] * 5,
    ],
    ids=["too few", "only the tone", "a greeting", "true once", "rarely", "the same said otherwise"],
)
def test_what_is_no_sign_shows_nothing(reset: SqlStore, sentences: list[str]) -> None:
    changed_to(reset, *sentences)
    assert found(reset).articles == []


def test_one_agents_habit_shows_nothing(reset: SqlStore) -> None:
    for number in range(1, 6):
        replied(reset, number, "Hello Emma,", agent="Maria")
    assert found(reset).articles == []


def test_a_new_article_that_agents_shorten_is_not_stale(store: SqlStore) -> None:
    shelved(store, ("ar_reset", "Resetting", TEXT), old=False)
    changed_to(store, "", "", "", "")
    assert found(store).articles == []


def test_figures_that_are_others_every_time_do_not_contradict(store: SqlStore) -> None:
    shelved(store, ("ar_reset", "Resetting", TEXT), old=False)
    changed_to(store, *(f"Hold the dial for {number} seconds." for number in ("five", "six", "seven", "eight")))
    assert found(store).articles == []


def test_figures_for_something_narrower_do_not_contradict(store: SqlStore) -> None:
    shelved(store, ("ar_reset", "Resetting", TEXT), old=False)
    changed_to(store, *["Abroad you hold the dial for five seconds."] * 4)
    assert found(store).articles == []


def test_what_was_put_right_costs_nothing_any_more(reset: SqlStore) -> None:
    changed_to(reset, *["Hold the dial for five seconds."] * 4)
    assert only(reset).signs == (Sign.CONTRADICTED, Sign.OLD)
    shelved(reset, ("ar_reset", "Resetting", "Hold the dial for five seconds."))
    assert found(reset).articles == []


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("thumb_down", {"reasons": ["tone"]}),
        ("thumb_down", {"sentence": 0}),
        ("thumb_down", {"source": "ar_other"}),
        ("thumb_up", {}),
    ],
)
def test_a_thumb_that_is_about_something_else_is_no_sign(reset: SqlStore, kind: str, detail: dict[str, object]) -> None:
    changed_to(reset, TEXT, TEXT, TEXT, TEXT)
    for number in (1, 2, 3, 4):
        did(reset, number, kind, f"agent {number}", **detail)
    assert found(reset).articles == []


def test_an_article_that_more_like_is_not_stale_for_its_thumbs_down(reset: SqlStore) -> None:
    changed_to(reset, *[TEXT] * 6)
    for number in range(1, 7):
        did(reset, number, "thumb_down" if number < 4 else "thumb_up", f"agent {number}")
    assert found(reset).articles == []


def test_two_articles_that_contradict_each_other_stand_beside_the_tickets_of_these_sentences(store: SqlStore) -> None:
    shelved(
        store, ("ar_reset", "Returning an item", f"{RETURNS}\n\n{TEXT}"), ("b", "Returning an item in brief", NEWER)
    )
    for number in (1, 2):
        replied(store, number, "Hello Emma,", cited=RETURNS)
    replied(store, 3, "Hello Emma,", cited=TEXT)
    pair = clash(store)
    assert [place.text for place in pair.places[0]] == [RETURNS, NEWER]
    assert [cost.ticket_id for cost in pair.costs] == ["2", "1"]


def test_pairs_about_different_things_of_one_kind_show_nothing(store: SqlStore) -> None:
    shelved(
        store,
        ("a", "Delivery", "Delivery of a parcel within the UK takes 3 to 5 working days."),
        ("b", "Delivery abroad", "Delivery of a parcel abroad takes 7 working days."),
        ("c", "Fees", "We charge a fee of £5 for a replacement card."),
        ("d", "Other fees", "We charge a fee of £12 for an emergency card."),
    )
    assert found(store).clashes == []


def test_pairs_are_looked_for_once_until_the_articles_change(store: SqlStore) -> None:
    shelved(store, ("a", "Returning an item", RETURNS), ("b", "Returning an item in brief", NEWER))
    costs = ArticleCosts(store=store, encoder=lambda: WordEncoder.name, card=StyleCard)
    first = costs.find(LATER).clashes
    assert costs.find(LATER).clashes[0].places is not first[0].places
    assert costs.find(LATER).clashes[0].places[0][0] is first[0].places[0][0]
    shelved(store, ("b", "Returning an item in brief", NEWER.replace("30", "28")))
    assert costs.find(LATER).clashes == []


def test_an_erased_customer_is_no_evidence(reset: SqlStore) -> None:
    changed_to(reset, "", "", "")
    assert len(only(reset).costs) == 3
    with reset.begin() as unit:
        unit.privacy.erase(unit.privacy.subject(CustomerId("cu_1")), "er_1")
    assert found(reset).articles == []
