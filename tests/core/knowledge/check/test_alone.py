from datetime import UTC, datetime, timedelta

import pytest

from core.knowledge.check.alone import Library, find_expired, find_orphaned, stale, unreadable
from core.model.ids import ArticleId
from core.model.knowledge import OUTDATED, SOURCELESS, Article

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HUB = "https://larkfield.example/hc/en-gb/articles/7-Hub"
LIBRARY = Library(now=NOW, stale_after=timedelta(days=365), addresses=frozenset({HUB}))
PLAIN = "Press the button of the hub until its ring is green."


def article(text: str = PLAIN, **more: object) -> Article:
    return Article(id=ArticleId("a"), title="Hub", text=text, **more)  # type: ignore[arg-type]


def test_an_article_is_stale_when_nobody_changed_it_for_long() -> None:
    (fault,) = stale(article(updated_at=NOW - timedelta(days=366)), LIBRARY)
    assert fault.reason == "last changed 2025-11-20"
    assert list(stale(article(updated_at=NOW - timedelta(days=364)), LIBRARY)) == []
    assert list(stale(article(), LIBRARY)) == []


def test_a_translation_that_its_editors_marked_is_stale_whatever_its_age() -> None:
    (fault,) = stale(article(updated_at=NOW, labels=(OUTDATED,)), LIBRARY)
    assert "marked as outdated" in fault.reason


def test_what_has_run_out_is_expired() -> None:
    assert [fault.reason for fault in find_expired(article(expires_at=NOW), LIBRARY)] == ["expired 2026-11-21"]
    assert list(find_expired(article(expires_at=NOW + timedelta(days=1)), LIBRARY)) == []


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        (article(labels=(SOURCELESS,)), ["a translation; what it translates is not published"]),
        (article(origin="zendesk"), ["in no section: readers cannot browse to it"]),
        (article(origin="zendesk", section="Devices"), []),
        (article(), []),
    ],
)
def test_what_nobody_can_come_to_is_orphaned(found: Article, reasons: list[str]) -> None:
    assert [fault.reason for fault in find_orphaned(found, LIBRARY)] == reasons


def test_a_link_to_an_article_that_is_not_there_is_shown_where_it_stands() -> None:
    text = "See https://larkfield.example/hc/en-gb/articles/9-Door, or the page of the hub."
    (fault,) = find_orphaned(article(text), LIBRARY)
    assert fault.places[0].text == "https://larkfield.example/hc/en-gb/articles/9-Door"


@pytest.mark.parametrize(
    "link",
    [
        "https://larkfield.example/hc/en-gb/articles/7-Hub-renamed?x=1#top",
        "https://larkfield.example/account",
        "https://elsewhere.example/hc/articles/9",
    ],
)
def test_other_links_are_nobodys_fault(link: str) -> None:
    assert list(find_orphaned(article(f"See {link}."), LIBRARY)) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no words: perhaps its text is in images"),
        ("123 – 456", "no words: perhaps its text is in images"),
        ("Click here", "only 2 words: perhaps its text is in images"),
        ("We donâ€™t deliver to the moon, nor to the stars.", "wrong encoding at 1 place"),
        ("Das GerÃ¤t ist nicht mehr in der LiefermÃ¶glichkeit.", "wrong encoding at 2 places"),
        ("The ring \ufffd is green when the hub is ready to go.", "wrong encoding at 1 place"),
        ("The ring \x01\x02 is green when the hub is ready to go.", "control characters: this may be no text"),
        ("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᎠᎴ ᏗᎪᏪᎵ ᎤᏂᏃᎮᎸ ᎠᏂᏴᏫᏯ", "written in a script that is not read (cherokee)"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    assert [fault.reason for fault in unreadable(article(text), LIBRARY)] == [reason]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "Größe, Maße und Gewicht stehen auf der Schachtel – “so” oder „so“.",
        "L’appareil coûte 20 € ; où l’acheter ? Vous êtes déjà client.",
        "支払いが完了すると、確認メールが届きます。ご確認ください。 よろしく お願い いたします 。",
        "Натисніть кнопку, доки кільце не стане зеленим.",
        "ÂNGELA e João disseram que não há problema nenhum.",
    ],
)
def test_plain_words_of_any_language_are_readable(text: str) -> None:
    assert list(unreadable(article(text), LIBRARY)) == []
