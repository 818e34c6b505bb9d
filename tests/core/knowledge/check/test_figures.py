"""What two articles are held against each other by, and what is no contradiction: over a real store."""

from datetime import UTC, datetime

import pytest

from connectors.sql.store import SqlStore
from core.knowledge.check import Check, Kind
from core.knowledge.check.figures import differ, narrowed, own_things
from core.knowledge.library import Library
from core.model.ids import ArticleId
from core.model.knowledge import Article
from core.ports import Vector
from tests.core.encoder import WordEncoder

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def conflicts(store: SqlStore, one: tuple[str, str], other: tuple[str, str], locale: str = "en") -> int:
    """How many contradictions there are between two articles, each a title and a text."""
    articles = [
        Article(id=ArticleId(name), title=title, text=text, locale=locale)
        for name, (title, text) in zip("ab", (one, other), strict=True)
    ]
    Library(store=store, encoder=WordEncoder()).add(articles)
    check = Check(now=NOW, kinds=[Kind.CONFLICTING])
    with store.read() as unit:
        return len(list(check.faults(unit.articles, WordEncoder().name)))


@pytest.mark.parametrize(
    ("one", "other", "locale"),
    [
        (
            ("Sending an item back", "You may return any item within thirty days of delivery."),
            ("If it does not suit you", "You may return an item within 14 days of its delivery."),
            "en",
        ),
        (
            ("Reaching us", "Call our service team on 0800 111 2222 from Monday to Friday."),
            ("Service by telephone", "Our service team takes calls on 0800 333 4444 from Monday to Friday."),
            "en",
        ),
        (
            ("Writing to us", "Send invoices for our accounting team to billing@larkfield.example."),
            ("Where invoices go", "Please send all invoices for the accounting team to accounts@larkfield.example."),
            "en",
        ),
        (
            ("When we are there", "Our service team answers calls from 9am to 6pm on working days."),
            ("Calling the service team", "The service team answers your calls on working days from 08:00 to 20:00."),
            "en",
        ),
        (
            ("What a return costs", "We charge a handling fee of £3.95 for each parcel that comes back unpaid."),
            ("Unpaid parcels", "For each parcel that comes back unpaid we charge a handling fee of £5."),
            "en",
        ),
        (
            ("Rückgabe", "Artikel können innerhalb von 30 Tagen nach Erhalt zurückgeschickt werden."),
            ("Zurücksenden", "Artikel können nach Erhalt innerhalb von vierzehn Tagen zurückgeschickt werden."),
            "de",
        ),
        (
            ("Retours", "Vous pouvez renvoyer un article sous 30 jours après la livraison."),
            ("Renvoyer un achat", "Sous 14 jours après la livraison, vous pouvez renvoyer un article."),
            "fr",
        ),
        (
            ("Devoluciones", "Puede devolver un artículo en un plazo de 30 días desde la entrega."),
            ("Devolver una compra", "Puede devolver un artículo en un plazo de 14 días desde la entrega."),
            "es",
        ),
    ],
    ids=["days", "telephone", "e-mail", "opening hours", "amount", "German", "French", "Spanish"],
)
def test_different_figures_for_one_thing_are_found(
    store: SqlStore, one: tuple[str, str], other: tuple[str, str], locale: str
) -> None:
    assert conflicts(store, one, other, locale) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("Delivery", "Delivery of your parcel within the UK takes 3 to 5 working days."),
            ("Delivery abroad", "Delivery of your parcel abroad takes 7 working days."),
        ),
        (
            ("Delivery times", "The delivery of a parcel takes 4 working days."),
            ("Delivery times abroad", "The delivery of a parcel takes 9 working days."),
        ),
        (
            ("Fees", "We charge a fee of £5 for a replacement card."),
            ("Other fees", "We charge a fee of £12 for an emergency card."),
        ),
        (
            ("Ending a contract", "The fee for a cancellation of your booking is £25 for each guest."),
            ("Another day", "The fee for a rebooking of your booking is £8 for each guest."),
        ),
        (
            ("Sending it back", "You can return an item within 30 days of delivery."),
            ("Bought in the sale", "You can return a sale item within 14 days of delivery."),
        ),
        (
            ("Hours", "Our service team answers calls from 9am to 6pm on working days."),
            ("Hours at the weekend", "Our service team answers calls from 10am to 4pm on Saturdays."),
        ),
        (
            ("Reaching sales", "Call our sales team on 0800 111 2222 and have your order ready."),
            ("Reaching repairs", "Call our repairs team on 0800 333 4444 and have your order ready."),
        ),
        (
            ("Hours of the service", "Our service team answers calls from 9am to 6pm on working days."),
            ("Calling us", "Our service team answers your calls from 9:00 to 18:00 on working days."),
        ),
        (
            ("Standard and express", "Express delivery of a parcel takes 1 working day."),
            ("How long it takes", "The delivery of a parcel takes 4 working days."),
        ),
        (
            ("The number", "Call our service team on 0800 111 2222 from Monday to Friday."),
            ("Service by telephone", "Our service team takes calls on +44 800 111 2222 from Monday to Friday."),
        ),
    ],
    ids=[
        "at home and abroad",
        "abroad by its title",
        "one card and another",
        "one fee and another",
        "in a sale",
        "at the weekend",
        "two teams",
        "the same hours otherwise written",
        "express",
        "the same number otherwise written",
    ],
)
def test_what_is_about_another_thing_or_is_the_same_is_none(
    store: SqlStore, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert conflicts(store, one, other) == 0


def test_a_second_encoder_brings_together_what_the_first_one_keeps_apart(store: SqlStore) -> None:
    """The first one finds both nearer to eight others, the second has vectors for these two alone."""
    said = "Artikel können innerhalb von {} Tagen nach Erhalt zurückgeschickt werden."
    articles = [
        Article(
            id=ArticleId("a"), title="Rückgabe", text=f"{said.format(30)} " + "Wald Wiese Fluss See. " * 12, locale="de"
        ),
        Article(
            id=ArticleId("b"), title="Post", text=f"{said.format(14)} " + "Auto Rad Bahn Schiff. " * 12, locale="de"
        ),
    ]
    Library(store=store, encoder=WordEncoder()).add(articles)

    def known(texts: object) -> dict[str, Vector]:
        return {str(text): WordEncoder().encode(["Rückgabe"])[0] for text in texts}  # type: ignore[attr-defined]

    with store.read() as unit:
        alone, both = (
            list(Check(now=NOW, kinds=[Kind.CONFLICTING], beside=beside).faults(unit.articles, WordEncoder().name))
            for beside in (None, known)
        )
    assert (len(alone), len(both)) == (0, 1)


def test_values_of_other_kinds_do_not_differ() -> None:
    assert not differ("Call our service team on 0800 111 2222.", "Our service team is there from 9am to 6pm.")
    assert not differ("Delivery takes 3 days.", "Delivery of a parcel costs £3.")


def test_a_sentence_is_narrowed_by_its_headings_too() -> None:
    assert narrowed("Delivery abroad") == narrowed("International delivery") != frozenset()
    assert own_things("It takes 3 days.", "It takes 3 days.", "Delivery", "Delivery abroad")
    assert not own_things("Delivery takes 3 days.", "Delivery usually takes 5 days.", "Delivery", "Delivery times")
