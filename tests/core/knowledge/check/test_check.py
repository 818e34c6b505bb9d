"""The faults of two articles, over a real store with a plain encoder."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.knowledge.check import Check, Fault, Kind
from core.knowledge.library import Library
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience
from tests.core.encoder import WordEncoder

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = "You can return any item within 28 days of the delivery date."
NEW = "You can return an item within 30 days of delivery, for any reason."
LONG = (
    "The doorbell records a video when somebody moves in front of it. Videos are kept for thirty days in the cloud, "
    "and everybody who shares the home can see them in the app under Events. Nobody else can see them."
)


TITLE, BRIEFLY = "Returning an item", "Returning an item in brief"


def article(name: str, title: str, text: str, **more: Any) -> Article:
    return Article(id=ArticleId(name), title=title, text=text, **more)


def faults(store: SqlStore, *articles: Article, kinds: Collection[Kind] = frozenset(Kind)) -> list[Fault]:
    Library(store=store, encoder=WordEncoder()).add(articles)
    with store.read() as unit:
        return list(Check(now=NOW, kinds=kinds).faults(unit.articles, WordEncoder().name))


def conflicts(store: SqlStore, *articles: Article) -> list[tuple[str, ...]]:
    found = faults(store, *articles, kinds=[Kind.CONFLICTING])
    return [tuple(place.text for place in fault.places) for fault in found]


def test_two_articles_with_different_figures_for_one_thing_contradict_each_other(store: SqlStore) -> None:
    one = article("new", TITLE, f"## Start\n\n{NEW} Please be quick.")
    other = article("old", BRIEFLY, f"- {OLD}\n- Everything else is below.")
    (fault,) = faults(store, one, other, kinds=[Kind.CONFLICTING])
    assert {place.text for place in fault.places} == {NEW, f"- {OLD}"}
    for place in fault.places:
        assert place.article.text[place.start : place.end] == place.text


def test_the_two_contradict_each_other_for_everybody(store: SqlStore) -> None:
    """What the tests below take away one thing from."""
    assert len(conflicts(store, article("new", TITLE, NEW), article("old", BRIEFLY, OLD))) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"locale": "de"},
        {"brand": "Larkfield Nest"},
        {"about": ("doorbell",)},
        {"origin": "zendesk_tickets", "audience": Audience.INTERNAL},
    ],
    ids=["another language", "another brand", "another product", "what was once said"],
)
def test_what_is_for_others_contradicts_nothing(store: SqlStore, more: dict[str, Any]) -> None:
    mine = article("new", TITLE, NEW, brand="Larkfield Home", about=("hub",))
    assert conflicts(store, mine, article("old", BRIEFLY, OLD, **more)) == []


def test_an_article_for_every_brand_contradicts_one_of_a_brand(store: SqlStore) -> None:
    one = article("new", TITLE, NEW, brand="Larkfield Home", about=("hub",))
    assert len(conflicts(store, one, article("old", BRIEFLY, OLD))) == 1


def test_the_same_figure_is_no_contradiction(store: SqlStore) -> None:
    one = article("new", TITLE, NEW)
    assert conflicts(store, one, article("old", BRIEFLY, OLD.replace("28", "30"))) == []


def test_articles_on_different_things_of_one_kind_have_figures_of_their_own(store: SqlStore) -> None:
    fee = "The monthly maintenance fee is {} a month for this account."
    gold = article("gold", "Gold account: fees", fee.format("£10"))
    assert conflicts(store, gold, article("silver", "Silver account: fees", fee.format("£5"))) == []


def test_titles_in_other_words_do_not_hide_the_same_sentence_with_other_figures(store: SqlStore) -> None:
    said = "You can send back an item within {} days of delivery."
    one = article("a", "Return period", said.format(30))
    assert conflicts(store, one, article("b", "Return window", said.format(14))) == [(said.format(30), said.format(14))]


def test_titles_that_mean_the_same_do_not_part_two_articles(store: SqlStore) -> None:
    one = article("a", "Our delivery cost", "The delivery of a parcel takes 3 days.")
    other = article("b", "Our delivery fee", "The delivery of your parcel usually takes 5 days.")
    assert len(conflicts(store, one, other)) == 1


def test_titles_of_one_pattern_part_sentences_that_differ_in_more_than_figures(store: SqlStore) -> None:
    item = article("a", "How to return an item", "You can send back an item within 30 days of delivery.")
    gift = article("b", "How to return a gift", "You can send back a gift item within 60 days of delivery.")
    assert conflicts(store, item, gift) == []


def test_things_called_by_other_names_have_figures_of_their_own(store: SqlStore) -> None:
    warm = article("a", "Batteries in general", "The batteries of a Larkfield Warm last about 18 months.")
    door = article("b", "Power at the door", "The batteries of a Larkfield Door last about 6 months.")
    assert conflicts(store, warm, door) == []


def test_a_fee_for_every_age_is_a_series_and_no_contradiction(store: SqlStore) -> None:
    steps = [f"- Early closure fee: £{20 * step} if closed within {step} months." for step in (2, 3, 4)]
    one = article("a", "Closing it early", "- Early closure fee: £15 if closed within 1 month.\n- Later it is free.")
    assert conflicts(store, one, article("b", "What leaving costs", "\n".join(steps))) == []


def test_what_every_article_says_otherwise_varies_by_its_nature(store: SqlStore) -> None:
    titles = ["Paying by phone", "About cheques", "The daily limit", "Money in the app", "What fits in"]
    some = [
        article(title, title, f"You can deposit up to £{1000 * n} a day by photo.") for n, title in enumerate(titles, 1)
    ]
    assert conflicts(store, *some) == []


def test_rows_of_tables_are_compared_where_they_name_the_same_thing(store: SqlStore) -> None:
    one = article("a", "Prices here", "Item | Price\nThermostat with charging cable and cover | £85\nDoorbell | £99")
    other = article("b", "What it costs", "Item | Price\nThermostat with charging cable and cover | £79\nSensor | £29")
    assert conflicts(store, one, other) == [
        ("Thermostat with charging cable and cover | £85", "Thermostat with charging cable and cover | £79")
    ]


def test_the_same_words_in_two_articles_are_double_once(store: SqlStore) -> None:
    one, other = article("a", "Videos", LONG), article("b", "Who sees me?", f"{LONG} Ever.")
    (fault,) = faults(store, one, other)
    assert fault.kind is Kind.DUPLICATE
    assert fault.reason == "two articles that say the same, 1 passage in common"
    assert [place.text for place in fault.places] == [LONG, f"{LONG} Ever."]


@pytest.mark.parametrize(
    "other",
    [
        article("b", "Videos", LONG, locale="de"),
        article("b", "Recording", LONG.replace("thirty", "sixty").replace("everybody", "nobody but you").upper()[:150]),
    ],
    ids=["a translation", "other words"],
)
def test_what_is_not_the_same_is_not_double(store: SqlStore, other: Article) -> None:
    assert faults(store, article("a", "Videos", LONG), other) == []


def test_only_the_kinds_that_are_asked_for_are_looked_for(store: SqlStore) -> None:
    empty = article("c", "Empty", "")
    assert faults(store, article("a", "Videos", LONG), article("b", "Again", LONG), empty, kinds=[Kind.EXPIRED]) == []
    (fault,) = faults(store, kinds=[Kind.UNREADABLE])
    assert fault.places[0].article.id == "c"


def test_nothing_stored_has_no_faults(store: SqlStore) -> None:
    assert faults(store) == []
