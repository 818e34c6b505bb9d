"""The help center's sync, against a served account with the real HTTP in between."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses

from apps.sandbox.zendesk.help_center import add_article, add_category, add_section
from apps.sandbox.zendesk.seed import add_brand
from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.help_center import About, AboutRule, Catalogue, HelpCenter, article_id
from core.errors import ConfigurationError, TransientError
from core.model.knowledge import OUTDATED, SOURCELESS, Article, Audience, Changes
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ACCOUNT = "https://larkfield.zendesk.com/api/v2"
CENTER = f"{ACCOUNT}/help_center"


class Reader:
    """A library of ids: what would be stored after each sync."""

    def __init__(self, center: HelpCenter) -> None:
        self.center = center
        self.cursor: str | None = None
        self.known: dict[str, Article] = {}
        self.problems: list[str] = []
        self.failed: Exception | None = None

    def sync(self) -> list[Changes]:
        parts = []
        for part in self.center.changes(self.cursor, tuple(self.known)):
            parts.append(part)
            self.known |= {article.id: article for article in part.articles}
            for gone in part.gone:
                del self.known[gone]
            self.problems += map(str, part.problems)
            self.failed = self.failed or part.failed
            self.cursor = part.cursor or self.cursor
        return parts


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield(locales=("en-us", "de"), exports_per_minute=1000, requests_per_minute=5000) as served:
        yield served


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def api(home: Larkfield, asked: list[str]) -> Iterator[ZendeskApi]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))

    def note(answer: requests.Response, **_: Any) -> None:
        asked.append(answer.request.path_url.removeprefix("/api/v2/"))

    api.session.hooks["response"].append(note)
    yield api
    api.close()


@pytest.fixture
def reader(api: ZendeskApi, home: Larkfield) -> Reader:
    home.clock.pass_by(hours=1)
    return Reader(HelpCenter(api))


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


def english(number: int) -> str:
    return article_id(str(number), "en-us")


def german(number: int) -> str:
    return article_id(str(number), "de")


def test_everything_is_read_with_section_locale_labels_and_audience(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Hub", "<h2>Reset</h2><ol><li>Press</li></ol>", label_names=["hub", "reset"])
    translate(home, number, "de", title="Zentrale", body="<p>Drücken.</p>")
    reader.sync()
    hub, zentrale = reader.known[english(number)], reader.known[german(number)]
    assert (hub.title, hub.section, hub.labels) == ("Hub", "Help › Returns", ("hub", "reset"))
    assert hub.text.split() == ["##", "Reset", "1.", "Press"]
    assert (zentrale.title, zentrale.text, zentrale.locale) == ("Zentrale", "Drücken.", "de")
    assert hub.audience is Audience.PUBLIC
    assert reader.known[english(home.ids["goodwill"])].audience is Audience.INTERNAL
    assert str(number) in hub.url
    assert (hub.brand, hub.about) == ("", ())


def test_everything_takes_a_request_per_hundred_articles_whatever_the_locales(
    reader: Reader, home: Larkfield, asked: list[str]
) -> None:
    for name in range(120):
        translate(home, write(home, f"Article {name}"), "de", title="Titel", body="<p>Worte.</p>")
    reader.sync()
    assert len([article for article in reader.known.values() if article.title.startswith("Article ")]) == 120
    assert len([path for path in asked if "include=translations" in path]) == 2
    assert len(asked) == 7


def test_nothing_changed_costs_two_requests(reader: Reader, home: Larkfield, asked: list[str]) -> None:
    reader.sync()
    asked.clear()
    (part,) = reader.sync()
    assert (part.articles, part.gone) == ((), ())
    assert [path.partition("?")[0] for path in asked] == [
        "help_center/incremental/articles.json",
        "help_center/articles.json",
    ]


def test_only_what_changed_comes_the_next_time(reader: Reader, home: Larkfield, asked: list[str]) -> None:
    reader.sync()
    home.clock.pass_by(minutes=10)
    number = write(home, "Doorbell")
    asked.clear()
    (part,) = reader.sync()
    assert [article.id for article in part.articles] == [english(number)]
    assert not [path for path in asked if path.startswith("help_center/articles.json?page")]
    (part,) = reader.sync()
    assert part.articles == ()


def test_two_changes_in_the_same_second_are_both_read(reader: Reader, home: Larkfield) -> None:
    write(home, "First")
    reader.sync()
    number = write(home, "Second")
    reader.sync()
    assert english(number) in reader.known


def test_an_unpublished_translation_is_gone_and_the_other_stays(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Leak sensor")
    translate(home, number, "de", title="Wassermelder", body="<p>Nass.</p>")
    reader.sync()
    home.clock.pass_by(minutes=10)
    translate(home, number, "de", "PUT", draft=True)
    reader.sync()
    assert english(number) in reader.known
    assert german(number) not in reader.known


def test_an_archived_article_is_gone_after_the_next_sync(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Old hub")
    reader.sync()
    assert english(number) in reader.known
    home.clock.pass_by(minutes=10)
    home.call("DELETE", f"help_center/articles/{number}.json")
    reader.sync()
    assert english(number) not in reader.known


def test_one_archived_while_another_is_written_is_gone_too(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Old hub")
    reader.sync()
    home.clock.pass_by(minutes=10)
    home.call("DELETE", f"help_center/articles/{number}.json")
    new = write(home, "New hub")
    reader.sync()
    assert english(number) not in reader.known
    assert english(new) in reader.known


def test_a_draft_is_never_read(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Secret plan", draft=True)
    reader.sync()
    home.clock.pass_by(minutes=10)
    later = write(home, "Another plan", draft=True)
    reader.sync()
    assert not {english(number), english(later)} & set(reader.known)


def test_an_article_without_words_is_kept_so_that_it_can_be_told_of(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Empty", "<p><img src='x'></p>")
    reader.sync()
    assert reader.known[english(number)].text == ""


def test_a_translation_whose_source_is_not_out_says_so(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Hub", draft=True)
    translate(home, number, "de", title="Zentrale", body="<p>Drücken.</p>")
    reader.sync()
    assert reader.known[german(number)].labels == (SOURCELESS,)


def test_the_age_is_that_of_the_words_not_of_a_label(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Hub")
    translate(home, number, "de", title="Zentrale", body="<p>Drücken.</p>")
    written_at = home.clock.now()
    reader.sync()
    home.clock.pass_by(days=3)
    path = f"help_center/articles/{number}.json"
    home.call("PUT", path, json={"article": {"label_names": ["hub"]}})
    reader.sync()
    hub = reader.known[english(number)]
    assert (hub.labels, hub.updated_at) == (("hub",), written_at)
    assert reader.known[german(number)].updated_at == written_at


def test_a_translation_marked_as_outdated_carries_that_label(reader: Reader, home: Larkfield) -> None:
    number = write(home, "Hub")
    translate(home, number, "de", title="Zentrale", body="<p>Drücken.</p>")
    translate(home, number, "de", "PUT", outdated=True)
    reader.sync()
    assert reader.known[german(number)].labels == (OUTDATED,)
    assert reader.known[english(number)].labels == ()


def test_each_brands_help_center_is_read_and_named(reader: Reader, home: Larkfield) -> None:
    nest = add_brand(home.state, "Larkfield Nest", "larkfield-nest")
    shelf = add_section(home.state, "Feeding", add_category(home.state, "Birds", brand_id=nest["id"])["id"])
    add_article(home.state, {"title": "Seeds", "body": "<p>Twice a day.</p>"}, shelf["id"], home.ids["bot"])
    home.clock.pass_by(minutes=10)
    reader.sync()
    brands = {found.title: found.brand for found in reader.known.values()}
    assert brands["Seeds"] == "Larkfield Nest"
    assert brands["How long refunds take"] == "Larkfield Home"
    (part,) = reader.sync()
    assert part.articles == ()


# ------------------------------------------------------------ what can go wrong


def test_a_bad_record_is_a_problem_and_what_is_stored_of_it_stays(reader: Reader, home: Larkfield) -> None:
    number, other = write(home, "Hub"), write(home, "Door")
    reader.sync()
    home.clock.pass_by(minutes=10)
    home.state.articles.put({**home.state.articles.get(number), "label_names": "hub", "updated_at": home.state.now()})
    home.call("DELETE", f"help_center/articles/{other}.json")
    reader.sync()
    assert reader.problems == [f"article {number}: label_names is not a list"]
    assert english(number) in reader.known
    assert english(other) not in reader.known


PAGE = {"articles": [], "meta": {"has_more": False}}
RECORD = {
    "id": 7,
    "section_id": 1,
    "source_locale": "en-us",
    "updated_at": "2026-11-20T10:00:00Z",
    "created_at": "2026-11-20T10:00:00Z",
    "translations": [
        {
            "locale": "en-us",
            "title": "Hub",
            "body": "<p>Press.</p>",
            "draft": False,
            "updated_at": "2026-11-20T10:00:00Z",
        }
    ],
}


def quiet(zendesk: responses.RequestsMock, count: int) -> None:
    """Everything but the list of articles."""
    zendesk.get(f"{ACCOUNT}/brands.json", json={"brands": [], "next_page": None})
    for name in ("user_segments", "categories", "sections"):
        zendesk.get(f"{CENTER}/{name}.json", json={name: []})
    zendesk.get(f"{CENTER}/articles.json?per_page=1", json={"articles": [], "count": count})


@pytest.mark.parametrize(
    "first",
    [
        {"status": 429, "headers": {"Retry-After": "9"}},
        {"status": 503},
        {"body": '{"articles": [{"id": 7, "tit'},
        {"json": {"error": "no articles here"}},
        {"json": ["not an object"]},
    ],
    ids=["429", "503", "half a page", "another answer", "a list"],
)
def test_a_page_that_fails_is_asked_for_again(
    account: ZendeskAccount, zendesk: responses.RequestsMock, first: dict[str, Any]
) -> None:
    slept: list[float] = []
    quiet(zendesk, 1)
    url = f"{CENTER}/articles.json?page[size]=100&include=translations"
    zendesk.get(url, **first)
    zendesk.get(url, json={"articles": [RECORD], "meta": {"has_more": False}})
    reader = Reader(HelpCenter(connect(account), total_wait=timedelta(seconds=30), sleep=slept.append))
    reader.sync()
    assert list(reader.known) == [english(7)]
    assert reader.failed is None
    assert slept == [9.0 if first.get("status") == 429 else 1.0]


def test_what_came_before_a_page_that_never_comes_is_kept_and_nothing_is_taken_for_gone(
    account: ZendeskAccount, zendesk: responses.RequestsMock
) -> None:
    quiet(zendesk, 2)
    second = f"{CENTER}/articles.json?page[after]=x"
    page = {"articles": [RECORD], "meta": {"has_more": True}, "links": {"next": second}}
    zendesk.get(f"{CENTER}/articles.json?page[size]=100&include=translations", json=page)
    zendesk.get(second, status=503)
    reader = Reader(HelpCenter(connect(account)))
    reader.known["zendesk:article:8:en-us"] = Article(id=article_id("8", "en-us"), title="Door", text="Ring.")
    reader.sync()
    assert set(reader.known) == {english(7), english(8)}
    assert isinstance(reader.failed, TransientError)
    assert "help_center/articles: Zendesk answered 503" in str(reader.failed)
    assert reader.cursor is None


def test_nobody_waits_where_there_is_no_patience(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    quiet(zendesk, 1)
    url = f"{CENTER}/articles.json?page[size]=100&include=translations"
    zendesk.get(url, status=429, headers={"Retry-After": "90"})
    reader = Reader(
        HelpCenter(connect(account), total_wait=timedelta(seconds=30), sleep=lambda _: pytest.fail("slept"))
    )
    reader.sync()
    assert isinstance(reader.failed, TransientError)
    assert reader.failed.retry_after == timedelta(seconds=90)


def test_pages_that_lead_round_in_a_circle_end(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    quiet(zendesk, 1)
    url = f"{CENTER}/articles.json?page[size]=100&include=translations"
    zendesk.get(url, json={"articles": [RECORD], "next_page": f"{CENTER}/articles.json?page=2"})
    again = f"{CENTER}/articles.json?page=2"
    zendesk.get(again, json={"articles": [RECORD], "next_page": again})
    reader = Reader(HelpCenter(connect(account)))
    reader.sync()
    assert "circle" in str(reader.failed)


def test_a_refused_token_ends_the_reading(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    zendesk.get(f"{ACCOUNT}/brands.json", status=401)
    zendesk.get(f"{CENTER}/articles.json?per_page=1", status=401)
    reader = Reader(HelpCenter(connect(account)))
    reader.sync()
    assert isinstance(reader.failed, ConfigurationError)


def test_an_account_that_sends_no_translations_along_is_asked_for_them(
    account: ZendeskAccount, zendesk: responses.RequestsMock
) -> None:
    quiet(zendesk, 1)
    bare = {name: value for name, value in RECORD.items() if name != "translations"}
    url = f"{CENTER}/articles.json?page[size]=100&include=translations"
    zendesk.get(url, json={"articles": [bare], "meta": {"has_more": False}})
    zendesk.get(f"{CENTER}/articles/7/translations.json", json={"translations": RECORD["translations"]})
    reader = Reader(HelpCenter(connect(account)))
    reader.sync()
    assert reader.known[english(7)].text == "Press."


# ------------------------------------------------------------ one record


CATALOGUE = Catalogue(
    sections={
        "1": {"name": "Labels", "parent_section_id": 2, "category_id": 5},
        "2": {"name": "Returns", "parent_section_id": None, "category_id": 5},
        "3": {"name": "Round", "parent_section_id": 3, "category_id": 5},
    },
    categories={"5": "Shop"},
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


@pytest.mark.parametrize(
    ("section_id", "path"),
    [(1, ("Shop", "Returns", "Labels")), (2, ("Shop", "Returns")), (9, ()), (3, ("Round",) * 5)],
)
def test_a_section_is_told_with_those_around_it(section_id: int, path: tuple[str, ...]) -> None:
    assert CATALOGUE.section({"section_id": section_id}) == path


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        (AboutRule(), ()),
        (AboutRule(About.LABELS), ("product:hub", "reset")),
        (AboutRule(About.LABELS, "product:"), ("hub",)),
        (AboutRule(About.SECTION), ("Returns",)),
    ],
)
def test_what_an_article_is_about_is_read_where_the_account_says_so(rule: AboutRule, about: tuple[str, ...]) -> None:
    assert rule.names(("product:hub", "reset"), "Returns") == about
