import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.local.article_version import LOOKED_AGAIN
from connectors.local.spelling import Spelling
from connectors.sql.store import SqlStore
from core.knowledge.library import Library
from tests.core.answer.shop import article
from tests.core.encoder import WordEncoder

OWN = ["The Larkfield Warm thermostat and the Door, our video doorbell, pair with the hub.", "Refunds go to PayPal."]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(OWN)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("my dorbell wont pair", "my doorbell won't pair"),
        ("wen do i get my refnud", "when do i get my refund"),
        ("Recieved the wrong thermostt", "Received the wrong thermostat"),
        ("i realy need the adress", "i really need the address"),
        ("pls tell me wat to do", "please tell me what to do"),
    ],
)
def test_misspelt_words_are_put_right(spelling: Spelling, written: str, read: str) -> None:
    assert spelling(written).casefold() == read.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "My Larkfield Warm shows E21 since Tuesday.",
        "Could Siobhan O'Brien in Ballynahinch sign for LK-20114?",
        "Write to me at jo.smth@exmple.org or see www.exmpl.org/retrun",
        "I mortified my mother-in-law by unplugging the thermostats",
        "Meine Türklingel zeigt seit gestern kein Bild mehr, was kann ich tun?",
        "Mijn deurbel doet het niet meer sinds gisteren",
        "お届けはいつですか",
        "",
    ],
)
def test_names_codes_rare_words_and_other_languages_stay_as_they_are(spelling: Spelling, text: str) -> None:
    assert spelling(text) == text


def test_what_the_articles_name_is_no_mistake_from_then_on(store: SqlStore) -> None:
    now = [0.0]
    spelling = Spelling(store=store, clock=lambda: now[0])
    assert spelling("the florbet is broken") != "the florbet is broken"
    Library(store=store, encoder=WordEncoder()).add([article("one", "The Florbet", "A florbet has two wheels.")])
    now[0] = LOOKED_AGAIN
    assert spelling("the florbet is broken") == "the florbet is broken"
    assert spelling("the florbt is broken") == "the florbet is broken"


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_text_of_any_kind_keeps_its_lines(spelling: Spelling, text: str) -> None:
    assert spelling(text).count("\n") == text.count("\n")
