from typing import Any

from apps.sandbox.zendesk.help_center import add_article, add_category, add_section
from apps.sandbox.zendesk.seed import add_brand
from apps.sandbox.zendesk.webhooks import add_webhook
from tests.apps.sandbox.zendesk.larkfield import Larkfield

GERMAN = {"translation": {"locale": "de", "title": "Wie lange dauert es?", "body": "<p>Fünf Tage.</p>"}}


def listening(account: Larkfield) -> None:
    asked: dict[str, Any] = {
        "name": "articles",
        "endpoint": "https://handrail.example/events",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["zen:event-type:article.published", "zen:event-type:article.unpublished"],
    }
    add_webhook(account.state, asked, account.state.users.get(account.ids["bot"]))


def translate(account: Larkfield, body: dict[str, Any] = GERMAN) -> None:
    made = account.call("POST", f"help_center/articles/{account.ids['refunds']}/translations", json=body)
    assert made.status_code == 201


def shown(account: Larkfield, path: str) -> list[str]:
    return [article["title"] for article in account.get(f"help_center/{path}").json()["articles"]]


def test_a_language_lists_what_is_written_in_it(account: Larkfield) -> None:
    assert shown(account, "de/articles") == []
    translate(account)
    assert shown(account, "de/articles") == ["Wie lange dauert es?"]
    assert shown(account, "en-gb/articles") == ["How long refunds take", "Goodwill limits"]
    german = account.get(f"help_center/de/articles/{account.ids['refunds']}").json()["article"]
    assert (german["locale"], german["body"]) == ("de", "<p>Fünf Tage.</p>")
    assert account.get(f"help_center/fr/articles/{account.ids['refunds']}").status_code == 404


def test_a_second_translation_into_one_language_is_refused(account: Larkfield) -> None:
    translate(account)
    again = account.call("POST", f"help_center/articles/{account.ids['refunds']}/translations", json=GERMAN)
    assert again.status_code == 422


def test_a_page_for_staff_names_its_segment(account: Larkfield) -> None:
    articles = {row["id"]: row for row in account.get("help_center/articles").json()["articles"]}
    assert articles[account.ids["refunds"]]["user_segment_id"] is None
    key = articles[account.ids["goodwill"]]["user_segment_id"]
    assert account.get(f"help_center/user_segments/{key}").json()["user_segment"]["user_type"] == "staff"


def test_going_live_and_away_is_told_by_id(account: Larkfield) -> None:
    listening(account)
    path = f"help_center/articles/{account.ids['refunds']}/translations/en-gb"
    for draft in (True, False):
        account.call("PUT", path, json={"translation": {"draft": draft}})
    account.call("PUT", path, json={"translation": {"body": "<p>Six days.</p>"}})
    account.call("DELETE", f"help_center/articles/{account.ids['goodwill']}")
    told = [(event["type"].split(".")[-1], event["detail"]["id"]) for event in account.events()]
    refunds, goodwill = str(account.ids["refunds"]), str(account.ids["goodwill"])
    assert told == [("unpublished", refunds), ("published", refunds), ("unpublished", goodwill)]
    assert account.get(f"help_center/articles/{account.ids['goodwill']}").status_code == 404


def test_a_changed_text_shows_in_the_article_and_in_the_export(account: Larkfield) -> None:
    account.clock.pass_by(minutes=10)
    since = int(account.clock.now().timestamp())
    path = f"help_center/articles/{account.ids['refunds']}/translations/en-gb"
    account.call("PUT", path, json={"translation": {"body": "<p>Six days.</p>"}})
    article = account.get(f"help_center/articles/{account.ids['refunds']}").json()["article"]
    assert article["body"] == "<p>Six days.</p>"
    changed = account.get("help_center/incremental/articles", start_time=since).json()
    assert [row["id"] for row in changed["articles"]] == [account.ids["refunds"]]
    assert (changed["end_time"], changed["next_page"]) == (since, None)


def test_a_search_finds_words_of_title_and_text(account: Larkfield) -> None:
    def found(query: str) -> list[int]:
        results = account.get("help_center/articles/search", query=query).json()["results"]
        return [row["id"] for row in results]

    assert found("refund five") == [account.ids["refunds"]]
    assert found("refund unicorn") == []


def test_a_new_article_needs_a_title_and_a_section(account: Larkfield) -> None:
    path = f"help_center/sections/{account.ids['section']}/articles"
    assert account.call("POST", path, json={"article": {"body": "x"}}).status_code == 422
    assert account.call("POST", "help_center/sections/5/articles", json={"article": {"title": "x"}}).status_code == 404
    made = account.call("POST", path, json={"article": {"title": "Fees", "locale": "en-GB", "draft": True}})
    assert made.json()["article"]["draft"] is True


def test_articles_come_with_their_translations_where_asked(account: Larkfield) -> None:
    words = {"translation": {"locale": "de", "title": "Erstattung", "body": "<p>Fünf Tage.</p>", "draft": True}}
    account.call("POST", f"help_center/articles/{account.ids['refunds']}/translations.json", json=words)
    for path in ("help_center/articles.json", "help_center/incremental/articles.json"):
        rows = account.get(path, include="translations", start_time=0).json()["articles"]
        refunds = next(row for row in rows if row["id"] == account.ids["refunds"])
        assert [(each["locale"], each["draft"]) for each in refunds["translations"]] == [("en-gb", False), ("de", True)]
    assert "translations" not in account.get("help_center/articles.json").json()["articles"][0]


def test_each_brand_has_a_help_center_at_its_own_host(account: Larkfield) -> None:
    nest = add_brand(account.state, "Larkfield Nest", "larkfield-nest")
    feeding = add_section(account.state, "Feeding", add_category(account.state, "Birds", brand_id=nest["id"])["id"])
    add_article(account.state, {"title": "Seeds", "body": "<p>Twice a day.</p>"}, feeding["id"], account.ids["bot"])
    account.state.settle()
    there = {"headers": {"X-Original-Host": "larkfield-nest.zendesk.com"}}
    for name, key, own in (
        ("articles", "title", "Seeds"),
        ("sections", "name", "Feeding"),
        ("categories", "name", "Birds"),
    ):
        brands_own = account.call("GET", f"help_center/{name}.json", **there).json()[name]
        accounts_own = account.get(f"help_center/{name}.json").json()[name]
        assert [row[key] for row in brands_own] == [own]
        assert own not in [row[key] for row in accounts_own]


def test_only_active_macros_are_among_the_active_ones(account: Larkfield) -> None:
    say = [{"field": "comment_value", "value": "Thanks."}]
    for title, active in (("On", True), ("Off", False)):
        account.call("POST", "macros.json", json={"macro": {"title": title, "actions": say, "active": active}})
    assert [row["title"] for row in account.get("macros/active.json").json()["macros"]] == ["On"]
    assert len(account.get("macros.json").json()["macros"]) == 2
