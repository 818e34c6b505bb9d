"""The help center's sync, against a served account with the real zenpy in between."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses

from connectors.zendesk.account import ZendeskAccount
from connectors.zendesk.api import connect
from connectors.zendesk.help_center import Catalogue, HelpCenter, article_id
from core.model.knowledge import Article, Audience
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ACCOUNT = "https://larkfield.zendesk.com/api/v2/help_center"


@pytest.fixture(scope="module")
def home() -> Iterator[Larkfield]:
    with larkfield(locales=("en-us", "de"), exports_per_minute=1000) as served:
        yield served


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def center(home: Larkfield, asked: list[str]) -> Iterator[HelpCenter]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))

    def note(answer: requests.Response, **_: Any) -> None:
        asked.append(answer.request.path_url)

    api.session.hooks["response"].append(note)
    home.clock.pass_by(hours=1)
    yield HelpCenter(api)
    api.close()


def write(home: Larkfield, title: str, body: str = "<p>Words.</p>", **changes: Any) -> int:
    asked = {"article": {"title": title, "body": body, "locale": "en-us", "permission_group_id": 1, **changes}}
    answer = home.call("POST", f"help_center/sections/{home.ids['section']}/articles.json", json=asked)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["article"]["id"])


def translate(home: Larkfield, number: int, locale: str, method: str = "POST", **changes: Any) -> None:
    path = f"help_center/articles/{number}/translations"
    path += ".json" if method == "POST" else f"/{locale}.json"
    answer = home.call(method, path, json={"translation": {"locale": locale, **changes}})
    assert answer.status_code in (200, 201), answer.text


def by_id(articles: list[Article]) -> dict[str, Article]:
    return {article.id: article for article in articles}


def test_everything_is_read_with_section_locale_and_audience(center: HelpCenter, home: Larkfield) -> None:
    number = write(home, "Hub", "<h2>Reset</h2><ol><li>Press</li></ol>")
    translate(home, number, "de", title="Zentrale", body="<p>Drücken.</p>")
    articles, gone, _ = center.changed(None)
    read = by_id(articles)
    english, german = read[article_id(str(number), "en-us")], read[article_id(str(number), "de")]
    assert (english.title, english.text, english.section) == ("Hub", "## Reset\n\n1. Press", "Returns")
    assert (german.title, german.text, german.locale) == ("Zentrale", "Drücken.", "de")
    assert english.audience is Audience.PUBLIC
    assert read[article_id(str(home.ids["goodwill"]), "en-us")].audience is Audience.INTERNAL
    assert str(number) in english.url
    assert gone == []


def test_everything_takes_a_request_per_locale_and_page_not_per_article(
    center: HelpCenter, home: Larkfield, asked: list[str]
) -> None:
    for name in range(120):
        write(home, f"Article {name}")
    articles, _, _ = center.changed(None)
    assert len([article for article in articles if article.title.startswith("Article ")]) == 120
    assert len(asked) < 10


def test_only_what_changed_comes_the_next_time(center: HelpCenter, home: Larkfield) -> None:
    _, _, cursor = center.changed(None)
    home.clock.pass_by(minutes=10)
    number = write(home, "Doorbell")
    articles, gone, later = center.changed(cursor)
    assert article_id(str(number), "en-us") in by_id(articles)
    assert int(later) > int(cursor)
    assert gone.count(article_id(str(number), "de")) == 1


def test_an_unpublished_translation_is_gone_and_the_other_stays(center: HelpCenter, home: Larkfield) -> None:
    number = write(home, "Leak sensor")
    translate(home, number, "de", title="Wassermelder", body="<p>Nass.</p>")
    _, _, cursor = center.changed(None)
    home.clock.pass_by(minutes=10)
    translate(home, number, "de", "PUT", draft=True)
    articles, gone, _ = center.changed(cursor)
    assert article_id(str(number), "en-us") in by_id(articles)
    assert article_id(str(number), "de") in gone


def test_a_draft_is_never_read(center: HelpCenter, home: Larkfield) -> None:
    number = write(home, "Secret plan", draft=True)
    articles, _, _ = center.changed(None)
    assert article_id(str(number), "en-us") not in by_id(articles)
    since, gone, _ = center.changed(str(int((home.clock.now() - timedelta(minutes=1)).timestamp())))
    assert article_id(str(number), "en-us") not in by_id(since)
    assert article_id(str(number), "en-us") in gone


def test_an_article_without_words_is_no_article(center: HelpCenter, home: Larkfield) -> None:
    number = write(home, "Empty", "<p><img src='x'></p>")
    assert article_id(str(number), "en-us") not in by_id(center.changed(None)[0])


def test_nothing_changed_costs_one_request(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    zendesk.get(f"{ACCOUNT}/incremental/articles.json", json={"articles": [], "end_time": None, "next_page": None})
    assert HelpCenter(connect(account)).changed("1700000000") == ([], [], "1700000000")
    assert len(zendesk.calls) == 1


CATALOGUE = Catalogue(
    locales=("en-us",),
    sections={"1": "Returns"},
    audiences={"10": Audience.SEGMENT, "11": Audience.INTERNAL},
)


@pytest.mark.parametrize(
    ("record", "audience"),
    [
        ({"user_segment_id": None}, Audience.PUBLIC),
        ({}, Audience.PUBLIC),
        ({"user_segment_ids": []}, Audience.PUBLIC),
        ({"user_segment_id": 10}, Audience.SEGMENT),
        ({"user_segment_id": 11}, Audience.INTERNAL),
        ({"user_segment_ids": [10, 11]}, Audience.INTERNAL),
        ({"user_segment_id": None, "user_segment_ids": [10]}, Audience.SEGMENT),
        ({"user_segment_id": 99}, Audience.INTERNAL),
    ],
)
def test_an_article_is_for_the_narrowest_of_its_segments(record: dict[str, Any], audience: Audience) -> None:
    assert CATALOGUE.audience(record) is audience
